package office

import (
	"cmp"
	"crypto/rand"
	"net/http"
	"slices"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

func now() time.Time { return time.Now() }

// casePage is a case: its clear facts always, its content while opened.
type casePage struct {
	frame
	*casework.View
	Service, StateText, TurnText, MentionText string
	MissingLabels                             []string
	MayOpen                                   bool
	Purposes                                  []choice
	Purpose                                   string
	Allowed                                   map[string]allowance
	History                                   []historyRow
	Openings                                  []openingRow
	Opened                                    *openedCase
	Act                                       string // fresh id of the next act
	Typed                                     typed
	Done                                      string // what was just done, in words
}

type choice struct{ ID, Label string }

type allowance struct {
	OK  bool
	Why string
}

type historyRow struct {
	At   time.Time
	Text string
}

// openingRow is one entry of who opened the case.
type openingRow struct {
	At            time.Time
	Name, Purpose string
	Machine       bool
}

// openedCase is the content, in the agent's language where it is ours to say.
type openedCase struct {
	Pages    []service.ShownPage
	Files    []fileRow
	Letters  []letterRow
	Notes    []casework.Note
	Pieces   []choice // that may be asked for again
	Reasons  []choice // of the service's list
	Language string
}

type fileRow struct {
	Link, Name, Question string
	Size                 int64
}

type letterRow struct {
	At             time.Time
	From, Kind     string
	Text           string
	Pieces, Reason []string
	Last           string
	Files          []fileRow
}

// typed is what the agent posted, kept when it is refused.
type typed struct {
	Form                  string // request, decide or note
	Kind, Text            string
	Pieces, Reasons       []string
	Outcome, Note, Answer string
}

// Has tells whether a posted list holds a value.
func (t typed) Has(list []string, value string) bool { return slices.Contains(list, value) }

func (s *Server) showCase(w http.ResponseWriter, r *http.Request, a *asked) error {
	done := r.URL.Query().Get("done")
	if !texts.Has("done." + done) {
		done = ""
	}
	return s.casePage(w, r, a, http.StatusOK, typed{}, nil, done)
}

// casePage shows the case again after an act, or with what was wrong with one.
func (s *Server) casePage(w http.ResponseWriter, r *http.Request, a *asked, status int, t typed, faults []fault, done string) error {
	v, err := s.office.View(r.Context(), a.who, a.reference)
	if err != nil {
		return err
	}
	p := s.describe(r, a, v)
	p.Typed, p.Faults, p.Wrong = t, faults, len(faults) > 0
	if done != "" {
		p.Done = texts.T(a.lang, "done."+done)
	}
	if v.OpenNow && p.MayOpen {
		op, err := s.office.Reread(r.Context(), a.who, a.reference)
		if err != nil {
			return err
		}
		p.Opened = s.content(a, op)
	}
	return s.render(w, r, a.lang, status, "case", p)
}

func (s *Server) describe(r *http.Request, a *asked, v *casework.View) *casePage {
	l := a.lang
	p := &casePage{frame: s.frame(r, l, texts.T(l, "case.title", "reference", v.Reference)), View: v,
		Service: s.office.ServiceTitle(l, v.Row.Service), StateText: texts.T(l, "state."+v.State), TurnText: texts.T(l, "turn."+v.Turn),
		MentionText: texts.T(l, "mention."+cmp.Or(v.Mention, "none")), MayOpen: a.who.May(identity.OpenCase), Act: rand.Text(),
		Allowed: map[string]allowance{}, Purpose: casework.Purposes[0]}
	p.Path = "/cases/" + v.Reference
	for _, id := range v.Missing {
		p.MissingLabels = append(p.MissingLabels, label(v.Definition, l, id))
	}
	for _, id := range casework.Purposes {
		p.Purposes = append(p.Purposes, choice{id, texts.T(l, "purpose."+id)})
	}
	for _, one := range v.Allowed {
		may := allowance{OK: one.OK}
		if !one.OK {
			may.Why = texts.T(l, "refused.act."+one.Why, "article", one.Article)
		}
		p.Allowed[one.Action] = may
	}
	for _, o := range v.Accesses {
		key := "purpose." + o.Purpose
		if !texts.Has(key) {
			key = "purpose.other"
		}
		p.Openings = append(p.Openings, openingRow{o.At, o.Name, texts.T(l, key), o.Machine})
	}
	for _, act := range v.Timeline {
		p.History = append(p.History, historyRow{act.At, texts.T(l, "act."+act.Kind)})
	}
	return p
}

func label(def *service.Definition, l i18n.Lang, question string) string {
	if def != nil {
		if q := def.Question(question); q != nil {
			return q.Label(l)
		}
	}
	return question
}

// content writes an opened case for the page.
func (s *Server) content(a *asked, op *casework.Opened) *openedCase {
	l := a.lang
	c := &openedCase{Pages: op.Shown(l), Files: s.fileRows(a, op, op.Files), Notes: op.Notes, Language: op.Language.Name()}
	asked := map[string]bool{}
	for _, q := range op.Definition.Documents() {
		if op.Reading.Open[q.ID] {
			c.Pieces = append(c.Pieces, choice{q.ID, q.Label(l)})
		}
	}
	for _, letter := range op.Letters {
		row := letterRow{At: letter.At, From: texts.T(l, "from."+letter.From), Kind: texts.T(l, "letter."+letter.Kind), Text: letter.Text,
			Last: letter.Letter.WindowLast, Files: s.fileRows(a, op, letter.Files)}
		for _, id := range letter.Letter.Questions {
			asked[id] = true
			row.Pieces = append(row.Pieces, label(op.Definition, l, id))
		}
		for _, id := range letter.Letter.Reasons {
			row.Reason = append(row.Reason, op.Definition.T(l, "refuse."+id))
		}
		c.Letters = append(c.Letters, row)
	}
	c.Pieces = slices.DeleteFunc(c.Pieces, func(p choice) bool { return asked[p.ID] }) // each piece once (art. 4(8))
	for _, id := range op.Definition.Outcome.Refuse.Reasons {
		c.Reasons = append(c.Reasons, choice{id, op.Definition.T(l, "refuse."+id)})
	}
	return c
}

func (s *Server) fileRows(a *asked, op *casework.Opened, files []casework.File) []fileRow {
	var rows []fileRow
	for _, f := range files {
		rows = append(rows, fileRow{Link: "/" + string(a.lang) + "/cases/" + a.reference + "/files/" + f.Envelope + "/" + f.ID,
			Name: f.Name, Question: label(op.Definition, a.lang, f.Question), Size: f.Size})
	}
	return rows
}

// open records the opening, then shows the content.
func (s *Server) open(w http.ResponseWriter, r *http.Request, a *asked) error {
	form, err := web.Form(r, smallForm, nil)
	if err != nil {
		return err
	}
	_, err = s.office.Open(r.Context(), a.who, a.reference, form.Get("purpose"))
	if errs.KindOf(err) == errs.Invalid {
		return s.casePage(w, r, a, http.StatusUnprocessableEntity, typed{}, []fault{{"purpose", texts.T(a.lang, "refused.open.purpose")}}, "")
	}
	if err != nil {
		return err
	}
	return s.back(w, r, a, "opened")
}

// back shows the case after an act, by its own address.
func (s *Server) back(w http.ResponseWriter, r *http.Request, a *asked, done string) error {
	ref, err := intake.ParseReference(a.reference)
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/"+string(a.lang)+"/cases/"+string(ref)+"?done="+done)
}
