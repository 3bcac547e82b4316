package office

import (
	"cmp"
	"crypto/rand"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/clock/words"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

// casePage is a case: its clear facts always, its content while opened.
type casePage struct {
	frame
	*casework.View
	Service, StateText, MentionText string
	Complete                        string // the day the file was complete
	Box                             clockBox
	MissingLabels                   []string
	MayOpen, MayDecide              bool
	Purposes                        []choice
	Purpose                         string
	Allowed                         map[string]allowance // by act of the engine
	History                         []historyRow
	Openings                        []openingRow
	Opened                          *openedCase
	Forms                           []formView
	Readings                        []readingRow
	Asked                           bool // for the readings
	Typed                           typed
	Done                            string // what was just done, in words
}

type choice struct{ ID, Label string }

// allowance says whether an act may be done now, and why not.
type allowance struct {
	OK     bool
	Key    string // of why not
	Why    string
	Ground template.HTML // law and articles
}

// historyRow is one act of the case's history.
type historyRow struct {
	At           time.Time
	Text         string
	Detail       template.HTML
	Author, Side string // a person of the office, or else who it was
	Ground       template.HTML
}

// openingRow is one entry of who opened the case.
type openingRow struct {
	At            time.Time
	Name, Purpose string
	What          string // less than the whole file, in words
	Machine       bool
}

// shown is how a case is shown after a request.
type shown struct {
	status   int // 0 is 200
	typed    typed
	faults   []fault
	done     string
	confirm  string // what the typed form would do, in words, before it is done
	confirms string // and what its second post says
	readings bool
}

func (s *Server) showCase(w http.ResponseWriter, r *http.Request, a *asked) error {
	q := r.URL.Query()
	return s.casePage(w, r, a, shown{done: q.Get("done"), readings: q.Get("show") == "readings"})
}

// casePage shows a case as it is now, opened where this agent's opening is in
// force.
func (s *Server) casePage(w http.ResponseWriter, r *http.Request, a *asked, how shown) error {
	v, err := s.office.View(r.Context(), a.who, a.reference)
	if err != nil {
		return err
	}
	p := s.describe(r, a, v)
	if v.OpenNow && p.MayOpen {
		op, err := s.office.Reread(r.Context(), a.who, a.reference)
		var e *errs.Error
		switch {
		case errors.As(err, &e) && e.Key == "case.notopen": // it ended just now
			v.OpenNow = false
		case err != nil:
			return err
		default:
			p.Opened = s.content(a, op)
		}
	}
	if happened(how.done, v) {
		p.Done = texts.T(a.lang, "done."+how.done)
	}
	p.Typed, p.Wrong = how.typed, len(how.faults) > 0
	for _, f := range how.faults {
		p.Faults = append(p.Faults, fault{p.anchor(f.At), f.Text})
	}
	p.Box = p.clockBox(a.lang)
	p.forms(a.lang, how)
	if p.Asked = how.readings; p.Asked {
		if p.Readings, err = s.readings(r.Context(), a); err != nil {
			return err
		}
	}
	return s.render(w, r, a.lang, cmp.Or(how.status, http.StatusOK), "case", p)
}

// happened tells whether the case bears out what an address says was done:
// anybody can write an address.
func happened(done string, v *casework.View) bool {
	switch done {
	case "opened", "noted":
		return v.OpenNow
	case "asked":
		return v.State == casework.StateWaiting
	case "granted":
		return v.State == casework.StateGranted
	case "refused":
		return v.State == casework.StateRefused
	case "seen":
		return !v.SeenAt.IsZero() && !v.Late
	}
	return slices.ContainsFunc(v.Timeline, func(act casework.Action) bool {
		return slices.Contains(records[done], act.Kind) && act.Actor != "applicant"
	})
}

// records are the actions that a form leaves in a case's history.
var records = map[string][]string{
	"extend": {casework.ActExtended}, "return": {casework.ActReturned}, "step": steps, "unavailable": {casework.ActUnavailable}, "unanswered": {casework.ActUnanswered},
	"brought": {casework.ActAnswered}, "president": {casework.ActPresident}, "attested": {casework.ActAttested}, "appeal": {casework.ActHeadAnswer}, "close": {casework.ActClosed},
}

func (s *Server) describe(r *http.Request, a *asked, v *casework.View) *casePage {
	l := a.lang
	p := &casePage{frame: s.frame(r, l, casePath(v.Reference), texts.T(l, "case.title", "reference", i18n.Isolate(v.Reference))), View: v,
		Service: s.office.ServiceTitle(l, v.Row.Service), StateText: stateName(l, v.State), MentionText: mentionName(l, v.Mention),
		Complete: v.Clock.CompleteOn.String(), MayOpen: a.who.May(identity.OpenCase), MayDecide: a.who.May(identity.Decide),
		Allowed: map[string]allowance{}, Purpose: casework.Purposes[0]}
	for _, id := range v.Missing {
		p.MissingLabels = append(p.MissingLabels, label(v.Definition, l, id))
	}
	for _, id := range casework.Purposes {
		p.Purposes = append(p.Purposes, choice{id, texts.T(l, "purpose."+id)})
	}
	for _, one := range v.Rulings {
		may := allowance{OK: one.OK, Ground: words.In(l).LawHTML(one)}
		if !one.OK {
			may.Key, may.Why = one.Why, whyNot(l, one.Why)
		}
		p.Allowed[one.Do] = may
	}
	for _, o := range v.Accesses {
		p.Openings = append(p.Openings, opening(l, o))
	}
	s.history(r.Context(), p, l)
	return p
}

func opening(l i18n.Lang, o intake.Access) openingRow {
	key := "purpose." + o.Purpose
	if !texts.Has(key) {
		key = "purpose.other"
	}
	row := openingRow{At: o.At, Name: o.Name, Purpose: texts.T(l, key), Machine: o.Machine}
	switch {
	case o.Machine || len(o.Fields) != 1:
	case strings.HasPrefix(o.Fields[0], "attachment/"):
		row.What = texts.T(l, "access.attachment")
	case strings.HasPrefix(o.Fields[0], "document/"):
		row.What = texts.T(l, "access.document")
	}
	return row
}

func label(def *service.Definition, l i18n.Lang, question string) string {
	if def != nil {
		if q := def.Question(question); q != nil {
			return q.Label(l)
		}
	}
	return question
}

// MayRequest tells whether the law lets something be asked now.
func (p *casePage) MayRequest() bool {
	return p.Allowed[clock.RequestReplacement].OK || p.Allowed[clock.RequestOriginals].OK || p.Allowed[clock.RequestInformation].OK
}

// kindPick is one kind of request: to choose, or why it cannot be.
type kindPick struct {
	ID, Value, Label string
	Chosen           bool
	allowance
}

// Kinds are the three requests that the law knows.
func (p *casePage) Kinds() []kindPick {
	kinds := []kindPick{
		{ID: "replacement", Value: clock.RequestReplacement, Label: texts.T(p.Lang, "request.replacement")},
		{ID: "originals", Value: clock.RequestOriginals, Label: texts.T(p.Lang, "request.originals")},
		{ID: "information", Value: clock.RequestInformation, Label: texts.T(p.Lang, "request.information")},
	}
	open := 0
	for i := range kinds {
		k := &kinds[i]
		if k.allowance, k.Chosen = p.Allowed[k.Value], p.Typed.Has("kind", k.Value); k.OK {
			open++
		}
	}
	for i := range kinds {
		kinds[i].Chosen = kinds[i].Chosen || open == 1 && kinds[i].OK
	}
	return kinds
}

// MayEnd tells whether the law lets the case be granted or refused now.
func (p *casePage) MayEnd() bool { return p.Allowed[clock.Grant].OK || p.Allowed[clock.Refuse].OK }

// DecideTitle names the decision: after a silence that means yes, the act is
// only handed over.
func (p *casePage) DecideTitle() string {
	if p.Clock.State == clock.Consent {
		return texts.T(p.Lang, "decide.hand-over")
	}
	return texts.T(p.Lang, "decide.title")
}

// Shows tells whether the page has an act's form.
func (p *casePage) Shows(name string) bool {
	if p.Opened == nil {
		return false
	}
	switch name {
	case "note":
		return true
	case "request":
		return p.MayRequest()
	case "decide":
		return p.MayDecide && p.MayEnd()
	}
	f := formOf(name)
	if f == nil || f.right == identity.Decide && !p.MayDecide {
		return false
	}
	if f.name == "brought" {
		return len(p.waited(p.Lang)) > 0
	}
	return slices.ContainsFunc(f.acts, func(do string) bool { return p.Allowed[do].OK })
}

// forms are those that one template draws, as far as they may be sent now.
func (p *casePage) forms(l i18n.Lang, how shown) {
	for i := range forms {
		if f := &forms[i]; p.Shows(f.name) {
			v := f.view(p, l)
			if how.confirm != "" && f.name == how.typed.Form {
				v.Confirm, v.Confirms, v.Do = how.confirm, how.confirms, texts.T(l, f.name+".sure")
			}
			p.Forms = append(p.Forms, v)
		}
	}
}

// anchor is where an error at a control leads: to it, to the words of its form,
// to the words kept, or to the content's head.
func (p *casePage) anchor(at string) string {
	form := p.Typed.Form
	switch {
	case at == "purpose" && p.Opened == nil && p.MayOpen:
		return at
	case p.Shows(form) && formOf(form) != nil:
		return formOf(form).anchor(at)
	case p.Shows(form):
		lacks := at == "pieces" && !p.AsksPieces() || at == "reasons" && !p.AsksReasons()
		if slices.Contains(controls[form], at) && !lacks {
			return at
		}
		return wordsIn[form]
	case form != "":
		return "kept"
	}
	return "content"
}

// AsksPieces tells whether the request form lists documents.
func (p *casePage) AsksPieces() bool {
	return (p.Allowed[clock.RequestReplacement].OK || p.Allowed[clock.RequestOriginals].OK) && len(p.Opened.Pieces) > 0
}

// AsksReasons tells whether the decision form lists reasons.
func (p *casePage) AsksReasons() bool {
	return p.Allowed[clock.Refuse].OK && len(p.Opened.Reasons) > 0
}

// TypedIn is what was typed in a form: controls of several forms share a name,
// and words for the unit must not come up in a letter to the applicant.
func (p *casePage) TypedIn(form string) typed {
	if p.Typed.Form == form {
		return p.Typed
	}
	return typed{}
}

// ActID is the id of a form's act: the one posted while that act was not
// taken, else a fresh one. Each form of the page has its own.
func (p *casePage) ActID(form string) string {
	if p.Typed.Form == form && p.Typed.Get("act") != "" {
		return p.Typed.Get("act")
	}
	return form + "-" + rand.Text()
}
