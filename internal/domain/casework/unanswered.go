package casework

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// LeaveUnanswered leaves a request unanswered that repeats one of the same
// applicant which was refused, when nothing has changed (law 55-19 art. 15). A
// return is no refusal. Nobody is written to; the receipt was given all the same.
type LeaveUnanswered struct {
	ID       string
	Previous string // reference of the request that was refused
	Text     string // why nothing has changed: a note of the unit, may be empty
}

// LeaveUnanswered takes the case off the clock. errs.Invalid act.previous: no
// other case of the unit and the service; errs.Conflict act.not-repeat: it was
// not refused, or is another person's.
func (o *Office) LeaveUnanswered(ctx context.Context, who *identity.Agent, reference string, l LeaveUnanswered) error {
	id, err := actionID(reference, l.ID)
	if err != nil {
		return err
	}
	if !who.May(identity.Decide) {
		return errs.New(errs.Denied, "act.denied")
	}
	if err := checkWords(l.Text); err != nil {
		return err
	}
	previous, err := intake.ParseReference(l.Previous)
	if err != nil || string(previous) == reference {
		return errs.New(errs.Invalid, "act.previous")
	}
	v, err := o.View(ctx, who, reference)
	if err != nil {
		return err
	}
	d := newDeed(who, id, ActUnanswered, clock.Event{Do: clock.LeaveUnanswered})
	d.leaf, d.more = leafDecision, map[string]any{"previous": string(previous)}
	d.action.Data["previous"] = string(previous)
	d.note = o.noted(v, who, l.Text)
	d.may = func(tx *db.Tx, h *held) error {
		same, refused, err := o.repeats(tx, h.caseRow, string(previous))
		repeat := same && refused
		d.event.Repeat, d.event.SameApplicant, d.event.RefusedBefore = &repeat, &same, &refused
		return err
	}
	return o.do(ctx, who, reference, d)
}

// repeats holds a case against an earlier one of its unit and service: is it of
// the same applicant, and was it refused? errs.Invalid act.previous where there
// is none.
func (o *Office) repeats(tx *db.Tx, c *caseRow, previous string) (same, refused bool, err error) {
	before, err := scanCase(tx.QueryRow(`SELECT `+caseColumns+` FROM casefile WHERE reference = $1 AND authority = $2 AND unit = $3 AND service = $4 AND filed_at <= $5`,
		previous, c.Authority, c.Unit, c.Service, db.Micros(c.FiledAt)))
	if errors.Is(err, sql.ErrNoRows) {
		return false, false, errs.New(errs.Invalid, "act.previous")
	}
	if err != nil {
		return false, false, err
	}
	h, err := o.foldCase(tx, before)
	if err != nil {
		return false, false, err
	}
	refused = h.standing.State == StateRefused || h.standing.State == StateDismissed && h.standing.Clock.State == clock.Refused
	others, err := sameApplicant(tx, c)
	return slices.Contains(others, previous), refused, err
}

// sameApplicant lists the other cases of a unit and service that bear the same
// identity number as this one; the same name where this one has no number.
func sameApplicant(tx *db.Tx, c *caseRow) ([]string, error) {
	rows, err := tx.Query(`SELECT DISTINCT o.reference FROM blind mine JOIN blind o ON o.field = mine.field AND o.mac = mine.mac AND o.reference <> mine.reference
		JOIN casefile f ON f.reference = o.reference AND f.authority = $2 AND f.unit = $3 AND f.service = $4
		WHERE mine.reference = $1 AND (mine.field = $5 OR mine.field = $6 AND NOT EXISTS (SELECT 1 FROM blind n WHERE n.reference = $1 AND n.field = $5))
		ORDER BY o.reference LIMIT 50`, c.Reference, c.Authority, c.Unit, c.Service, ByNumber, ByName)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var reference string
		if err := rows.Scan(&reference); err != nil {
			return nil, err
		}
		out = append(out, reference)
	}
	return out, rows.Err()
}

// earlier lists the requests of the same applicant to the unit for the same act
// that were refused before: what LeaveUnanswered may name.
func (o *Office) earlier(tx *db.Tx, c *caseRow) ([]string, error) {
	others, err := sameApplicant(tx, c)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, reference := range others {
		var state string
		var filed int64
		if err := tx.QueryRow(`SELECT state, filed_at FROM casefile WHERE reference = $1`, reference).Scan(&state, &filed); err != nil {
			return nil, err
		}
		if (state == StateRefused || state == StateDismissed) && filed <= db.Micros(c.FiledAt) {
			out = append(out, reference)
		}
	}
	return out, nil
}
