package pdf

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-text/typesetting/shaping"
)

// box is a strip of the column: lines of text side by side, a rule, a drawing
// or nothing.
type box struct {
	height    float64
	blank     bool // nothing is lost when it is dropped at the top of a page
	parts     []part
	rule      float64 // thickness; 0 for none
	ruleGray  float64
	ruleX     float64
	ruleWidth float64
	draw      func(c *content, top float64)
}

// part is one line of text inside a box.
type part struct {
	element  *element
	line     line
	style    Style
	x, width float64
}

// element is a node of the tree that tells assistive software what is what.
type element struct {
	tag, alt string
	children []*element
	marks    []mark
	object   int
}

// mark is a piece of a page's content.
type mark struct{ page, id int }

func (d *Document) element(tag string) *element {
	e := &element{tag: tag}
	d.root = append(d.root, e)
	return e
}

func (e *element) child(tag string) *element {
	c := &element{tag: tag}
	e.children = append(e.children, c)
	return c
}

// content is the drawing of one page.
type content struct {
	bytes.Buffer
	page  int
	rtl   bool
	marks []*element // by mark id
}

// begin opens marked content of an element; nil is decoration.
func (c *content) begin(e *element) {
	if e == nil {
		c.WriteString("/Artifact BMC\n")
		return
	}
	fmt.Fprintf(c, "/%s<</MCID %d>>BDC\n", e.tag, len(c.marks))
	e.marks = append(e.marks, mark{c.page, len(c.marks)})
	c.marks = append(c.marks, e)
}

func (c *content) end() { c.WriteString("EMC\n") }

// placed is a box with its page and its top on it.
type placed struct {
	box
	page int
	top  float64
}

// arrange lays the boxes out, from top to bottom, the foot at the bottom of
// the last page, and counts the pages.
func (d *Document) arrange() ([]placed, int) {
	var all []placed
	page, top := 0, pageHeight-margin
	put := func(boxes []box) {
		for _, b := range boxes {
			if top-b.height < margin-0.001 {
				page, top = page+1, pageHeight-margin
			}
			if b.blank && page > 0 && top == pageHeight-margin {
				continue
			}
			all = append(all, placed{b, page, top})
			top -= b.height
		}
	}
	put(d.body)
	foot := 0.0
	for _, b := range d.foot {
		foot += b.height
	}
	if foot > 0 {
		if top-foot < margin {
			page++
		}
		top = margin + foot
		put(d.foot)
	}
	return all, page + 1
}

// Pages tells how many pages the document has so far.
func (d *Document) Pages() int {
	_, n := d.arrange()
	return n
}

// pages draws every page.
func (d *Document) pages() []*content {
	boxes, n := d.arrange()
	all := make([]*content, n)
	for i := range all {
		all[i] = &content{page: i, rtl: d.meta.RightToLeft}
	}
	for _, b := range boxes {
		b.paint(all[b.page], b.top)
	}
	if n > 1 && d.meta.Label != nil {
		for i, c := range all {
			d.label(c, d.meta.Label(i+1, n))
		}
	}
	return all
}

// label writes which page it is below the column.
func (d *Document) label(c *content, text string) {
	const size = 8
	for _, l := range d.set.lines([]Span{{Text: text}}, size, textWidth) {
		b := box{parts: []part{{line: l, style: Style{Size: size, Align: Center, Gray: 0.3}, x: margin, width: textWidth}}}
		b.paint(c, margin-10)
	}
}

func (b *box) paint(c *content, top float64) {
	for _, p := range b.parts {
		c.begin(p.element)
		p.paint(c, top)
		c.end()
	}
	if b.rule > 0 {
		c.begin(nil)
		fmt.Fprintf(c, "%s G %s w %s %s m %s %s l S\n", number(b.ruleGray), number(b.rule),
			number(b.ruleX), number(top-b.height/2), number(b.ruleX+b.ruleWidth), number(top-b.height/2))
		c.end()
	}
	if b.draw != nil {
		b.draw(c, top)
	}
}

// paint draws a line of text: the baseline stands at 70 % of the strip.
func (p *part) paint(c *content, top float64) {
	size := p.style.size()
	x, y := p.x, top-size*leading*0.7
	switch {
	case p.style.Align == Center:
		x += (p.width - p.line.width) / 2
	case c.rtl:
		x += p.width - p.line.width
	}
	for _, r := range p.line.runs {
		r.paint(c, p.line.runes, x, y, size, p.style.Gray)
		x += r.width * size
	}
}

// paint draws glyphs from left to right.
func (r *run) paint(c *content, runes []rune, x, y, size, gray float64) {
	size *= r.font.scale
	fmt.Fprintf(c, "BT /%s %s Tf %s g %s %s Td\n", r.font.resource(), number(size), number(gray), number(x), number(y))
	if r.font.fake {
		fmt.Fprintf(c, "2 Tr %s G %s w\n", number(gray), number(size*0.035))
	}
	s := shower{c: c, f: r.font, size: size}
	for i := 0; i < len(r.glyphs); {
		n := i + 1
		for n < len(r.glyphs) && r.glyphs[n].TextIndex() == r.glyphs[i].TextIndex() {
			n++
		}
		s.cluster(r, r.glyphs[i:n], runes)
		i = n
	}
	s.flush()
	if r.font.fake {
		c.WriteString("0 Tr ")
	}
	c.WriteString("ET\n")
}

// cluster shows the glyphs of one or more runes. One glyph keeps the text in
// its code, a letter and its marks each keep their own rune; any other has its
// text beside it.
func (s *shower) cluster(r *run, glyphs []shaping.Glyph, runes []rune) {
	g := glyphs[0]
	first := g.TextIndex()
	text := visible(runes[first:min(first+g.RunesCount(), len(runes))])
	switch {
	case text == "" && len(glyphs) == 1 && g.Advance == 0:
	case len(glyphs) == 1:
		s.show(r, g, text)
	case len(glyphs) == g.RunesCount():
		for i, g := range glyphs {
			at := first + i
			if r.level%2 == 1 { // drawn last to first
				at = first + len(glyphs) - 1 - i
			}
			s.show(r, g, visible(runes[at:at+1]))
		}
	default:
		s.flush()
		fmt.Fprintf(s.c, "/Span<</ActualText%s>>BDC\n", hexText(text))
		for _, g := range glyphs {
			s.show(r, g, "")
		}
		s.flush()
		s.c.WriteString("EMC\n")
	}
}

// shower collects what one TJ operator shows.
type shower struct {
	c    *content
	f    *usedFont
	size float64
	hex  strings.Builder // inside <…>
	list strings.Builder
	back int // thousandths of an em to move left before the next glyph
}

// show adds a glyph with the text behind it.
func (s *shower) show(r *run, g shaping.Glyph, text string) {
	dx, dy, advance := em(g.XOffset, r), em(g.YOffset, r), em(g.Advance, r)
	if dy != 0 {
		s.flush()
		fmt.Fprintf(s.c, "%s Ts\n", number(float64(dy)*s.size/1000))
	}
	s.move(s.back - dx)
	fmt.Fprintf(&s.hex, "%04X", s.f.code(g.GlyphID, text))
	s.back = dx + int(s.f.face.HorizontalAdvance(g.GlyphID))*1000/s.f.upem() - advance
	if dy != 0 {
		s.flush()
		s.c.WriteString("0 Ts\n")
	}
}

func (s *shower) move(back int) {
	if back == 0 {
		return
	}
	s.close()
	s.list.WriteString(strconv.Itoa(back))
}

func (s *shower) close() {
	if s.hex.Len() > 0 {
		s.list.WriteString("<" + s.hex.String() + ">")
		s.hex.Reset()
	}
}

func (s *shower) flush() {
	if s.back != 0 { // lands where the next text starts
		s.move(s.back)
		s.back = 0
	}
	s.close()
	if s.list.Len() > 0 {
		s.c.WriteString("[" + s.list.String() + "]TJ\n")
		s.list.Reset()
	}
}
