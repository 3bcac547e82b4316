package page

import (
	"strings"
	"testing"
	"testing/fstest"

	"wasl/internal/base/i18n"
)

func catalog(text string) *i18n.Catalog {
	f := fstest.MapFS{}
	for _, l := range i18n.Langs {
		f["texts/"+string(l)+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return i18n.MustLoad(f, "texts")
}

func TestParse(t *testing.T) {
	texts := catalog("title: 'Law 55-19 <'\nleft: 'left {n}'\n")
	tests := []struct{ name, source, want, wrong string }{
		{"text", "<p>[[title]]</p>\n  <p>{{t \"left\" \"n\" 3}}</p>", `<p>Law <bdi dir="ltr">55-19</bdi> &lt;</p><p>left 3</p>`, ""},
		{"a chain of numbers", `{{words "05-22-12-34-56"}}`, `<bdi dir="ltr">05-22-12-34-56</bdi>`, ""},
		{"markup in a value", `{{t "left" "n" (day "2026-11-25")}}`, "left <time datetime=\"2026-11-25\">25\u00a0نونبر\u00a02026</time>", ""},
		{"no such text", "[[other]]", "", "no plain text other"},
		{"text with a value", "[[left]]", "", "no plain text left"},
		{"not a key", "<p>[[Title]]</p>", "", "not a key: [[Title]]"},
		{"broken", "{{if}}", "", "missing value"},
	}
	for _, tt := range tests {
		s, err := Parse(fstest.MapFS{"templates/x.tmpl": {Data: []byte(tt.source)}}, texts, "")
		if tt.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), tt.wrong) {
				t.Errorf("%s: got %v, want %q", tt.name, err, tt.wrong)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Render(i18n.AR, "x", nil)
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: got %q (%v), want %q", tt.name, got, err, tt.want)
		}
	}
}

func TestMinify(t *testing.T) {
	got := Minify("/* c */ a { color : red;\n b: c d; }\n\n@media print { x, y > z { m: 0 } }")
	if want := "a{color :red;b:c d}@media print{x,y>z{m:0}}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
