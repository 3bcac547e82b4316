package casework

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// ApplyLaw brings a law to the open cases that its preview lists: one
// law-changed action for each, one leaf of the ledger for the act. It goes on
// where the same act was cut off. errs.Denied act.denied without the right,
// errs.Conflict law.superseded for a law that is not in force here,
// errs.Conflict law.preview when the preview is not what it was, errs.Invalid
// law.reason without a reason.
func (o *Office) ApplyLaw(ctx context.Context, who *identity.Agent, law string, a LawAct) (*LawApplied, error) {
	if err := a.check(who); err != nil {
		return nil, err
	}
	if done, err := o.resumed(ctx, who, a, law); done != nil || err != nil {
		return done, err
	}
	body, p, err := o.inForce(ctx)
	if err != nil {
		return nil, err
	}
	if p.Hash() != law {
		return nil, errs.New(errs.Conflict, "law.superseded")
	}
	return o.Enact(ctx, who, body, a)
}

// Enact is ApplyLaw for the text of a law, which it publishes first, once its
// preview is found to be the one that its author saw.
func (o *Office) Enact(ctx context.Context, who *identity.Agent, body []byte, a LawAct) (*LawApplied, error) {
	if err := a.check(who); err != nil {
		return nil, err
	}
	sum, err := o.PreviewLaw(ctx, who, body, nil)
	if err != nil {
		return nil, err
	}
	if done, err := o.resumed(ctx, who, a, sum.Law); done != nil || err != nil {
		return done, err
	}
	if sum.Digest != a.Digest {
		return nil, errs.New(errs.Conflict, "law.preview")
	}
	if err := o.Publish(ctx, intake.Publication{Kind: intake.PublishLaw, ID: intake.LawID, Body: body}); err != nil {
		return nil, err
	}
	if err := o.db.Update(ctx, func(tx *db.Tx) error { return o.begin(tx, who, sum, a) }); err != nil {
		return nil, fmt.Errorf("beginning an act of law: %w", err)
	}
	return o.bring(ctx, a.ID)
}

// begin writes down an act of law, once, with its leaf.
func (o *Office) begin(tx *db.Tx, who *identity.Agent, sum *LawPreview, a LawAct) error {
	at := o.now()
	n, err := tx.Exec(`INSERT INTO lawact (id, law, digest, author, reason, at, after, cases, moves, done_at) VALUES ($1, $2, $3, $4, $5, $6, '', 0, 0, 0) ON CONFLICT (id) DO NOTHING`,
		a.ID, sum.Law, a.Digest, string(who.ID), a.Reason, db.Micros(at))
	if err != nil || n == 0 {
		return err
	}
	return addLeaf(tx, leafAct, map[string]any{"act": ActLaw, "id": a.ID, "law": sum.Law, "before": sum.InForce, "digest": sum.Digest, "cases": sum.Cases, "moves": sum.Moves,
		"agent": string(who.ID), "reason": a.Reason, "at": at.Format(time.RFC3339)})
}

// resumed goes on with an act of law that was begun already; nil where it was
// not. The same id for another act is errs.Conflict act.again.
func (o *Office) resumed(ctx context.Context, who *identity.Agent, a LawAct, law string) (*LawApplied, error) {
	var have LawApplied
	var digest string
	err := o.db.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT law, digest, author FROM lawact WHERE id = $1`, a.ID).Scan(&have.Law, &digest, &have.Author)
	})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("reading an act of law: %w", err)
	case digest != a.Digest || have.Author != string(who.ID) || law != "" && law != have.Law:
		return nil, errs.New(errs.Conflict, "act.again")
	}
	return o.bring(ctx, a.ID)
}

// ResumeLaw goes on with acts of law that were cut off: the worker calls it.
func (o *Office) ResumeLaw(ctx context.Context) error {
	var ids []string
	err := o.db.View(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(`SELECT id FROM lawact WHERE done_at = 0 ORDER BY at, id`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return rows.Err()
	})
	for _, id := range ids {
		if _, own := o.bring(ctx, id); own != nil {
			err = errors.Join(err, own)
		}
	}
	return err
}

// lawStep is how many cases one transaction of an act of law goes through.
const lawStep = 50

// bring goes through the open cases that an act of law has not reached yet.
func (o *Office) bring(ctx context.Context, id string) (*LawApplied, error) {
	if err := o.Refresh(ctx); err != nil {
		return nil, err
	}
	for done := false; !done; {
		err := o.db.Update(ctx, func(tx *db.Tx) (err error) {
			done, err = o.bringSome(tx, id)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("bringing a law to open cases: %w", err)
		}
	}
	var out *LawApplied
	err := o.db.View(ctx, func(tx *db.Tx) (err error) {
		out, err = lawAct(tx, id)
		return err
	})
	return out, err
}

// bringSome takes an act of law to the next cases; one process at a time does.
func (o *Office) bringSome(tx *db.Tx, id string) (done bool, err error) {
	if err := tx.Lock("law"); err != nil {
		return false, err
	}
	var hash, after, author string
	var finished int64
	if err := tx.QueryRow(`SELECT law, after, author, done_at FROM lawact WHERE id = $1`, id).Scan(&hash, &after, &author, &finished); err != nil || finished != 0 {
		return true, err
	}
	law := o.shelf.Load().profiles[hash]
	if law == nil {
		return false, fmt.Errorf("law %s is not on the shelf", hash)
	}
	cases, err := openPage(tx, hash, after, lawStep)
	if err != nil {
		return false, err
	}
	if len(cases) == 0 || o.shelf.Load().profile.Hash() != hash { // a newer law is in force: this one goes no further
		_, err := tx.Exec(`UPDATE lawact SET done_at = $1 WHERE id = $2`, db.Micros(o.now()), id)
		return true, err
	}
	for _, c := range cases {
		if err := tx.Lock("case/" + c.Reference); err != nil {
			return false, err
		}
	}
	moved, moves := 0, 0
	for _, c := range cases {
		n, err := o.bringTo(tx, law, c, id, author)
		if err != nil {
			return false, err
		}
		if moves += n; n > 0 {
			moved++
		}
	}
	_, err = tx.Exec(`UPDATE lawact SET after = $1, cases = cases + $2, moves = moves + $3 WHERE id = $4`, cases[len(cases)-1].Reference, moved, moves, id)
	return false, err
}

// bringTo brings a law to one locked case, where it moves a date of it, and
// tells how many.
func (o *Office) bringTo(tx *db.Tx, law *clock.Profile, c *caseRow, id, author string) (int, error) {
	reference := c.Reference
	if _, _, err := o.terms(c); err != nil { // it holds up no other
		o.log.Error("a law does not reach a case", "reason", err)
		return 0, nil
	}
	if _, err := o.catchUp(tx, reference, law.DateOf(o.now())); err != nil {
		return 0, err
	}
	c, err := scanCase(tx.QueryRow(`SELECT `+caseColumns+` FROM casefile WHERE reference = $1`, reference))
	if err != nil || c.profile == law.Hash() {
		return 0, err
	}
	actions, err := actionsOf(tx, reference)
	if err != nil {
		return 0, err
	}
	ch, err := o.change(law, c, actions)
	if err != nil || len(ch.moves) == 0 {
		return 0, err
	}
	at := notBefore(law, o.now(), actions)
	a := Action{ID: reference + ".law." + id, N: int64(len(actions)) + 1, At: at, Actor: author, Kind: ActLaw,
		Data: map[string]string{lawData: law.Hash(), beforeData: c.profile, lawActData: id}}
	for _, m := range ch.moves {
		if had := a.Data[m.Kind]; had != "" {
			a.Data[m.Kind] = had + "," + m.From + "/" + m.To
		} else {
			a.Data[m.Kind] = m.From + "/" + m.To
		}
	}
	clock.PutFloors(a.Data, ch.floors)
	return len(ch.moves), o.repin(tx, law, c, append(actions, a), ch)
}

// repin writes the last of a case's actions, which brought it a law, and what
// follows from it.
func (o *Office) repin(tx *db.Tx, law *clock.Profile, c *caseRow, actions []Action, ch change) error {
	a := actions[len(actions)-1]
	if _, err := tx.Exec(`UPDATE casefile SET profile = $1 WHERE reference = $2`, law.Hash(), c.Reference); err != nil {
		return err
	}
	if err := insertAction(tx, c.Reference, a); err != nil {
		return err
	}
	terms, _, err := o.terms(c)
	if err != nil {
		return err
	}
	on := law.DateOf(a.At)
	s := fold(law, terms, actions, on)
	if err := settle(tx, c, s, a.N); err != nil {
		return err
	}
	fact := intake.Fact{ID: "fact/" + a.ID, Reference: c.Reference, At: a.At, Kind: a.Kind, Data: s.factsOf(a)}
	clock.PutFloors(fact.Data, ch.floors)
	first := ch.moves[0]
	for _, m := range ch.moves {
		if m.Kind == DateDue {
			first = m
		}
	}
	fact.Data[aboutData], fact.Data["from"], fact.Data["to"] = first.Kind, first.From, first.To
	if err := queue(tx, outFact, fact.ID, fact); err != nil {
		return err
	}
	legal, err := clock.ParseDate(max(first.To, first.From))
	if err != nil {
		return err
	}
	return o.tell(tx, c, a.ID, NoticeLaw, first.Kind, legal, on, identity.CaseWorker, identity.Supervisor)
}

// lawActs lists the newest acts of law.
func lawActs(tx *db.Tx, n int) ([]LawApplied, error) {
	rows, err := tx.Query(`SELECT law, author, reason, at, cases, moves, done_at FROM lawact ORDER BY at DESC, id LIMIT $1`, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []LawApplied
	for rows.Next() {
		a, err := scanLawAct(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, *a)
	}
	return out, rows.Err()
}

func lawAct(tx *db.Tx, id string) (*LawApplied, error) {
	return scanLawAct(tx.QueryRow(`SELECT law, author, reason, at, cases, moves, done_at FROM lawact WHERE id = $1`, id))
}

func scanLawAct(row interface{ Scan(...any) error }) (*LawApplied, error) {
	a := &LawApplied{}
	var at, done int64
	err := row.Scan(&a.Law, &a.Author, &a.Reason, &at, &a.Cases, &a.Moves, &done)
	a.At, a.Done = db.FromMicros(at), done != 0
	return a, err
}
