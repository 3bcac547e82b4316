package casework

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// clockActor signs what the law does by the mere passing of time.
const clockActor = "system:clock"

// today is the civil day of the newest legal profile.
func (o *Office) today() clock.Date { return o.shelf.Load().profile.DateOf(o.now()) }

// Bounds of one look at legal dates.
const (
	mostWoken  = 200 // cases of one call of RunDue
	mostAtOnce = 50  // cases of one transaction
)

// RunDue records what the passing of time did to cases until now: silence taking
// effect (law 55-19 art. 19-21), a window that expired, dates that are near or
// have passed. It goes by legal date, then by reference, and each thing bears
// the day on which it took effect by law, however late it is recorded. Each is
// recorded once, however often and from however many workers this is called; a
// clock that was set back undoes nothing. It tells how many cases changed, at
// most two hundred a call; a case that fails holds up no other.
func (o *Office) RunDue(ctx context.Context, now time.Time) (int, error) {
	if o.shelf.Load().profile == nil {
		return 0, nil
	}
	today := o.shelf.Load().profile.DateOf(now)
	run := &dueRun{office: o, today: today, failed: map[string]bool{}, woken: map[string]bool{}}
	var failures error
	for !run.done && len(run.woken) < mostWoken && ctx.Err() == nil {
		failures = errors.Join(failures, run.step(ctx))
	}
	return len(run.woken), errors.Join(failures, ctx.Err())
}

// dueRun is one call of RunDue.
type dueRun struct {
	office *Office
	today  clock.Date
	woken  map[string]bool // cases that this call changed
	failed map[string]bool // and those that failed in it
	done   bool            // nothing more is due
}

// step records one day's effects on some cases in one transaction. Where that
// fails, each case has its own, so that one alone is left behind.
func (r *dueRun) step(ctx context.Context) error {
	var due []string
	err := r.office.db.Update(ctx, func(tx *db.Tx) (err error) {
		var day clock.Date
		if due, day, err = r.next(tx); err != nil {
			return err
		}
		for _, reference := range due {
			if err := tx.Lock("case/" + reference); err != nil {
				return err
			}
		}
		for _, reference := range due {
			if err := r.office.wake(tx, reference, day); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case err == nil:
		r.done = len(due) == 0
		r.changed(due...)
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("recording what time did: %w", err)
	}
	return r.oneByOne(ctx)
}

func (r *dueRun) changed(references ...string) {
	for _, reference := range references {
		r.woken[reference] = true
	}
}

// oneByOne records the same effects, each in a transaction of its own.
func (r *dueRun) oneByOne(ctx context.Context) error {
	var due []string
	var day clock.Date
	err := r.office.db.View(ctx, func(tx *db.Tx) (err error) {
		due, day, err = r.list(tx)
		return err
	})
	if r.done = err != nil || len(due) == 0; err != nil {
		return fmt.Errorf("looking for due cases: %w", err)
	}
	var failures error
	for _, reference := range due {
		err := r.office.db.Update(ctx, func(tx *db.Tx) error {
			if err := tx.Lock("case/" + reference); err != nil {
				return err
			}
			return r.office.wake(tx, reference, day)
		})
		if err != nil {
			r.failed[reference] = true
			failures = errors.Join(failures, fmt.Errorf("recording what time did to a case: %w", err))
			continue
		}
		r.changed(reference)
	}
	return failures
}

// next lists the cases of the earliest day on which something is due; one
// worker at a time does so, until its transaction ends.
func (r *dueRun) next(tx *db.Tx) ([]string, clock.Date, error) {
	if err := tx.Lock("due"); err != nil {
		return nil, clock.NoDate, err
	}
	return r.list(tx)
}

func (r *dueRun) list(tx *db.Tx) ([]string, clock.Date, error) {
	rows, err := tx.Query(`SELECT reference, wake_on FROM casefile WHERE wake_on <> '' AND wake_on <= $1 ORDER BY wake_on, reference LIMIT $2`,
		r.today.String(), mostAtOnce+len(r.failed))
	if err != nil {
		return nil, clock.NoDate, err
	}
	defer rows.Close()
	var out []string
	first := ""
	for rows.Next() {
		var reference, on string
		if err := rows.Scan(&reference, &on); err != nil {
			return nil, clock.NoDate, err
		}
		if r.failed[reference] {
			continue
		}
		if first == "" {
			first = on
		}
		if on != first {
			break
		}
		out = append(out, reference)
	}
	if err := rows.Err(); err != nil || first == "" {
		return nil, clock.NoDate, err
	}
	day, err := clock.ParseDate(first)
	return out, day, err
}

// catchUp records what time did to a locked case until the end of a day, before
// an act of that day joins its history: so that a worker that was away changes
// nothing in it but the time of recording. It tells whether it changed the case.
func (o *Office) catchUp(tx *db.Tx, reference string, until clock.Date) (bool, error) {
	changed := false
	for {
		var on string
		if err := tx.QueryRow(`SELECT wake_on FROM casefile WHERE reference = $1`, reference).Scan(&on); err != nil {
			return changed, err
		}
		if on == "" || on > until.String() {
			return changed, nil
		}
		day, err := clock.ParseDate(on)
		if err != nil {
			return changed, err
		}
		if err := o.wake(tx, reference, day); err != nil {
			return changed, err
		}
		changed = true
	}
}

// wake records what time did to a locked case until the end of a day, and sets
// the day of what comes next.
func (o *Office) wake(tx *db.Tx, reference string, day clock.Date) error {
	if err := tx.Lock("access/" + reference); err != nil { // before the row, as an opening takes them
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
	var told []Action
	for len(s.timers) > 0 && s.timers[0].on <= day {
		a, err := o.effect(tx, c, s, s.timers[0])
		if err != nil {
			return err
		}
		a.N = int64(len(actions)) + 1
		if err := insertAction(tx, reference, a); err != nil {
			return err
		}
		if actions = append(actions, a); !inHouse[a.Kind] {
			told = append(told, a)
		}
		s = fold(p, terms, actions, day)
	}
	for _, a := range told {
		fact := intake.Fact{ID: "fact/" + a.ID, Reference: reference, At: a.At, Kind: a.Kind, Data: s.factsOf(a)}
		if err := queue(tx, outFact, fact.ID, fact); err != nil {
			return err
		}
		if a.Kind == ActSilence {
			if err := o.statement(tx, c, s, a); err != nil {
				return err
			}
		}
	}
	return settle(tx, c, s, int64(len(actions)))
}

// effect is the action of a timer, with what it does beside the case: the leaf
// and the notices.
func (o *Office) effect(tx *db.Tx, c *caseRow, s Standing, t timer) (Action, error) {
	a := Action{ID: c.Reference + "." + t.key(), At: o.now(), Actor: clockActor, Kind: t.kind,
		Data: map[string]string{effectiveData: t.on.String(), aboutData: t.about, legalData: t.legal.String()}}
	roles := []identity.Role{identity.CaseWorker, identity.Supervisor}
	switch t.kind {
	case ActSilence:
		a.Data["due_on"], a.Data["silence"] = t.legal.String(), s.Clock.SilenceMeans
		if err := o.silence(tx, c, s, t); err != nil {
			return a, err
		}
	case ActEscalated:
		roles = roles[1:]
	case ActWarned:
		a.Data[daysData] = strconv.Itoa(t.days)
	}
	return a, o.tell(tx, c, a.ID, t.kind, t.about, t.legal, t.on, roles...)
}

// silence writes what a silence leaves beside its action: the leaf and the
// notice to the applicant. Their signed statement of the clock follows.
func (o *Office) silence(tx *db.Tx, c *caseRow, s Standing, t timer) error {
	return o.recordMachine(tx, c, clockActor, ActSilence, nil,
		map[string]any{"due_on": t.legal.String(), "effective_on": t.on.String(), "means": s.Clock.SilenceMeans})
}
