package casework

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"errors"
	"fmt"
	"path"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/authority"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
	"wasl/verify"
)

// shelf is what this office has published: every service version, the newest
// book, law and trust file.
type shelf struct {
	stamp    string
	byHash   map[string]*service.Definition
	newest   map[string]*service.Definition
	book     *authority.Book
	profiles map[string]*clock.Profile // by hash: a case keeps its own
	profile  *clock.Profile            // in force
	replaced *clock.Profile            // in force before it, or nil
	trust    *verify.Trust
}

// Publish makes texts public: kept here for ever, pushed to the portal by the
// worker, each with its leaf in the ledger. What is in force already stays; a
// text of before comes into force again. Nothing is kept when one of them does
// not stand.
func (o *Office) Publish(ctx context.Context, pubs ...intake.Publication) error {
	trial := emptyShelf()
	for _, p := range pubs {
		if err := trial.place(p, o.shelf.Load(), o.root); err != nil {
			return errs.Wrap(errs.Invalid, "publish.refused", fmt.Errorf("%s %s: %w", p.Kind, p.ID, err))
		}
	}
	err := o.db.Update(ctx, func(tx *db.Tx) error {
		if err := tx.Lock("publish"); err != nil {
			return err
		}
		for _, p := range pubs {
			if err := publish(tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("publishing: %w", err)
	}
	return o.reshelve(ctx)
}

// publish puts a text in force, behind all that was published before, unless
// it is in force already.
func publish(tx *db.Tx, p intake.Publication) error {
	var last int64
	if err := tx.QueryRow(`SELECT coalesce(max(at), 0) FROM published`).Scan(&last); err != nil {
		return err
	}
	var inForce string
	err := tx.QueryRow(`SELECT hash FROM published WHERE kind = $1 AND id = $2 ORDER BY at DESC, hash DESC LIMIT 1`, p.Kind, p.ID).Scan(&inForce)
	if err != nil && !errors.Is(err, sql.ErrNoRows) || inForce == p.Hash() {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO published (kind, id, hash, body, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (kind, id, hash) DO UPDATE SET at = excluded.at`,
		p.Kind, p.ID, p.Hash(), p.Body, max(db.Micros(tx.Now), last+1)); err != nil {
		return err
	}
	return addLeaf(tx, leafPublication, map[string]any{"act": "publication", "kind": p.Kind, "id": p.ID, "hash": p.Hash()})
}

// Unpushed lists what a portal lacks that has the given "kind/id/hash", the one
// in force last, and what it must put in force again: oldest first.
func (o *Office) Unpushed(ctx context.Context, has []string) ([]intake.Publication, error) {
	known, inForce := map[string]bool{}, map[string]string{}
	for _, key := range has {
		known[key], inForce[path.Dir(key)] = true, key
	}
	all, err := o.published(ctx)
	if err != nil {
		return nil, err
	}
	newest := map[string]string{}
	for _, p := range all {
		newest[p.Kind+"/"+p.ID] = p.Kind + "/" + p.ID + "/" + p.Hash()
	}
	var out []intake.Publication
	for _, p := range all {
		name := p.Kind + "/" + p.ID
		key := name + "/" + p.Hash()
		if !known[key] || newest[name] == key && inForce[name] != key {
			out, inForce[name] = append(out, p), key
		}
	}
	return out, nil
}

func (o *Office) published(ctx context.Context) ([]intake.Publication, error) {
	var out []intake.Publication
	err := o.db.View(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(`SELECT kind, id, body FROM published ORDER BY at, kind, id, hash`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var p intake.Publication
			if err := rows.Scan(&p.Kind, &p.ID, &p.Body); err != nil {
				return err
			}
			out = append(out, p)
		}
		return rows.Err()
	})
	return out, err
}

// Watch takes up what other processes published, until ctx is done.
func (o *Office) Watch(ctx context.Context) {
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := o.Refresh(ctx); err != nil && ctx.Err() == nil {
				o.log.Error("reading what is published", "err", err)
			}
		}
	}
}

// Refresh takes up what was published since the last look.
func (o *Office) Refresh(ctx context.Context) error {
	stamp, err := o.stamp(ctx)
	if err != nil || stamp == o.shelf.Load().stamp {
		return err
	}
	return o.reshelve(ctx)
}

func (o *Office) stamp(ctx context.Context) (string, error) {
	var n, last int64
	err := o.db.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT count(*), coalesce(max(at), 0) FROM published`).Scan(&n, &last)
	})
	return fmt.Sprint(n, " ", last), err
}

// reshelve rebuilds the shelf from the store.
func (o *Office) reshelve(ctx context.Context) error {
	o.shelves.Lock()
	defer o.shelves.Unlock()
	stamp, err := o.stamp(ctx) // before reading: what comes meanwhile is seen at the next look
	if err != nil {
		return err
	}
	pubs, err := o.published(ctx)
	if err != nil {
		return err
	}
	s, before := emptyShelf(), o.shelf.Load()
	for _, p := range pubs {
		err := s.place(p, before, o.root)
		if err != nil && p.Kind == intake.PublishTrust {
			// of a root before this one, say; Ready tells when none stands
			o.log.Error("a published trust file does not stand under the pinned root", "hash", p.Hash())
		} else if err != nil {
			return fmt.Errorf("%s %s: %w", p.Kind, p.ID, err)
		}
	}
	s.stamp = stamp
	o.shelf.Store(s)
	return nil
}

func emptyShelf() *shelf {
	return &shelf{byHash: map[string]*service.Definition{}, newest: map[string]*service.Definition{}, profiles: map[string]*clock.Profile{}}
}

func (s *shelf) place(p intake.Publication, before *shelf, root ed25519.PublicKey) (err error) {
	switch p.Kind {
	case intake.PublishService:
		def := before.byHash[p.Hash()]
		if def == nil {
			if def, err = intake.CompileService(p.Body); err != nil {
				return err
			}
		}
		if def.ID != p.ID {
			return errors.New("its body is of another service")
		}
		s.byHash[p.Hash()], s.newest[p.ID] = def, def
	case intake.PublishAuthority:
		s.book, err = intake.LoadBook(p.Body)
	case intake.PublishLaw:
		err = s.enact(p)
	case intake.PublishTrust:
		err = s.pin(p.Body, root)
	default:
		err = errors.New("nothing of this kind is published")
	}
	return err
}

// enact takes a legal profile; only the country's own is ever in force.
func (s *shelf) enact(p intake.Publication) error {
	law, err := clock.ParseProfile(p.Body)
	if err != nil {
		return err
	}
	s.profiles[law.Hash()] = law
	if p.ID == intake.LawID {
		s.profile, s.replaced = law, s.profile
	}
	return nil
}

// lawOf is the legal profile that a filing's receipt was counted by, as its
// intake section says: the one in force, or the one before it, since the
// portal gets a new one a little later. Older ones are not a portal's to choose.
func (s *shelf) lawOf(section map[string]any) *clock.Profile {
	if s.replaced != nil && section[intake.IntakeLaw] == s.replaced.Hash() {
		return s.replaced
	}
	return s.profile
}

// pin takes a trust file unless the root issued a later one: publishing an old
// one again brings no revoked key back.
func (s *shelf) pin(raw []byte, root ed25519.PublicKey) error {
	trust, err := verify.ParseTrust(raw, root)
	if err == nil && (s.trust == nil || !trust.IssuedAt.Before(s.trust.IssuedAt.Time)) {
		s.trust = trust
	}
	return err
}

// Shelf names the state of what is published here; another name means that
// something was added.
func (o *Office) Shelf() string { return o.shelf.Load().stamp }
