package intake

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"wasl/internal/base/blob"
	"wasl/internal/base/db"
	"wasl/internal/base/db/dbtest"
	"wasl/internal/crypt/seal"
	"wasl/internal/crypt/sign"
	"wasl/internal/domain/service"
	"wasl/verify"
)

// world is an administration with generated keys, and the repository's own
// services, authorities and law, made once for all tests.
type world struct {
	root                      *sign.Root
	receipt, document, ledger *sign.Signer
	pubs                      []Publication
}

var theWorld = sync.OnceValues(func() (*world, error) {
	root, err := sign.NewRoot("example")
	if err != nil {
		return nil, err
	}
	w := &world{root: root}
	repo := os.DirFS("../../..")
	for _, id := range service.List(repo) {
		b, _ := service.ReadBundle(repo, id)
		body, err := b.Marshal()
		if err != nil {
			return nil, err
		}
		w.pubs = append(w.pubs, Publication{Kind: PublishService, ID: id, Body: body})
	}
	book, err := FilesBody(repo, "authorities", "territory")
	if err != nil {
		return nil, err
	}
	law, err := os.ReadFile("../../../law/ma.yaml")
	if err != nil {
		return nil, err
	}
	trust, err := w.certify(book)
	w.pubs = append(w.pubs, Publication{Kind: PublishAuthority, ID: "book", Body: book}, Publication{Kind: PublishLaw, ID: LawID, Body: law},
		Publication{Kind: PublishTrust, ID: "trust", Body: trust})
	return w, err
})

// certify makes every key and the trust file.
func (w *world) certify(book []byte) ([]byte, error) {
	b, err := LoadBook(book)
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC().Truncate(time.Second)
	period := verify.Certificate{NotBefore: verify.Time{Time: now.Add(-time.Hour)}, NotAfter: verify.Time{Time: now.AddDate(1, 0, 0)}}
	var certs []verify.Certificate
	signer := func(role string) (*sign.Signer, error) {
		c := period
		if c.Role = role; role == verify.RoleLedger {
			c.Origin = "example.org/ledger"
		}
		s, err := w.root.NewSigner(c)
		if err == nil {
			certs = append(certs, s.Certificate())
		}
		return s, err
	}
	reader := func(role, authority, unit string) error {
		key, err := seal.KEM().GenerateKey()
		if err != nil {
			return err
		}
		c := period
		c.Role, c.Authority, c.Unit, c.PublicKey = role, authority, unit, key.PublicKey().Bytes()
		c, err = w.root.Certify(c)
		certs = append(certs, c)
		return err
	}
	if w.receipt, err = signer(verify.RoleReceipt); err != nil {
		return nil, err
	}
	if w.document, err = signer(verify.RoleDocument); err != nil {
		return nil, err
	}
	if w.ledger, err = signer(verify.RoleLedger); err != nil {
		return nil, err
	}
	if err := reader(verify.RoleIntake, "", ""); err != nil {
		return nil, err
	}
	for _, a := range b.Authorities() {
		for _, u := range a.Units {
			if err := reader(verify.RoleUnit, a.ID, u.ID); err != nil {
				return nil, err
			}
		}
	}
	return w.root.Trust(now, certs, nil)
}

func worldOf(t testing.TB) *world {
	t.Helper()
	w, err := theWorld()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func published(t testing.TB) []Publication { return worldOf(t).pubs }

// otherTrust is a sound trust file of a root that nobody pinned.
func otherTrust(t testing.TB) []byte {
	t.Helper()
	other, err := sign.NewRoot("other")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := other.Trust(time.Now(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func signedLetter(t testing.TB, d *Desk, l Letter) []byte {
	t.Helper()
	text, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := worldOf(t).document.SignAct(verify.Act{ID: l.ID, Kind: l.Kind, Reference: l.Reference, Authority: "zitouna", Unit: "citizens",
		At: verify.Time{Time: time.Now().UTC().Truncate(time.Second)}, Text: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func checkDeposit(t testing.TB, d *Desk, raw []byte) *verify.Deposit {
	t.Helper()
	dep, err := verify.CheckDeposit(raw, "", d.catalogue().trust)
	if err != nil {
		t.Fatal(err)
	}
	return dep
}

// places are a desk's folders: its blobs, then its store where that is files.
var places sync.Map

func placesOf(d *Desk) []string {
	v, _ := places.Load(d)
	return v.([]string)
}

func blobsOf(t testing.TB, d *Desk) []os.DirEntry {
	t.Helper()
	all, err := os.ReadDir(placesOf(d)[0])
	if err != nil {
		t.Fatal(err)
	}
	var blobs []os.DirEntry
	for _, e := range all {
		if !e.IsDir() && len(e.Name()) == 64 {
			blobs = append(blobs, e)
		}
	}
	return blobs
}

// eachDesk runs a test at a desk with everything published, on each engine.
func eachDesk(t *testing.T, run func(t *testing.T, d *Desk)) {
	t.Helper()
	dbtest.EachDSN(t, func(t *testing.T, dsn string) { run(t, openDesk(t, dsn)) })
}

func openDesk(t testing.TB, dsn string) *Desk {
	t.Helper()
	w := worldOf(t)
	dir := t.TempDir()
	blobs, err := blob.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	store := dbtest.Open(t, dsn, Migrations())
	d, err := Open(context.Background(), Config{DB: store, Blobs: blobs, Signer: w.receipt, Root: w.root.Public(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	at := []string{dir}
	if store.Engine() == db.SQLite {
		at = append(at, sqliteDir(dsn))
	}
	places.Store(d, at)
	if err := d.Take(context.Background(), Push{Publications: w.pubs}); err != nil {
		t.Fatal(err)
	}
	if err := d.Ready(context.Background()); err != nil {
		t.Fatal(err)
	}
	return d
}

// benchDesk is a desk on SQLite.
func benchDesk(b *testing.B) *Desk { return openDesk(b, dbtest.SQLite(b)) }

func sqliteDir(dsn string) string { return filepath.Dir(strings.TrimPrefix(dsn, "sqlite:")) }
