package casework

import (
	"context"
	"slices"
	"strings"

	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// Request is what an agent asks the applicant for. It stops the clock. Several
// may wait at once; each kind has its own rule of when, and how often.
type Request struct {
	ID        string   // the client's: the same again is the same request
	Kind      string   // ActReplacement, ActOriginals or ActInformation
	Questions []string // ids of the file questions whose piece is to be replaced, or shown in original
	Text      string   // in the agent's words: the reasons (art. 10, 7(4)), or what is asked (art. 14)
}

// requestNames are the letters' words for the kinds of request.
var requestNames = map[string]string{ActReplacement: "replacement", ActOriginals: "originals", ActInformation: "information"}

// Ask sends a request under an opening in force: signed by the document key,
// sealed to the applicant, with its leaf. The law decides whether it may be
// asked now; errs.Conflict "act.<why>" names the articles that say no.
// errs.Invalid: act.text (a request needs reasons, one of information its
// question), act.pieces, act.unknown-piece, act.long.
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
	d := newDeed(who, id, q.Kind, clock.Event{Do: engineAct[q.Kind], Docs: q.Questions})
	if len(q.Questions) > 0 {
		d.action.Data[questionsData] = strings.Join(q.Questions, ",")
	}
	if err := d.allowed(nil, m.held); err != nil {
		return err
	}
	l := m.letter(id, intake.MessageRequest, q.Text)
	l.Request, l.Questions = requestNames[q.Kind], q.Questions
	l.WindowLast = windowOf(m.after(d), q.Kind)
	if err := o.send(m, d, l); err != nil {
		return err
	}
	return o.do(ctx, who, reference, d)
}

// check holds a request against its form.
func (q Request) check(m *material) error {
	if requestNames[q.Kind] == "" {
		return errs.New(errs.Invalid, "act.kind")
	}
	if err := needWords(q.Text); err != nil {
		return err
	}
	if (q.Kind == ActInformation) != (len(q.Questions) == 0) {
		return errs.New(errs.Invalid, "act.pieces")
	}
	for i, id := range q.Questions {
		if slices.Contains(q.Questions[:i], id) {
			return errs.New(errs.Invalid, "act.pieces")
		}
		if !slices.ContainsFunc(m.content.files, func(f File) bool { return f.Question == id }) && !slices.Contains(m.pieces, id) {
			return errs.New(errs.Invalid, "act.unknown-piece")
		}
	}
	return nil
}

// windowOf is the applicant's last day to answer the newest request of a kind,
// "" where the law sets none.
func windowOf(c clock.Clock, kind string) string {
	for _, r := range slices.Backward(c.Requests) {
		if r.Kind == kind && r.WindowLast != clock.NoDate {
			return r.WindowLast.String()
		}
		if r.Kind == kind {
			break
		}
	}
	return ""
}
