package office

import (
	"cmp"
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

// casePage is a case: its clear facts always, its content while opened.
type casePage struct {
	frame
	*casework.View
	Service, StateText, TurnText, MentionText string
	Due                                       due
	Answer                                    string // last day for the applicant's answer
	Silence                                   string // what silence means, while that is to come
	Requests                                  string // last day for requests, while they may be sent
	MissingLabels                             []string
	Open                                      bool // not decided
	MayOpen, MayDecide                        bool
	Purposes                                  []choice
	Purpose                                   string
	Allowed                                   map[string]allowance
	History                                   []historyRow
	Openings                                  []openingRow
	Opened                                    *openedCase
	Typed                                     typed
	Done                                      string // what was just done, in words
}

type choice struct{ ID, Label string }

type allowance struct {
	OK       bool
	Key, Why string // why not: the text's key, and the text
}

type historyRow struct {
	At   time.Time
	Text string
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
	status int // 0 is 200
	typed  typed
	faults []fault
	done   string
}

func (s *Server) showCase(w http.ResponseWriter, r *http.Request, a *asked) error {
	return s.casePage(w, r, a, shown{done: r.URL.Query().Get("done")})
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
	return false
}

func (s *Server) describe(r *http.Request, a *asked, v *casework.View) *casePage {
	l := a.lang
	p := &casePage{frame: s.frame(r, l, casePath(v.Reference), texts.T(l, "case.title", "reference", i18n.Isolate(v.Reference))), View: v,
		Service: s.office.ServiceTitle(l, v.Row.Service), StateText: texts.T(l, "state."+v.State), TurnText: texts.T(l, "turn."+v.Turn),
		MentionText: texts.T(l, "mention."+cmp.Or(v.Mention, "none")), Open: v.Turn != casework.TurnNobody, MayOpen: a.who.May(identity.OpenCase), MayDecide: a.who.May(identity.Decide),
		Allowed: map[string]allowance{}, Purpose: casework.Purposes[0]}
	for _, id := range v.Missing {
		p.MissingLabels = append(p.MissingLabels, label(v.Definition, l, id))
	}
	for _, id := range casework.Purposes {
		p.Purposes = append(p.Purposes, choice{id, texts.T(l, "purpose."+id)})
	}
	for _, one := range v.Allowed {
		may := allowance{OK: one.OK}
		if !one.OK {
			may.Key, may.Why = one.Why, texts.T(l, "refused.act."+one.Why, "article", one.Article)
		}
		p.Allowed[one.Action] = may
	}
	p.dates(l, v)
	for _, o := range v.Accesses {
		p.Openings = append(p.Openings, opening(l, o))
	}
	for _, act := range v.Timeline {
		p.History = append(p.History, historyRow{act.At, texts.T(l, "act."+act.Kind)})
	}
	return p
}

// dates are the legal dates that still matter.
func (p *casePage) dates(l i18n.Lang, v *casework.View) {
	if v.Turn == casework.TurnNobody {
		return
	}
	if v.DueOn != "" {
		p.Due = dueOn(l, v.DueOn, i18n.Today(time.Now()))
	}
	if v.Turn == casework.TurnApplicant && v.Clock.WindowLast != clock.NoDate {
		p.Answer = v.Clock.WindowLast.String()
	}
	if p.MayRequest() {
		p.Requests = v.Clock.HalfLast.String()
	}
	if key := "silence." + v.Clock.SilenceMeans; texts.Has(key) && v.State != casework.StateConsent {
		p.Silence = texts.T(l, key)
	}
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
	return p.Allowed[casework.ActReplacement].OK || p.Allowed[casework.ActInformation].OK
}

// Shows tells whether the page has an act's form.
func (p *casePage) Shows(form string) bool {
	switch form {
	case "note":
		return p.Opened != nil
	case "request":
		return p.Opened != nil && p.MayRequest()
	case "decide":
		return p.Opened != nil && p.MayDecide && (p.Allowed[casework.Grant].OK || p.Allowed[casework.Refuse].OK)
	}
	return false
}

// anchor is where an error at a control leads: to it, to the words of its form,
// to the words kept, or to the content's head.
func (p *casePage) anchor(at string) string {
	switch {
	case at == "purpose" && p.Opened == nil && p.MayOpen:
		return at
	case p.Shows(p.Typed.Form):
		lacks := at == "pieces" && !p.AsksPieces() || at == "reasons" && !p.AsksReasons()
		if slices.Contains(controls[p.Typed.Form], at) && !lacks {
			return at
		}
		return wordsIn[p.Typed.Form]
	case p.Typed.Form != "":
		return "kept"
	}
	return "content"
}

// AsksPieces tells whether the request form lists documents.
func (p *casePage) AsksPieces() bool {
	return p.Allowed[casework.ActReplacement].OK && len(p.Opened.Pieces) > 0
}

// AsksReasons tells whether the decision form lists reasons.
func (p *casePage) AsksReasons() bool {
	return p.Allowed[casework.Refuse].OK && len(p.Opened.Reasons) > 0
}

// ActID is the id of a form's act: the one posted while that act was not
// taken, else a fresh one. Each form of the page has its own.
func (p *casePage) ActID(form string) string {
	if p.Typed.Form == form && p.Typed.Get("act") != "" {
		return p.Typed.Get("act")
	}
	return form + "-" + rand.Text()
}
