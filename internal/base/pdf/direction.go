package pdf

import (
	"unicode"

	"github.com/go-text/typesetting/bidi"
)

// Isolates: text whose direction does not touch what is around it.
const (
	isolateLTR   = '\u2066'
	isolateRTL   = '\u2067'
	isolateFirst = '\u2068' // by its first letter
	isolateEnd   = '\u2069'
	anObject     = '\ufffc' // stands for an isolate in the text around it
)

// levels gives each rune its embedding level (UAX #9). The library joins runs
// of unequal level and equal direction, so each isolate is resolved as a text
// of its own, and levels finds the two levels of a joined run again.
func (t *typesetter) levels(runes []rune, base bidi.Level) []bidi.Level {
	out := make([]bidi.Level, len(runes))
	t.resolve(runes, out, base, 0)
	return out
}

// maxNested is how deep isolates may lie in each other; below, they are marks
// without effect.
const maxNested = 20

func (t *typesetter) resolve(runes []rune, out []bidi.Level, base bidi.Level, depth int) {
	var outer []rune // this text with one object for each isolate
	var at []int     // index in runes of each rune of outer
	type inner struct{ from, to int }
	var isolates []inner
	for i := 0; i < len(runes); i++ {
		outer, at = append(outer, runes[i]), append(at, i)
		if !opens(runes[i]) || depth == maxNested {
			continue
		}
		outer[len(outer)-1] = anObject
		end := closing(runes, i)
		isolates = append(isolates, inner{i, end})
		i = min(end, len(runes)-1)
	}
	for i, level := range t.flat(outer, base) {
		out[at[i]] = level
	}
	for _, in := range isolates {
		content := runes[in.from+1 : in.to]
		level := base + 1
		if (level%2 == 1) != rightToLeft(runes[in.from], content) {
			level++
		}
		t.resolve(content, out[in.from+1:in.to], level, depth+1)
		if in.to < len(runes) {
			out[in.to] = out[in.from]
		}
	}
}

// flat resolves a text without isolates.
func (t *typesetter) flat(runes []rune, base bidi.Level) []bidi.Level {
	out := make([]bidi.Level, len(runes))
	direction := bidi.LeftToRight
	if base%2 == 1 {
		direction = bidi.RightToLeft
	}
	runs := t.bidi.Segment(runes, direction)
	for i := range runs.NumRuns() {
		r := runs.Run(i)
		level := base
		switch {
		case base%2 == 1 && r.Level%2 == 0, base%2 == 0 && r.Level%2 == 1:
			level = base + 1
		}
		for j := r.Start; j < min(r.End, len(out)); j++ {
			out[j] = level
		}
		if base%2 == 0 && level == base && i > 0 { // a number after right-to-left letters is two deep
			for j := r.Start; j < numberEnd(runes, r.Start, r.End); j++ {
				out[j] = base + 2
			}
		}
	}
	return out
}

// numberEnd is where the digits at from end, with single marks inside them.
func numberEnd(runes []rune, from, to int) int {
	end := from
	for i := from; i < to; i++ {
		switch {
		case unicode.IsDigit(runes[i]):
			end = i + 1
		case end == i && i > from && i+1 < to && isSeparator(runes[i]) && unicode.IsDigit(runes[i+1]):
		default:
			return end
		}
	}
	return end
}

func isSeparator(r rune) bool {
	return r == '.' || r == ',' || r == ':' || r == '/' || r == '\u00a0' || r == '\u202f'
}

func opens(r rune) bool { return r >= isolateLTR && r <= isolateFirst }

// closing is where the isolate at from ends, len(runes) when it never does.
func closing(runes []rune, from int) int {
	depth := 0
	for i := from; i < len(runes); i++ {
		switch {
		case opens(runes[i]):
			depth++
		case runes[i] == isolateEnd:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(runes)
}

// rightToLeft tells the direction of an isolate.
func rightToLeft(opener rune, content []rune) bool {
	if opener != isolateFirst {
		return opener == isolateRTL
	}
	for i := 0; i < len(content); i++ {
		r := content[i]
		switch {
		case opens(r):
			i = closing(content, i)
		case unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko) && unicode.IsLetter(r):
			return true
		case unicode.IsLetter(r):
			return false
		}
	}
	return false
}
