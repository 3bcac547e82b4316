package casework

import (
	"database/sql"
	"errors"
	"maps"
	"strconv"
	"strings"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// recordPerson writes that a person opens a case: the ledger leaf, the
// numbered entry, and the notice that the applicant will read.
func (o *Office) recordPerson(tx *db.Tx, c *caseRow, who *identity.Agent, purpose string, fields []string) error {
	return o.record(tx, c, leafOpening, string(who.ID), intake.Access{Name: who.Name, Role: string(who.Role), Unit: who.Unit, Purpose: purpose, Fields: fields}, nil)
}

// recordMachine writes that a rule, not a person, worked on a case, with what
// it read and what its leaf commits to besides.
func (o *Office) recordMachine(tx *db.Tx, c *caseRow, actor, purpose string, fields []string, more map[string]any) error {
	return o.record(tx, c, leafAct, actor, intake.Access{Name: actor, Role: "system", Unit: c.Unit, Purpose: purpose, Fields: fields, Machine: true}, more)
}

func (o *Office) record(tx *db.Tx, c *caseRow, leaf, agent string, a intake.Access, more map[string]any) error {
	if err := tx.Lock("access/" + c.Reference); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE casefile SET accesses = accesses + 1 WHERE reference = $1`, c.Reference); err != nil {
		return err
	}
	var n int64
	if err := tx.QueryRow(`SELECT accesses FROM casefile WHERE reference = $1`, c.Reference).Scan(&n); err != nil {
		return err
	}
	a.N, a.At = int(n), o.now()
	event := map[string]any{"act": "access", "case": c.Reference, "n": n, "agent": agent, "role": a.Role, "authority": c.Authority,
		"unit": a.Unit, "purpose": a.Purpose, "fields": joinFields(a.Fields), "at": a.At.Format(time.RFC3339)}
	maps.Copy(event, more)
	if err := addLeaf(tx, leaf, event); err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO access (reference, n, at, agent, name, role, unit, purpose, fields, machine) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		c.Reference, n, db.Micros(a.At), agent, a.Name, a.Role, a.Unit, a.Purpose, joinFields(a.Fields), flag(a.Machine)); err != nil {
		return err
	}
	return queue(tx, outAccess, "access/"+c.Reference+"/"+strconv.FormatInt(n, 10), outgoingAccess{Reference: c.Reference, Filing: c.filing, Access: a})
}

func accessesOf(tx *db.Tx, reference string) ([]intake.Access, error) {
	rows, err := tx.Query(`SELECT n, at, name, role, unit, purpose, fields, machine FROM access WHERE reference = $1 ORDER BY n`, reference)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []intake.Access
	for rows.Next() {
		var a intake.Access
		var at, machine int64
		var fields string
		if err := rows.Scan(&a.N, &at, &a.Name, &a.Role, &a.Unit, &a.Purpose, &fields, &machine); err != nil {
			return nil, err
		}
		a.At, a.Fields, a.Machine = db.FromMicros(at), list(fields), machine == 1
		out = append(out, a)
	}
	return out, rows.Err()
}

// openingInForce is the purpose for which this agent opened the whole case
// lately, "" when they did not.
func (o *Office) openingInForce(tx *db.Tx, who *identity.Agent, reference string) (string, error) {
	var purpose string
	err := tx.QueryRow(`SELECT purpose FROM access WHERE reference = $1 AND agent = $2 AND fields = $3 AND at > $4 ORDER BY n DESC LIMIT 1`,
		reference, string(who.ID), intake.OpenedFile, db.Micros(o.now().Add(-OpeningLasts))).Scan(&purpose)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return purpose, err
}

// underOpening is a case of the agent's unit, and the purpose of their opening
// in force; errs.Denied case.notopen without one.
func (o *Office) underOpening(tx *db.Tx, who *identity.Agent, reference string) (*caseRow, string, error) {
	c, err := find(tx, who, reference)
	if err != nil {
		return nil, "", err
	}
	purpose, err := o.openingInForce(tx, who, reference)
	if err == nil && purpose == "" {
		err = errs.New(errs.Denied, "case.notopen")
	}
	return c, purpose, err
}

// joinFields writes an access entry's fields as one clear text.
func joinFields(fields []string) string { return strings.Join(fields, ",") }
