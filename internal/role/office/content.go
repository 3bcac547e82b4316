package office

import (
	"html/template"
	"slices"
	"time"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

// openedCase is the content, in the agent's language where it is ours to say.
type openedCase struct {
	Pages    []answerPage
	Files    []fileRow // of the filing, that no answer shows
	Letters  []letterRow
	Notes    []casework.Note
	Pieces   []choice // that may be asked for again
	Reasons  []choice // of the service's list
	Issues   bool     // a grant makes a document
	Tag      string   // the applicant's language
	Language template.HTML
}

type answerPage struct {
	Title   string
	Answers []answerRow
}

type answerRow struct {
	Label  string
	Row    int // of a rows question, from 1
	Values []valueRow
	Later  bool
}

// valueRow is one value; File is set where it is a file.
type valueRow struct {
	Text string
	LTR  bool
	File *fileRow
}

type fileRow struct {
	Link, Name, Question string
	Size                 int64
	Shown                bool // by the browser, beside this page
}

type letterRow struct {
	At             time.Time
	Title          string
	Text           string
	Pieces, Reason []string
	Last           string // day
	Files          []fileRow
	Unsound        bool
}

// content writes an opened case for the page.
func (s *Server) content(a *asked, op *casework.Opened) *openedCase {
	l := a.lang
	c := &openedCase{Notes: op.Notes, Issues: op.Definition.Outcome.Grant.Document != "", Tag: op.Language.Tag()}
	c.Language = template.HTML(`<bdi lang="` + c.Tag + `">` + op.Language.Name() + `</bdi>`)
	c.Pages, c.Files = answers(op.Shown(l), fileRows(a, op, op.Files), op.Files)
	asked := map[string]bool{}
	for _, letter := range op.Letters {
		row := letterOf(l, op.Definition, letter)
		row.Files = fileRows(a, op, letter.Files)
		c.Letters = append(c.Letters, row)
		for _, id := range letter.Letter.Questions {
			asked[id] = true
		}
	}
	for _, q := range op.Definition.Documents() { // each piece once (art. 4(8))
		if op.Reading.Open[q.ID] && !asked[q.ID] {
			c.Pieces = append(c.Pieces, choice{q.ID, q.Label(l)})
		}
	}
	for _, id := range op.Definition.Outcome.Refuse.Reasons {
		c.Reasons = append(c.Reasons, choice{id, op.Definition.T(l, "refuse."+id)})
	}
	return c
}

// answers ties each answer that is a file to the file, and lists the files
// that no answer names.
func answers(pages []service.ShownPage, rows []fileRow, files []casework.File) (out []answerPage, rest []fileRow) {
	named := map[string]bool{}
	for _, page := range pages {
		to := answerPage{Title: page.Title}
		for _, answer := range page.Answers {
			row := answerRow{Label: answer.Label, Row: answer.Row, Later: answer.Later}
			for _, v := range answer.Values {
				value := valueRow{Text: v.Text, LTR: v.Kind == service.ShownLTR}
				if i := slices.IndexFunc(files, func(f casework.File) bool { return v.Kind == service.ShownFile && f.ID == v.ID }); i >= 0 {
					value.File, named[v.ID] = &rows[i], true
				}
				row.Values = append(row.Values, value)
			}
			to.Answers = append(to.Answers, row)
		}
		out = append(out, to)
	}
	for i, f := range files {
		if !named[f.ID] {
			rest = append(rest, rows[i])
		}
	}
	return out, rest
}

// letterOf writes one exchange; its title is that of the act in the history.
func letterOf(l i18n.Lang, def *service.Definition, c casework.Correspondence) letterRow {
	act := c.Kind // the applicant's later acts are called as the law's
	if own := (map[string]string{intake.KindAnswer: casework.ActAnswered, intake.KindWithdrawal: casework.ActWithdrawn, intake.MessageRequest: "request-" + c.Letter.Request,
		intake.MessageDecision: c.Letter.Outcome, intake.MessageNotice: c.Letter.About})[c.Kind]; own != "" {
		act = own
	}
	row := letterRow{At: c.At, Title: actName(l, act), Text: c.Text, Last: c.Letter.WindowLast, Unsound: c.From == "office" && !c.Sound}
	for _, id := range c.Letter.Questions {
		row.Pieces = append(row.Pieces, label(def, l, id))
	}
	for _, id := range c.Letter.Reasons {
		row.Reason = append(row.Reason, def.T(l, "refuse."+id))
	}
	return row
}

func fileRows(a *asked, op *casework.Opened, files []casework.File) []fileRow {
	var rows []fileRow
	for _, f := range files {
		rows = append(rows, fileRow{Link: "/" + string(a.lang) + casePath(op.Reference) + "/files/" + f.Envelope + "/" + f.ID,
			Name: f.Name, Question: label(op.Definition, a.lang, f.Question), Size: f.Size, Shown: slices.Contains(inline, f.MediaType)})
	}
	return rows
}
