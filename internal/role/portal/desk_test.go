package portal

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"wasl/internal/base/blob"
	"wasl/internal/base/db"
	"wasl/internal/base/db/dbtest"
	"wasl/internal/crypt/seal"
	"wasl/internal/crypt/sign"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
	"wasl/verify"
)

// world is an administration with generated keys and the repository's own
// services, authorities and law.
type world struct {
	root     *sign.Root
	receipt  *sign.Signer
	document *sign.Signer
	pubs     []intake.Publication
}

var theWorld = sync.OnceValues(func() (*world, error) {
	repo := os.DirFS("../../..")
	root, err := sign.NewRoot("example")
	if err != nil {
		return nil, err
	}
	w := &world{root: root}
	for _, id := range service.List(repo) {
		b, _ := service.ReadBundle(repo, id)
		body, err := b.Marshal()
		if err != nil {
			return nil, err
		}
		w.pubs = append(w.pubs, intake.Publication{Kind: intake.PublishService, ID: id, Body: body})
	}
	book, err := intake.FilesBody(repo, "authorities", "territory")
	if err != nil {
		return nil, err
	}
	law, err := os.ReadFile("../../../law/ma.yaml")
	if err != nil {
		return nil, err
	}
	trust, err := w.certify(book)
	w.pubs = append(w.pubs, intake.Publication{Kind: intake.PublishAuthority, ID: "book", Body: book},
		intake.Publication{Kind: intake.PublishLaw, ID: "ma", Body: law}, intake.Publication{Kind: intake.PublishTrust, ID: "trust", Body: trust})
	return w, err
})

func (w *world) certify(book []byte) ([]byte, error) {
	b, err := intake.LoadBook(book)
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC().Truncate(time.Second)
	blank := verify.Certificate{NotBefore: verify.Time{Time: now.Add(-time.Hour)}, NotAfter: verify.Time{Time: now.AddDate(1, 0, 0)}}
	var certs []verify.Certificate
	for role, into := range map[string]**sign.Signer{verify.RoleReceipt: &w.receipt, verify.RoleDocument: &w.document} {
		c := blank
		c.Role = role
		if *into, err = w.root.NewSigner(c); err != nil {
			return nil, err
		}
		certs = append(certs, (*into).Certificate())
	}
	reader := func(role, authority, unit string) error {
		key, err := seal.KEM().GenerateKey()
		if err != nil {
			return err
		}
		c := blank
		c.Role, c.Authority, c.Unit, c.PublicKey = role, authority, unit, key.PublicKey().Bytes()
		c, err = w.root.Certify(c)
		certs = append(certs, c)
		return err
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

// newServer is a portal on SQLite with everything published.
func newServer(t testing.TB) *Server {
	t.Helper()
	s, _ := newServerOn(t)
	return s
}

// newServerOn gives the store too.
func newServerOn(t testing.TB) (*Server, *db.DB) {
	t.Helper()
	w := worldOf(t)
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	store := dbtest.Open(t, dbtest.SQLite(t), intake.Migrations())
	desk, err := intake.Open(context.Background(), intake.Config{DB: store, Blobs: blobs, Signer: w.receipt, Root: w.root.Public(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := desk.Take(context.Background(), intake.Push{Publications: w.pubs}); err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{Desk: desk, Hosts: []string{"portal.example"}, NoLimits: true})
	if err != nil {
		t.Fatal(err)
	}
	return s, store
}
