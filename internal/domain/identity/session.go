package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
)

// A session ends after this long without a request, and after a working day
// in any case.
const (
	sessionIdle  = 30 * time.Minute
	sessionLasts = 12 * time.Hour
)

// SignIn checks a name and password and starts a session. A wrong name and a
// wrong password are the same errs.Denied after the same work.
func (r *Roll) SignIn(ctx context.Context, name, password string) (*Agent, string, error) {
	if !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
		name = "" // nobody's, and not every store would look it up
	}
	a, hash, err := r.find(ctx, AgentID(strings.ToLower(strings.TrimSpace(name))))
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return nil, "", err
	}
	if a == nil {
		hash = r.decoy
	}
	select {
	case r.gate <- struct{}{}:
	case <-ctx.Done():
		return nil, "", errs.Wrap(errs.Busy, "busy", ctx.Err())
	}
	ok := matches(hash, password)
	<-r.gate
	if !ok || a == nil {
		return nil, "", errs.New(errs.Denied, "signin.wrong")
	}
	secret := make([]byte, 32)
	rand.Read(secret)
	cookie := base64.RawURLEncoding.EncodeToString(secret)
	err = r.db.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM agent_session WHERE seen_at < $1 OR since < $2`,
			db.Micros(tx.Now.Add(-sessionIdle)), db.Micros(tx.Now.Add(-sessionLasts))); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO agent_session (id, agent, since, seen_at) VALUES ($1, $2, $3, $3)`, sessionID(cookie), string(a.ID), db.Micros(tx.Now))
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("starting a session: %w", err)
	}
	return a, cookie, nil
}

func sessionID(cookie string) string {
	sum := sha256.Sum256([]byte("wasl agent session\x00" + cookie))
	return hex.EncodeToString(sum[:])
}

// Session is the agent of a cookie; nil when there is none or it has ended.
func (r *Roll) Session(ctx context.Context, cookie string) (*Agent, error) {
	if cookie == "" {
		return nil, nil
	}
	a := &Agent{}
	var since, seen int64
	var now time.Time
	err := r.db.View(ctx, func(tx *db.Tx) error {
		now = tx.Now
		return tx.QueryRow(`SELECT agent.id, name, authority, unit, role, since, seen_at FROM agent_session JOIN agent ON agent.id = agent_session.agent WHERE agent_session.id = $1`,
			sessionID(cookie)).Scan(&a.ID, &a.Name, &a.Authority, &a.Unit, &a.Role, &since, &seen)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("finding a session: %w", err)
	}
	idle := now.Sub(db.FromMicros(seen))
	if idle > sessionIdle || now.Sub(db.FromMicros(since)) > sessionLasts {
		return nil, nil
	}
	if idle > time.Minute {
		err = r.db.Update(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE agent_session SET seen_at = $1 WHERE id = $2`, db.Micros(tx.Now), sessionID(cookie))
			return err
		})
	}
	return a, err
}

// SignOut ends a session.
func (r *Roll) SignOut(ctx context.Context, cookie string) error {
	return r.db.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM agent_session WHERE id = $1`, sessionID(cookie))
		return err
	})
}
