package i18n

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func files(ar, fr, zgh, en string) fstest.MapFS {
	return fstest.MapFS{
		"t/ar.yaml": {Data: []byte(ar)}, "t/fr.yaml": {Data: []byte(fr)},
		"t/zgh.yaml": {Data: []byte(zgh)}, "t/en.yaml": {Data: []byte(en)},
	}
}

func TestLoad(t *testing.T) {
	tests := []struct {
		name            string
		ar, fr, zgh, en string
		want            string
	}{
		{"complete", "a: {b: 'x {n}'}", "a: {b: '{n} y'}", "a.b: '{n}'", "a: {b: 'z {n}'}", ""},
		{"missing", "a: x\nb: y", "a: x\nb: y", "a: x", "a: x\nb: y", "b: no text in zgh"},
		{"extra", "a: x", "a: x", "a: x", "a: x\nb: y", "b: no text in ar"},
		{"empty", "a: x", "a: ' '", "a: x", "a: x", "a: no text in fr"},
		{"placeholder", "a: '{n}'", "a: '{m}'", "a: '{n}'", "a: '{n}'", "a: fr has placeholders"},
		{"number", "a: 1", "a: x", "a: x", "a: x", "must be a string"},
		{"twice", "a: {b: x}\na.b: y", "a.b: x", "a.b: x", "a.b: x", "written twice"},
		{"broken", "a: [", "a: x", "a: x", "a: x", "reading t/ar.yaml"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load(files(tt.ar, tt.fr, tt.zgh, tt.en), "t")
			if tt.want == "" && err != nil {
				t.Fatalf("got error %v, want none", err)
			}
			if tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Fatalf("got error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// Texts that some languages do without are read in the others alone.
func TestLoadSome(t *testing.T) {
	some := files("a: x", "a: y", "a: [", "a: z")
	c, err := Load(some, "t", AR, FR)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.T(FR, "a") + c.T(ZGH, "a"); got != "y⟦a⟧" || !c.Has("a") || len(c.Keys()) != 1 {
		t.Errorf("texts = %q, keys %v", got, c.Keys())
	}
}

func TestTexts(t *testing.T) {
	c := MustLoad(files("a: '<{n}>'", "a: 'x {n}'", "a: '{n}'", "a: '{n} {n}'"), "t")
	if got, want := c.T(EN, "a", "n", 3), "3 3"; got != want {
		t.Errorf("T: got %q, want %q", got, want)
	}
	if got, want := c.T(EN, "b"), "⟦b⟧"; got != want {
		t.Errorf("unknown key: got %q, want %q", got, want)
	}
	if got, want := string(c.H(AR, "a", "n", LTR("A&B"))), `&lt;<bdi dir="ltr">A&amp;B</bdi>&gt;`; got != want {
		t.Errorf("H: got %q, want %q", got, want)
	}
	if got, want := string(c.H(FR, "a", "n", "<b>")), "x &lt;b&gt;"; got != want {
		t.Errorf("H escapes: got %q, want %q", got, want)
	}
}

func TestFormats(t *testing.T) {
	at := time.Date(2026, 11, 1, 23, 30, 0, 0, time.UTC) // 00:30 on the 2nd in Casablanca
	ramadan := time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC)
	tests := []struct{ name, got, want string }{
		{"number ar", Number(AR, 1234567), "1.234.567"},
		{"number zgh", Number(ZGH, 1234), "1\u00a0234"},
		{"number en", Number(EN, 999), "999"},
		{"negative", Number(FR, -1234), "\u22121.234"},
		{"decimal", Decimal(FR, "1234.50"), "1.234,50"},
		{"not a number", Decimal(FR, "12a"), "12a"},
		{"money ar", Money(AR, 480000), "4.800,00\u00a0درهم"},
		{"money fr", Money(FR, 5), "0,05\u00a0DH"},
		{"money en", Money(EN, 123456), "1,234.56\u00a0MAD"},
		{"date ar", Date(AR, at), "2\u00a0نونبر\u00a02026"},
		{"date fr first", CivilDate(FR, "2026-08-01"), "1er\u00a0août\u00a02026"},
		{"date zgh", Date(ZGH, at), "2\u00a0ⵏⵓⵡⴰⵏⴱⵉⵔ\u00a02026"},
		{"not a date", CivilDate(FR, "2026-13-01"), "2026-13-01"},
		{"hour", DateTime(FR, at), "2\u00a0novembre\u00a02026 à\u00a000:30"},
		{"hour in Ramadan", DateTime(EN, ramadan), "1\u00a0March\u00a02026, 23:30"},
		{"today", Today(at), "2026-11-02"},
		{"days ar 1", Days(AR, 1), "يوم واحد"},
		{"days ar 2", Days(AR, 2), "يومان"},
		{"days ar 7", Days(AR, 7), "7\u00a0أيام"},
		{"days ar 30", Days(AR, 30), "30\u00a0يوما"},
		{"days ar 100", Days(AR, 100), "100\u00a0يوم"},
		{"days fr", Days(FR, 1), "1\u00a0jour"},
		{"days zgh", Days(ZGH, 5), "5\u00a0ⵡⵓⵙⵙⴰⵏ"},
		{"size small", Size(EN, 1200), "2\u00a0KB"},
		{"size big", Size(FR, 2_340_000), "2,4\u00a0Mo"},
		{"ltr", string(LTR("<+212>")), `<bdi dir="ltr">&lt;+212&gt;</bdi>`},
		{"isolate", Isolate("55-19"), "\u206655-19\u2069"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

func TestPreferred(t *testing.T) {
	for header, want := range map[string]Lang{
		"": AR, "de, fr-CA;q=0.8, en": FR, "EN-us": EN, "tzm-Latn-MA, fr": ZGH, "shi": ZGH, "zgh": ZGH, "*": AR, ",;": AR,
	} {
		if got := Preferred(header); got != want {
			t.Errorf("Preferred(%q) = %q, want %q", header, got, want)
		}
	}
}

func TestLangs(t *testing.T) {
	for _, l := range Langs {
		if got, ok := ParseLang(string(l)); !ok || got != l {
			t.Errorf("ParseLang(%q): got %q, %v", l, got, ok)
		}
		for m := time.January; m <= time.December; m++ {
			if Month(l, m) == "" {
				t.Errorf("%s has no name for month %d", l, m)
			}
		}
	}
	if _, ok := ParseLang("de"); ok {
		t.Error("ParseLang accepts de")
	}
	if got := AR.Tag() + AR.Dir() + ZGH.Tag() + ZGH.Dir(); got != "ar-MArtlzghltr" {
		t.Errorf("tags and directions: got %q", got)
	}
}
