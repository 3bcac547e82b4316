package document

import (
	"strings"
	"testing"
	"time"

	"wasl/internal/base/crockford"
	"wasl/internal/domain/service"
)

func TestParseTemplate(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"whole", "<!-- note --><h1>T</h1>\n<p>a <strong>{b}</strong> <bdi dir=\"ltr\">1-2</bdi></p><dl><dt>x</dt><dd>{y}</dd><dd>{z}</dd></dl>", ""},
		{"entity", "<h1>A &amp; B</h1>", ""},
		{"no heading", "<p>x</p>", "there are 0 <h1>"},
		{"two headings", "<h1>x</h1><h1>y</h1>", "there are 2 <h1>"},
		{"unknown tag", "<h1>x</h1>\n<div>x</div>", "line 2: <div> is not allowed"},
		{"script", "<h1>x</h1><script>x</script>", "<script> is not allowed"},
		{"link", "<h1>x</h1><p><a href=x>y</a></p>", "<a> is not allowed inside <p>"},
		{"attribute", "<h1 class=\"x\">x</h1>", "attribute class"},
		{"direction", "<h1><bdi dir=\"auto\">x</bdi></h1>", "attribute dir"},
		{"open", "<h1>x</h1><p>y", "<p> is not closed"},
		{"crossed", "<h1>x</h1><p><strong>y</p></strong>", "</p> closes nothing"},
		{"outside", "<h1>x</h1>\n\ntext", "line 3: text outside"},
		{"brace", "<h1>x</h1><p>{Name}</p>", "a placeholder is"},
		{"loose brace", "<h1>x</h1><p>a } b</p>", "a placeholder is"},
		{"dd first", "<h1>x</h1><dl><dd>y</dd></dl>", "a <dd> has no <dt>"},
		{"dt alone", "<h1>x</h1><dl><dt>y</dt></dl>", "a <dt> has no <dd>"},
		{"void", "<h1>x</h1><br/>", "not allowed here"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parseTemplate(tt.src)
			if tt.want == "" && err != nil {
				t.Fatalf("got error %v, want none", err)
			}
			if tt.want != "" && (err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), "`", ""), tt.want)) {
				t.Fatalf("got error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func FuzzParseTemplate(f *testing.F) {
	f.Add("<h1>{a}</h1><p>x <strong>{b}</strong></p><dl><dt>x</dt><dd>{y}</dd></dl>")
	f.Add("<h1><bdi dir=\"ltr\">\u2069</bdi></h1><!-- --><p>&lt;{a}{b}</p>")
	f.Fuzz(func(t *testing.T, src string) {
		parsed, err := parseTemplate(src)
		if err == nil {
			parsed.names()
		}
	})
}

func TestNumber(t *testing.T) {
	n := NewNumber()
	if len(n) != 14 {
		t.Fatalf("got %q, want three groups of four", n)
	}
	typed := []string{string(n), strings.ToLower(string(n)), strings.ReplaceAll(string(n), "-", ""), " " + strings.ReplaceAll(string(n), "-", " ")}
	for _, s := range typed {
		if got, err := ParseNumber(s); err != nil || got != n {
			t.Errorf("%q: got %q, %v, want %q", s, got, err, n)
		}
	}
	for i := range n {
		if n[i] == '-' {
			continue
		}
		wrong := []byte(n)
		wrong[i] = crockford.Alphabet[(strings.IndexByte(crockford.Alphabet, wrong[i])+1)%32]
		if _, err := ParseNumber(string(wrong)); err == nil {
			t.Errorf("a wrong character at %d is taken", i)
		}
	}
	for _, s := range []string{"", "7K2M", "7K2M-QX94-B0TC-0", "ⵣⵣⵣⵣ-QX94-B0TC", strings.Repeat("0", 200)} {
		if got, err := ParseNumber(s); err == nil {
			t.Errorf("%q: got %q, want an error", s, got)
		}
	}
}

func TestLastDay(t *testing.T) {
	tests := []struct {
		at    string
		valid service.Validity
		want  string
	}{
		{"2026-02-10", service.Validity{}, ""},
		{"2026-02-10", service.Validity{Months: 3}, "2026-05-10"},
		{"2026-01-31", service.Validity{Months: 1}, "2026-02-28"},
		{"2024-02-29", service.Validity{Years: 1}, "2025-02-28"},
		{"2026-12-15", service.Validity{Months: 1, Days: 20}, "2027-02-04"},
	}
	for _, tt := range tests {
		at, err := time.Parse(time.DateOnly, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := lastDay(at.Add(12*time.Hour), tt.valid); got != tt.want {
			t.Errorf("%s %+v: got %s, want %s", tt.at, tt.valid, got, tt.want)
		}
	}
}

func TestIsolate(t *testing.T) {
	if got, want := isolate("a\u2069\u202eb"), "\u2068ab\u2069"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
