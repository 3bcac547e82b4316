package office

import (
	"crypto/rand"
	"encoding/json"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wasl"
	"wasl/internal/base/blob"
	"wasl/internal/base/db"
	"wasl/internal/base/db/dbtest"
	"wasl/internal/base/i18n"
	"wasl/internal/crypt/ledger"
	"wasl/internal/crypt/sign"
	"wasl/internal/crypt/unseal"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
	"wasl/test/stack"
	"wasl/verify"
)

// The agents of the tests, of one password.
var (
	amina  = identity.Agent{ID: "amina", Name: "Amina Tazi", Authority: "zitouna", Unit: "citizens", Role: identity.CaseWorker}
	salim  = identity.Agent{ID: "salim", Name: "Salim Naji", Authority: "zitouna", Unit: "citizens", Role: identity.CaseWorker}
	nadia  = identity.Agent{ID: "nadia", Name: "Nadia Idrissi", Authority: "zitouna", Unit: "citizens", Role: identity.Supervisor}
	brahim = identity.Agent{ID: "brahim", Name: "Brahim Alami", Authority: "zitouna", Unit: "planning", Role: identity.CaseWorker}
	hanane = identity.Agent{ID: "hanane", Name: "Hanane Berrada", Authority: "roummane", Unit: "citizens", Role: identity.CaseWorker}
	malika = identity.Agent{ID: "malika", Name: "Malika Sebti", Authority: "zitouna", Unit: "citizens", Role: identity.Administrator}
)

const password = "olive-tree"

// world is an office that listens, and the portal's desk that files for it,
// joined by function calls in place of exchange.
type world struct {
	t      testing.TB
	desk   *intake.Desk
	office *casework.Office
	roll   *identity.Roll
	server *Server
	store  *db.DB
	base   string // where the office listens
	dir    string // the office's blobs

	shift   atomic.Int64 // of the office's clock
	root    *sign.Root
	ring    *unseal.Keyring
	signers map[string]*sign.Signer
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, ring: unseal.NewKeyring(), signers: map[string]*sign.Signer{}}
	trust := w.keys()
	log := slog.New(slog.DiscardHandler)
	w.store = dbtest.Open(t, dbtest.SQLite(t), casework.Migrations(), ledger.Migrations(), identity.Migrations())
	var err error
	w.dir = t.TempDir()
	w.office, err = casework.Open(t.Context(), casework.Config{DB: w.store, Blobs: w.blobs(w.dir), Keys: w.ring, Signer: w.signers[verify.RoleDocument],
		Root: w.root.Public(), Portal: "https://portal.example", Log: log, Present: w.now})
	w.must(err)
	w.desk, err = intake.Open(t.Context(), intake.Config{DB: dbtest.Open(t, dbtest.SQLite(t), intake.Migrations()), Blobs: w.blobs(t.TempDir()),
		Signer: w.signers[verify.RoleReceipt], Root: w.root.Public(), Log: log})
	w.must(err)
	w.publish(trust)
	w.roll = identity.Open(w.store)
	hash := identity.Hash(password)
	for _, a := range []identity.Agent{amina, salim, nadia, brahim, hanane, malika} {
		w.must(w.roll.Add(t.Context(), a, hash))
	}
	w.server, err = New(Config{Office: w.office, Roll: w.roll, Hosts: []string{"127.0.0.1"}, Log: log, NoLimits: true})
	w.must(err)
	listener := httptest.NewServer(w.server.Handler())
	t.Cleanup(listener.Close)
	w.base = listener.URL
	return w
}

func (w *world) now() time.Time { return time.Now().Add(time.Duration(w.shift.Load())) }

// pass moves the office's clock.
func (w *world) pass(d time.Duration) { w.shift.Add(int64(d)) }

func (w *world) blobs(dir string) *blob.Store {
	s, err := blob.Open(dir)
	w.must(err)
	return s
}

// keys makes root, signers and unit keys, and gives the trust file.
func (w *world) keys() []byte {
	var err error
	w.root, err = sign.NewRoot("example")
	w.must(err)
	var certs []verify.Certificate
	for _, role := range []string{verify.RoleReceipt, verify.RoleDocument, verify.RoleLedger} {
		c := period(verify.Certificate{Role: role})
		if role == verify.RoleLedger {
			c.Origin = "ledger.example"
		}
		w.signers[role], err = w.root.NewSigner(c)
		w.must(err)
		certs = append(certs, w.signers[role].Certificate())
	}
	for _, id := range []string{"zitouna/citizens", "zitouna/planning", "roummane/citizens", unseal.ReaderIntake} {
		w.must(w.ring.Generate(id))
		c := verify.Certificate{Role: verify.RoleIntake, PublicKey: w.ring.Public(id)}
		if authority, unit, ok := strings.Cut(id, "/"); ok {
			c.Role, c.Authority, c.Unit = verify.RoleUnit, authority, unit
		}
		c, err := w.root.Certify(period(c))
		w.must(err)
		certs = append(certs, c)
	}
	raw, err := w.root.Trust(time.Now(), certs, nil)
	w.must(err)
	return raw
}

func period(c verify.Certificate) verify.Certificate {
	now := time.Now().UTC().Truncate(time.Second)
	c.NotBefore, c.NotAfter = verify.Time{Time: now.Add(-time.Hour)}, verify.Time{Time: now.AddDate(1, 0, 0)}
	return c
}

func (w *world) publish(trust []byte) {
	b, findings := service.ReadBundle(wasl.Content, "residence-certificate")
	if b == nil {
		w.t.Fatal(findings)
	}
	body, err := b.Marshal()
	w.must(err)
	book, err := intake.FilesBody(wasl.Content, "authorities", "territory")
	w.must(err)
	law, err := fs.ReadFile(wasl.Content, "law/ma.yaml")
	w.must(err)
	w.release(intake.Publication{Kind: intake.PublishService, ID: b.ID, Body: body}, intake.Publication{Kind: intake.PublishAuthority, ID: "book", Body: book},
		intake.Publication{Kind: intake.PublishLaw, ID: "ma", Body: law}, intake.Publication{Kind: intake.PublishTrust, ID: "trust", Body: trust})
}

// release publishes in the office, and brings it to the portal.
func (w *world) release(all ...intake.Publication) {
	w.t.Helper()
	w.must(w.office.Publish(w.t.Context(), all...))
	has, err := w.desk.Published(w.t.Context())
	w.must(err)
	lacks, err := w.office.Unpushed(w.t.Context(), has)
	w.must(err)
	w.must(w.desk.Take(w.t.Context(), intake.Push{Publications: lacks}))
}

// file files an example of the residence certificate in French, with other
// answers where given, and brings it to the office.
func (w *world) file(example string, other map[string]any) *intake.Accepted {
	w.t.Helper()
	def, err := w.desk.Service("residence-certificate")
	w.must(err)
	for _, e := range def.Examples() {
		if e.ID != example {
			continue
		}
		in := intake.Application{Authority: e.Authority, Language: i18n.FR, Answers: e.Answers}
		if other != nil {
			all := map[string]any{}
			w.must(json.Unmarshal(e.Answers, &all))
			maps.Copy(all, other)
			in.Answers, err = json.Marshal(all)
			w.must(err)
		}
		raw, err := json.Marshal(in)
		w.must(err)
		got, err := w.desk.Accept(w.t.Context(), "residence-certificate", strings.Repeat(rand.Text(), 2), raw, in)
		w.must(err)
		w.exchange()
		return got
	}
	w.t.Fatalf("no example %s", example)
	return nil
}

// exchange does what the worker does, but for the ledger.
func (w *world) exchange() {
	w.t.Helper()
	ctx := w.t.Context()
	after, err := w.office.Progress(ctx)
	w.must(err)
	offered, err := w.desk.Offer(ctx, after, 100)
	w.must(err)
	for _, off := range offered {
		needs, err := w.office.Needs(ctx, off)
		w.must(err)
		for _, need := range needs {
			rc, _, err := w.desk.Blob(need.Name)
			w.must(err)
			w.must(w.office.KeepFile(ctx, need, rc))
			rc.Close()
		}
		w.must(w.office.Take(ctx, off))
	}
	push, ids, err := w.office.Outbox(ctx)
	w.must(err)
	w.must(w.desk.Take(ctx, push))
	w.must(w.office.Delivered(ctx, ids))
}

// signIn is an agent's browser and its first page.
func (w *world) signIn(a identity.Agent, lang string) (*stack.Browser, *stack.Page) {
	w.t.Helper()
	b := stack.NewBrowser(w.t)
	p := b.Get(w.base+"/"+lang+"/signin").Submit("/signin", url.Values{"name": {string(a.ID)}, "password": {password}}, nil)
	if p.Status != http.StatusOK || p.URL.Path != "/"+lang+"/" {
		w.t.Fatalf("signing in leads to %s with %d", p.URL, p.Status)
	}
	return b, p
}

// opened is a case as amina has just opened it.
func (w *world) opened(reference, lang string) (*stack.Browser, *stack.Page) {
	w.t.Helper()
	b, _ := w.signIn(amina, lang)
	p := b.Get(w.base+"/"+lang+"/cases/"+reference).Submit("/open", url.Values{"purpose": {"instruct"}}, nil)
	if p.Status != http.StatusOK {
		w.t.Fatalf("opening is answered with %d: %s", p.Status, p.Text())
	}
	return b, p
}

// signOutAll ends every session, as time does.
func (w *world) signOutAll() { w.exec(`DELETE FROM agent_session`) }

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	w.must(w.store.Update(w.t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	}))
}

func (w *world) count(query string) (n int64) {
	w.t.Helper()
	w.must(w.store.View(w.t.Context(), func(tx *db.Tx) error { return tx.QueryRow(query).Scan(&n) }))
	return n
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}
