// Package pdf writes a small, tagged PDF of shaped text in Arabic, Latin and
// Tifinagh letters: headings, paragraphs, tables of label and value, rules and
// QR codes, on A4 pages.
//
// It shapes with HarfBuzz's rules, orders lines by the Unicode bidirectional
// algorithm, embeds only the glyphs that it uses, and keeps the text behind
// them, so that people can search, copy and hear it. The same input gives the
// same bytes. It refuses nothing a person may write: what its fonts lack is
// drawn as a box. It has no domain words; any zone may use it.
package pdf

import (
	"time"
)

// Meta says what a file is.
type Meta struct {
	Title       string
	Author      string
	Language    string // BCP 47 tag
	RightToLeft bool   // direction of every paragraph
	Created     time.Time
	Label       func(page, pages int) string // below each page when there are several, or nil
}

// Span is a piece of a paragraph. A left-to-right identifier inside Arabic
// needs its own isolates (U+2066 … U+2069) in Text.
type Span struct {
	Text string
	Bold bool
}

// Align places the lines of a paragraph.
type Align int

// Alignments; Start is the right side in a right-to-left document.
const (
	Start Align = iota
	Center
)

// Style says how a paragraph looks. Measures are points.
type Style struct {
	Size   float64 // of the letters; 0 is 11
	Align  Align
	Gray   float64 // 0 black … 1 white
	Before float64 // space above
	After  float64 // space below
}

// Pair is a label with its values, one under the other.
type Pair struct {
	Label  string
	Values [][]Span
}

// Page measures in points.
const (
	pageWidth  = 595.28
	pageHeight = 841.89
	margin     = 50.0
	textWidth  = pageWidth - 2*margin
	defaultPt  = 11.0
	leading    = 1.5 // line height over size
)

// Document is a file being composed, top to bottom. It is not safe for
// concurrent use.
type Document struct {
	meta  Meta
	set   *typesetter
	body  []box
	foot  []box
	root  []*element
	inset float64 // width kept free at the end side
	toEnd bool    // blocks go to the foot
	err   error
}

// New starts a document.
func New(m Meta) *Document { return &Document{meta: m, set: newTypesetter(m.RightToLeft)} }

// Heading adds the page's heading, or one below it.
func (d *Document) Heading(level int, st Style, text string) {
	tag := [...]string{"H1", "H2", "H3"}[min(max(level, 1), 3)-1]
	d.text(d.element(tag), st, []Span{{Text: text, Bold: true}})
}

// Paragraph adds a paragraph.
func (d *Document) Paragraph(st Style, spans ...Span) { d.text(d.element("P"), st, spans) }

func (d *Document) text(e *element, st Style, spans []Span) {
	d.space(st.Before)
	for _, l := range d.set.lines(spans, st.size(), textWidth-d.inset) {
		d.add(box{height: st.size() * leading, parts: []part{{element: e, line: l, style: st, width: textWidth - d.inset, x: d.left()}}})
	}
	d.space(st.After)
}

// left is where the column starts on the page.
func (d *Document) left() float64 {
	if d.meta.RightToLeft {
		return margin + d.inset
	}
	return margin
}

// Pairs adds a table of labels and values, each row closed by a thin rule.
func (d *Document) Pairs(st Style, rows []Pair) {
	if len(rows) == 0 {
		return
	}
	table := d.element("Table")
	d.space(st.Before)
	for _, row := range rows {
		d.pair(table, st, row)
	}
	d.space(st.After)
}

func (d *Document) pair(table *element, st Style, row Pair) {
	const labelShare, gap = 0.34, 14.0
	full := textWidth - d.inset
	labelWidth := full * labelShare
	valueWidth := full - labelWidth - gap
	tr := table.child("TR")
	th, td := tr.child("TH"), tr.child("TD")
	labelStyle := Style{Size: st.size(), Gray: 0.3}
	labelX, valueX := d.left(), d.left()+labelWidth+gap
	if d.meta.RightToLeft {
		labelX, valueX = d.left()+valueWidth+gap, d.left()
	}
	labels := d.set.lines([]Span{{Text: row.Label}}, st.size(), labelWidth)
	var values []line
	for _, v := range row.Values {
		values = append(values, d.set.lines(v, st.size(), valueWidth)...)
	}
	d.space(3)
	for i := range max(len(labels), len(values)) {
		b := box{height: st.size() * leading}
		if i < len(labels) {
			b.parts = append(b.parts, part{element: th, line: labels[i], style: labelStyle, width: labelWidth, x: labelX})
		}
		if i < len(values) {
			b.parts = append(b.parts, part{element: td, line: values[i], style: Style{Size: st.size()}, width: valueWidth, x: valueX})
		}
		d.add(b)
	}
	d.add(box{height: 3, rule: 0.4, ruleGray: 0.75, ruleX: d.left(), ruleWidth: full})
}

// Rule adds a line across the column.
func (d *Document) Rule(width float64) {
	d.add(box{height: width + 6, rule: width, ruleX: d.left(), ruleWidth: textWidth - d.inset})
}

// Space adds empty height.
func (d *Document) Space(points float64) { d.space(points) }

func (d *Document) space(points float64) {
	if points > 0 {
		d.add(box{height: points, blank: true})
	}
}

// Foot puts what compose adds at the bottom of the last page.
func (d *Document) Foot(compose func()) {
	d.toEnd = true
	compose()
	d.toEnd = false
}

func (d *Document) add(b box) {
	if d.toEnd {
		d.foot = append(d.foot, b)
		return
	}
	d.body = append(d.body, b)
}

func (st Style) size() float64 {
	if st.Size == 0 {
		return defaultPt
	}
	return st.Size
}
