package intake

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/crypt/seal"
)

// retryKept is how long an old cookie still opens its visit, for who did not
// get the new one.
const retryKept = 5 * time.Minute

// Resume opens the draft, or the filed case, of a code on this browser, under
// another cookie. A code that a browser was shown within the last half hour
// opens an empty draft. A wrong code is errs.NotFound, whether or not it ever
// existed.
func (d *Desk) Resume(ctx context.Context, v *Visit, typed string) (*Draft, string, error) {
	code, wrong := seal.ParseCode(typed)
	if wrong != nil {
		code = seal.NewCode() // a wrong check character does the same work as a wrong code
	}
	dr := &Draft{code: code, keys: code.Derive(), step: KindFiling}
	if err := d.reload(ctx, dr); err != nil {
		return nil, "", err
	}
	if dr.revision == 0 && dr.Filed == "" {
		if err := d.begun(ctx, dr); err != nil {
			return nil, "", err
		}
	}
	if wrong != nil || dr.Service == nil {
		return nil, "", errs.New(errs.NotFound, "resume.unknown")
	}
	v, s, cookie, err := d.holdAfresh(ctx, v, dr.Service.ID, code, dr.keys)
	if err != nil {
		return nil, "", err
	}
	dr.expose(v, s)
	return dr, cookie, nil
}

// begun looks for a draft of which nothing is kept yet: a visit holds its code.
// It leaves the draft without a service when there is none.
func (d *Desk) begun(ctx context.Context, dr *Draft) error {
	var id string
	var at int64
	err := d.db.View(ctx, func(tx *db.Tx) error {
		row := tx.QueryRow(`SELECT service, created_at FROM visit_code WHERE locator = $1 ORDER BY created_at LIMIT 1`, locatorHash(dr.keys))
		return row.Scan(&id, &at)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking for a begun draft: %w", err)
	}
	def, err := d.Service(id)
	if err != nil {
		return err
	}
	dr.Service, dr.body = def, newBody(def.Hash, db.FromMicros(at))
	return nil
}

// holdAfresh is hold under a new cookie, which also opens what the old one
// does: who knows the old cookie, such as one who sat at this machine before,
// never sees the code that comes now. The old visit stays for a few minutes, so
// that an answer lost on the way loses no draft.
func (d *Desk) holdAfresh(ctx context.Context, v *Visit, service string, code seal.Code, keys *seal.Keys) (*Visit, slot, string, error) {
	if v == nil {
		return d.hold(ctx, nil, service, code, keys)
	}
	fresh := &Visit{Keep: v.Keep, secret: make([]byte, 32)}
	rand.Read(fresh.secret)
	for _, s := range v.slots {
		held, err := v.open(s)
		if err != nil {
			return nil, slot{}, "", err
		}
		if s.sealed, err = seal.SealTo(fresh.key(), codeLabel, held[:]); err != nil {
			return nil, slot{}, "", err
		}
		fresh.slots = append(fresh.slots, s)
	}
	if err := d.copyVisit(ctx, v, fresh); err != nil {
		return nil, slot{}, "", fmt.Errorf("renewing a visit: %w", err)
	}
	fresh, s, _, err := d.hold(ctx, fresh, service, code, keys)
	return fresh, s, fresh.cookie(), err
}

// copyVisit stores a visit's codes under another's secret, each with the time
// it was held.
func (d *Desk) copyVisit(ctx context.Context, from, to *Visit) error {
	keep := 0
	if to.Keep {
		keep = 1
	}
	return d.db.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`INSERT INTO visit (id, keep, seen_at) VALUES ($1, $2, $3)`, to.id(), keep, db.Micros(tx.Now)); err != nil {
			return err
		}
		for _, s := range to.slots {
			_, err := tx.Exec(`INSERT INTO visit_code (visit, slot, service, locator, sealed, created_at)
				SELECT $1, slot, service, locator, $2, created_at FROM visit_code WHERE visit = $3 AND slot = $4`, to.id(), s.sealed, from.id(), s.id)
			if err != nil {
				return err
			}
		}
		_, err := tx.Exec(`UPDATE visit SET keep = 0, seen_at = $1 WHERE id = $2`, db.Micros(tx.Now.Add(retryKept-visitIdle)), from.id())
		return err
	})
}
