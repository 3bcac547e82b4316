package yaml

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestParseFlow reads a large table on one line.
func TestParseFlow(t *testing.T) {
	start := time.Now()
	_, err := Parse([]byte("a: {"+strings.Repeat("k: 1, ", 40_000)+"}"), 1<<20)
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("%v (%v)", took, err)
	} else {
		t.Log(took, err)
	}
}

func TestParse(t *testing.T) {
	root, err := Parse([]byte("a: 1\n\nlist:\n- {at: 2026-09-01, '2026-09-02': x}\n- [31-13, true, null, 007]\n"), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	list := root.Get("list")
	first, second := list.Items[0], list.Items[1]
	if root.Get("a").Text != "1" || first.Get("at").Text != "2026-09-01" || first.Keys[1].Key != "2026-09-02" || first.Line != 4 {
		t.Errorf("got %+v", first)
	}
	var kinds []Kind
	for _, item := range second.Items {
		kinds = append(kinds, item.Kind)
	}
	if fmt.Sprint(kinds) != fmt.Sprint([]Kind{Text, Bool, Nothing, Text}) || second.Items[3].Text != "007" {
		t.Errorf("got %v", kinds)
	}
}

func TestParseRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		line int
	}{
		"twice":     {"a: 1\nb: 2\na: 3\n", 3},
		"alias":     {"a: &x 1\nb: *x\n", 1},
		"tag":       {"a: 1\nb: !!int 2\n", 2},
		"tower":     {"a: " + strings.Repeat("[", 5000), 1},
		"documents": {"a: 1\n---\nb: 2\n", 1},
		"broken":    {"a: 1\nb: [1\n", 2},
		"long":      {"a: " + strings.Repeat("x", 1<<20), 1},
		"bytes":     {"a: \xff", 1},
	} {
		_, err := Parse([]byte(c.text), 1<<20)
		var at *Error
		if !errors.As(err, &at) || at.Line != c.line {
			t.Errorf("%s: got %v, want line %d", name, err, c.line)
		}
	}
}

// TestParseQuick reads large files of the slowest shapes.
func TestParseQuick(t *testing.T) {
	if testing.Short() {
		t.Skip("ten files of a megabyte")
	}
	for _, row := range []string{"k%d: 1\n", "- {at: %d, do: file}\n", "- [[a, %d]]\n", "- 'x%d'\n", "- \"x%d\n", "#%d\n", "? %d\n", "- a\n  %d\n", "- k: {x: %d}\n  l: [1]\n", "- - a: %d\n    b: 2\n"} {
		var b strings.Builder
		for i := 0; b.Len() < 1<<20-100; i++ {
			fmt.Fprintf(&b, row, i)
		}
		start := time.Now()
		_, err := Parse([]byte(b.String()), 1<<20)
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%q: %v (%v)", row, took, err)
		} else {
			t.Log(row, took, err != nil)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("a: {b: [1, 'x']}\nc:\n- d: true\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := Parse(data, 1<<16)
		var at *Error
		if err != nil && (!errors.As(err, &at) || at.Line < 1) {
			t.Errorf("an error without a line: %v", err)
		}
	})
}
