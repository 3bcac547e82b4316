package robot

import (
	"context"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

// The robot finds nothing wrong with a portal that keeps the contract, and
// what it filed is what the example says.
func TestRobotFilesEverything(t *testing.T) {
	tp, base := newTiny(t)
	r := New(base)
	r.Logf = t.Logf
	verified := 0
	r.Verify = func([]byte, []byte) error { verified++; return nil }
	if err := r.Tour(t.Context(), Tour{}); err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Faults() {
		t.Error(f)
	}
	if verified != 2*len(Langs)+1 || r.Pages() < 50 {
		t.Errorf("verified %d receipts on %d pages, want %d", verified, r.Pages(), 2*len(Langs)+1)
	}
	for _, d := range tp.drafts {
		if d.reference == "" {
			continue
		}
		want := map[string][]string{"name": {"Zineb of the long name"}, "born.day": {"3"}, "born.month": {"2"}, "born.year": {"1990"},
			"honour": {"yes"}, "sugar": {"no"}, "with": {"mint", "sage"},
			"cups.0.kind": {"green"}, "cups.0.price": {"1.50"}, "cups.1.kind": {"black"}, "cups.1.price": {"10.00"}}
		for name, v := range want {
			if !reflect.DeepEqual(d.values[name], v) {
				t.Errorf("%s = %q, want %q", name, d.values[name], v)
			}
		}
		if len(d.files) == 0 || d.files[0] != "a.pdf" {
			t.Errorf("files = %q", d.files)
		}
	}
}

// Each broken promise is found.
func TestRobotFindsFaults(t *testing.T) {
	for _, c := range []struct{ name, from, to, rule string }{
		{"label", `<label for="name">`, `<label for="other">`, "every control has a label"},
		{"twin id", `id="name"`, `id="name" data-x><i id="name"`, "an id is used once"},
		{"summary", `href="#name"`, `href="#gone"`, "summary links lead to a field"},
		{"described", `aria-describedby="name-e"`, `aria-describedby="born-day-e"`, "the field is aria-invalid and described by the summary's text"},
		{"alert", `role=alert`, `role=note`, "one role=alert summary"},
		{"title", `<title>Error`, `<title>Oops`, "the title of a refused page begins with the word for error"},
		{"code", `id="resume-code"`, `id="code"`, "every page of a draft holds #resume-code"},
		{"style", `<style>`, `<style> `, "content security policy"},
		{"inline", `<h1>`, `<h1 style="color:red">`, "no inline style or handler"},
		{"language", `hreflang="fr"`, `hreflang="de"`, "language links lead to the same path"},
		{"large", `</main>`, `</main>` + noise(), "page at most 6,144 bytes with brotli"},
		{"value", `value="12x&lt;"`, `value=""`, "all values are kept, the wrong one too"},
		{"text", `<h1>`, `<h1>⟦home.title⟧`, "every text has a translation"},
	} {
		tp, base := newTiny(t)
		tp.spoil = func(page string) string { return strings.ReplaceAll(page, c.from, c.to) }
		r := New(base)
		_ = r.Tour(t.Context(), Tour{Langs: []string{"en"}}) // it may get lost
		found := false
		for _, f := range r.Faults() {
			found = found || f.Rule == c.rule
		}
		if !found {
			t.Errorf("%s: no fault of rule %q in %v", c.name, c.rule, r.Faults())
		}
	}
}

// noise is text that does not compress.
func noise() string {
	var b strings.Builder
	for x := uint32(1); b.Len() < 12_000; {
		x = x*1664525 + 1013904223
		b.WriteByte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"[x>>26])
	}
	return b.String()
}

// TestPortal tours the portal at WASL_URL; without one there is nothing to do
// here, the walk in test/walk starts its own.
func TestPortal(t *testing.T) {
	base := os.Getenv("WASL_URL")
	if base == "" {
		t.Skip("WASL_URL is not set")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	r := New(base)
	r.Logf, r.Verify = t.Logf, CheckReceipt
	tour := Tour{Service: os.Getenv("WASL_SERVICE")}
	if lang := os.Getenv("WASL_LANG"); lang != "" {
		tour.Langs = strings.Split(lang, ",")
	}
	if err := r.Tour(ctx, tour); err != nil {
		t.Error(err)
	}
	for _, f := range r.Faults() {
		t.Error(f)
	}
	t.Logf("%d pages checked; heaviest, in bytes: %v", r.Pages(), r.Heaviest())
}
