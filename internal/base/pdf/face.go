package pdf

import (
	"bytes"
	"embed"
	"fmt"
	"sync"
	"unicode"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/harfbuzz"
)

// The fonts: Noto, under the SIL Open Font License in fonts/OFL.txt.
//
//go:embed fonts/*.ttf
var fontFiles embed.FS

// typeface is one font file, parsed once for the whole program.
type typeface struct {
	name  string
	raw   []byte
	font  *font.Font
	scale float64 // against the size asked for: Arabic letters are drawn small in their em
	fake  bool    // bold is made by a stroke
}

// The letters of the product, each with its bold. Latin comes first: it draws
// the box of a letter that none has.
var typefaces = sync.OnceValues(func() ([][2]*typeface, error) {
	families := []struct {
		regular, bold string
		scale         float64
	}{
		{"NotoSans-Regular", "NotoSans-Bold", 1},
		{"NotoNaskhArabic-Regular", "NotoNaskhArabic-Bold", 1.14},
		{"NotoSansTifinagh-Regular", "", 1},
	}
	var all [][2]*typeface
	for _, f := range families {
		regular, err := loadTypeface(f.regular, f.scale)
		if err != nil {
			return nil, err
		}
		bold := &typeface{name: regular.name, raw: regular.raw, font: regular.font, scale: f.scale, fake: true}
		if f.bold != "" {
			if bold, err = loadTypeface(f.bold, f.scale); err != nil {
				return nil, err
			}
		}
		all = append(all, [2]*typeface{regular, bold})
	}
	return all, nil
})

func loadTypeface(name string, scale float64) (*typeface, error) {
	raw, err := fontFiles.ReadFile("fonts/" + name + ".ttf")
	if err != nil {
		return nil, err
	}
	face, err := font.ParseTTF(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("reading font %s: %w", name, err)
	}
	return &typeface{name: name, raw: raw, font: face.Font, scale: scale}, nil
}

// choose gives each rune its font: marks, spaces and invisible runes follow
// the rune before, what no font has falls to the first.
func (t *typesetter) choose(p *paragraph) {
	var last *usedFont
	for i, r := range p.runes {
		f := last
		if last == nil || !follows(r) || !last.has(r) && !invisible(r) {
			f = t.find(r, p.bold[i], last)
		}
		if f.bold != p.bold[i] {
			f = t.fonts[f.family][boolIndex(p.bold[i])]
		}
		p.fonts[i], last = f, f
	}
	for i := len(p.runes) - 2; i >= 0; i-- { // invisible runes at a start have no rune before
		if invisible(p.runes[i]) && p.bold[i] == p.bold[i+1] {
			p.fonts[i] = p.fonts[i+1]
		}
	}
}

func (t *typesetter) find(r rune, bold bool, last *usedFont) *usedFont {
	if last != nil && !unicode.IsLetter(r) && !unicode.IsDigit(r) && last.has(r) {
		return last
	}
	for _, pair := range t.fonts {
		if f := pair[boolIndex(bold)]; f.has(r) {
			return f
		}
	}
	return t.fonts[0][boolIndex(bold)]
}

func follows(r rune) bool { return unicode.IsSpace(r) || unicode.IsMark(r) || invisible(r) }

func invisible(r rune) bool { return harfbuzz.IsDefaultIgnorable(r) }

func boolIndex(b bool) int {
	if b {
		return 1
	}
	return 0
}
