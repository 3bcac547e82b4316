package intake

import (
	"context"
	"crypto/ed25519"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"wasl/internal/base/blob"
	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/crypt/seal"
	"wasl/internal/crypt/sign"
	"wasl/verify"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the public store's tables.
func Migrations() db.Migrations { return db.Embedded("intake", migrations) }

// LawID names the legal profile that both sides count by.
const LawID = "ma"

// Config is what a portal needs to take filings.
type Config struct {
	DB     *db.DB
	Blobs  *blob.Store
	Signer *sign.Signer      // the receipt key and its certificate
	Root   ed25519.PublicKey // pinned authority root
	Log    *slog.Logger
}

// Desk is the portal's counter. It is safe for concurrent use.
type Desk struct {
	db     *db.DB
	blobs  *blob.Store
	signer *sign.Signer
	root   ed25519.PublicKey
	log    *slog.Logger

	seals      chan struct{} // bounds concurrent sealing, so that the store's writer is never starved
	current    atomic.Pointer[catalogue]
	checkpoint atomic.Pointer[string] // the ledger's last one that this portal saw
	refreshing sync.Mutex             // held while the catalogue is rebuilt
	numbering  sync.Mutex             // held while envelopes get their exchange numbers
}

// Open starts a desk on its store and loads what is published.
func Open(ctx context.Context, c Config) (*Desk, error) {
	d := &Desk{db: c.DB, blobs: c.Blobs, signer: c.Signer, root: c.Root, log: c.Log}
	d.seals = make(chan struct{}, max(2, runtime.NumCPU()))
	d.current.Store(&catalogue{})
	d.checkpoint.Store(new(string))
	if err := d.refresh(ctx); err != nil {
		return nil, fmt.Errorf("loading what is published: %w", err)
	}
	return d, nil
}

func (d *Desk) catalogue() *catalogue { return d.current.Load() }

// sealing runs f when one of the few sealing places is free.
func (d *Desk) sealing(ctx context.Context, f func() error) error {
	select {
	case d.seals <- struct{}{}:
	case <-ctx.Done():
		return errs.Wrap(errs.Busy, "busy", ctx.Err())
	}
	defer func() { <-d.seals }()
	return f()
}

// Watch reloads what other instances accepted, and forgets what has ended,
// until ctx is done.
func (d *Desk) Watch(ctx context.Context) {
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	sweep := time.NewTicker(10 * time.Minute)
	defer sweep.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			err = d.refresh(ctx)
		case <-sweep.C:
			err = d.Sweep(ctx)
		}
		if err != nil && ctx.Err() == nil {
			d.log.Error("portal upkeep", "err", err)
		}
	}
}

// Ready says why filing is not possible now, or nil.
func (d *Desk) Ready(ctx context.Context) error {
	c := d.catalogue()
	switch {
	case c.book == nil || len(c.listed) == 0:
		return errors.New("no service is published yet")
	case c.profile == nil:
		return errors.New("no legal profile is published yet")
	case c.trust == nil:
		return errors.New("no trust file signed by the pinned root is published yet")
	}
	now := time.Now()
	if c.trust.Key(verify.RoleReceipt, d.signer.KeyID(), now) == nil {
		return errors.New("this portal's receipt key is not certified by the pinned root")
	}
	if _, ok := c.reader(readerIntake, now); !ok {
		return errors.New("no certified intake key")
	}
	for _, def := range c.listed {
		for _, o := range c.book.Offers(def.ID) {
			if _, ok := c.reader(readerUnit(o.Authority, o.Unit), now); !ok {
				return fmt.Errorf("unit %s of %s has no key certified by the pinned root", o.Unit, o.Authority)
			}
		}
	}
	return d.db.View(ctx, func(tx *db.Tx) error { return tx.QueryRow(`SELECT 1`).Scan(new(int64)) })
}

const readerIntake = "intake"

func readerUnit(authority, unit string) string { return authority + "/" + unit }

// pinNewest takes the trust file that the root issued last, of those that
// stand under it: handing in an old one again brings no revoked key back. Of
// two issued in one second the later one counts.
func (c *catalogue) pinNewest(pubs []Publication, root ed25519.PublicKey) error {
	var failed error
	for _, p := range pubs {
		if p.Kind != PublishTrust {
			continue
		}
		trust, err := verify.ParseTrust(p.Body, root)
		if err != nil {
			failed = fmt.Errorf("the trust file does not stand under the pinned root: %w", err)
		} else if c.trust == nil || !trust.IssuedAt.Before(c.trust.IssuedAt.Time) {
			c.trust, c.trustRaw = trust, p.Body
		}
	}
	if c.trust == nil {
		return failed
	}
	return c.takeReaders()
}

// takeReaders lists the certified readers' keys.
func (c *catalogue) takeReaders() (err error) {
	for _, cert := range c.trust.Certificates {
		switch cert.Role {
		case verify.RoleIntake:
			err = c.certify(readerIntake, seal.RoleIntake, cert)
		case verify.RoleUnit:
			err = c.certify(readerUnit(cert.Authority, cert.Unit), "unit", cert)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// certified is a reader with the certificate that makes it one.
type certified struct {
	seal.Reader
	cert verify.Certificate
}

func (c *catalogue) certify(id, role string, cert verify.Certificate) error {
	r, err := seal.NewReader(id, cert.KeyID, role, cert.PublicKey)
	if err == nil {
		c.readers[id] = append(c.readers[id], certified{r, cert})
	}
	return err
}

// reader is the key of a reader that is certified at an instant, the youngest
// where several are.
func (c *catalogue) reader(id string, at time.Time) (seal.Reader, bool) {
	var best *certified
	for i, r := range c.readers[id] {
		valid := r.cert.At(at) && !c.trust.Revoked(r.cert.KeyID, at)
		if valid && (best == nil || r.cert.NotBefore.After(best.cert.NotBefore.Time)) {
			best = &c.readers[id][i]
		}
	}
	if best == nil {
		return seal.Reader{}, false
	}
	return best.Reader, true
}
