package casework

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"wasl/internal/base/blob"
	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/crypt/sign"
	"wasl/internal/crypt/unseal"
	"wasl/internal/domain/authority"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the office store's tables.
func Migrations() db.Migrations { return db.Embedded("casework", migrations) }

// Config is what an office needs.
type Config struct {
	DB      *db.DB
	Blobs   *blob.Store       // sealed files, the office's own copy
	Keys    *unseal.Keyring   // unit, intake and index keys
	Signer  *sign.Signer      // the document key and its certificate
	Root    ed25519.PublicKey // pinned authority root
	Portal  string            // public address printed on documents
	Log     *slog.Logger
	Present func() time.Time // nil: the wall clock
}

// Office is the office's side of every case. It is safe for concurrent use.
type Office struct {
	db      *db.DB
	blobs   *blob.Store
	keys    *unseal.Keyring
	signer  *sign.Signer
	root    ed25519.PublicKey
	portal  string
	log     *slog.Logger
	present func() time.Time

	shelf   atomic.Pointer[shelf]
	shelves sync.Mutex // held while the shelf is rebuilt
}

// Open starts an office on its store.
func Open(ctx context.Context, c Config) (*Office, error) {
	o := &Office{db: c.DB, blobs: c.Blobs, keys: c.Keys, signer: c.Signer, root: c.Root, portal: c.Portal, log: c.Log, present: c.Present}
	if o.present == nil {
		o.present = time.Now
	}
	o.shelf.Store(emptyShelf())
	if err := o.reshelve(ctx); err != nil {
		return nil, fmt.Errorf("loading what is published: %w", err)
	}
	return o, nil
}

// Ready says why the office cannot work now, or nil.
func (o *Office) Ready(ctx context.Context) error {
	s := o.shelf.Load()
	if s.book == nil || s.profile == nil || s.trust == nil || len(s.newest) == 0 {
		return errors.New("nothing is published yet")
	}
	return o.db.View(ctx, func(tx *db.Tx) error { return tx.QueryRow(`SELECT 1`).Scan(new(int64)) })
}

// Definition is a service version by its hash, nil when unknown.
func (o *Office) Definition(hash string) *service.Definition { return o.shelf.Load().byHash[hash] }

// ServiceTitle is the title of a service's newest version.
func (o *Office) ServiceTitle(l i18n.Lang, id string) string {
	if def := o.shelf.Load().newest[id]; def != nil {
		return def.T(l, "title")
	}
	return id
}

// Book is the published authorities, offers and territory.
func (o *Office) Book() *authority.Book { return o.shelf.Load().book }

// stranger is the one answer to an agent who asks for a case that is not of
// their unit, or that does not exist.
func stranger() error { return errs.New(errs.NotFound, "case.unknown") }

// caseRow is one case as stored.
type caseRow struct {
	Row
	version, profile, filing, locator, last string
	signer                                  []byte
	actions, accesses                       int64
}

// now is the office's time: UTC, whole microseconds, as the store keeps it.
func (o *Office) now() time.Time { return o.present().UTC().Truncate(time.Microsecond) }

const caseColumns = `reference, authority, unit, service, version, profile, filing, locator, signer, last, filed_at, state, turn, due_on, sort_on, actions, accesses`

func scanCase(row interface{ Scan(...any) error }) (*caseRow, error) {
	c := &caseRow{}
	var filed int64
	err := row.Scan(&c.Reference, &c.Authority, &c.Unit, &c.Service, &c.version, &c.profile, &c.filing, &c.locator, &c.signer, &c.last,
		&filed, &c.State, &c.Turn, &c.DueOn, &c.SortOn, &c.actions, &c.accesses)
	c.FiledAt = db.FromMicros(filed)
	return c, err
}

// isReference tells a case's number as the store has it, not as people type it.
func isReference(s string) bool {
	ref, err := intake.ParseReference(s)
	return err == nil && string(ref) == s
}

// find reads a case that an agent may see; strangers get errs.NotFound.
func find(tx *db.Tx, who *identity.Agent, reference string) (*caseRow, error) {
	if !isReference(reference) {
		return nil, stranger()
	}
	c, err := scanCase(tx.QueryRow(`SELECT `+caseColumns+` FROM casefile WHERE reference = $1 AND authority = $2 AND unit = $3`,
		reference, who.Authority, who.Unit))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, stranger()
	}
	return c, err
}

// terms are the clock's terms of a case's own service version.
func (o *Office) terms(c *caseRow) (clock.Terms, *clock.Profile, error) {
	s := o.shelf.Load()
	def, p := s.byHash[c.version], s.profiles[c.profile]
	if def == nil || p == nil {
		return clock.Terms{}, nil, fmt.Errorf("case %s: its service version or legal profile is not on the shelf", c.Reference)
	}
	return intake.Terms(def, s.book.Authority(c.Authority)), p, nil
}
