package office

import (
	"errors"
	"net/http"
	"strings"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock/words"
)

// open records the opening, then shows the content. Carried words come back in
// their form.
func (s *Server) open(w http.ResponseWriter, r *http.Request, a *asked) error {
	form, err := web.Form(r, smallForm, nil)
	if err != nil {
		return err
	}
	t := keptIn(form)
	_, err = s.office.Open(r.Context(), a.who, a.reference, form.Get("purpose"))
	if err != nil {
		return s.refuse(w, r, a, t, "purpose", err)
	}
	if t.Form != "" {
		return s.casePage(w, r, a, shown{typed: t})
	}
	return s.back(w, r, a, "opened")
}

// request asks the applicant to replace a piece or to give information.
func (s *Server) request(w http.ResponseWriter, r *http.Request, a *asked) error {
	form, err := web.Form(r, smallForm, nil)
	if err != nil {
		return err
	}
	t := typedIn("request", form)
	q := casework.Request{ID: t.Get("act"), Kind: t.Get("kind"), Text: t.Get("text"), Questions: t.List("pieces")}
	if q.Kind == casework.ActInformation && len(q.Questions) > 0 {
		err = errs.New(errs.Invalid, "request.pieces")
	} else {
		err = s.office.Ask(r.Context(), a.who, a.reference, q)
	}
	return s.answer(w, r, a, t, err, "asked")
}

// decide grants or refuses.
func (s *Server) decide(w http.ResponseWriter, r *http.Request, a *asked) error {
	form, err := web.Form(r, smallForm, nil)
	if err != nil {
		return err
	}
	t := typedIn("decide", form)
	d := casework.Decision{ID: t.Get("act"), Outcome: t.Get("outcome"), Reasons: t.List("reasons"), Text: t.Get("words")}
	done := "granted"
	if d.Outcome == casework.Refuse {
		done = "refused"
	}
	if d.Outcome == casework.Grant && len(d.Reasons) > 0 {
		err = errs.New(errs.Invalid, "decide.reasons")
	} else {
		err = s.office.Decide(r.Context(), a.who, a.reference, d)
	}
	return s.answer(w, r, a, t, err, done)
}

// note keeps a note for the unit's agents.
func (s *Server) note(w http.ResponseWriter, r *http.Request, a *asked) error {
	form, err := web.Form(r, smallForm, nil)
	if err != nil {
		return err
	}
	t := typedIn("note", form)
	return s.answer(w, r, a, t, s.office.AddNote(r.Context(), a.who, a.reference, t.Get("act"), t.Get("note")), "noted")
}

// times records that a person saw both times of a late deposit.
func (s *Server) times(w http.ResponseWriter, r *http.Request, a *asked) error {
	form, err := web.Form(r, smallForm, nil)
	if err != nil {
		return err
	}
	return s.answer(w, r, a, typed{}, s.office.SeeTimes(r.Context(), a.who, a.reference, form.Get("act")), "seen")
}

// controlOf says which control an act's error concerns, by form. Errors not
// here concern the form's words.
var controlOf = map[string]map[string]string{
	"request": {"act.pieces": "pieces", "act.unknown-piece": "pieces", "act.piece-once": "pieces", "request.pieces": "pieces", "act.kind": "kind"},
	"decide":  {"act.reasons": "reasons", "act.unknown-reason": "reasons", "decide.reasons": "reasons", "act.kind": "outcome"},
}

// answer ends an act: the case as it is now, or the form again with what is
// wrong and all that was typed.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, a *asked, t typed, err error, done string) error {
	if err == nil {
		return s.back(w, r, a, done)
	}
	at := wordsIn[t.Form]
	if own := formControl(t.Form, err); own != "" && formOf(t.Form) != nil {
		at = own
	}
	var e *errs.Error
	if errors.As(err, &e) && controlOf[t.Form][e.Key] != "" {
		at = controlOf[t.Form][e.Key]
	}
	return s.refuse(w, r, a, t, at, err)
}

// refuse shows the case with what is wrong at a control. What a person cannot
// mend here is answered as the error it is.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, a *asked, t typed, at string, err error) error {
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind == errs.NotFound || e.Kind == errs.Internal {
		return err
	}
	said, known := refusal(a.lang, e)
	if !known {
		return err
	}
	status := http.StatusUnprocessableEntity
	switch e.Kind {
	case errs.Conflict:
		status = http.StatusConflict
	case errs.Denied:
		status = http.StatusForbidden
	}
	if e.Key == "act.again" || e.Key == "act.id" { // the next try is another act
		t.values.Del("act")
	}
	return s.casePage(w, r, a, shown{status: status, typed: t, faults: []fault{{at, said}}})
}

// refusal says in words why an act was refused: by a text of its own, or, where
// the law refuses it, by the engine's reason and its articles.
func refusal(l i18n.Lang, e *errs.Error) (said string, known bool) {
	if texts.Has("refused." + e.Key) {
		return texts.T(l, "refused."+e.Key, e.Args...), true
	}
	why, found := strings.CutPrefix(e.Key, "act.")
	if !found || e.Kind != errs.Conflict {
		return "", false
	}
	arg := map[string]string{}
	for i := 0; i+1 < len(e.Args); i += 2 {
		name, _ := e.Args[i].(string)
		arg[name], _ = e.Args[i+1].(string)
	}
	var articles []string
	if arg["article"] != "" {
		articles = strings.Split(arg["article"], ", ")
	}
	return texts.T(l, "refused.law", "why", strings.TrimSuffix(whyNot(l, why), "."), "ground", words.In(l).Cite(arg["law"], articles...)), true
}

// back leads to the case by its own address, with what was done.
func (s *Server) back(w http.ResponseWriter, r *http.Request, a *asked, done string) error {
	to := "/" + string(a.lang) + casePath(caseIn(a.reference))
	if done != "" {
		to += "?done=" + done
	}
	return web.SeeOther(w, r, to)
}
