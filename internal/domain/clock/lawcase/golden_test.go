package lawcase

import (
	"bytes"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"wasl"
	"wasl/internal/base/i18n"
	"wasl/internal/domain/clock"
)

func profile(t testing.TB) *clock.Profile {
	t.Helper()
	raw, err := wasl.Content.ReadFile("law/ma.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := clock.ParseProfile(raw)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestGolden runs every case of law/cases: the engine must give, to the day,
// what people worked out by hand.
func TestGolden(t *testing.T) {
	const least = 120
	results, err := Check(profile(t), fs.FS(wasl.Content), "law/cases")
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for _, r := range results {
		if at, twice := ids[r.ID]; twice {
			t.Errorf("%s: id %q is in %s already", r.File, r.ID, at)
		}
		ids[r.ID] = r.File
		for _, d := range r.Differences {
			t.Errorf("%s:%d: %s %s", r.File, d.Line, r.ID, d)
		}
	}
	if len(ids) < least {
		t.Errorf("%d cases, at least %d are wanted", len(ids), least)
	}
}

// TestControls: the golden cases can fail. Each file is spoilt in turn, by a
// day and by a letter, and must then be wrong.
func TestControls(t *testing.T) {
	p := profile(t)
	files, err := Files(wasl.Content, "law/cases")
	if err != nil {
		t.Fatal(err)
	}
	wrongDay := regexp.MustCompile(`(?m)^(    (?:due_on|rectify_last|court_last|complete_on): '20\d\d-\d\d-)(\d)`)
	for _, name := range files {
		raw, err := wasl.Content.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := wrong(t, p, name, raw); got != 0 {
			t.Errorf("%s: %d wrong before anything was changed", name, got)
		}
		spoilt := wrongDay.ReplaceAllFunc(raw, func(m []byte) []byte { return append(m[:len(m)-1:len(m)-1], '0'+(m[len(m)-1]-'0'+1)%3) })
		dates := len(wrongDay.FindAll(raw, -1))
		if got := wrong(t, p, name, spoilt); dates > 0 && got == 0 {
			t.Errorf("%s: %d dates were changed and nothing is wrong", name, dates)
		}
		if got := wrong(t, p, name, bytes.Replace(raw, []byte("\n  events:"), []byte("\n  event:"), 1)); got == 0 {
			t.Errorf("%s: an unknown key is taken", name)
		}
	}
}

// wrong counts the wrong cases of a file.
func wrong(t *testing.T, p *clock.Profile, name string, raw []byte) int {
	t.Helper()
	results, err := Check(p, fstest.MapFS{name: {Data: raw}}, name)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, r := range results {
		if !r.OK {
			n++
		}
	}
	return n
}

// TestGoldenPrints prints every golden case in every language.
func TestGoldenPrints(t *testing.T) {
	if testing.Short() {
		t.Skip("the words of the print-out, not the dates")
	}
	p := profile(t)
	files, err := Files(wasl.Content, "law/cases")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		cases, err := Read(wasl.Content, name)
		if err != nil {
			t.Fatal(err)
		}
		for i := range cases {
			r, err := cases[i].Report(p)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range i18n.Langs {
				if text := r.Print(l); strings.ContainsAny(text, "⟦⟧") || strings.Contains(text, "  \n") {
					t.Errorf("%s %s:\n%s", cases[i].ID, l, text)
				}
			}
		}
	}
}

// TestGoldenReadings: every value of every switch has a case that people
// counted by hand.
func TestGoldenReadings(t *testing.T) {
	p := profile(t)
	files, err := Files(wasl.Content, "law/cases")
	if err != nil {
		t.Fatal(err)
	}
	counted := map[Setting]bool{}
	for _, name := range files {
		cases, err := Read(wasl.Content, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			for _, a := range c.Alternatives {
				for _, s := range a.Set {
					counted[s] = counted[s] || len(a.Set) == 1 && a.Expect != nil
				}
			}
		}
	}
	for _, s := range p.Switches() {
		for _, value := range s.Values {
			if value != s.Value && !counted[Setting{s.Name, value}] {
				t.Errorf("no case is counted with %s: %s", s.Name, value)
			}
		}
	}
}
