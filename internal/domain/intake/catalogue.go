package intake

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/authority"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/service"
	"wasl/verify"
)

// Kinds of publication: what the office makes public.
const (
	PublishService   = "service"   // id = service, body = bundle
	PublishAuthority = "authority" // id = "book", body = files of authorities/ and territory/
	PublishLaw       = "law"       // id = profile, body = law/<id>.yaml
	PublishTrust     = "trust"     // id = "trust", body = wasl-trust.json
)

// Publication is one immutable public text, named by the hash of its bytes.
type Publication struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
	Body []byte `json:"body"`
}

// Hash is the hex SHA-256 of the body.
func (p Publication) Hash() string {
	sum := sha256.Sum256(p.Body)
	return hex.EncodeToString(sum[:])
}

// catalogue is what the portal serves now, rebuilt when a publication arrives.
type catalogue struct {
	stamp    string
	byHash   map[string]*service.Definition
	newest   map[string]*service.Definition
	listed   []*service.Definition
	book     *authority.Book
	profile  *clock.Profile            // the newest
	laws     map[string]*clock.Profile // every published one by its hash: a case keeps its own
	trust    *verify.Trust
	trustRaw []byte
	readers  map[string][]certified // by "intake" or "authority/unit"
}

// refresh takes up the last checkpoint, and reloads the catalogue when the
// store has publications it lacks.
// Definitions that catalogues before have compiled are taken from them.
func (d *Desk) refresh(ctx context.Context, before ...*catalogue) error {
	d.refreshing.Lock()
	defer d.refreshing.Unlock()
	var pubs []Publication
	var stamp, checkpoint string
	err := d.db.View(ctx, func(tx *db.Tx) error {
		var n, last int64
		row := tx.QueryRow(`SELECT count(*), coalesce(max(published_at), 0) FROM publication`)
		if err := row.Scan(&n, &last); err != nil {
			return err
		}
		err := tx.QueryRow(`SELECT body FROM ledger_file WHERE path = 'checkpoint'`).Scan(&checkpoint)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if stamp = fmt.Sprint(n, " ", last); stamp == d.catalogue().stamp {
			return nil
		}
		pubs, err = publications(tx)
		return err
	})
	if err != nil {
		return err
	}
	d.checkpoint.Store(&checkpoint)
	if len(pubs) == 0 {
		return nil
	}
	c, err := d.build(pubs, append(before, d.catalogue())...)
	if err != nil {
		return err
	}
	c.stamp = stamp
	d.current.Store(c)
	return nil
}

// publications lists what is published, oldest first.
func publications(tx *db.Tx) ([]Publication, error) {
	rows, err := tx.Query(`SELECT kind, id, body FROM publication ORDER BY published_at, kind, id, hash`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var pubs []Publication
	for rows.Next() {
		var p Publication
		if err := rows.Scan(&p.Kind, &p.ID, &p.Body); err != nil {
			return nil, err
		}
		pubs = append(pubs, p)
	}
	return pubs, rows.Err()
}

// build turns publications, oldest first, into a catalogue: the newest of each
// kind and id is served, every service version stays known by its hash. Of
// trust files the one that the root issued last is served, whenever it came.
func (d *Desk) build(pubs []Publication, before ...*catalogue) (*catalogue, error) {
	c := &catalogue{byHash: map[string]*service.Definition{}, newest: map[string]*service.Definition{}, readers: map[string][]certified{}, laws: map[string]*clock.Profile{}}
	latest := map[string]Publication{}
	for _, p := range pubs {
		latest[p.Kind+"/"+p.ID] = p
	}
	if err := c.compile(pubs, before); err != nil {
		return nil, err
	}
	if p, ok := latest[PublishAuthority+"/book"]; ok {
		var err error
		if c.book, err = LoadBook(p.Body); err != nil {
			return nil, err
		}
	}
	if err := c.enact(pubs, before); err != nil {
		return nil, err
	}
	if err := c.pinNewest(pubs, d.root); err != nil {
		return nil, err
	}
	c.list()
	return c, nil
}

// compile reuses definitions of catalogues before: a version never changes.
func (c *catalogue) compile(pubs []Publication, before []*catalogue) error {
	var fresh []Publication
	for _, p := range pubs {
		if p.Kind != PublishService {
			continue
		}
		if def := compiled(p.Hash(), before); def != nil {
			c.byHash[p.Hash()] = def
		} else {
			fresh = append(fresh, p)
		}
	}
	defs, failed := make([]*service.Definition, len(fresh)), make([]error, len(fresh))
	var wg sync.WaitGroup
	for i, p := range fresh {
		wg.Go(func() { defs[i], failed[i] = CompileService(p.Body) })
	}
	wg.Wait()
	for i, p := range fresh {
		if failed[i] != nil {
			return fmt.Errorf("service %s: %w", p.ID, failed[i])
		}
		c.byHash[p.Hash()] = defs[i]
	}
	for _, p := range pubs {
		if p.Kind != PublishService {
			continue
		}
		def := c.byHash[p.Hash()]
		if def.ID != p.ID {
			return fmt.Errorf("service %s: its body is of %s", p.ID, def.ID)
		}
		c.newest[p.ID] = def
	}
	return nil
}

// enact keeps every version of the law; the one published last is in force.
func (c *catalogue) enact(pubs []Publication, before []*catalogue) error {
	for _, p := range pubs {
		if p.Kind != PublishLaw || p.ID != LawID {
			continue
		}
		hash := p.Hash()
		for _, b := range before {
			if c.laws[hash] == nil {
				c.laws[hash] = b.laws[hash]
			}
		}
		if c.laws[hash] == nil {
			law, err := clock.ParseProfile(p.Body)
			if err != nil {
				return err
			}
			c.laws[hash] = law
		}
		c.profile = c.laws[hash]
	}
	return nil
}

func compiled(hash string, before []*catalogue) *service.Definition {
	for _, b := range before {
		if def := b.byHash[hash]; def != nil {
			return def
		}
	}
	return nil
}

// list keeps the services that an authority offers.
func (c *catalogue) list() {
	if c.book == nil {
		return
	}
	for id, def := range c.newest {
		if len(c.book.Offers(id)) > 0 {
			c.listed = append(c.listed, def)
		}
	}
	slices.SortFunc(c.listed, func(a, b *service.Definition) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
}

// Services lists the newest version of each offered service, by id.
func (d *Desk) Services() []*service.Definition { return d.catalogue().listed }

// Service is the newest version of an offered service, or errs.NotFound.
func (d *Desk) Service(id string) (*service.Definition, error) {
	for _, def := range d.catalogue().listed {
		if def.ID == id {
			return def, nil
		}
	}
	return nil, errs.New(errs.NotFound, "service.unknown")
}

// Book is the published authorities, offers and territory.
func (d *Desk) Book() *authority.Book { return d.catalogue().book }

// TrustFile is the published trust file, its exact bytes.
func (d *Desk) TrustFile() []byte { return d.catalogue().trustRaw }

// Trust is what that file says, under the pinned root; nil before one came.
func (d *Desk) Trust() *verify.Trust { return d.catalogue().trust }
