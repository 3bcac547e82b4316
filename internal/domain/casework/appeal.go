package casework

import (
	"context"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// AnswerAppeal is the answer of the head, minister, wali or president to an
// appeal (law 55-19 art. 21). Upheld, the case is to be decided anew; dismissed,
// what was appealed against stays.
type AnswerAppeal struct {
	ID      string
	Outcome string // Upheld or Dismissed
	Text    string // the reasons
}

// AnswerAppeal writes to the applicant, under an opening in force. errs.Conflict
// act.not-appealed or act.answered.
func (o *Office) AnswerAppeal(ctx context.Context, who *identity.Agent, reference string, a AnswerAppeal) error {
	if !who.May(identity.Decide) {
		return errs.New(errs.Denied, "act.denied")
	}
	if a.Outcome != Upheld && a.Outcome != Dismissed {
		return errs.New(errs.Invalid, "act.kind")
	}
	return o.tellOne(ctx, who, reference, notice{client: a.ID, kind: ActHeadAnswer, event: clock.Event{Do: clock.HeadAnswer}, text: a.Text, leaf: leafDecision,
		data: map[string]string{outcomeData: a.Outcome}, letter: func(l *intake.Letter) { l.Outcome = a.Outcome }})
}

// PresidentReceived notes that the president got the wali's or governor's
// letter, from which ten days run (law 55-19 art. 20, 21).
type PresidentReceived struct {
	ID string
	On clock.Date // NoDate: today
}

// PresidentReceived notes the day. errs.Invalid act.date: later than today, or
// before the act before; errs.Conflict act.out-of-order where nothing was asked
// of the wali or governor.
func (o *Office) PresidentReceived(ctx context.Context, who *identity.Agent, reference string, p PresidentReceived) error {
	return o.noteDay(ctx, who, reference, p.ID, ActPresident, p.On, func(d *deed, h *held, on clock.Date) error {
		d.event = clock.Event{Do: clock.PresidentReceived}
		return nil
	})
}

// Attested notes that the wali's or governor's attestation of the silence came
// (law 55-19 art. 20). They alone give it; it never comes from here.
type Attested struct {
	ID string
	On clock.Date // NoDate: today
}

// Attested notes the day. errs.Conflict act.not-consent, act.local-only, or
// act.claimed a second time.
func (o *Office) Attested(ctx context.Context, who *identity.Agent, reference string, a Attested) error {
	return o.noteDay(ctx, who, reference, a.ID, ActAttested, a.On, func(d *deed, h *held, on clock.Date) error {
		return barred(h.standing.mayAttest(h.at))
	})
}

// noteDay notes something that happened outside, on a day of its own.
func (o *Office) noteDay(ctx context.Context, who *identity.Agent, reference, client, kind string, on clock.Date, may func(*deed, *held, clock.Date) error) error {
	id, err := actionID(reference, client)
	if err != nil {
		return err
	}
	if !who.May(identity.OpenCase) {
		return errs.New(errs.Denied, "act.denied")
	}
	d := newDeed(who, id, kind, clock.Event{})
	d.may = func(_ *db.Tx, h *held) error {
		day, err := dated(h, on)
		if err != nil {
			return err
		}
		d.action.Data[onData] = day.String()
		return may(d, h, day)
	}
	return o.do(ctx, who, reference, d)
}

// Close takes a case off the open ones of which the law asks nothing more.
type Close struct{ ID string }

// Close closes a case. errs.Conflict act.not-over while the law still asks
// something of somebody.
func (o *Office) Close(ctx context.Context, who *identity.Agent, reference string, c Close) error {
	id, err := actionID(reference, c.ID)
	if err != nil {
		return err
	}
	if !who.May(identity.Decide) {
		return errs.New(errs.Denied, "act.denied")
	}
	d := newDeed(who, id, ActClosed, clock.Event{})
	d.may = func(_ *db.Tx, h *held) error { return barred(h.standing.mayClose(h.at)) }
	return o.do(ctx, who, reference, d)
}
