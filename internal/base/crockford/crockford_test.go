package crockford

import (
	"bytes"
	"strings"
	"testing"
)

// TestSlipsAreCaught changes each character into every other, and swaps each
// two neighbours.
func TestSlipsAreCaught(t *testing.T) {
	for _, n := range []int{10, 11, 26} {
		digits := Draw(n)
		text := Write(digits)
		if got, ok := Read(Group(text), n); !ok || !bytes.Equal(got, digits) {
			t.Fatalf("Read(%s) = %v, %v", Group(text), got, ok)
		}
		for i := range text {
			for _, other := range []byte(Alphabet) {
				if _, ok := Read(text[:i]+string(other)+text[i+1:], n); ok != (other == text[i]) {
					t.Fatalf("%s with %c at %d: %v", text, other, i, ok)
				}
			}
			if i > 0 && text[i] != text[i-1] {
				if _, ok := Read(text[:i-1]+text[i:i+1]+text[i-1:i]+text[i+1:], n); ok {
					t.Fatalf("%s: a swap at %d is not caught", text, i)
				}
			}
		}
	}
}

func TestTypedInManyWays(t *testing.T) {
	want := []byte{0, 1, 2, 0, 1, 31, 10, 9, 8, 7}
	text := Write(want)
	arabic := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + 0x0660
		}
		return r
	}, text)
	for name, typed := range map[string]string{
		"as written": text, "in groups": Group(text), "lower": strings.ToLower(text), "spaces": " " + strings.ReplaceAll(Group(text), "-", "\u00a0") + "\r\n",
		"isolates": "\u2066" + text + "\u2069", "hyphens": strings.ReplaceAll(Group(text), "-", "\u2011"),
		"letter O": strings.ReplaceAll(text, "0", "o"), "letter I": strings.ReplaceAll(text, "1", "I"), "letter l": strings.ReplaceAll(text, "1", "l"),
		"Arabic digits": arabic,
	} {
		if got, ok := Read(typed, len(want)); !ok || !bytes.Equal(got, want) {
			t.Errorf("%s: Read(%q) = %v, %v", name, typed, got, ok)
		}
	}
	for name, typed := range map[string]string{
		"empty": "", "short": text[1:], "long": text + "0", "letter U": "U" + text[1:], "endless": strings.Repeat(" ", 300) + text,
		"broken text": text + "\xff", "Tifinagh": "ⵣ" + text[1:],
	} {
		if got, ok := Read(typed, len(want)); ok {
			t.Errorf("%s: Read(%q) = %v", name, typed, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("7k2m-9qx3 tpc", 10)
	f.Add("\u2066ooOO-lliI 0000 0000\u2069", 16)
	f.Fuzz(func(t *testing.T, typed string, n int) {
		if n < 0 || n > 100 {
			return
		}
		digits, ok := Read(typed, n)
		if !ok {
			return
		}
		if again, ok := Read(Write(digits), n); !ok || !bytes.Equal(again, digits) {
			t.Errorf("Read(%q) does not survive writing", typed)
		}
	})
}
