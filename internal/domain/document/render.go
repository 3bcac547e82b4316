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

// Sizes of letters, in points.
const (
	sizeTitle = 21
	sizeBody  = 11.5
	sizeSmall = 9
	sizeCode  = 128 // the QR code's side: about 45 mm, for a cheap camera
)

// Render writes the page of a document, with a QR code of code on it; an empty
// code leaves it out (a preview). The same input gives the same bytes.
func Render(in Input, code string) ([]byte, error) {
	t, err := load(in.Service, in.Language)
	if err != nil {
		return nil, err
	}
	f := &filler{in: &in, until: in.until()}
	title, _, err := f.inline(t.heading())
	if err != nil {
		return nil, err
	}
	heading := join(title)
	d := pdf.New(pdf.Meta{
		Title: visible(heading + " " + string(in.Number)), Author: in.Authority.Names.In(in.Language),
		Language: in.Language.Tag(), RightToLeft: in.Language.Dir() == "rtl", Created: in.At,
	})
	in.head(d, heading)
	for _, b := range t.blocks {
		if err := f.block(d, b); err != nil {
			return nil, fmt.Errorf("%s: %w", path(in.Service, in.Language), err)
		}
	}
	in.signature(d, f.until)
	d.Foot(func() { in.check(d, code) })
	return d.Bytes()
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
func (in *Input) head(d *pdf.Document, title string) {
	l := in.Language
	d.Paragraph(pdf.Style{Size: 13}, pdf.Span{Text: in.Authority.Names.In(l), Bold: true})
	if unit := in.unitName(); unit != "" {
		d.Paragraph(pdf.Style{Size: 10.5, Gray: 0.3}, pdf.Span{Text: unit})
	}
	d.Space(4)
	d.Rule(1.2)
	if in.Service.Example || in.Authority.Example {
		d.Paragraph(pdf.Style{Size: sizeBody, Align: pdf.Center, Before: 2}, pdf.Span{Text: texts.T(l, "example"), Bold: true})
		d.Rule(0.4)
	}
	d.Heading(1, pdf.Style{Size: sizeTitle, Align: pdf.Center, Before: 14}, title)
	d.Paragraph(pdf.Style{Size: 10.5, Align: pdf.Center, Gray: 0.2, After: 16}, pdf.Span{Text: texts.T(l, "number", "number", i18n.Isolate(string(in.Number)))})
}

// block adds a paragraph or a table of the template; what has no value is left out.
func (f *filler) block(d *pdf.Document, b block) error {
	style := pdf.Style{Size: sizeBody, After: 7}
	switch b.tag {
	case "p":
		if name, bold, ok := alone(b.pieces); ok && name == valueWords {
			for _, text := range f.words() {
				d.Paragraph(style, pdf.Span{Text: text, Bold: bold})
			}
			return nil
		}
		spans, ok, err := f.inline(b.pieces)
		if ok {
			d.Paragraph(style, spans...)
		}
		return err
	case "dl":
		pairs, err := f.pairs(b.rows)
		if err != nil {
			return err
		}
		d.Pairs(pdf.Style{Size: sizeBody, Before: 2, After: 10}, pairs)
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
func (in *Input) signature(d *pdf.Document, until string) {
	l := in.Language
	d.Space(10)
	d.Paragraph(pdf.Style{Size: sizeBody}, pdf.Span{Text: texts.T(l, "done", "date", i18n.Date(l, in.At))})
	if until != "" {
		d.Paragraph(pdf.Style{Size: sizeBody}, pdf.Span{Text: texts.T(l, "until", "date", i18n.CivilDate(l, until))})
	}
	if signer := in.signer(); signer != "" {
		d.Paragraph(pdf.Style{Size: sizeBody}, pdf.Span{Text: texts.T(l, "signer", "signer", signer), Bold: true})
	}
}

// check tells how to verify the document, beside the code.
func (in *Input) check(d *pdf.Document, code string) {
	l := in.Language
	say := func() {
		small := pdf.Style{Size: sizeSmall, Gray: 0.15}
		d.Heading(2, pdf.Style{Size: 10.5, After: 2}, texts.T(l, "check"))
		d.Paragraph(small, pdf.Span{Text: texts.T(l, "address", "verify", i18n.Isolate(in.Verify))})
		if code != "" {
			d.Paragraph(small, pdf.Span{Text: texts.T(l, "code")})
		}
		d.Paragraph(small, pdf.Span{Text: texts.T(l, "offline")})
		d.Paragraph(pdf.Style{Size: sizeSmall, Gray: 0.15, After: 3}, pdf.Span{Text: texts.T(l, "seal", "authority", in.Authority.Names.In(l))})
		d.Paragraph(small, pdf.Span{Text: texts.T(l, "reference", "reference", i18n.Isolate(in.Reference))})
		d.Paragraph(small, pdf.Span{Text: texts.T(l, "number", "number", i18n.Isolate(string(in.Number)))})
	}
	d.Rule(0.8)
	if code == "" {
		say()
		return
	}
	d.Beside(code, sizeCode, visible(texts.T(l, "figure", "number", string(in.Number))), say)
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

// visible drops isolates, for a file's properties.
func visible(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if r < '\u2066' || r > '\u2069' {
			out = append(out, r)
		}
	}
	return string(out)
}
