package service

import (
	"wasl/internal/base/i18n"
	"wasl/internal/domain/authority"
)

// ShownKind says how a page writes a value.
type ShownKind string

// Kinds of shown values.
const (
	ShownText ShownKind = "text" // words in the reader's language or the applicant's own text
	ShownLTR  ShownKind = "ltr"  // an identifier or number that keeps its order: i18n.LTR
	ShownFile ShownKind = "file" // a file's name; ID is the file's
)

// Shown is one value as people read it.
type Shown struct {
	Kind ShownKind
	Text string
	ID   string // ShownFile: the file's id
}

// ShownAnswer is one open question with its answer. Values is empty where
// nothing was answered; Later tells that the document may still come.
type ShownAnswer struct {
	Question *Question
	Label    string
	Row      int // 1 for the first row of a rows question, 0 outside rows
	Values   []Shown
	Later    bool
}

// ShownPage is a page with its answers.
type ShownPage struct {
	ID      string
	Title   string
	Answers []ShownAnswer
}

// shower writes answers in one language.
type shower struct {
	lang      Lang
	territory *authority.Territory
}

// Show writes a reading for people in l: the open pages in order, without
// statements. A cell of a row is an answer of its own.
func (d *Definition) Show(l Lang, r Reading) []ShownPage {
	s := &shower{lang: l, territory: r.territory}
	var pages []ShownPage
	for i := range d.Pages {
		page := &d.Pages[i]
		shown := ShownPage{ID: page.ID, Title: page.Title(l)}
		for _, q := range page.Questions {
			if r.Open[q.ID] && q.Type != Statement {
				shown.Answers = append(shown.Answers, s.answers(q, r.Answers[q.ID])...)
			}
		}
		if len(shown.Answers) > 0 {
			pages = append(pages, shown)
		}
	}
	return pages
}

func (s *shower) answers(q *Question, v any) []ShownAnswer {
	if q.Type == Rows && v != nil {
		var all []ShownAnswer
		for i, row := range list(v) {
			for _, cell := range q.Ask {
				a := s.one(cell, object(row)[cell.ID])
				a.Row = i + 1
				all = append(all, a)
			}
		}
		return all
	}
	return []ShownAnswer{s.one(q, v)}
}

func (s *shower) one(q *Question, v any) ShownAnswer {
	a := ShownAnswer{Question: q, Label: q.Label(s.lang), Later: v == nil && q.Later}
	if v != nil {
		a.Values = q.kind.show(s, q, v)
	}
	return a
}

// ShowAnswer writes the answer of one question in l, as Show does.
func (d *Definition) ShowAnswer(l i18n.Lang, r Reading, id string) []Shown {
	q, v := d.Questions[id], r.Answers[id]
	if q == nil || v == nil {
		return nil
	}
	return q.kind.show(&shower{lang: l, territory: r.territory}, q, v)
}

// In returns the reading with the territory that names its places; a reading
// that came from Reopen has none.
func (r Reading) In(t *authority.Territory) Reading {
	r.territory = t
	return r
}
