package casework

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/intake"
)

// Kinds of outbox row.
const (
	outFact      = "fact"
	outMessage   = "message"
	outAccess    = "access" // sealed to the applicant when it is handed over
	outInclusion = "inclusion"
)

// queue puts something for the portal into the outbox, at this very instant: a
// transaction that waited for a lock must not come before the one it waited for.
func queue(tx *db.Tx, kind, id string, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return errs.Wrap(errs.Internal, "internal", err)
	}
	_, err = tx.Exec(`INSERT INTO outbox (id, at, kind, body) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`,
		id, db.Micros(time.Now()), kind, b)
	return err
}

// mostPushed bounds one push, in bytes of the rows it is made of. A row larger
// than this travels alone.
const mostPushed = 2 << 20

// Outbox is what the portal should be told next, oldest first, with the ids
// that Delivered takes. An empty push means that there is nothing to tell.
func (o *Office) Outbox(ctx context.Context) (intake.Push, []string, error) {
	var p intake.Push
	var ids []string
	err := o.db.View(ctx, func(tx *db.Tx) error {
		waiting, err := outboxRows(tx)
		if err != nil {
			return err
		}
		for _, r := range waiting {
			if err := o.pack(tx, &p, r); err != nil { // one row that fails holds up no other case
				o.log.Error("a row of the outbox stays", "row", r.id, "reason", err)
				continue
			}
			ids = append(ids, r.id)
		}
		return nil
	})
	if err != nil {
		return intake.Push{}, nil, fmt.Errorf("reading the outbox: %w", err)
	}
	return p, ids, nil
}

type outRow struct {
	id, kind string
	body     []byte
}

func outboxRows(tx *db.Tx) ([]outRow, error) {
	rows, err := tx.Query(`SELECT id, kind, body FROM outbox ORDER BY at, id LIMIT 200`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []outRow
	size := 0
	for rows.Next() {
		var r outRow
		if err := rows.Scan(&r.id, &r.kind, &r.body); err != nil {
			return nil, err
		}
		if size += len(r.body); size > mostPushed && len(out) > 0 {
			break
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

func (o *Office) pack(tx *db.Tx, p *intake.Push, r outRow) error {
	switch r.kind {
	case outFact:
		return unpack(r.body, &p.Facts)
	case outMessage:
		return unpack(r.body, &p.Messages)
	case outInclusion:
		return unpack(r.body, &p.Inclusions)
	case outAccess:
		var a outgoingAccess
		if err := json.Unmarshal(r.body, &a); err != nil {
			return errors.New("does not decode")
		}
		m, err := o.sealAccess(tx, a)
		if err != nil {
			return err
		}
		p.Messages = append(p.Messages, m)
		return nil
	}
	return fmt.Errorf("unknown kind %q", r.kind)
}

func unpack[T any](body []byte, into *[]T) error {
	var v T
	if err := json.Unmarshal(body, &v); err != nil {
		return errors.New("does not decode")
	}
	*into = append(*into, v)
	return nil
}

// outgoingAccess waits in the outbox until it is sealed to the applicant.
type outgoingAccess struct {
	Reference string        `json:"reference"`
	Filing    string        `json:"filing"`
	Access    intake.Access `json:"access"`
}

// sealAccess seals an access entry under the notice key, which the worker
// reads from the filing's intake section.
func (o *Office) sealAccess(tx *db.Tx, a outgoingAccess) (intake.SealedMessage, error) {
	var body []byte
	if err := tx.QueryRow(`SELECT body FROM envelope WHERE id = $1`, a.Filing).Scan(&body); err != nil {
		return intake.SealedMessage{}, err
	}
	env, err := seal.Unmarshal(body)
	if err != nil {
		return intake.SealedMessage{}, err
	}
	section, err := o.keys.OpenIntake(env)
	if err != nil {
		return intake.SealedMessage{}, err
	}
	notice, err := noticeKey(section)
	if err != nil {
		return intake.SealedMessage{}, err
	}
	return intake.SealAccess(notice, a.Reference, a.Access)
}

// noticeKey reads the key for access notices from an intake section.
func noticeKey(section []byte) ([32]byte, error) {
	var in struct {
		Notice string `json:"notice"`
	}
	if err := json.Unmarshal(section, &in); err != nil {
		return [32]byte{}, errors.New("the intake section does not decode")
	}
	key, err := base64.StdEncoding.DecodeString(in.Notice)
	if err != nil || len(key) != 32 {
		return [32]byte{}, errors.New("the intake section holds no notice key")
	}
	return [32]byte(key), nil
}

// Delivered takes off the outbox what the portal has stored.
func (o *Office) Delivered(ctx context.Context, ids []string) error {
	for _, id := range ids {
		if err := o.received(ctx, id); err != nil {
			return fmt.Errorf("noting when a letter came: %w", err)
		}
	}
	err := o.db.Update(ctx, func(tx *db.Tx) error {
		for _, id := range ids {
			if _, err := tx.Exec(`DELETE FROM outbox WHERE id = $1`, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("emptying the outbox: %w", err)
	}
	return nil
}

// Lag tells how far the worker is behind.
type Lag struct {
	Outbox int64 // rows the portal was not told yet
	Leaves int64 // leaves not in the ledger yet
	Due    int64 // cases whose legal date passed unrecorded
}

// Lag counts what waits for the worker.
func (o *Office) Lag(ctx context.Context) (Lag, error) {
	var l Lag
	err := o.db.View(ctx, func(tx *db.Tx) error {
		err := tx.QueryRow(`SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM leaf WHERE position IS NULL)`).Scan(&l.Outbox, &l.Leaves)
		if err != nil || o.shelf.Load().profile == nil {
			return err
		}
		return tx.QueryRow(`SELECT count(*) FROM casefile WHERE wake_on <> '' AND wake_on <= $1`, o.today().String()).Scan(&l.Due)
	})
	return l, err
}

// received notes that a letter came to its applicant on a later day than it was
// dated: a request's window runs from then (law 55-19 art. 10), and a refusal
// counts from then. The portal had it only now.
func (o *Office) received(ctx context.Context, id string) error {
	action, ok := strings.CutPrefix(id, "message/")
	if !ok {
		return nil
	}
	var reference, kind, data string
	var at int64
	err := o.db.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT reference, kind, at, data FROM action WHERE id = $1`, action).Scan(&reference, &kind, &at, &data)
	})
	if errors.Is(err, sql.ErrNoRows) || err == nil && (arrivals[kind] == "" || o.today() <= o.shelf.Load().profile.DateOf(db.FromMicros(at))) {
		return nil
	}
	if err != nil {
		return err
	}
	return o.db.Update(ctx, func(tx *db.Tx) error { return o.arrived(tx, reference, action, kind, data) })
}

// arrivals are the kinds of action whose letter counts from the day it comes,
// and the action that notes the day.
var arrivals = map[string]string{ActReplacement: ActReceived, ActOriginals: ActReceived, ActInformation: ActReceived, ActRefused: ActNotified}

func (o *Office) arrived(tx *db.Tx, reference, action, kind, data string) error {
	if err := tx.Lock("case/" + reference); err != nil {
		return err
	}
	c, err := scanCase(tx.QueryRow(`SELECT `+caseColumns+` FROM casefile WHERE reference = $1`, reference))
	if err != nil {
		return err
	}
	h, err := o.foldCase(tx, c)
	if err != nil {
		return err
	}
	a := Action{ID: action + ".received", At: h.at, Actor: deliveryActor, Kind: arrivals[kind], Data: map[string]string{}}
	if done, err := again(h.actions, a.ID, a.Kind); done || err != nil {
		return err
	}
	if a.Kind == ActReceived {
		a.Data[forData] = kind
		var of map[string]string
		if err := json.Unmarshal([]byte(data), &of); err != nil {
			return err
		}
		if of[questionsData] != "" {
			a.Data[questionsData] = of[questionsData]
		}
	}
	if h.standing.Clock.Over() && a.Kind == ActReceived {
		return nil // nobody waits for an answer any more
	}
	return o.appendAction(tx, c, h.actions, a, h.on)
}

// deliveryActor signs what the portal's taking of a letter tells.
const deliveryActor = "system:delivery"
