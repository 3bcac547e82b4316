package casework

import (
	"context"

	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// Return gives a file back whose applicant let the thirty days of art. 10 pass
// (law 55-19). It is an act with a date and reasons, never an automatic lapse.
type Return struct {
	ID   string
	Text string // the reasons
}

// Return tells the applicant, under an opening in force. errs.Conflict
// act.window-open or act.no-window before a window has passed.
func (o *Office) Return(ctx context.Context, who *identity.Agent, reference string, r Return) error {
	if !who.May(identity.Decide) {
		return errs.New(errs.Denied, "act.denied")
	}
	return o.tellOne(ctx, who, reference, notice{client: r.ID, kind: ActReturned, event: clock.Event{Do: clock.Return}, text: r.Text, leaf: leafDecision})
}

// notice is an act that consists of a reasoned letter.
type notice struct {
	client, kind, text, leaf string
	event                    clock.Event
	data                     map[string]string
	letter                   func(*intake.Letter)
	check                    func(*material) error
}

// tellOne does an act that consists of a reasoned letter.
func (o *Office) tellOne(ctx context.Context, who *identity.Agent, reference string, n notice) error {
	id, err := actionID(reference, n.client)
	if err != nil {
		return err
	}
	m, err := o.material(ctx, who, reference, id, n.kind)
	if err != nil || m.done {
		return err
	}
	if n.check != nil {
		if err := n.check(m); err != nil {
			return err
		}
	}
	if err := needWords(n.text); err != nil {
		return err
	}
	d := newDeed(who, id, n.kind, n.event)
	d.leaf = n.leaf
	for key, value := range n.data {
		d.action.Data[key] = value
	}
	if err := d.allowed(nil, m.held); err != nil {
		return err
	}
	l := m.letter(id, intake.MessageNotice, n.text)
	l.About = n.kind
	if n.letter != nil {
		n.letter(&l)
	}
	if err := o.send(m, d, l); err != nil {
		return err
	}
	return o.do(ctx, who, reference, d)
}
