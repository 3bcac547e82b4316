package intake

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/crypt/reopen"
	"wasl/internal/crypt/seal"
)

// A visit ends after this long without a request: on a shared device, or where
// the person said "this is my phone".
const (
	visitIdle = 30 * time.Minute
	visitKept = 30 * 24 * time.Hour
)

// maxHeld is the most codes a visit holds; the one held longest goes first. Its
// draft stays, under its code.
const maxHeld = 30

const codeLabel = "wasl-visit-code-1"

// Visit is one browser's session and the resume codes it holds. It lives for
// one request: the codes rest in the store, sealed under the cookie's secret.
type Visit struct {
	Keep   bool
	secret []byte
	slots  []slot // newest first
}

// slot is one code a visit holds: a draft in progress or something filed.
type slot struct {
	id, service, locator string
	sealed               []byte
}

func visitMAC(secret []byte, label string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(label))
	return mac.Sum(nil)
}

func (v *Visit) id() string { return hex.EncodeToString(visitMAC(v.secret, "wasl visit id")) }

func (v *Visit) key() (k [32]byte) {
	copy(k[:], visitMAC(v.secret, "wasl visit key"))
	return k
}

// cookie is what the browser keeps.
func (v *Visit) cookie() string { return base64.RawURLEncoding.EncodeToString(v.secret) }

// Token is the hidden form token outside drafts.
func (v *Visit) Token() string { return v.token("") }

// token binds a form to this visit, or to one of its codes: that one stays good
// when the visit gets another secret.
func (v *Visit) token(slotID string) string {
	if v == nil {
		return ""
	}
	key := v.secret
	if slotID != "" {
		key = []byte(slotID)
	}
	return base64.RawURLEncoding.EncodeToString(visitMAC(key, "wasl form token")[:18])
}

// Owns tells whether a posted token was given to this visit.
func (v *Visit) Owns(token string) bool {
	if v == nil || token == "" {
		return false
	}
	if hmac.Equal([]byte(token), []byte(v.Token())) {
		return true
	}
	for _, s := range v.slots {
		if hmac.Equal([]byte(token), []byte(v.token(s.id))) {
			return true
		}
	}
	return false
}

// open recovers the code of one slot.
func (v *Visit) open(s slot) (seal.Code, error) {
	clear, err := reopen.Open(v.key(), codeLabel, s.sealed)
	if err != nil || len(clear) != len(seal.Code{}) {
		return seal.Code{}, errs.Wrap(errs.NotFound, "visit.unknown", err)
	}
	return seal.Code(clear), nil
}

// Visit finds the session of a cookie: nil when there is none or it has ended.
func (d *Desk) Visit(ctx context.Context, cookie string) (*Visit, error) {
	secret, err := base64.RawURLEncoding.DecodeString(cookie)
	if err != nil || len(secret) != 32 {
		return nil, nil
	}
	v := &Visit{secret: secret}
	var seen int64
	var now time.Time
	err = d.db.View(ctx, func(tx *db.Tx) error {
		now = tx.Now
		var keep int64
		row := tx.QueryRow(`SELECT keep, seen_at FROM visit WHERE id = $1`, v.id())
		if err := row.Scan(&keep, &seen); err != nil {
			return err
		}
		v.Keep = keep == 1
		return v.load(tx)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("finding the visit: %w", err)
	}
	idle := now.Sub(db.FromMicros(seen))
	if limit := v.limit(); idle > limit {
		return nil, d.Leave(ctx, v)
	} else if idle > limit/30 {
		err = d.touch(ctx, v)
	}
	return v, err
}

func (v *Visit) limit() time.Duration {
	if v.Keep {
		return visitKept
	}
	return visitIdle
}

func (v *Visit) load(tx *db.Tx) error {
	rows, err := tx.Query(`SELECT slot, service, locator, sealed FROM visit_code WHERE visit = $1 ORDER BY created_at DESC, slot`, v.id())
	if err != nil {
		return err
	}
	defer rows.Close()
	v.slots = nil
	for rows.Next() {
		var s slot
		if err := rows.Scan(&s.id, &s.service, &s.locator, &s.sealed); err != nil {
			return err
		}
		v.slots = append(v.slots, s)
	}
	return rows.Err()
}

func (d *Desk) touch(ctx context.Context, v *Visit) error {
	return d.db.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE visit SET seen_at = $1 WHERE id = $2`, db.Micros(tx.Now), v.id())
		return err
	})
}

// hold gives a visit a code to keep; v nil starts a new visit. Holding a code
// again brings it to the front. The cookie is "" when the browser has it.
func (d *Desk) hold(ctx context.Context, v *Visit, service string, code seal.Code, keys *seal.Keys) (*Visit, slot, string, error) {
	cookie := ""
	if v == nil {
		v = &Visit{secret: make([]byte, 32)}
		rand.Read(v.secret)
		cookie = v.cookie()
	}
	sealed, err := seal.SealTo(v.key(), codeLabel, code[:])
	if err != nil {
		return nil, slot{}, "", err
	}
	s := slot{id: randomID(), service: service, locator: locatorHash(keys), sealed: sealed}
	err = d.db.Update(ctx, func(tx *db.Tx) error {
		now := db.Micros(tx.Now)
		if _, err := tx.Exec(`INSERT INTO visit (id, keep, seen_at) VALUES ($1, 0, $2) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at`, v.id(), now); err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM visit_code WHERE visit = $1 AND locator = $2`, v.id(), s.locator); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO visit_code (visit, slot, service, locator, sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			v.id(), s.id, s.service, s.locator, s.sealed, now)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`DELETE FROM visit_code WHERE visit = $1 AND slot NOT IN
			(SELECT slot FROM visit_code WHERE visit = $1 ORDER BY created_at DESC, slot LIMIT $2)`, v.id(), maxHeld)
		return err
	})
	if err != nil {
		return nil, slot{}, "", fmt.Errorf("keeping a code for a visit: %w", err)
	}
	v.slots = slices.DeleteFunc(v.slots, func(o slot) bool { return o.locator == s.locator })
	v.slots = append([]slot{s}, v.slots...)
	return v, s, cookie, nil
}

// Leave ends a visit and forgets its codes; drafts stay, under their codes.
func (d *Desk) Leave(ctx context.Context, v *Visit) error {
	if v == nil {
		return nil
	}
	return d.db.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM visit_code WHERE visit = $1`, v.id()); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM visit WHERE id = $1`, v.id())
		return err
	})
}

// KeepOnPhone sets whether the visit outlives half an hour without a request.
func (d *Desk) KeepOnPhone(ctx context.Context, v *Visit, keep bool) error {
	if v == nil {
		return nil
	}
	var n int64
	if keep {
		n = 1
	}
	v.Keep = keep
	return d.db.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE visit SET keep = $1 WHERE id = $2`, n, v.id())
		return err
	})
}

func randomID() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func locatorHash(k *seal.Keys) string { return hex.EncodeToString(k.LocatorHash[:]) }
