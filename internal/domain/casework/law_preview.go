package casework

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
)

// lawPage is how many cases are read and counted at a time.
const lawPage = 200

// PreviewLaw tells what a law's text would do to every open case, one move
// after the other to each, in order of reference; memory does not grow with
// their number. It changes nothing. errs.Denied act.denied without the right to
// see it, errs.Invalid law.unreadable for a text that is no legal profile.
func (o *Office) PreviewLaw(ctx context.Context, who *identity.Agent, body []byte, each func(Move) error) (*LawPreview, error) {
	if !who.May(identity.SeeLaw) {
		return nil, errs.New(errs.Denied, "act.denied")
	}
	if err := o.Refresh(ctx); err != nil {
		return nil, err
	}
	law, err := clock.ParseProfile(body)
	if err != nil {
		return nil, errs.Wrap(errs.Invalid, "law.unreadable", err)
	}
	_, p, err := o.inForce(ctx)
	if err != nil {
		return nil, err
	}
	sum := &LawPreview{Law: law.Hash(), InForce: p.Hash(), Version: law.Version, Gaps: clock.Gaps(law.Holidays)}
	digest := sha256.New()
	fmt.Fprintln(digest, law.Hash())
	err = o.openCases(ctx, law.Hash(), func(c *caseRow, actions []Action) error {
		ch, err := o.change(law, c, actions)
		if err != nil { // it holds up no other; bringing the law to it fails alike
			o.log.Error("a law is not previewed for a case", "reason", err)
			return nil
		}
		sum.count(ch)
		for _, m := range ch.moves {
			fmt.Fprintln(digest, c.profile, m.Reference, m.Kind, m.From, m.To)
			if each == nil || who.Role == identity.Supervisor && (m.Authority != who.Authority || m.Unit != who.Unit) {
				continue
			}
			if err := each(m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("previewing a law: %w", err)
	}
	sum.Digest = hex.EncodeToString(digest.Sum(nil))
	return sum, nil
}

// count adds one case to the sums.
func (sum *LawPreview) count(ch change) {
	if sum.Looked++; ch.settled {
		sum.Settled++
	}
	if len(ch.moves) > 0 {
		sum.Cases++
	}
	sum.Moves += len(ch.moves)
	sum.Kept += len(ch.floors)
}

// openCases goes through the open cases under another law, by reference, a page
// at a time.
func (o *Office) openCases(ctx context.Context, law string, do func(*caseRow, []Action) error) error {
	for after := ""; ; {
		var cases []*caseRow
		var actions map[string][]Action
		err := o.db.View(ctx, func(tx *db.Tx) (err error) {
			if cases, err = openPage(tx, law, after, lawPage); err == nil && len(cases) > 0 {
				actions, err = actionsBetween(tx, cases[0].Reference, cases[len(cases)-1].Reference)
			}
			return err
		})
		if err != nil || len(cases) == 0 {
			return err
		}
		for _, c := range cases {
			if err := do(c, actions[c.Reference]); err != nil {
				return err
			}
		}
		after = cases[len(cases)-1].Reference
	}
}

func openPage(tx *db.Tx, law, after string, n int) ([]*caseRow, error) {
	rows, err := tx.Query(`SELECT `+caseColumns+` FROM casefile WHERE open = 1 AND reference > $1 AND profile <> $2 ORDER BY reference LIMIT $3`, after, law, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []*caseRow
	for rows.Next() {
		c, err := scanCase(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// actionsBetween reads the histories of the open cases in a range of references.
func actionsBetween(tx *db.Tx, first, last string) (map[string][]Action, error) {
	rows, err := tx.Query(`SELECT a.id, a.reference, a.n, a.at, a.actor, a.kind, a.data FROM action a JOIN casefile c ON c.reference = a.reference
		WHERE c.open = 1 AND a.reference >= $1 AND a.reference <= $2 ORDER BY a.reference, a.n`, first, last)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string][]Action{}
	for rows.Next() {
		var a Action
		var at int64
		var reference, data string
		if err := rows.Scan(&a.ID, &reference, &a.N, &at, &a.Actor, &a.Kind, &data); err != nil {
			return nil, err
		}
		a.At = db.FromMicros(at)
		if err := json.Unmarshal([]byte(data), &a.Data); err != nil {
			return nil, fmt.Errorf("action %s: %w", a.ID, err)
		}
		out[reference] = append(out[reference], a)
	}
	return out, rows.Err()
}

// change is what a law would do to one case.
type change struct {
	moves   []Move
	floors  []clock.Floor
	settled bool // it would undo what has taken effect: the case keeps its law
}

// change computes what a law would do to a case now. A date of the applicant
// that would come earlier stays; dates that have passed under both laws are
// history.
func (o *Office) change(law *clock.Profile, c *caseRow, actions []Action) (change, error) {
	terms, p, err := o.terms(c)
	if err != nil {
		return change{}, err
	}
	today := p.DateOf(notBefore(p, o.now(), actions))
	was := fold(p, terms, actions, today).Clock
	is := fold(law, terms, actions, today).Clock
	if silent := was.State == clock.Silent || was.State == clock.Consent; silent && is.DueOn != was.DueOn {
		return change{settled: true}, nil
	}
	out := change{floors: clock.Floors(law, was, is)}
	if len(out.floors) > 0 {
		is = fold(law.AtLeast(out.floors), terms, actions, today).Clock
	}
	move := func(kind string, from, to clock.Date) {
		if from != to && max(from, to) >= today {
			out.moves = append(out.moves, Move{Reference: c.Reference, Service: c.Service, Authority: c.Authority, Unit: c.Unit,
				Kind: kind, From: from.String(), To: to.String(), n: len(out.moves)})
		}
	}
	to := is.Dates()
	for i, d := range was.Dates() {
		if !unlisted[d.Name] {
			move(d.Name, d.On, to[i].On)
		}
	}
	for i := range min(len(was.Requests), len(is.Requests)) {
		if was.Requests[i].AnsweredOn == clock.NoDate {
			move(DateWindow, was.Requests[i].WindowLast, is.Requests[i].WindowLast)
		}
	}
	return out, nil
}

// unlisted are dates that say what happened, or repeat another.
var unlisted = map[string]bool{"complete_on": true, "answer_last": true}
