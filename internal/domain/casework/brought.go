package casework

import (
	"context"
	"slices"
	"strings"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

// Brought notes that the applicant came to the counter with what was asked:
// originals are shown, not sent (law 55-19 art. 7(4)), and paper stays a right
// (art. 30). It is an answer like one that comes through the portal.
type Brought struct {
	ID        string
	For       string   // replacement, originals, information, or missing: pieces due since filing
	Questions []string // the pieces brought; none: all that was asked
}

// Brought ends or shortens what is waited for. errs.Invalid act.kind or
// act.unknown-piece; errs.Conflict act.out-of-order where nothing of it is asked.
func (o *Office) Brought(ctx context.Context, who *identity.Agent, reference string, b Brought) error {
	id, err := actionID(reference, b.ID)
	if err != nil {
		return err
	}
	if !who.May(identity.OpenCase) {
		return errs.New(errs.Denied, "act.denied")
	}
	kind := "request-" + b.For
	if b.For != intake.Missing && requestNames[kind] == "" {
		return errs.New(errs.Invalid, "act.kind")
	}
	d := newDeed(who, id, ActAnswered, clock.Event{})
	d.action.Data[forData] = b.For
	if len(b.Questions) > 0 {
		d.action.Data[docsData] = strings.Join(b.Questions, ",")
	}
	d.may = func(_ *db.Tx, h *held) error {
		for _, q := range b.Questions {
			if question := o.Definition(h.version).Question(q); question == nil || question.Type != service.File {
				return errs.New(errs.Invalid, "act.unknown-piece")
			}
		}
		e, _ := h.standing.event(d.action)
		r := h.standing.judge(e, h.at)
		if r.OK && !waits(&h.standing.Clock, b.For) {
			r.OK, r.Why = false, "out-of-order"
		}
		return barred(r)
	}
	return o.do(ctx, who, reference, d)
}

// waits tells whether something of a kind is asked for.
func waits(c *clock.Clock, of string) bool {
	if of == intake.Missing {
		return c.CompleteOn == clock.NoDate
	}
	return slices.ContainsFunc(c.Requests, func(r clock.Request) bool { return r.Kind == "request-"+of && r.AnsweredOn == clock.NoDate })
}
