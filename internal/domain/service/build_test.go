package service

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"wasl/internal/base/i18n"
)

const cardYAML = `service: test
version: 1
offered_by: commune
unit: town
audience: [citizen]
law:
  basis: [{text: law-1, article: "2"}]
  delay: {days: 30}
  silence: appeal
  appeal: commune
  retention: {years: 2, after: closed}
  data: {notice: example-1, authorisation: example-2}
filing: [online, counter]
outcome: {grant: {document: paper}, refuse: {reasons: [wrong]}}
steps: [{id: look, kind: review, role: caseworker, days: 5}]
`

var missingKey = regexp.MustCompile(`^the text .(.*). is missing$`)

// made builds a bundle from a form (and anything that stands beside it),
// writing every text it needs as its key.
func made(t testing.TB, form string, more ...string) *Bundle {
	t.Helper()
	fsys := fstest.MapFS{"services/test/service.yaml": {Data: []byte(cardYAML + form)}}
	for _, l := range i18n.Langs {
		fsys["services/test/documents/"+string(l)+".html"] = &fstest.MapFile{Data: []byte("<h1>{title}</h1>\n")}
	}
	for i := 0; i+1 < len(more); i += 2 {
		fsys[more[i]] = &fstest.MapFile{Data: []byte(more[i+1])}
	}
	for range 2 {
		b, found := ReadBundle(fsys, "test")
		if b == nil {
			t.Fatal(found)
		}
		_, found = b.Compile()
		for _, f := range found {
			if f.Rule == ruleFile.id && strings.HasSuffix(f.File, ".yaml") {
				fsys[f.File] = &fstest.MapFile{}
			}
			if m := missingKey.FindStringSubmatch(f.Message); m != nil {
				data := append(fsys[f.File].Data, fmt.Sprintf("%s: %q\n", m[1], m[1])...)
				fsys[f.File] = &fstest.MapFile{Data: data}
			}
		}
	}
	b, found := ReadBundle(fsys, "test")
	if b == nil {
		t.Fatal(found)
	}
	return b
}

// defined compiles a form that must be sound.
func defined(t testing.TB, form string, more ...string) *Definition {
	t.Helper()
	d, found := made(t, form, more...).Compile()
	if d == nil {
		t.Fatalf("the form does not compile: %+v", found)
	}
	return d
}

// asked is a form of one page with these questions, in flow style.
func asked(questions ...string) string {
	return "form:\n  - page: one\n    ask:\n      - " + strings.Join(questions, "\n      - ") + "\n"
}

func typed(pairs ...string) Typed {
	t := Typed{}
	for i := 0; i+1 < len(pairs); i += 2 {
		t[pairs[i]] = append(t[pairs[i]], pairs[i+1])
	}
	return t
}

func today(t testing.TB) Env { return Env{Today: "2026-06-01", Territory: territory(t)} }

func keysOfProblems(r Reading) string {
	var all []string
	for _, p := range r.Problems {
		all = append(all, p.Part+"="+p.Key)
	}
	return strings.Join(all, " ")
}

func TestMadeTexts(t *testing.T) {
	d := defined(t, asked("{id: a, type: text}"))
	for _, l := range i18n.Langs {
		if got := d.Question("a").Label(l); got != "one.a.label" {
			t.Errorf("%s label = %q", l, got)
		}
	}
}
