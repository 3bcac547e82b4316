package casework

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/domain/clock"
)

// clockActor signs what the law does by the mere passing of time.
const clockActor = "system:clock"

// today is the civil day of the newest legal profile.
func (o *Office) today() clock.Date { return o.shelf.Load().profile.DateOf(o.now()) }

// RunDue records what the passing of time did to cases: silence after the last
// useful day (law 55-19 art. 19-21). Each silence is recorded once, however
// often and from however many workers this is called. It tells how many cases
// changed, at most a hundred a call; a case that fails holds up no other.
func (o *Office) RunDue(ctx context.Context, now time.Time) (int, error) {
	if o.shelf.Load().profile == nil {
		return 0, nil
	}
	day := o.shelf.Load().profile.DateOf(now)
	due, err := o.dueCases(ctx, day)
	if err != nil {
		return 0, fmt.Errorf("looking for due cases: %w", err)
	}
	n, failed := 0, error(nil)
	for _, reference := range due {
		if err := o.db.Update(ctx, func(tx *db.Tx) error { return o.wake(tx, reference, day, now) }); err != nil {
			failed = errors.Join(failed, fmt.Errorf("recording a due date: %w", err))
			continue
		}
		n++
	}
	return n, failed
}

func (o *Office) dueCases(ctx context.Context, day clock.Date) ([]string, error) {
	var out []string
	err := o.db.View(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(`SELECT reference FROM casefile WHERE wake_on <> '' AND wake_on <= $1 ORDER BY wake_on, reference LIMIT 100`, day.String())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var reference string
			if err := rows.Scan(&reference); err != nil {
				return err
			}
			out = append(out, reference)
		}
		return rows.Err()
	})
	return out, err
}

// wake refolds one case on a day and records a silence that has set in.
func (o *Office) wake(tx *db.Tx, reference string, day clock.Date, now time.Time) error {
	if err := tx.Lock("case/" + reference); err != nil {
		return err
	}
	c, err := scanCase(tx.QueryRow(`SELECT `+caseColumns+` FROM casefile WHERE reference = $1`, reference))
	if err != nil {
		return err
	}
	terms, p, err := o.terms(c)
	if err != nil {
		return err
	}
	actions, err := actionsOf(tx, reference)
	if err != nil {
		return err
	}
	s := fold(p, terms, actions, day)
	if s.Clock.State != clock.Silent && s.Clock.State != clock.Consent {
		_, err := tx.Exec(`UPDATE casefile SET wake_on = $1 WHERE reference = $2`, s.wakeOn(), reference)
		return err
	}
	a := Action{ID: reference + ".silence." + s.Clock.DueOn.String(), At: now.UTC().Truncate(time.Microsecond), Actor: clockActor, Kind: ActSilence,
		Data: map[string]string{"due_on": s.Clock.DueOn.String(), "silence": s.Clock.SilenceMeans}}
	if done, err := again(actions, a.ID, ActSilence); done || err != nil {
		return errors.Join(err, settle(tx, c, s, int64(len(actions))))
	}
	if err := o.recordMachine(tx, c, clockActor, ActSilence, nil, map[string]any{"due_on": s.Clock.DueOn.String(), "means": s.Clock.SilenceMeans}); err != nil {
		return err
	}
	return o.appendAction(tx, c, actions, a, day)
}
