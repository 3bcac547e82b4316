package casework

import (
	"context"
	"strconv"

	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// Extend extends the delay once, for as long as an expertise or a public
// inquiry needs, before the last day (law 55-19 art. 17).
type Extend struct {
	ID   string
	For  string // clock.ForExpertise or clock.ForInquiry; a request under law 31-13 has none
	Days int
	Text string // the reasons
}

// mostExtended bounds an extension, in days.
const mostExtended = 366

// Extend tells the applicant the new date and why, under an opening in force.
// errs.Invalid act.text or act.days; errs.Conflict act.<why> with the article.
func (o *Office) Extend(ctx context.Context, who *identity.Agent, reference string, e Extend) error {
	id, err := actionID(reference, e.ID)
	if err != nil {
		return err
	}
	if !who.May(identity.Decide) {
		return errs.New(errs.Denied, "act.denied")
	}
	m, err := o.material(ctx, who, reference, id, ActExtended)
	if err != nil || m.done {
		return err
	}
	if err := needWords(e.Text); err != nil {
		return err
	}
	if e.Days < 0 || e.Days > mostExtended {
		return errs.New(errs.Invalid, "act.days")
	}
	d := newDeed(who, id, ActExtended, clock.Event{Do: clock.Extend, For: e.For, Days: e.Days})
	d.action.Data[forData], d.action.Data[numberData] = e.For, strconv.Itoa(e.Days)
	if err := d.allowed(nil, m.held); err != nil {
		return err
	}
	l := m.letter(id, intake.MessageNotice, e.Text)
	l.About, l.For, l.Days = ActExtended, e.For, e.Days
	if due := m.after(d).DueOn; due != clock.NoDate { // none while the applicant is waited for
		l.NewDue = due.String()
	}
	if err := o.send(m, d, l); err != nil {
		return err
	}
	return o.do(ctx, who, reference, d)
}
