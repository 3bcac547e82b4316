package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// Request is what an agent asks the applicant for. It stops the clock.
type Request struct {
	ID        string   // the client's: the same again is the same request
	Kind      string   // ActReplacement or ActInformation
	Questions []string // ids of the file questions whose piece is to be replaced
	Text      string   // in the agent's words; for a replacement, the reasons (art. 10)
}

// requestNames are the letters' words for the kinds of request.
var requestNames = map[string]string{ActReplacement: "replacement", ActInformation: "information"}

// Ask sends a request under an opening in force: signed by the document key,
// sealed to the applicant, with its leaf. The law decides whether it may be
// asked now; errs.Conflict "act.<why>" names the article that says no.
// errs.Invalid: act.text (a replacement needs reasons, a request of
// information its question), act.pieces, act.unknown-piece, act.long.
// errs.Denied case.notopen: open the case first.
func (o *Office) Ask(ctx context.Context, who *identity.Agent, reference string, q Request) error {
	id, err := actionID(reference, q.ID)
	if err != nil {
		return err
	}
	m, err := o.material(ctx, who, reference, id, q.Kind)
	if err != nil || m.done {
		return err
	}
	if err := q.check(m); err != nil {
		return err
	}
	if err := m.standing.mayRequest(q.Kind, m.actions, m.on).refusal(); err != nil {
		return err
	}
	l := intake.Letter{ID: id, Reference: reference, Kind: intake.MessageRequest, At: m.at.Format(time.RFC3339), Language: string(m.content.language), Accesses: int(m.accesses),
		Text: q.Text, Request: requestNames[q.Kind], Questions: q.Questions}
	a := Action{ID: id, At: m.at, Actor: string(who.ID), Kind: q.Kind, Data: map[string]string{"questions": strings.Join(q.Questions, ",")}}
	if l.WindowLast, err = o.windowAfter(m, a); err != nil {
		return err
	}
	letter, err := o.write(m.caseRow, m.content.reply, l, m.at)
	if err != nil {
		return fmt.Errorf("writing a request: %w", err)
	}
	return o.db.Update(ctx, func(tx *db.Tx) error { return o.ask(tx, who, q, a, letter) })
}

// ask stores a written request, when the law still allows it at this moment.
func (o *Office) ask(tx *db.Tx, who *identity.Agent, q Request, a Action, letter *sent) error {
	p, err := o.hold(tx, who, letter.message.Reference)
	if err != nil {
		return err
	}
	if done, err := again(p.actions, a.ID, a.Kind); done || err != nil {
		return err
	}
	if err := p.standing.mayRequest(q.Kind, p.actions, p.on).refusal(); err != nil {
		return err
	}
	if err := q.once(p.actions); err != nil {
		return err
	}
	if err := letter.send(tx); err != nil {
		return err
	}
	if err := addLeaf(tx, leafAct, map[string]any{"act": a.Kind, "case": p.Reference, "agent": a.Actor, "letter": a.ID, "at": a.At.Format(time.RFC3339)}); err != nil {
		return err
	}
	return o.appendAction(tx, p.caseRow, p.actions, a, p.on)
}

// check holds a request against its form.
func (q Request) check(m *material) error {
	if requestNames[q.Kind] == "" {
		return errs.New(errs.Invalid, "act.kind")
	}
	if err := checkWords(q.Text); err != nil {
		return err
	}
	switch {
	case strings.TrimSpace(q.Text) == "":
		return errs.New(errs.Invalid, "act.text")
	case q.Kind == ActInformation && len(q.Questions) > 0:
		return errs.New(errs.Invalid, "act.pieces")
	case q.Kind == ActReplacement && len(q.Questions) == 0:
		return errs.New(errs.Invalid, "act.pieces")
	}
	for _, id := range q.Questions {
		if !slices.ContainsFunc(m.content.files, func(f File) bool { return f.Question == id }) && !slices.Contains(m.pieces, id) {
			return errs.New(errs.Invalid, "act.unknown-piece")
		}
	}
	return q.once(m.actions)
}

// once refuses to ask for a piece that was asked for before (art. 4(8), 10).
func (q Request) once(actions []Action) error {
	if q.Kind == ActReplacement && len(repeated(actions, q.Questions)) > 0 {
		return errs.New(errs.Conflict, "act.piece-once", "article", "10")
	}
	return nil
}

// windowAfter is the applicant's last day to answer a request, "" where the
// law sets none.
func (o *Office) windowAfter(m *material, a Action) (string, error) {
	terms, p, err := o.terms(m.caseRow)
	if err != nil {
		return "", err
	}
	s := fold(p, terms, append(slices.Clone(m.actions), a), m.on)
	if s.Clock.WindowLast == clock.NoDate {
		return "", nil
	}
	return s.Clock.WindowLast.String(), nil
}

// refusal is the error of an action that the law does not allow now.
func (a Allowance) refusal() error {
	if a.OK {
		return nil
	}
	return errs.New(errs.Conflict, "act."+a.Why, "article", a.Article)
}
