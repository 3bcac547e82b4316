package casework

import (
	"context"
	"fmt"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/identity"
)

// SeeTimes records that a person held the claimed time of a late deposit
// against the time at which the office got it, and accepts the first: a
// consent by silence that rests on it then takes effect. errs.Conflict
// act.not-late where there is nothing to look at.
func (o *Office) SeeTimes(ctx context.Context, who *identity.Agent, reference, client string) error {
	id, err := actionID(reference, client)
	if err != nil {
		return err
	}
	if !who.May(identity.Decide) {
		return errs.New(errs.Denied, "act.denied")
	}
	err = o.db.Update(ctx, func(tx *db.Tx) error {
		p, err := o.hold(tx, who, reference)
		if err != nil {
			return err
		}
		if done, err := again(p.actions, id, ActTimesSeen); done || err != nil {
			return err
		}
		if !p.standing.late || !p.standing.Open {
			return errs.New(errs.Conflict, "act.not-late", "article", "19", "law", p.standing.ground(ActSilence).Text)
		}
		a := Action{ID: id, At: p.at, Actor: string(who.ID), Kind: ActTimesSeen}
		if err := addLeaf(tx, leafAct, map[string]any{"act": a.Kind, "case": reference, "agent": a.Actor, "at": a.At.Format(time.RFC3339)}); err != nil {
			return err
		}
		return o.appendAction(tx, p.caseRow, p.actions, a, p.on)
	})
	if err != nil && errs.KindOf(err) == errs.Internal {
		return fmt.Errorf("recording a look at times: %w", err)
	}
	return err
}
