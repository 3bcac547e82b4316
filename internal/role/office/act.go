package office

import (
	"errors"
	"net/http"

	"wasl/internal/base/errs"
	"wasl/internal/base/web"
	"wasl/internal/domain/casework"
)

// request asks the applicant to replace a piece or to give information.
func (s *Server) request(w http.ResponseWriter, r *http.Request, a *asked) error {
	form, err := web.Form(r, smallForm, nil)
	if err != nil {
		return err
	}
	t := typed{Form: "request", Kind: form.Get("kind"), Text: form.Get("text"), Pieces: form["pieces"]}
	q := casework.Request{ID: form.Get("act"), Kind: t.Kind, Text: t.Text}
	if q.Kind == casework.ActReplacement {
		q.Questions = t.Pieces
	}
	return s.answer(w, r, a, t, s.office.Ask(r.Context(), a.who, a.reference, q), "asked")
}

// decide grants or refuses.
func (s *Server) decide(w http.ResponseWriter, r *http.Request, a *asked) error {
	form, err := web.Form(r, smallForm, nil)
	if err != nil {
		return err
	}
	t := typed{Form: "decide", Outcome: form.Get("outcome"), Reasons: form["reasons"], Answer: form.Get("words")}
	d := casework.Decision{ID: form.Get("act"), Outcome: t.Outcome, Text: t.Answer}
	done := "granted"
	if d.Outcome == casework.Refuse {
		d.Reasons, done = t.Reasons, "refused"
	}
	return s.answer(w, r, a, t, s.office.Decide(r.Context(), a.who, a.reference, d), done)
}

// note keeps a note for the unit's agents.
func (s *Server) note(w http.ResponseWriter, r *http.Request, a *asked) error {
	form, err := web.Form(r, smallForm, nil)
	if err != nil {
		return err
	}
	t := typed{Form: "note", Note: form.Get("note")}
	return s.answer(w, r, a, t, s.office.AddNote(r.Context(), a.who, a.reference, form.Get("act"), t.Note), "noted")
}

// times records that a person saw both times of a late deposit.
func (s *Server) times(w http.ResponseWriter, r *http.Request, a *asked) error {
	form, err := web.Form(r, smallForm, nil)
	if err != nil {
		return err
	}
	return s.answer(w, r, a, typed{}, s.office.SeeTimes(r.Context(), a.who, a.reference, form.Get("act")), "seen")
}

// controlOf says which control an act's error concerns, by form.
var controlOf = map[string]map[string]string{
	"request": {"act.pieces": "pieces", "act.unknown-piece": "pieces", "act.piece-once": "pieces", "act.kind": "kind", "act.text": "text", "act.long": "text", "act.encoding": "text"},
	"decide":  {"act.reasons": "reasons", "act.unknown-reason": "reasons", "act.kind": "outcome", "act.long": "words", "act.encoding": "words"},
	"note":    {"act.text": "note", "act.long": "note", "act.encoding": "note"},
}

// answer ends an act: shown as done, or shown again with what is wrong and all
// that was typed.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, a *asked, t typed, err error, done string) error {
	if err == nil {
		return s.back(w, r, a, done)
	}
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind == errs.NotFound || !texts.Has("refused."+e.Key) {
		return err
	}
	at := controlOf[t.Form][e.Key]
	if at == "" {
		at = map[string]string{"request": "text", "decide": "words", "note": "note"}[t.Form]
	}
	status := http.StatusUnprocessableEntity
	if e.Kind == errs.Conflict {
		status = http.StatusConflict
	}
	return s.casePage(w, r, a, status, t, []fault{{at, texts.T(a.lang, "refused."+e.Key, e.Args...)}}, "")
}
