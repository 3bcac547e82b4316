package service

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// found tells the rules found, as "rule:line" in order.
func found(all []Finding, want ...string) error {
	var got []string
	for _, f := range all {
		got = append(got, fmt.Sprintf("%s:%d", f.Rule, f.Line))
	}
	for _, w := range want {
		if !contains(got, w) {
			return fmt.Errorf("no finding %s in %v", w, all)
		}
	}
	return nil
}

// What a definition may not say, with the line and the mend of the finding.
func TestCompileRefuses(t *testing.T) {
	lines := strings.Count(cardYAML, "\n")
	at := func(rule string, line int) string { return fmt.Sprintf("%s:%d", rule, lines+line) }
	tests := []struct{ name, form, want, mend string }{
		{"unknown key", asked("{id: a, type: text, lable: x}"), at("unknown-key", 4), ""},
		{"misspelt key", "from: []\n" + asked("{id: a, type: text}"), at("unknown-key", 1), "`form`"},
		{"unknown type", asked("{id: a, type: txt}"), at("type", 4), "`text`"},
		{"key of another type", asked("{id: a, type: text, options: [x]}"), at("attribute", 4), ""},
		{"bad id", asked("{id: A-b, type: text}"), at("id", 4), ""},
		{"reserved word", asked("{id: in, type: text}"), at("id", 4), ""},
		{"reserved control", asked("{id: authority, type: text}"), at("id", 4), ""},
		{"id twice", asked("{id: a, type: text}", "{id: a, type: text}"), at("twice", 5), ""},
		{"no options", asked("{id: a, type: choice}"), at("required-key", 4), ""},
		{"option twice", asked("{id: a, type: choice, options: [x, x]}"), at("twice", 4), ""},
		{"else without when", asked("{id: a, type: number, else: 1}"), at("attribute", 4), ""},
		{"else of no option", asked("{id: b, type: yesno}", `{id: a, type: choice, options: [x], else: y, when: "b"}`), at("reference", 5), "`x`"},
		{"bound that is no date", asked("{id: a, type: date, max: tomorrow}"), at("shape", 4), "today"},
		{"bound with decimals", asked("{id: a, type: number, max: 1.5}"), at("shape", 4), ""},
		{"page without questions", "form: [{page: one, ask: []}]\n", at("required-key", 1), ""},
		{"no form", "", "required-key:1", ""},
		{"page called check", "form: [{page: check, ask: [{id: a, type: text}]}]\n", at("id", 1), ""},
		{"reserved section", "form: [{page: one, section: reply, ask: [{id: a, type: text}]}]\n", at("id", 1), ""},
		{"rows in rows", asked("{id: a, type: rows, ask: [{id: b, type: rows, ask: [{id: c, type: text}]}]}"), at("type", 4), ""},
		{"file in rows", asked("{id: a, type: rows, ask: [{id: b, type: file}]}"), at("type", 4), ""},
		{"condition in rows", asked(`{id: a, type: rows, ask: [{id: b, type: text, when: "true"}]}`), at("attribute", 4), ""},
		{"too many rows", asked("{id: a, type: rows, rows: {max: 900}, ask: [{id: b, type: text}]}"), at("value", 4), ""},
		{"unknown block", asked("{use: nobody@1}"), at("block", 4), ""},
		{"search of nothing", "search: {name: x}\n" + asked("{id: a, type: text}"), at("reference", 1), ""},
		{"search of another type", "search: {phone: a}\n" + asked("{id: a, type: text}"), at("reference", 1), ""},
		{"fee without amount", "fees: [{id: a}]\n" + asked("{id: a, type: text}"), at("required-key", 1), ""},
		{"broken YAML", "form: [\n", "yaml:" + fmt.Sprint(lines+1), ""},
		{"anchor", "form: &x []\n", at("yaml", 1), ""},
		{"key twice", "form: []\nform: []\n", at("yaml", 2), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, all := made(t, tt.form).Compile()
			if d != nil {
				t.Fatal("it compiles")
			}
			if err := found(all, tt.want); err != nil {
				t.Fatal(err)
			}
			for _, f := range all {
				if fmt.Sprintf("%s:%d", f.Rule, f.Line) == tt.want && !strings.Contains(f.Mend, tt.mend) {
					t.Errorf("mend = %q, want %q in it", f.Mend, tt.mend)
				}
			}
		})
	}
}

// Conditions that are refused, and why.
func TestExpressionRefuses(t *testing.T) {
	tests := []struct{ when, rule, message string }{
		{"use == 'shp'", "reference", "`shp`"},
		{"use in ['shop', 'evnt']", "reference", "`evnt`"},
		{"'evnt' in wants", "reference", "`evnt`"},
		{"use == 1", "expression", "no matching overload"},
		{"usee == 'shop'", "expression", "usee"},
		{"use", "expression", "gives a text"},
		{"later == 'x'", "looks-ahead", "later"},
		{"a == 'x'", "looks-ahead", "`a`"},
		{"total > 3", "looks-ahead", "total"},
		{"note == ''", "expression", "statement"},
		{"area > 1.5", "expression", "a number with a point"},
		{"area / area > 1", "expression", "nought"},
		{"area % 0 == 1", "expression", "nought"},
		{"use.matches('a*')", "expression", "matches"},
		{"{'a': 1} == {'a': 1}", "expression", "table"},
		{"use ==", "expression", "character"},
		{"stalls.exists(s, s.width > 1)", "expression", "width"},
		{"who.given == 'x'", "expression", "given"},
		{"timestamp('2026-01-01T00:00:00Z') > timestamp('2026-01-01T00:00:00Z')", "expression", "timestamp"},
		{"long.contains(long + long + long + long + long) && stalls.all(s, stalls.all(r, stalls.all(u, s.name.contains(r.name + u.name))))", "expression-cost", "steps"},
		{strings.Repeat("(", 100) + "true" + strings.Repeat(")", 100), "expression", ""},
	}
	for _, tt := range tests {
		form := asked("{id: use, type: choice, options: [shop, event]}", "{id: wants, type: choices, options: [event]}", "{id: area, type: number}", "{id: who, type: person}", "{id: note, type: statement}",
			"{id: long, type: longtext, maxLength: 20000}", "{id: stalls, type: rows, rows: {max: 200}, ask: [{id: length, type: number}, {id: name, type: text}]}",
			fmt.Sprintf("{id: a, type: text, when: %q}", tt.when), "{id: later, type: text}", `{id: total, type: computed, value: "1"}`)
		d, all := made(t, form).Compile()
		if d != nil {
			t.Errorf("%s compiles", tt.when)
			continue
		}
		if all[0].Rule != tt.rule || !strings.Contains(all[0].Message, tt.message) {
			t.Errorf("%s: %s: %s", tt.when, all[0].Rule, all[0].Message)
		}
	}
}

func TestExpressionTypes(t *testing.T) {
	for _, when := range []string{
		"use == 'shop' && area > 3", "use in ['shop']", "'event' in wants", "size(wants) > 1", "stalls.exists(s, s.length > 2 && s.name != '')",
		"sum(stalls.map(s, s.length * 2)) >= 10", "who.family_latin == 'X'", "born < '2008-01-01'", "agreed || !agreed", "size(papers) == 0",
		"place.postcode.startsWith('99')", "money > 100000", "(area > 3 ? 'shop' : 'event') == use", "stalls.filter(s, s.length > 1).size() > 0", "area / 3 > 1",
	} {
		defined(t, asked("{id: use, type: choice, options: [shop, event]}", "{id: wants, type: choices, options: [event]}", "{id: area, type: number}", "{id: who, type: person}",
			"{id: stalls, type: rows, ask: [{id: length, type: number}, {id: name, type: text}]}", "{id: born, type: date}", "{id: agreed, type: yesno}",
			"{id: papers, type: file}", "{id: place, type: address}", "{id: money, type: money}", fmt.Sprintf("{id: a, type: text, when: %q}", when)))
	}
}

func TestTextsRefuse(t *testing.T) {
	b := made(t, asked("{id: a, type: choice, options: [x]}"))
	fr := "services/test/fr.yaml"
	change := func(old, new string) []Finding {
		c := &Bundle{ID: b.ID, files: map[string]string{}}
		for k, v := range b.files {
			c.files[k] = v
		}
		if !strings.Contains(c.files[fr], old) {
			t.Fatalf("%q is not in the texts", old)
		}
		c.files[fr] = strings.Replace(c.files[fr], old, new, 1)
		d, all := c.Compile()
		if d != nil {
			t.Errorf("%q → %q compiles", old, new)
		}
		return all
	}
	if all := change(`one.a.label: "one.a.label"`+"\n", ""); len(all) != 1 || all[0].Rule != "missing-text" || all[0].File != fr || all[0].Line < 2 {
		t.Errorf("missing: %+v", all)
	}
	if all := change(`one.a.label:`, "one.a.labl:"); len(all) != 2 || all[0].Rule != "extra-text" && all[1].Rule != "extra-text" {
		t.Errorf("misspelt: %+v", all)
	} else {
		for _, f := range all {
			if f.Rule == "extra-text" && f.Mend != "Did you mean `one.a.label`?" {
				t.Errorf("mend = %q", f.Mend)
			}
		}
	}
	if all := change(`: "one.a.label"`, ": ''"); len(all) != 1 || all[0].Rule != "missing-text" {
		t.Errorf("empty: %+v", all)
	}
	if all := change(`: "one.a.label"`, ": [x]"); len(all) == 0 || all[0].Rule != "shape" && all[0].Rule != "missing-text" {
		t.Errorf("list: %+v", all)
	}
	if all := change(`one.a.label:`, "one.a.hint: 'x'\none.a.label:"); len(all) != 3 { // in one language, so in all
		t.Errorf("a hint in one language: %+v", all)
	}
}

func TestBlocks(t *testing.T) {
	block := []string{
		"blocks/who/block.yaml", "block: who\nversion: 2\nask:\n  - {id: company, type: yesno}\n  - {id: ice, type: ice, when: \"company && 'company' != ''\"}\n",
		"blocks/who/fr.yaml", "company: {label: Société}\nice: {label: ICE}\n", "blocks/who/ar.yaml", "company: {label: Société}\nice: {label: ICE}\n",
		"blocks/who/zgh.yaml", "company: {label: Société}\nice: {label: ICE}\n", "blocks/who/en.yaml", "company: {label: Company}\nice: {label: ICE}\n",
	}
	d := defined(t, asked("{id: first, type: yesno}", "{use: who@2}", `{use: who@2, as: agent, when: "first"}`), block...)
	if got := d.Question("agent_ice"); got == nil || got.Label("en") != "ICE" || got.File != "blocks/who/block.yaml" {
		t.Fatalf("agent_ice = %+v", got)
	}
	r := d.Read(typed("first", "yes", "company", "no", "agent_company", "yes"), nil, today(t))
	if got := keysOfProblems(r); got != "agent_ice=missing" {
		t.Errorf("problems = %s", got)
	}
	if d, all := made(t, asked("{use: who@1}"), block...).Compile(); d != nil || all[0].Rule != "block" || !strings.Contains(all[0].Mend, "who@2") {
		t.Errorf("an old version: %+v", all)
	}
	block[1] = strings.Replace(block[1], "type: ice", "type: icy", 1)
	if d, all := made(t, asked("{use: who@2}"), block...).Compile(); d != nil || found(all, "type:5") != nil {
		t.Errorf("a faulty block: %+v", all)
	}
}

func TestCheckUnusedBlock(t *testing.T) {
	fsys := fstest.MapFS{"blocks/odd/block.yaml": {Data: []byte("block: odd\nversion: 3\nask: [{id: a, type: tekst}]\n")}}
	err := found(Check(fsys), "type:3", "file:1")
	if err != nil {
		t.Error(err)
	}
}

func TestBundle(t *testing.T) {
	b := made(t, asked("{id: a, type: text}"))
	raw, err := b.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	again, err := UnmarshalBundle(raw)
	if err != nil || again.Hash() != b.Hash() || again.ID != "test" {
		t.Errorf("hash %s, want %s: %v", again.Hash(), b.Hash(), err)
	}
	for _, bad := range []string{"", "[]", "{}", `{"../x":"y"}`, `{"services/a/b":"","services/c/d":""}`, `{"etc/passwd":""}`, `{"blocks/a/b":""}`} {
		if _, err := UnmarshalBundle([]byte(bad)); err == nil {
			t.Errorf("%s is taken for a bundle", bad)
		}
	}
}
