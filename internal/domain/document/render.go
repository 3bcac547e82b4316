package document

import (
	"embed"
	"fmt"

	"wasl/internal/base/i18n"
	"wasl/internal/base/pdf"
)

//go:embed texts
var textFiles embed.FS

// texts surround what a service's template says.
var texts = i18n.MustLoad(textFiles, "texts")

// layout is how much room a page gives; measures are points.
type layout struct {
	title, body, small float64 // sizes of letters
	gap                float64 // between paragraphs
}

// sizeCode is the QR code's side: about 45 mm, for a cheap camera.
const sizeCode = 128

// A document that does not fit one page at ease is set closer.
var layouts = []layout{
	{title: 21, body: 11.5, small: 9, gap: 7},
	{title: 18, body: 10, small: 8, gap: 4},
}

// Render writes the page of a document, with a QR code of code on it; an empty
// code leaves it out (a preview). Long words of an agent may take more pages.
// The same input gives the same bytes.
func Render(in Input, code string) ([]byte, error) {
	t, err := load(in.Service, in.Language)
	if err != nil {
		return nil, err
	}
	for _, size := range layouts[:len(layouts)-1] {
		d, err := compose(&in, t, code, size)
		if err != nil {
			return nil, err
		}
		if d.Pages() == 1 {
			return d.Bytes()
		}
	}
	d, err := compose(&in, t, code, layouts[len(layouts)-1])
	if err != nil {
		return nil, err
	}
	return d.Bytes()
}

// sheet is a document being composed.
type sheet struct {
	*filler
	*pdf.Document
	layout
}

func compose(in *Input, t *template, code string, size layout) (*pdf.Document, error) {
	f := &filler{in: in, until: in.until()}
	title, _, err := f.inline(t.heading())
	if err != nil {
		return nil, err
	}
	heading, number := join(title), texts.T(in.Language, "number", "number", i18n.Isolate(string(in.Number)))
	d := pdf.New(pdf.Meta{
		Title: plain(heading + " " + string(in.Number)), Author: in.Authority.Names.In(in.Language),
		Language: in.Language.Tag(), RightToLeft: in.Language.Dir() == "rtl", Created: in.At,
		Label: func(page, pages int) string {
			return number + " – " + i18n.Isolate(fmt.Sprintf("%d/%d", page, pages))
		},
	})
	s := &sheet{f, d, size}
	s.head(heading, number)
	for _, b := range t.blocks {
		if err := s.block(b); err != nil {
			return nil, fmt.Errorf("%s: %w", path(in.Service, in.Language), err)
		}
	}
	s.signature()
	d.Foot(func() { s.check(code, number) })
	return d, nil
}

func (t *template) heading() []piece {
	for _, b := range t.blocks {
		if b.tag == "h1" {
			return b.pieces
		}
	}
	return nil
}

// head is who issues, the mark of an example, the title and the number.
func (s *sheet) head(title, number string) {
	l := s.in.Language
	s.Paragraph(pdf.Style{Size: s.body + 1.5}, pdf.Span{Text: s.in.Authority.Names.In(l), Bold: true})
	if unit := s.in.unitName(); unit != "" {
		s.Paragraph(pdf.Style{Size: s.body - 1, Gray: 0.3}, pdf.Span{Text: unit})
	}
	s.Space(4)
	s.Rule(1.2)
	if s.in.Service.Example || s.in.Authority.Example {
		s.Paragraph(pdf.Style{Size: s.body, Align: pdf.Center, Before: 2}, pdf.Span{Text: texts.T(l, "example"), Bold: true})
		s.Rule(0.4)
	}
	s.Heading(1, pdf.Style{Size: s.title, Align: pdf.Center, Before: 2 * s.gap}, title)
	s.Paragraph(pdf.Style{Size: s.body - 1, Align: pdf.Center, Gray: 0.2, After: 2 * s.gap}, pdf.Span{Text: number})
}

// block adds a paragraph or a table of the template; what has no value is left out.
func (s *sheet) block(b block) error {
	style := pdf.Style{Size: s.body, After: s.gap}
	switch b.tag {
	case "p":
		if name, bold, ok := alone(b.pieces); ok && name == valueWords {
			for _, text := range s.words() {
				s.Paragraph(style, pdf.Span{Text: text, Bold: bold})
			}
			return nil
		}
		spans, ok, err := s.inline(b.pieces)
		if ok {
			s.Paragraph(style, spans...)
		}
		return err
	case "dl":
		pairs, err := s.pairs(b.rows)
		if err != nil {
			return err
		}
		s.Pairs(pdf.Style{Size: s.body, Before: 2, After: s.gap + 3}, pairs)
	}
	return nil
}

func (f *filler) pairs(rows []row) ([]pdf.Pair, error) {
	var pairs []pdf.Pair
	for _, r := range rows {
		label, ok, err := f.inline(r.label)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		p := pdf.Pair{Label: join(label)}
		for _, v := range r.values {
			lines, err := f.lines(v)
			if err != nil {
				return nil, err
			}
			p.Values = append(p.Values, lines...)
		}
		if len(p.Values) > 0 {
			pairs = append(pairs, p)
		}
	}
	return pairs, nil
}

// signature is the date, the validity and who signs.
func (s *sheet) signature() {
	l, style := s.in.Language, pdf.Style{Size: s.body}
	s.Space(s.gap)
	s.Paragraph(style, pdf.Span{Text: texts.T(l, "done", "date", i18n.Date(l, s.in.At))})
	if s.until != "" {
		s.Paragraph(style, pdf.Span{Text: texts.T(l, "until", "date", i18n.CivilDate(l, s.until))})
	}
	if signer := s.in.signer(); signer != "" {
		s.Paragraph(style, pdf.Span{Text: texts.T(l, "signer", "signer", signer), Bold: true})
	}
}

// check tells how to verify the document, beside the code.
func (s *sheet) check(code, number string) {
	l, in := s.in.Language, s.in
	say := func() {
		small := pdf.Style{Size: s.small, Gray: 0.15}
		s.Heading(2, pdf.Style{Size: s.small + 1.5, After: 2}, texts.T(l, "check"))
		s.Paragraph(small, pdf.Span{Text: texts.T(l, "address", "verify", i18n.Isolate(in.Verify))})
		if code != "" {
			s.Paragraph(small, pdf.Span{Text: texts.T(l, "code")})
		}
		s.Paragraph(small, pdf.Span{Text: texts.T(l, "offline")})
		s.Paragraph(pdf.Style{Size: s.small, Gray: 0.15, After: 3}, pdf.Span{Text: texts.T(l, "seal", "authority", in.Authority.Names.In(l))})
		s.Paragraph(small, pdf.Span{Text: texts.T(l, "reference", "reference", i18n.Isolate(in.Reference))})
		s.Paragraph(small, pdf.Span{Text: number})
	}
	s.Rule(0.8)
	if code == "" {
		say()
		return
	}
	s.Beside(code, sizeCode, plain(texts.T(l, "figure", "number", string(in.Number))), say)
}

// until is the last day of validity, or "".
func (in *Input) until() string { return lastDay(in.At, in.Service.Outcome.Grant.Valid) }

func (in *Input) unitName() string {
	if u := in.Authority.Unit(in.Unit); u != nil {
		return u.Names.In(in.Language)
	}
	return ""
}

func (in *Input) signer() string {
	if in.Signer != "" {
		return in.Signer
	}
	return in.Authority.Appeal.In(in.Language)
}

func join(spans []pdf.Span) string {
	text := ""
	for _, s := range spans {
		text += s.Text
	}
	return text
}
