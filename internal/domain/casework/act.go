package casework

import (
	"encoding/json"
	"fmt"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// actionID names an agent's act: the client's id within the case. The same
// client id again is the same act.
func actionID(reference, client string) (string, error) {
	if len(client) < 8 || len(client) > 64 {
		return "", errs.New(errs.Invalid, "act.id")
	}
	for _, r := range client {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_') {
			return "", errs.New(errs.Invalid, "act.id")
		}
	}
	return reference + "." + client, nil
}

// again tells whether an action was taken already; the same id for another
// kind of action is errs.Conflict.
func again(actions []Action, id string, kinds ...string) (bool, error) {
	for _, have := range actions {
		if have.ID != id {
			continue
		}
		for _, kind := range kinds {
			if have.Kind == kind {
				return true, nil
			}
		}
		return false, errs.New(errs.Conflict, "act.again")
	}
	return false, nil
}

// actionsOf reads a case's history, oldest first.
func actionsOf(tx *db.Tx, reference string) ([]Action, error) {
	rows, err := tx.Query(`SELECT id, n, at, actor, kind, data FROM action WHERE reference = $1 ORDER BY n`, reference)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Action
	for rows.Next() {
		var a Action
		var at int64
		var data string
		if err := rows.Scan(&a.ID, &a.N, &at, &a.Actor, &a.Kind, &data); err != nil {
			return nil, err
		}
		a.At = db.FromMicros(at)
		if err := json.Unmarshal([]byte(data), &a.Data); err != nil {
			return nil, fmt.Errorf("action %s: %w", a.ID, err)
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

// held is a case as one act finds it: what happened, and what that means now.
type held struct {
	*caseRow
	actions  []Action
	standing Standing
	on       clock.Date
	at       time.Time
}

// hold locks a case of the agent's unit until the transaction ends, and folds it.
func (o *Office) hold(tx *db.Tx, who *identity.Agent, reference string) (*held, error) {
	if !isReference(reference) {
		return nil, stranger()
	}
	if err := tx.Lock("case/" + reference); err != nil {
		return nil, err
	}
	c, err := find(tx, who, reference)
	if err != nil {
		return nil, err
	}
	if changed, err := o.catchUp(tx, reference, o.today()); err != nil {
		return nil, err
	} else if changed {
		if c, err = find(tx, who, reference); err != nil {
			return nil, err
		}
	}
	return o.foldCase(tx, c)
}

func (o *Office) foldCase(tx *db.Tx, c *caseRow) (*held, error) {
	terms, p, err := o.terms(c)
	if err != nil {
		return nil, err
	}
	actions, err := actionsOf(tx, c.Reference)
	if err != nil {
		return nil, err
	}
	at := notBefore(p, o.now(), actions)
	h := &held{caseRow: c, actions: actions, standing: fold(p, terms, actions, p.DateOf(at)), at: at}
	if !h.at.After(h.standing.last) { // another machine's clock is ahead
		h.at = h.standing.last.Add(time.Microsecond)
	}
	h.on = p.DateOf(h.at)
	return h, nil
}

// appendAction adds an action to a locked case, refolds it on a day, writes the
// projection and queues the public fact and, where the clock moved, the signed
// statement of it: all in one transaction.
func (o *Office) appendAction(tx *db.Tx, c *caseRow, actions []Action, a Action, on clock.Date) error {
	if a.Data == nil {
		a.Data = map[string]string{}
	}
	a.N = int64(len(actions)) + 1
	if err := insertAction(tx, c.Reference, a); err != nil {
		return err
	}
	terms, p, err := o.terms(c)
	if err != nil {
		return err
	}
	s := fold(p, terms, append(actions, a), on)
	if err := settle(tx, c, s, a.N); err != nil {
		return err
	}
	data := s.factsOf(a)
	if a.Kind == ActFiled {
		data[intake.FactLaw], data[intake.FactClosed] = c.profile, a.Data[closedData]
	}
	fact := intake.Fact{ID: "fact/" + a.ID, Reference: c.Reference, At: o.now(), Kind: a.Kind, Data: data}
	if err := queue(tx, outFact, fact.ID, fact); err != nil || !s.moved(a) {
		return err
	}
	return o.statement(tx, c, s, a)
}

// moved tells that an action may have changed what a statement says.
func (s Standing) moved(a Action) bool {
	if a.Kind == ActTimesSeen {
		return s.State == StateConsent
	}
	return a.Kind != ActFiled && a.Data[refusedData] == "" && engineAct[a.Kind] != "" && !noEffect[a.Kind]
}

// insertAction writes one action of a locked case, without what follows from it.
func insertAction(tx *db.Tx, reference string, a Action) error {
	data, err := json.Marshal(a.Data)
	if err != nil {
		return errs.Wrap(errs.Internal, "internal", err)
	}
	_, err = tx.Exec(`INSERT INTO action (id, reference, n, at, actor, kind, data) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, reference, a.N, db.Micros(a.At), a.Actor, a.Kind, string(data))
	return err
}

// settle writes what a case's actions mean into its row.
func settle(tx *db.Tx, c *caseRow, s Standing, actions int64) error {
	_, err := tx.Exec(`UPDATE casefile SET state = $1, turn = $2, due_on = $3, sort_on = $4, wake_on = $5, open = $6, actions = $7 WHERE reference = $8`,
		s.State, s.Turn, s.dueOn().String(), s.sortOn(), wakeOn(s.timers), flag(s.Open), actions, c.Reference)
	return err
}
