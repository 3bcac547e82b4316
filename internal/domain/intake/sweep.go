package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wasl/internal/base/db"
)

// DraftKept is how long a draft lives without a change. The pages say it.
const DraftKept = 60 * 24 * time.Hour

// strayBlob is how long a blob may belong to nothing stored: longer than any
// upload takes.
const strayBlob = 24 * time.Hour

// sweptAtOnce bounds the blobs one sweep deletes.
const sweptAtOnce = 1000

// Sweep forgets what has ended: visits, first answers of the API, drafts
// without a change for DraftKept, and sealed files that belong to no draft and
// no envelope.
func (d *Desk) Sweep(ctx context.Context) error {
	var stray []string
	err := d.db.Update(ctx, func(tx *db.Tx) error {
		if err := sweepRows(tx); err != nil {
			return err
		}
		var err error
		stray, err = strayBlobs(tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("sweeping: %w", err)
	}
	return d.dropBlobs(ctx, stray)
}

func sweepRows(tx *db.Tx) error {
	before := func(age time.Duration) int64 { return db.Micros(tx.Now.Add(-age)) }
	if _, err := tx.Exec(`DELETE FROM visit WHERE seen_at < $1 OR (keep = 0 AND seen_at < $2)`, before(visitKept), before(visitIdle)); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM visit_code WHERE NOT EXISTS (SELECT 1 FROM visit WHERE visit.id = visit_code.visit)`); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM idempotency WHERE created_at < $1`, before(firstAnswerKept)); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM draft WHERE updated_at < $1`, before(DraftKept))
	return err
}

// strayBlobs names blobs older than a day whose draft is not there.
func strayBlobs(tx *db.Tx) ([]string, error) {
	rows, err := tx.Query(`SELECT name FROM loose_blob WHERE added_at < $1
		AND NOT EXISTS (SELECT 1 FROM draft WHERE draft.locator = loose_blob.draft) LIMIT $2`,
		db.Micros(tx.Now.Add(-strayBlob)), sweptAtOnce)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// expect notes blobs before they are written, so that they are found again
// even when this process stops in between.
func (d *Desk) expect(ctx context.Context, draft string, names ...string) error {
	if len(names) == 0 {
		return nil
	}
	return d.db.Update(ctx, func(tx *db.Tx) error {
		for _, name := range names {
			if _, err := tx.Exec(`INSERT INTO loose_blob (name, draft, added_at) VALUES ($1, $2, $3)`, name, draft, db.Micros(tx.Now)); err != nil {
				return err
			}
		}
		return nil
	})
}

// dropBlobs deletes loose blobs, then what is noted of them.
func (d *Desk) dropBlobs(ctx context.Context, names []string) error {
	if len(names) == 0 {
		return nil
	}
	for _, name := range names {
		if err := d.blobs.Delete(name); err != nil {
			return err
		}
	}
	err := d.db.Update(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		for _, name := range names {
			if _, err := tx.Exec(`DELETE FROM loose_blob WHERE name = $1`, name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return errors.Join(errors.New("forgetting deleted files"), err)
	}
	return nil
}
