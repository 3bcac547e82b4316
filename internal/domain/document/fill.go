package document

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"wasl/internal/base/i18n"
	"wasl/internal/base/pdf"
	"wasl/internal/domain/service"
)

// Placeholders of every document, beside the ids of the service's questions:
// service.DocumentWords.
const (
	valueNumber    = "number"
	valueReference = "reference"
	valueDate      = "date"
	valueUntil     = "valid_until"
	valueAuthority = "authority"
	valueUnit      = "unit"
	valueSigner    = "signer"
	valueWords     = "words"
	valueTitle     = "title"
	valueVerify    = "verify"
)

// known says why a placeholder cannot be filled, or nil.
func known(def *service.Definition, name string) error {
	q := def.Question(name)
	switch {
	case q == nil && !slices.Contains(service.DocumentWords, name):
		return fmt.Errorf("{%s} is no question of the service", name)
	case q != nil && slices.Contains(service.DocumentWords, name):
		return fmt.Errorf("{%s} is a question and a word of every document", name)
	case q != nil && (q.Type == service.File || q.Type == service.Statement || q.Type == service.Declaration):
		return fmt.Errorf("{%s} is a %s, which no document shows", name, q.Type)
	}
	return nil
}

// filler gives placeholders their values.
type filler struct {
	in    *Input
	until string // YYYY-MM-DD or ""
}

// values are the lines behind a placeholder; none when there is no answer. A
// question that everybody must answer and that has no answer is an error.
func (f *filler) values(name string) ([]string, error) {
	if err := known(f.in.Service, name); err != nil {
		return nil, err
	}
	l := f.in.Language
	one := func(s string) ([]string, error) {
		if s == "" {
			return nil, nil
		}
		return []string{s}, nil
	}
	switch name {
	case valueNumber:
		return one(i18n.Isolate(string(f.in.Number)))
	case valueReference:
		return one(i18n.Isolate(f.in.Reference))
	case valueDate:
		return one(i18n.Date(l, f.in.At))
	case valueUntil:
		return one(i18n.CivilDate(l, f.until))
	case valueAuthority:
		return one(f.in.Authority.Names.In(l))
	case valueUnit:
		return one(f.in.unitName())
	case valueSigner:
		return one(f.in.signer())
	case valueWords:
		return f.words(), nil
	case valueTitle:
		return one(f.in.Service.T(l, "title"))
	case valueVerify:
		return one(i18n.Isolate(f.in.Verify))
	}
	return f.answer(f.in.Service.Question(name))
}

// words are the paragraphs of what the agent wrote.
func (f *filler) words() []string {
	var all []string
	for _, p := range strings.Split(strings.ReplaceAll(f.in.Words, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			all = append(all, isolate(p))
		}
	}
	return all
}

func (f *filler) answer(q *service.Question) ([]string, error) {
	if q.Type == service.Rows {
		return f.table(q), nil
	}
	shown := f.in.Service.ShowAnswer(f.in.Language, f.in.Reading, q.ID)
	if len(shown) == 0 {
		if q.When.Text == "" && !q.Optional {
			return nil, fmt.Errorf("the answer %s is missing", q.ID)
		}
		return nil, nil
	}
	var all []string
	for _, s := range shown {
		all = append(all, written(q.Type, s))
	}
	if q.Type == service.Address { // one text, in the direction of its first letter
		for i := range all {
			all[i] = plain(all[i])
		}
		all = []string{"\u2068" + strings.Join(all, comma(f.in.Language)) + "\u2069"}
	}
	return all, nil
}

// table is the rows of an answer, a line each.
func (f *filler) table(q *service.Question) []string {
	var all []string
	for _, page := range f.in.Service.Show(f.in.Language, f.in.Reading) {
		for _, a := range page.Answers {
			if a.Row == 0 || !slices.Contains(q.Ask, a.Question) {
				continue
			}
			for len(all) < a.Row {
				all = append(all, "")
			}
			var cell []string
			for _, s := range a.Values {
				cell = append(cell, written(a.Question.Type, s))
			}
			if text := strings.Join(cell, comma(f.in.Language)); text != "" {
				if all[a.Row-1] != "" {
					all[a.Row-1] += " – "
				}
				all[a.Row-1] += text
			}
		}
	}
	return all
}

// written keeps a value's own direction from what is around it.
func written(t service.Type, s service.Shown) string {
	if s.Kind == service.ShownLTR {
		return i18n.Isolate(s.Text)
	}
	switch t {
	case service.Text, service.LongText, service.Person, service.Address:
		return isolate(s.Text)
	}
	return s.Text
}

// isolate wraps a person's words, in whatever direction they are written, so
// that they cannot turn the text around them.
func isolate(s string) string { return "\u2068" + plain(s) + "\u2069" }

// plain drops what turns text.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
			return -1
		}
		return r
	}, s)
}

func comma(l i18n.Lang) string {
	if l == i18n.AR {
		return "، "
	}
	return ", "
}

// inline fills a paragraph: several values follow each other. Of a person's
// two names it takes the one of the page's script. ok is false when a
// placeholder has no value: the paragraph is then left out.
func (f *filler) inline(pieces []piece) (spans []pdf.Span, ok bool, err error) {
	for _, c := range pieces {
		if c.name == "" {
			spans = append(spans, pdf.Span{Text: c.text, Bold: c.bold})
			continue
		}
		values, err := f.values(c.name)
		if err != nil || len(values) == 0 {
			return nil, false, err
		}
		if q := f.in.Service.Question(c.name); q != nil && q.Type == service.Person && len(values) == 2 {
			if f.in.Language == i18n.AR {
				values = values[:1]
			} else {
				values = values[1:]
			}
		}
		spans = append(spans, pdf.Span{Text: strings.Join(values, comma(f.in.Language)), Bold: c.bold})
	}
	return spans, true, nil
}

// lines fills a <dd>: a placeholder alone gives a line for each value.
func (f *filler) lines(pieces []piece) ([][]pdf.Span, error) {
	if name, bold, ok := alone(pieces); ok {
		values, err := f.values(name)
		var all [][]pdf.Span
		for _, v := range values {
			all = append(all, []pdf.Span{{Text: v, Bold: bold}})
		}
		return all, err
	}
	spans, ok, err := f.inline(pieces)
	if err != nil || !ok {
		return nil, err
	}
	return [][]pdf.Span{spans}, nil
}

// alone tells whether pieces are one placeholder and spaces.
func alone(pieces []piece) (name string, bold, ok bool) {
	for _, c := range pieces {
		switch {
		case c.name != "" && name == "":
			name, bold = c.name, c.bold
		case c.name != "" || strings.TrimSpace(c.text) != "":
			return "", false, false
		}
	}
	return name, bold, name != ""
}

// lastDay is the last civil day of a validity that starts with the civil day
// of at, or "" when it has no end. A month ends with its last day.
func lastDay(at time.Time, v service.Validity) string {
	if v == (service.Validity{}) {
		return ""
	}
	y, m, d := i18n.Civil(at).Date()
	first := time.Date(y+v.Years, m+time.Month(v.Months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(d, last)-1+v.Days).Format(time.DateOnly)
}
