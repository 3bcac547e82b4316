package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/document"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// Decision ends a case.
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
// refusal after consent by silence errs.Conflict with article 19.
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
	if err := m.standing.mayDecide(d.Outcome).refusal(); err != nil {
		return err
	}
	a := Action{ID: id, At: m.at, Actor: string(who.ID), Kind: kind, Data: map[string]string{"reasons": strings.Join(d.Reasons, ",")}}
	l := intake.Letter{ID: id, Reference: reference, Kind: intake.MessageDecision, At: m.at.Format(time.RFC3339), Language: string(m.content.language), Accesses: int(m.accesses),
		Text: d.Text, Outcome: kind, Reasons: d.Reasons}
	var doc *issued
	if d.Outcome == Grant {
		if doc, err = o.issue(m, id, d.Text); err != nil {
			return fmt.Errorf("issuing a document: %w", err)
		}
		if doc != nil {
			l.Document = doc.name
			a.Data["document"] = doc.number
		}
	}
	letter, err := o.write(m.caseRow, m.content.reply, l, m.at)
	if err != nil {
		return fmt.Errorf("writing a decision: %w", err)
	}
	return o.db.Update(ctx, func(tx *db.Tx) error { return o.decide(tx, who, d, a, letter, doc) })
}

// decide stores a written decision, when the law still allows it at this moment.
func (o *Office) decide(tx *db.Tx, who *identity.Agent, d Decision, a Action, letter *sent, doc *issued) error {
	p, err := o.hold(tx, who, letter.message.Reference)
	if err != nil {
		return err
	}
	if done, err := again(p.actions, a.ID, a.Kind); done || err != nil {
		return err
	}
	if err := p.standing.mayDecide(d.Outcome).refusal(); err != nil {
		return err
	}
	if err := letter.send(tx); err != nil {
		return err
	}
	event := map[string]any{"act": a.Kind, "case": p.Reference, "agent": a.Actor, "letter": a.ID, "at": a.At.Format(time.RFC3339)}
	if doc != nil {
		if err := doc.keep(tx, p.Reference, a.At); err != nil {
			return err
		}
		event["document"], event["digest"] = doc.number, doc.digest
	}
	if err := addLeaf(tx, leafDecision, event); err != nil {
		return err
	}
	return o.appendAction(tx, p.caseRow, p.actions, a, p.on)
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
