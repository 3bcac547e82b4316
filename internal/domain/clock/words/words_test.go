package words

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"wasl"
	"wasl/internal/base/i18n"
	"wasl/internal/domain/clock"
)

// TestEveryNameHasWords: what the engine can say, each language can.
func TestEveryNameHasWords(t *testing.T) {
	for _, l := range i18n.Langs {
		w := In(l)
		for name, text := range everything(t, w) {
			if text == "" || strings.ContainsAny(text, "⟦⟧{}") {
				t.Errorf("%s: %s is %q", l, name, text)
			}
		}
	}
}

func everything(t *testing.T, w Words) map[string]string {
	t.Helper()
	all := map[string]string{}
	raw, err := wasl.Content.ReadFile("law/ma.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := clock.ParseProfile(raw)
	if err != nil {
		t.Fatal(err)
	}
	for do := range p.Acts {
		all[do] = w.Act(do)
	}
	for _, s := range p.Switches() {
		all[s.Name] = w.Switch(s.Name)
		for _, v := range s.Values {
			all[s.Name+"="+v] = w.Reading(s.Name, v)
		}
	}
	for _, d := range new(clock.Clock).Dates() {
		all[d.Name] = w.Date(d.Name)
	}
	for _, s := range []string{clock.NoClock, clock.Incomplete, clock.Running, clock.Suspended, clock.ReturnDue, clock.Returned,
		clock.Withdrawn, clock.Granted, clock.Refused, clock.Consent, clock.Silent} {
		all[s] = w.State(s)
	}
	for _, key := range whys(t) {
		all["why."+key] = w.Why(key)
	}
	for _, r := range []*clock.Term{&p.Rules.Delay, &p.Rules.InfoAnswer, &p.Rules.Rectify} {
		all[r.Text] = w.LawTitle(r.Text)
	}
	return all
}

// whys reads the engine's source for the reasons it gives.
func whys(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	given := regexp.MustCompile(`\.no\("([a-z-]+)"`)
	var keys []string
	for _, name := range names {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range given.FindAllStringSubmatch(string(source), -1) {
			keys = append(keys, m[1])
		}
	}
	if len(keys) < 30 {
		t.Fatalf("found %d reasons in the engine: the pattern is out of date", len(keys))
	}
	return keys
}

func TestCite(t *testing.T) {
	for _, c := range []struct {
		lang     i18n.Lang
		law      string
		articles []string
		want     string
	}{
		{i18n.EN, "55-19", []string{"10", "4(8)"}, "law \u206655-19\u2069, art. \u206610\u2069 and \u20664(8)\u2069"},
		{i18n.FR, "31-13", []string{"19"}, "loi \u206631-13\u2069, art. \u206619\u2069"},
		{i18n.AR, "55-19", []string{"10", "4(8)"}, "القانون \u206655-19\u2069، المواد \u206610\u2069 و\u20664(8)\u2069"},
		{i18n.EN, "55-19", nil, "law \u206655-19\u2069"},
		{i18n.EN, "", []string{"10"}, ""},
	} {
		if got := In(c.lang).Cite(c.law, c.articles...); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.lang, c.law, got, c.want)
		}
	}
	want := `law <bdi dir="ltr">55-19</bdi>, art. <bdi dir="ltr">17</bdi>`
	if got := In(i18n.EN).LawHTML(clock.Ruling{Text: "55-19", Articles: []string{"17"}}); string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
