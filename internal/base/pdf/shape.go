package pdf

import (
	"slices"
	"strings"
	"unicode"

	"github.com/go-text/typesetting/bidi"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/segmenter"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// typesetter turns text into lines of glyphs for one document.
type typesetter struct {
	fonts  [][2]*usedFont // family → regular, bold
	shaper shaping.HarfbuzzShaper
	bidi   bidi.Paragraph
	breaks segmenter.Segmenter
	rtl    bool
	err    error
}

func newTypesetter(rtl bool) *typesetter {
	t := &typesetter{rtl: rtl}
	all, err := typefaces()
	if err != nil {
		t.err = err
		return t
	}
	for i, pair := range all {
		t.fonts = append(t.fonts, [2]*usedFont{newUsedFont(pair[0], i, false), newUsedFont(pair[1], i, true)})
	}
	return t
}

// paragraph is a text with what is known of each rune.
type paragraph struct {
	runes   []rune
	bold    []bool
	fonts   []*usedFont
	levels  []bidi.Level
	scripts []language.Script
}

// run is glyphs of one font and direction, in the order they are drawn.
type run struct {
	font   *usedFont
	level  bidi.Level
	glyphs []shaping.Glyph
	width  float64 // in ems of the size asked for
}

// line is one line of a paragraph, its runs from left to right.
type line struct {
	runs  []run
	width float64 // points
	runes []rune  // of the whole paragraph: glyphs name their source by index
}

// lines breaks a paragraph to a width in points.
func (t *typesetter) lines(spans []Span, size, width float64) []line {
	p := t.analyse(spans)
	if p == nil || t.err != nil {
		return nil
	}
	advance := t.measure(p)
	var out []line
	for _, r := range t.cut(p, advance, width/size) {
		l := line{runes: p.runes, runs: reorder(t.shape(p, r[0], r[1]))}
		for _, run := range l.runs {
			l.width += run.width * size
		}
		out = append(out, l)
	}
	return out
}

// analyse finds direction, script and font of each rune.
func (t *typesetter) analyse(spans []Span) *paragraph {
	p := &paragraph{}
	for _, s := range spans {
		for _, r := range strings.ToValidUTF8(s.Text, "\ufffd") {
			switch {
			case r == '\t' || r == '\r' || r == '\v' || r == '\f' || r == '\u2028' || r == '\u2029':
				r = ' '
			case r != '\n' && unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e': // overrides change what is read
				continue
			}
			p.runes, p.bold = append(p.runes, r), append(p.bold, s.Bold)
		}
	}
	if len(p.runes) == 0 || t.err != nil {
		return nil
	}
	n := len(p.runes)
	p.fonts, p.scripts = make([]*usedFont, n), make([]language.Script, n)
	p.levels = t.levels(p.runes, bidi.Level(boolIndex(t.rtl)))
	scripts(p)
	t.choose(p)
	return p
}

// scripts gives common runes the script of the letter before, else after.
func scripts(p *paragraph) {
	last := language.Common
	for i, r := range p.runes {
		if s := language.LookupScript(r); s.Strong() {
			last = s
		}
		p.scripts[i] = last
	}
	for i := len(p.scripts) - 2; i >= 0; i-- {
		if p.scripts[i] == language.Common {
			p.scripts[i] = p.scripts[i+1]
		}
	}
}

// same tells whether two neighbours are shaped together.
func (p *paragraph) same(i, j int) bool {
	return p.levels[i] == p.levels[j] && p.scripts[i] == p.scripts[j] && p.fonts[i] == p.fonts[j]
}

// shape turns runes [from, to) into runs in logical order.
func (t *typesetter) shape(p *paragraph, from, to int) []run {
	var runs []run
	for start := from; start < to; {
		end := start + 1
		for end < to && p.same(start, end) {
			end++
		}
		f := p.fonts[start]
		direction := di.DirectionLTR
		if p.levels[start]%2 == 1 {
			direction = di.DirectionRTL
		}
		upem := f.upem()
		out := t.shaper.ShapeNoExtents(shaping.Input{Text: p.runes, RunStart: start, RunEnd: end, Direction: direction,
			Face: f.face, Size: fixed.I(upem), Script: p.scripts[start], Language: scriptLanguage(p.scripts[start]), FontFeatures: plainLetters})
		r := run{font: f, level: p.levels[start], glyphs: out.Glyphs}
		for _, g := range out.Glyphs {
			r.width += float64(g.Advance) / 64 / float64(upem) * f.scale
		}
		runs = append(runs, r)
		start = end
	}
	return runs
}

// plainLetters leaves out ligatures that are only a matter of taste, such as
// that of الله: readers of PDF take the letters behind one glyph in the wrong
// order. The ligatures that the script demands (lam with alef) stay.
var plainLetters = []shaping.FontFeature{{Tag: opentype.MustNewTag("liga")}, {Tag: opentype.MustNewTag("dlig")}, {Tag: opentype.MustNewTag("clig")}}

// scriptLanguage picks letter forms where a font has several.
func scriptLanguage(s language.Script) language.Language {
	switch s {
	case language.Arabic:
		return "ar"
	case language.Tifinagh:
		return "zgh"
	}
	return "fr"
}

// measure gives each rune its advance in ems: a cluster's on its first rune.
func (t *typesetter) measure(p *paragraph) []float64 {
	advance := make([]float64, len(p.runes))
	for _, r := range t.shape(p, 0, len(p.runes)) {
		for _, g := range r.glyphs {
			advance[g.TextIndex()] += float64(g.Advance) / 64 / float64(r.font.upem()) * r.font.scale
		}
	}
	return advance
}

// cut finds the ranges of the lines: as many words as fit, a word longer than
// a line cut between letters.
func (t *typesetter) cut(p *paragraph, advance []float64, width float64) [][2]int {
	var out [][2]int
	start, end, used := 0, 0, 0.0
	flush := func(to int) {
		if from, until := trim(p.runes, start, to); from < until {
			out = append(out, [2]int{from, until})
		} else if to > start {
			out = append(out, [2]int{start, start})
		}
		start, end, used = to, to, 0
	}
	t.breaks.Init(p.runes)
	words := t.breaks.LineIterator()
	for words.Next() {
		w := words.Line()
		until := w.Offset + len(w.Text)
		_, visible := trim(p.runes, w.Offset, until)
		if used > 0 && used+total(advance[w.Offset:max(visible, w.Offset)]) > width {
			flush(w.Offset)
		}
		for total(advance[start:max(visible, start)]) > width {
			flush(letters(p.runes, advance, start, width))
		}
		end, used = until, total(advance[start:until])
		if w.IsMandatoryBreak && until < len(p.runes) {
			flush(until)
		}
	}
	if end > start {
		flush(end)
	}
	return out
}

// letters finds the end of what fits of a long word, one letter at least.
func letters(runes []rune, advance []float64, start int, width float64) int {
	used := advance[start]
	end := start + 1
	for end < len(runes) && (used+advance[end] <= width || unicode.IsMark(runes[end])) {
		used += advance[end]
		end++
	}
	return end
}

func total(widths []float64) float64 {
	sum := 0.0
	for _, w := range widths {
		sum += w
	}
	return sum
}

// trim leaves out spaces at both ends.
func trim(runes []rune, from, to int) (int, int) {
	for to > from && unicode.IsSpace(runes[to-1]) {
		to--
	}
	for from < to && unicode.IsSpace(runes[from]) {
		from++
	}
	return from, to
}

// reorder puts runs into the order they are drawn (UAX #9, rule L2).
func reorder(runs []run) []run {
	var highest bidi.Level
	lowest := bidi.Level(127)
	for _, r := range runs {
		highest = max(highest, r.level)
		if r.level%2 == 1 {
			lowest = min(lowest, r.level)
		}
	}
	for level := highest; level >= lowest && level > 0; level-- {
		for i := 0; i < len(runs); {
			if runs[i].level < level {
				i++
				continue
			}
			j := i
			for j < len(runs) && runs[j].level >= level {
				j++
			}
			slices.Reverse(runs[i:j])
			i = j
		}
	}
	return runs
}

// gid is a glyph's index in its font.
type gid = font.GID
