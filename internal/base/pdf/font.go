package pdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"unicode/utf16"

	"github.com/go-text/typesetting/font"
)

// usedFont is a font with the codes this document gave its glyphs. A code
// stands for a glyph and the text behind it: the same glyph with other text is
// another code, so that a reader finds the text again.
type usedFont struct {
	*typeface
	family int
	bold   bool
	face   *font.Face
	codes  map[code]int
	order  []code // order[i] has code i+1; 0 is the box of a missing letter
}

type code struct {
	glyph gid
	text  string // "" inside a cluster whose text stands beside it
}

func newUsedFont(t *typeface, family int, bold bool) *usedFont {
	return &usedFont{typeface: t, family: family, bold: bold, face: font.NewFace(t.font), codes: map[code]int{}}
}

func (f *usedFont) has(r rune) bool {
	_, ok := f.face.NominalGlyph(r)
	return ok
}

func (f *usedFont) upem() int { return int(f.font.Upem()) }

// code is the two bytes that draw a glyph.
func (f *usedFont) code(g gid, text string) int {
	c := code{g, text}
	n, ok := f.codes[c]
	if !ok {
		f.order = append(f.order, c)
		n = len(f.order)
		f.codes[c] = n
	}
	return n
}

// write adds the font's objects to a file and returns the number of the font.
func (f *usedFont) write(w *file) (int, error) {
	g, err := readGlyphs(f.raw)
	if err != nil {
		return 0, fmt.Errorf("font %s: %w", f.name, err)
	}
	used := make([]int, len(f.order))
	for i, c := range f.order {
		used[i] = int(c.glyph)
	}
	program, index, err := g.subset(used)
	if err != nil {
		return 0, fmt.Errorf("font %s: %w", f.name, err)
	}
	em := func(n int) int { return n * 1000 / g.upem }
	toGlyph := []byte{0, 0}
	var widths bytes.Buffer
	boxWidth, _ := g.metric(0)
	fmt.Fprintf(&widths, "[0 [%d", em(int(boxWidth)))
	for _, c := range f.order {
		toGlyph = binary.BigEndian.AppendUint16(toGlyph, uint16(index[int(c.glyph)]))
		advance, _ := g.metric(int(c.glyph))
		fmt.Fprintf(&widths, " %d", em(int(advance)))
	}
	widths.WriteString("]]")
	name := subsetTag(program) + "+" + f.name
	if f.fake {
		name += "-Bold"
	}
	body := w.stream(fmt.Sprintf("/Length1 %d", len(program)), program)
	descriptor := w.add(fmt.Sprintf("<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight 714/StemV %d/FontFile2 %d 0 R>>",
		name, em(g.bounds[0]), em(g.bounds[1]), em(g.bounds[2]), em(g.bounds[3]), em(g.asc), em(g.desc), 80+60*boolIndex(f.bold), body))
	cid := w.add(fmt.Sprintf("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R/DW 1000/W %s/CIDToGIDMap %d 0 R>>",
		name, descriptor, widths.String(), w.stream("", toGlyph)))
	return w.add(fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>",
		name, cid, w.stream("", f.toUnicode()))), nil
}

// toUnicode maps codes to the text behind them.
func (f *usedFont) toUnicode() []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	var rows []string
	for i, c := range f.order {
		if c.text != "" {
			rows = append(rows, fmt.Sprintf("<%04X> <%X>\n", i+1, utf16be(c.text)))
		}
	}
	for len(rows) > 0 {
		n := min(len(rows), 100) // the most that one block may hold
		fmt.Fprintf(&b, "%d beginbfchar\n", n)
		for _, r := range rows[:n] {
			b.WriteString(r)
		}
		b.WriteString("endbfchar\n")
		rows = rows[n:]
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return b.Bytes()
}

// subsetTag is the six letters that mark a subset, from its own bytes.
func subsetTag(program []byte) string {
	sum := sha256.Sum256(program)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return string(tag)
}

func utf16be(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.BigEndian.AppendUint16(out, u)
	}
	return out
}
