package pdf

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
)

func compose(rtl bool, text string) *Document {
	d := New(Meta{Title: "Essai (1)", Author: "مثال", Language: "fr-MA", RightToLeft: rtl, Created: time.Unix(1_780_000_000, 0),
		Label: func(page, pages int) string { return "page" }})
	d.Heading(1, Style{Size: 20, Align: Center}, text)
	d.Rule(1)
	d.Paragraph(Style{After: 4}, Span{Text: text}, Span{Text: text, Bold: true})
	d.Pairs(Style{}, []Pair{{Label: text, Values: [][]Span{{{Text: text}}, {{Text: "2"}}}}, {Label: "x"}})
	d.Foot(func() {
		d.Beside("WASL1:ABC", 90, "code", func() { d.Paragraph(Style{Size: 9}, Span{Text: text}) })
	})
	return d
}

func TestBytesAreStable(t *testing.T) {
	const text = "L'été à Zitouna, شهادة السكنى ⵜⴰⴳⵔⴰⵡⵜ"
	first, err := compose(true, text).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	second, err := compose(true, text).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("the same calls give two files")
	}
	if n := len(first); n > 60_000 {
		t.Errorf("got %d bytes, want at most 60,000: the fonts are not reduced", n)
	}
}

// TestConcurrent composes at once what shares the fonts.
func TestConcurrent(t *testing.T) {
	const text = "شهادة السكنى 12 Zitouna"
	want, err := compose(true, text).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 5 {
				if got, err := compose(true, text).Bytes(); err != nil || !bytes.Equal(got, want) {
					t.Errorf("got another file, or %v", err)
				}
			}
		})
	}
	all.Wait()
}

func BenchmarkPage(b *testing.B) {
	for range b.N {
		if _, err := compose(true, "شهادة السكنى في الجماعة 12 Zitouna").Bytes(); err != nil {
			b.Fatal(err)
		}
	}
}

// TestText extracts what was written with another program (Debian's
// poppler-utils) and lets qpdf judge the structure.
func TestText(t *testing.T) {
	tests := []struct {
		name, text string
		rtl        bool
	}{
		{"arabic", "المملكة المغربية، لا إله إلا الله. الآن الأولى الإدارة", true},
		{"vowels", "الرُّخْصَة مُسَلَّمَةٌ", true},
		{"reference in arabic", "رقم \u20662026-00417\u2069 بتاريخ", true},
		{"french", "L'œuvre de l'été : 12,50 DH « Ça » ÀÉÈÊËÎÏÔÙÛÜŸÇ n° 3", false},
		{"amazigh", "ⵜⴰⵎⴰⵣⵉⵖⵜ ⵏ ⵓⴼⵔⵉⵇⵢⴰ ⵎⴰⵏⵣⴰⴽⵯⵏ", false},
		{"ligatures", "office fi ffl AVATAR", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := New(Meta{Title: tt.name, Language: "ar", RightToLeft: tt.rtl})
			d.Paragraph(Style{}, Span{Text: tt.text})
			raw, err := d.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Join(t.TempDir(), "text.pdf")
			if err := os.WriteFile(name, raw, 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(tool(t, "qpdf"), "--check", name).CombinedOutput()
			if err != nil || !strings.Contains(string(out), "No syntax or stream encoding errors") || strings.Contains(string(out), "WARNING") {
				t.Errorf("qpdf: %v\n%s", err, out)
			}
			text, err := exec.Command(tool(t, "pdftotext"), name, "-").CombinedOutput()
			if err != nil {
				t.Fatalf("pdftotext: %v\n%s", err, text)
			}
			if got, want := folded(string(text)), folded(tt.text); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") != "" || os.Getenv("WASL_REQUIRE_TOOLS") != "" {
		t.Fatalf("%s is missing: apt-get install poppler-utils qpdf", name)
	}
	t.Skipf("%s is not installed (poppler-utils, qpdf)", name)
	return ""
}

// folded drops what extraction moves or adds: Arabic vowels, marks of
// direction, and the spaces it reads out of gaps.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '\u064b' && r <= '\u0652', r >= '\u200b' && r <= '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', unicode.IsSpace(r):
			return -1
		}
		return r
	}, s)
}

func TestLines(t *testing.T) {
	set := newTypesetter(false)
	tests := []struct {
		name, text string
		width      float64
		want       int
	}{
		{"fits", "a b c", 200, 1},
		{"wraps", strings.Repeat("mot ", 40), 200, 5},
		{"long word", strings.Repeat("a", 100), 200, 4},
		{"breaks", "a\nb\n\nc", 200, 4},
		{"spaces only", "   ", 200, 1},
		{"nothing", "", 200, 0},
		{"marks stay", strings.Repeat("ا\u064e", 300), 100, 10},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lines := set.lines([]Span{{Text: tt.text}}, 11, tt.width)
			if len(lines) != tt.want {
				t.Errorf("got %d lines, want %d", len(lines), tt.want)
			}
			for _, l := range lines {
				if l.width > tt.width+0.01 {
					t.Errorf("a line is %.1f wide, want at most %.1f", l.width, tt.width)
				}
			}
		})
	}
}

func TestPages(t *testing.T) {
	d := compose(false, "mot")
	if got := d.Pages(); got != 1 {
		t.Errorf("got %d pages, want 1", got)
	}
	for range 60 {
		d.Paragraph(Style{After: 4}, Span{Text: "mot"})
	}
	if got := d.Pages(); got != 2 {
		t.Errorf("got %d pages, want 2", got)
	}
	if _, err := d.Bytes(); err != nil {
		t.Error(err)
	}
}

func TestBeside(t *testing.T) {
	d := New(Meta{})
	d.Beside(strings.Repeat("x", 4000), 100, "code", func() {})
	if _, err := d.Bytes(); err == nil {
		t.Error("a text too long for a code is no error")
	}
}

func TestSubset(t *testing.T) {
	all, err := typefaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range all {
		for _, f := range pair {
			g, err := readGlyphs(f.raw)
			if err != nil {
				t.Fatal(err)
			}
			var used []int
			for _, r := range "éÇاﻻلآرⵣ" {
				if id, ok := f.font.NominalGlyph(r); ok {
					used = append(used, int(id))
				}
			}
			raw, index, err := g.subset(used)
			if err != nil {
				t.Fatal(err)
			}
			small, err := readGlyphs(raw)
			if err != nil {
				t.Fatal(err)
			}
			for old, now := range index {
				a, _ := g.outline(old)
				b, _ := small.outline(now)
				if len(b) < len(a) || len(b) > len(a)+3 {
					t.Errorf("%s: glyph %d has %d bytes, %d of the subset %d", f.name, old, len(a), now, len(b))
				}
				wa, _ := g.metric(old)
				wb, _ := small.metric(now)
				if wa != wb {
					t.Errorf("%s: glyph %d is %d wide, want %d", f.name, old, wb, wa)
				}
			}
		}
	}
}

// FuzzParagraph writes whatever people may type.
func FuzzParagraph(f *testing.F) {
	for _, s := range []string{"شهادة (1) a\u2066b", "\u2069\u2068\u2067", "e\u0301\u0302", "\U0001f600漢\xff", "ا\u200dل\nⵣ\t\u00a0", "אב 12"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, text string, rtl bool) {
		if len(text) > 2000 {
			return
		}
		if _, err := compose(rtl, text).Bytes(); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzReadGlyphs(f *testing.F) {
	for _, name := range []string{"NotoSansTifinagh-Regular"} {
		raw, err := fontFiles.ReadFile("fonts/" + name + ".ttf")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw[:2000])
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		g, err := readGlyphs(raw)
		if err != nil {
			return
		}
		g.subset([]int{1, 2, g.count - 1})
	})
}
