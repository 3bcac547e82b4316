package intake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
)

// Offered is one envelope as exchange hands it to the office. Seq grows
// without gaps in the order of handing over; the same envelope may be pulled
// again, so the office is idempotent on Envelope.
type Offered struct {
	Seq       int64     `json:"seq"`
	Envelope  string    `json:"envelope"`
	Kind      string    `json:"kind"`
	Step      string    `json:"step"`
	Reference string    `json:"reference"`
	At        time.Time `json:"at"`
	Body      []byte    `json:"body"`
	Deposit   []byte    `json:"deposit"`
	Salt      []byte    `json:"salt"` // of the leaf that commits to the deposit record
}

// Bounds of one answer of Offer: envelopes, and bytes of them unless the first
// alone is larger.
const (
	mostOffered = 500
	mostBytes   = 2 * MaxEnvelope
)

// Offer lists envelopes numbered after a cursor, as many as one answer may
// hold. Rows get their number here,
// after they were committed, so a slow transaction can never hide behind a
// cursor that has passed it.
func (d *Desk) Offer(ctx context.Context, after int64, limit int) ([]Offered, error) {
	after, limit = max(0, after), max(1, min(limit, mostOffered))
	d.numbering.Lock()
	defer d.numbering.Unlock()
	if err := d.number(ctx); err != nil {
		return nil, fmt.Errorf("numbering envelopes: %w", err)
	}
	var out []Offered
	err := d.db.View(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(`SELECT offered, envelope, kind, step, reference, received_at, body, deposit, salt FROM submission WHERE offered > $1 ORDER BY offered LIMIT $2`, after, limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for size := 0; rows.Next(); {
			var o Offered
			var at int64
			if err := rows.Scan(&o.Seq, &o.Envelope, &o.Kind, &o.Step, &o.Reference, &at, &o.Body, &o.Deposit, &o.Salt); err != nil {
				return err
			}
			if size += len(o.Body); size > mostBytes && len(out) > 0 {
				break
			}
			o.At = db.FromMicros(at)
			out = append(out, o)
		}
		return rows.Err()
	})
	return out, err
}

func (d *Desk) number(ctx context.Context) error {
	var waiting int64
	err := d.db.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM (SELECT 1 FROM submission WHERE offered IS NULL LIMIT 1) AS one`).Scan(&waiting)
	})
	if err != nil || waiting == 0 {
		return err
	}
	return d.db.Update(ctx, func(tx *db.Tx) error {
		if err := tx.Lock("intake.number"); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE submission SET offered = numbered.n FROM (
			SELECT envelope, (SELECT coalesce(max(offered), 0) FROM submission) + row_number() OVER (ORDER BY received_at, envelope) AS n
			FROM (SELECT envelope, received_at FROM submission WHERE offered IS NULL ORDER BY received_at, envelope LIMIT 500) AS waiting
		) AS numbered WHERE submission.envelope = numbered.envelope`)
		return err
	})
}

// Blob streams one sealed file to the office.
func (d *Desk) Blob(name string) (io.ReadCloser, int64, error) { return d.blobs.Open(name) }

// Fact is one public event of a case. Data holds clear facts only: state, due
// date, days suspended.
type Fact struct {
	ID        string            `json:"id"`
	Reference string            `json:"reference"`
	At        time.Time         `json:"at"`
	Kind      string            `json:"kind"`
	Data      map[string]string `json:"data"`
}

// SealedMessage is what the office wrote to an applicant: only the code opens it.
type SealedMessage struct {
	ID        string    `json:"id"`
	Reference string    `json:"reference"`
	At        time.Time `json:"at"`
	Kind      string    `json:"kind"` // request, decision, document, access
	Sealed    []byte    `json:"sealed"`
}

// Inclusion is the proof that a deposit is in the ledger, as verify reads it.
type Inclusion struct {
	Envelope string `json:"envelope"`
	Proof    []byte `json:"proof"`
}

// LedgerFile is a checkpoint or tile by its C2SP path.
type LedgerFile struct {
	Path string `json:"path"`
	Body []byte `json:"body"`
}

// Push is what the office hands over at once. Everything in it is idempotent.
type Push struct {
	Publications []Publication   `json:"publications,omitempty"`
	Facts        []Fact          `json:"facts,omitempty"`
	Messages     []SealedMessage `json:"messages,omitempty"`
	Inclusions   []Inclusion     `json:"inclusions,omitempty"`
	Ledger       []LedgerFile    `json:"ledger,omitempty"`
}

// Take stores a push durably. What no office sends, a publication that does not
// compile, a trust file that the pinned root did not sign or a checkpoint of
// another ledger key refuses the whole push.
func (d *Desk) Take(ctx context.Context, p Push) error {
	if err := p.check(d.root, d.catalogue().trust, time.Now()); err != nil {
		return errs.Wrap(errs.Invalid, "exchange.shape", err)
	}
	trial := &catalogue{}
	if len(p.Publications) > 0 {
		var err error
		if trial, err = d.build(p.Publications, d.catalogue()); err != nil {
			return errs.Wrap(errs.Invalid, "exchange.publication", err)
		}
	}
	err := d.db.Update(ctx, func(tx *db.Tx) error { return p.store(tx) })
	if err != nil {
		return fmt.Errorf("storing a push: %w", err)
	}
	if len(p.Publications) > 0 || len(p.Ledger) > 0 {
		return d.refresh(ctx, trial)
	}
	return nil
}

func (p Push) store(tx *db.Tx) error {
	if err := p.storePublications(tx); err != nil {
		return err
	}
	if err := p.storeFacts(tx); err != nil {
		return err
	}
	for _, m := range p.Messages {
		if _, err := tx.Exec(`INSERT INTO message (id, reference, at, kind, sealed) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING`,
			m.ID, m.Reference, db.Micros(m.At), m.Kind, m.Sealed); err != nil {
			return err
		}
	}
	for _, i := range p.Inclusions {
		if _, err := tx.Exec(`INSERT INTO inclusion (envelope, proof) VALUES ($1, $2) ON CONFLICT (envelope) DO UPDATE SET proof = excluded.proof`, i.Envelope, i.Proof); err != nil {
			return err
		}
	}
	return p.storeLedger(tx)
}

// storePublications puts texts in force, behind all that came before: one that
// is known already is in force again.
func (p Push) storePublications(tx *db.Tx) error {
	if len(p.Publications) == 0 {
		return nil
	}
	if err := tx.Lock("intake.publication"); err != nil {
		return err
	}
	var last int64
	if err := tx.QueryRow(`SELECT coalesce(max(published_at), 0) FROM publication`).Scan(&last); err != nil {
		return err
	}
	first := max(db.Micros(tx.Now), last+1)
	for i, pub := range p.Publications {
		if _, err := tx.Exec(`INSERT INTO publication (kind, id, hash, body, published_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (kind, id, hash) DO UPDATE SET published_at = excluded.published_at`,
			pub.Kind, pub.ID, pub.Hash(), pub.Body, first+int64(i)); err != nil {
			return err
		}
	}
	return nil
}

// checkpointPath names the checkpoint among the ledger's files.
const checkpointPath = "checkpoint"

// storeLedger keeps tiles and the checkpoint. A checkpoint never goes back:
// a smaller tree is an old push that comes late; another tree of the same size
// is a fork, and refused.
func (p Push) storeLedger(tx *db.Tx) error {
	for _, f := range p.Ledger {
		if f.Path == checkpointPath {
			newer, err := newerCheckpoint(tx, f.Body)
			if err != nil {
				return err
			}
			if !newer {
				continue
			}
		}
		if _, err := tx.Exec(`INSERT INTO ledger_file (path, body, updated_at) VALUES ($1, $2, $3) ON CONFLICT (path) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at`,
			f.Path, f.Body, db.Micros(tx.Now)); err != nil {
			return err
		}
	}
	return nil
}

func newerCheckpoint(tx *db.Tx, body []byte) (bool, error) {
	if err := tx.Lock("intake.checkpoint"); err != nil {
		return false, err
	}
	var have []byte
	err := tx.QueryRow(`SELECT body FROM ledger_file WHERE path = $1`, checkpointPath).Scan(&have)
	if errors.Is(err, sql.ErrNoRows) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	was, wasTree := treeOf(have)
	is, isTree := treeOf(body)
	if was == is && wasTree != isTree {
		return false, errs.New(errs.Invalid, "exchange.fork")
	}
	return is >= was, nil
}

// treeOf reads size and hash out of a checkpoint that was checked.
func treeOf(checkpoint []byte) (size int64, hash string) {
	lines := strings.SplitN(string(checkpoint), "\n", 4)
	if len(lines) < 4 {
		return -1, ""
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return -1, ""
	}
	return size, lines[2]
}

// storeFacts keeps facts in the order the office has them.
func (p Push) storeFacts(tx *db.Tx) error {
	if len(p.Facts) == 0 {
		return nil
	}
	if err := tx.Lock("intake.fact"); err != nil {
		return err
	}
	var last int64
	if err := tx.QueryRow(`SELECT coalesce(max(arrival), 0) FROM fact`).Scan(&last); err != nil {
		return err
	}
	for i, f := range p.Facts {
		data, err := encodeData(f.Data)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO fact (id, reference, arrival, at, kind, data) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
			f.ID, f.Reference, last+1+int64(i), db.Micros(f.At), f.Kind, data); err != nil {
			return err
		}
	}
	return nil
}

// Published lists what this portal already has, as kind/id/hash, oldest first:
// of each kind and id the last one is in force.
func (d *Desk) Published(ctx context.Context) ([]string, error) {
	var out []string
	err := d.db.View(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(`SELECT kind, id, hash FROM publication ORDER BY published_at, kind, id, hash`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var kind, id, hash string
			if err := rows.Scan(&kind, &id, &hash); err != nil {
				return err
			}
			out = append(out, kind+"/"+id+"/"+hash)
		}
		return rows.Err()
	})
	return out, err
}

// Ledger is a published checkpoint or tile; errs.NotFound for any other path.
func (d *Desk) Ledger(ctx context.Context, path string) ([]byte, error) {
	if _, err := tileOf(path); err != nil && path != checkpointPath {
		return nil, errs.New(errs.NotFound, "ledger.unknown")
	}
	var body []byte
	err := d.db.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT body FROM ledger_file WHERE path = $1`, path).Scan(&body)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errs.New(errs.NotFound, "ledger.unknown")
	}
	return body, err
}
