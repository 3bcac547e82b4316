package service

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// A definition from anywhere compiles or is refused with findings; it never
// panics, and what compiles can be read, shown and described.
func FuzzDefinition(f *testing.F) {
	f.Add(cardYAML+route, "title: x")
	f.Add(cardYAML+asked(`{id: a, type: text, when: "size(a) > 1"}`), "one: {a: {label: x}}")
	f.Add(cardYAML+"fetch: [{id: b, from: x, when: \"a\"}]\n"+asked("{id: a, type: yesno}", `{id: b, type: file, when: "!a"}`), "one: {b: {label: deux copies (facultatif)}}")
	f.Add("a: &b [*b]", "- x")
	f.Add("form: [{page: a, ask: [{id: x, type: rows, ask: [{id: y, type: number, else: 1}]}]}]", "")
	law := readLaw(tree, newFindings(""))
	f.Fuzz(func(t *testing.T, yaml, words string) {
		b := &Bundle{ID: "test", files: map[string]string{"services/test/service.yaml": yaml, "services/test/fr.yaml": words}}
		c := b.compile()
		found := append(c.f.sorted(), c.lintLaw(law)...)
		for _, x := range found {
			if x.Rule == "" || x.File == "" || x.Line < 1 || x.Message == "" {
				t.Fatalf("finding %+v", x)
			}
		}
		if HasErrors(c.f.sorted()) {
			return
		}
		r := c.d.Read(nil, nil, Env{Today: exampleDay})
		c.d.Show("fr", r)
		if _, err := json.Marshal(c.d.Schema()); err != nil {
			t.Fatal(err)
		}
	})
}

// Conditions from anywhere: refused, or bounded and total.
func FuzzExpression(f *testing.F) {
	for _, s := range []string{"use == 'shop'", "sum(stalls.map(s, s.length)) > 1", "area * area * area > 0", "size(who.given_ar) > 1", "[1,2,3].exists(x, x > area)", "'\\u0000' < use"} {
		f.Add(s, int64(1<<40))
	}
	f.Fuzz(func(t *testing.T, when string, n int64) {
		b := &Bundle{ID: "test", files: map[string]string{}}
		c := b.compile()
		c.d.order, c.d.Questions = nil, map[string]*Question{}
		page := &Page{ID: "one", def: c.d}
		for _, s := range []questionSource{{ID: "use", Type: "choice", Options: []string{"shop", "event"}}, {ID: "area", Type: "number"}, {ID: "who", Type: "person"},
			{ID: "stalls", Type: "rows", Ask: []questionSource{{ID: "length", Type: "number"}}}, {ID: "a", Type: "text", When: Scalar{Text: when, Line: 1}}} {
			c.question(page, &s, "k")
		}
		c.d.Pages = []Page{*page}
		c.f = newFindings("x")
		c.expressions()
		if HasErrors(*c.f.list) {
			return
		}
		s := c.d.newScope()
		s.set(c.d.Questions["area"], n)
		s.truth(c.d.Questions["a"].when)
	})
}

// Whatever JSON comes, the API's answers are judged without panic, and every
// problem has a field and words.
func FuzzFromJSON(f *testing.F) {
	d := defined(f, route)
	e := today(f)
	f.Add(`{"use":"shop","area":"10.5","quarters":3,"agreed":true,"stalls":[{"length":1}],"who":{"given_ar":"س"}}`)
	f.Add(`{"plan":[{"name":"a","media_type":"application/pdf","data":"aGk="}],"area":1e9}`)
	f.Add(`{"\ud800":null,"area":{},"stalls":[[]]}`)
	f.Fuzz(func(t *testing.T, raw string) {
		in, _, problems := d.FromJSON(json.RawMessage(raw))
		r := d.Read(in, nil, e)
		for _, p := range append(problems, r.Problems...) {
			if p.Field == "" || strings.Contains(p.Message("ar"), "⟦") || strings.Contains(p.Message("ar"), "{") {
				t.Errorf("problem %+v: %s", p, p.Message("ar"))
			}
		}
		d.Sections(r)
	})
}

// Whatever is typed, Read gives canonical answers that survive sealing.
func FuzzRead(f *testing.F) {
	d := defined(f, asked("{id: a, type: text}", "{id: b, type: number, decimals: 2}", "{id: c, type: money}", "{id: d, type: date}", "{id: e, type: phone}", "{id: f, type: email}",
		"{id: g, type: cnie}", "{id: h, type: rib}", "{id: i, type: person}", "{id: j, type: address}", "{id: k, type: rows, ask: [{id: x, type: number}]}", "{id: l, type: choices, options: [x, y]}"))
	e := today(f)
	f.Add("a", "x", "d.day", "3")
	f.Add("k.0.x", "\u0661", "k.1._row", "")
	f.Add("i.given_ar", "\u202eس", "b", "1.234,5\u066b")
	f.Fuzz(func(t *testing.T, n1, v1, n2, v2 string) {
		in := typed(n1, v1, n2, v2)
		for _, q := range d.order { // the same words in every control
			in[q.ID] = append(in[q.ID], v1)
			for _, p := range q.Parts() {
				in[q.ID+"."+p] = append(in[q.ID+"."+p], v1)
			}
		}
		r := d.Read(in, nil, e)
		sections := d.Sections(r)
		for id, raw := range sections {
			if !utf8.Valid(raw) {
				t.Errorf("section %s is not UTF-8: %q", id, raw)
			}
		}
		if got := d.Sections(d.Reopen(sections, nil)); string(got[MainSection]) != string(sections[MainSection]) {
			t.Errorf("reopened %s, sealed %s", got[MainSection], sections[MainSection])
		}
		d.Show("ar", r)
	})
}

// The parsers of single values.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"0612345678", "ab123456", "MA64 0117", "1.234,56", "a@b.co", "\u0661\u0662", "février", "+", "-", "00", "²", "1e9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, parse := range map[string]func(string) (string, *fault){"phone": phoneOf, "cnie": cnieOf, "ice": iceOf, "rib": ribOf, "email": emailOf} {
			out, wrong := parse(s)
			if wrong != nil {
				continue
			}
			if again, wrong := parse(out); wrong != nil || again != out {
				t.Errorf("%s: %q gives %q, which gives %q, %v", name, s, out, again, wrong)
			}
		}
		for decimals := range 4 {
			n, wrong := fixed(s, decimals)
			if wrong != nil {
				continue
			}
			if again, wrong := fixed(scaled(n, decimals), decimals); (wrong != nil || again != n) && decimals != 3 { // "1.200" is refused for what it may mean
				t.Errorf("%q with %d decimals: %d, then %d, %v", s, decimals, n, again, wrong)
			}
		}
		if iso, _, wrong := parseDate(s, "2", "2026"); wrong == "" && len(iso) != 10 {
			t.Errorf("date %q", iso)
		}
		parseMonth(s)
		asWritten(s, lawWords()["copies"]["fr"].demand(s))
		asWritten(s, "a")
	})
}
