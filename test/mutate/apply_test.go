package main

import (
	"go/parser"
	"strings"
	"testing"
)

// around wraps the nth occurrence of a text, from 0, in src.
func around(t *testing.T, src, text string, nth int, before, after string) edit {
	t.Helper()
	start := -1
	for range nth + 1 {
		next := strings.Index(src[start+1:], text)
		if next < 0 {
			t.Fatalf("no %q in %q", text, src)
		}
		start += next + 1
	}
	return edit{start: start, end: start + len(text), before: before, after: after}
}

// TestApplyNests: wrappers stand inside one another like the texts they wrap,
// in whatever order they are told; of one text, the first told is the outer.
func TestApplyNests(t *testing.T) {
	for _, c := range []struct {
		name, src string
		edits     func(src string) []edit
		want      string
	}{
		{"they begin together", "a && b || c", func(s string) []edit {
			return []edit{around(t, s, s, 0, "<", ">"), around(t, s, "a && b", 0, "[", "]"), around(t, s, "a", 0, "{", "}")}
		}, "<[{a} && b] || c>"},
		{"they end together", "a || b && c", func(s string) []edit {
			return []edit{around(t, s, s, 0, "<", ">"), around(t, s, "b && c", 0, "[", "]"), around(t, s, "c", 0, "{", "}")}
		}, "<a || [b && {c}]>"},
		{"the inner told first", "a && b", func(s string) []edit {
			return []edit{around(t, s, "a", 0, "{", "}"), around(t, s, "b", 0, "[", "]"), around(t, s, s, 0, "<", ">")}
		}, "<{a} && [b]>"},
		{"one text twice", "1", func(s string) []edit {
			return []edit{around(t, s, s, 0, "<", ">"), around(t, s, s, 0, "[", "]")}
		}, "<[1]>"},
		{"one ends where the next begins", "ab", func(s string) []edit {
			return []edit{around(t, s, "b", 0, "[", "]"), around(t, s, "a", 0, "<", ">")}
		}, "<a>[b]"},
		{"a word in the place of another, inside", "max(a, b)", func(s string) []edit {
			name, open := around(t, s, "max", 0, "", ""), around(t, s, "(", 0, "", "")
			name.whole, open.whole = "mutMax[int]", "(7, "
			return []edit{around(t, s, s, 0, "<", ">"), name, open, around(t, s, "b", 0, "[", "]")}
		}, "<mutMax[int](7, a, [b])>"},
		{"nothing", "a + b", func(string) []edit { return nil }, "a + b"},
	} {
		if got := string(apply([]byte(c.src), c.edits(c.src))); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// TestApplySum: a sum becomes a call whose parts keep their own flips.
func TestApplySum(t *testing.T) {
	src := "1+n"
	op := around(t, src, "+", 0, "", "")
	op.whole = " "
	got := string(apply([]byte(src), []edit{
		around(t, src, "1", 0, "mutSum[int](3, 1, (", "), ("), op, around(t, src, "n", 0, "", "))"),
		around(t, src, "1", 0, "mutInt[int](4, ", ")"),
	}))
	if want := "mutSum[int](3, 1, (mutInt[int](4, 1)), ( n))"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := parser.ParseExpr(got); err != nil {
		t.Errorf("%s: %v", got, err)
	}
}

// TestReport: of all mutants 95 in 100 must be caught, whatever the excuses; of
// a sample, those with a reason do not count against it.
func TestReport(t *testing.T) {
	results := func(caught, excused, missed int) (out []result, known map[string]string) {
		known = map[string]string{}
		for i := range caught + excused + missed {
			r := result{mutant: mutant{id: i, at: "x.go f", what: "a → b", n: i + 2}}
			if i < caught {
				r.by = "TestGolden"
			} else if i < caught+excused {
				known[r.String()] = "it changes nothing"
			}
			out = append(out, r)
		}
		return out, known
	}
	for _, c := range []struct {
		name                    string
		caught, excused, missed int
		whole, fine             bool
	}{
		{"all, exactly enough", 95, 0, 5, true, true},
		{"all, one too few", 94, 0, 6, true, false},
		{"all, one too few, excused", 94, 6, 0, true, false},
		{"a sample, excused", 90, 10, 0, false, true},
		{"a sample, exactly enough", 90, 5, 5, false, true},
		{"a sample, one too few", 90, 4, 6, false, false},
		{"none", 0, 0, 0, true, false},
	} {
		out, known := results(c.caught, c.excused, c.missed)
		if err := report(out, known, c.whole); (err == nil) != c.fine {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}
