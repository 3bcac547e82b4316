package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/document"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// Decision ends a case. A grant after consent by silence hands over the act
// (law 55-19 art. 19); after an appeal was upheld, it decides the case anew.
type Decision struct {
	ID      string   // the client's: the same again is the same decision
	Outcome string   // Grant or Refuse
	Reasons []string // of the service's list; for a refusal
	Text    string   // in the agent's words
}

// Decide grants or refuses under an opening in force. A grant issues the
// service's document in the applicant's language. Of several decisions at once
// one stands; the others are errs.Conflict act.closed. A refusal without a
// reason of the service's list or own words is errs.Invalid act.reasons
// (art. 18), a grant whose document is the agent's answer, without one, act.text,
// a reason that the service does not have act.unknown-reason, a
// refusal after consent by silence errs.Conflict act.consent with article 19.
func (o *Office) Decide(ctx context.Context, who *identity.Agent, reference string, d Decision) error {
	id, err := actionID(reference, d.ID)
	if err != nil {
		return err
	}
	if !who.May(identity.Decide) {
		return errs.New(errs.Denied, "act.denied")
	}
	kind := map[string]string{Grant: ActGranted, Refuse: ActRefused}[d.Outcome]
	if kind == "" {
		return errs.New(errs.Invalid, "act.kind")
	}
	m, err := o.material(ctx, who, reference, id, kind)
	if err != nil || m.done {
		return err
	}
	if err := d.check(m); err != nil {
		return err
	}
	one := newDeed(who, id, kind, clock.Event{Do: engineAct[kind]})
	one.leaf, one.action.Data["reasons"] = leafDecision, strings.Join(d.Reasons, ",")
	if err := one.allowed(nil, m.held); err != nil {
		return err
	}
	l := m.letter(id, intake.MessageDecision, d.Text)
	l.Outcome, l.Reasons = kind, d.Reasons
	if d.Outcome == Grant {
		if one.doc, err = o.issue(m, id, d.Text); err != nil {
			return fmt.Errorf("issuing a document: %w", err)
		}
	}
	if one.doc != nil {
		l.Document, one.action.Data["document"] = one.doc.name, one.doc.number
		one.more = map[string]any{"document": one.doc.number, "digest": one.doc.digest}
	}
	if err := o.send(m, one, l); err != nil {
		return err
	}
	return o.do(ctx, who, reference, one)
}

// check holds a decision against its form.
func (d Decision) check(m *material) error {
	if err := checkWords(d.Text); err != nil {
		return err
	}
	if d.Outcome == Grant {
		if len(d.Reasons) > 0 {
			return errs.New(errs.Invalid, "act.reasons")
		}
		if strings.TrimSpace(d.Text) == "" && document.WantsWords(m.definition, m.content.language) {
			return errs.New(errs.Invalid, "act.text")
		}
		return nil
	}
	if len(d.Reasons) == 0 && strings.TrimSpace(d.Text) == "" {
		return errs.New(errs.Invalid, "act.reasons")
	}
	for _, r := range d.Reasons {
		if !slices.Contains(m.definition.Outcome.Refuse.Reasons, r) {
			return errs.New(errs.Invalid, "act.unknown-reason")
		}
	}
	return nil
}
