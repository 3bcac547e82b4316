package worker

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wasl"
	"wasl/internal/base/blob"
	"wasl/internal/base/db"
	"wasl/internal/base/db/dbtest"
	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/crypt/sign"
	"wasl/internal/crypt/unseal"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
	"wasl/verify"
)

// flaky answers for a portal's desk, and fails as networks do: some calls are
// refused, of others the answer is lost after they were obeyed.
type flaky struct {
	desk *intake.Desk
	fail atomic.Bool
	hide atomic.Bool // files are not given
}

func (f *flaky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	luck := mathrand.IntN(3)
	if f.fail.Load() && luck == 0 {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	lost := f.fail.Load() && luck == 1
	answer := func(v any, err error) {
		if err != nil || lost {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		json.NewEncoder(w).Encode(v)
	}
	switch path := r.URL.Path; {
	case path == "/exchange/offered":
		after, _ := strconv.ParseInt(r.FormValue("after"), 10, 64)
		limit, _ := strconv.Atoi(r.FormValue("limit"))
		answer(f.desk.Offer(r.Context(), after, limit))
	case path == "/exchange/published":
		answer(f.desk.Published(r.Context()))
	case path == "/exchange/push":
		var p intake.Push
		err := json.NewDecoder(r.Body).Decode(&p)
		if err == nil {
			err = f.desk.Take(r.Context(), p)
		}
		answer(nil, err)
	case f.hide.Load():
		w.WriteHeader(http.StatusNotFound)
	default:
		rc, _, err := f.desk.Blob(strings.TrimPrefix(path, "/exchange/blob/"))
		if err != nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		defer rc.Close()
		if lost {
			io.CopyN(w, rc, 100) // broken off
			return
		}
		io.Copy(w, rc)
	}
}

// TestWalkOverABadLine publishes, files, opens and reads the entry again over
// HTTP that fails two calls of three on average: everything arrives, once.
func TestWalkOverABadLine(t *testing.T) {
	portal := &flaky{}
	portal.fail.Store(true)
	w, store, keys := office(t, portal)
	ctx := t.Context()
	publish(t, w.office, keys)
	portal.desk = openDesk(t, keys)

	rounds := func(done func() bool) {
		t.Helper()
		for range 400 {
			w.compared = time.Time{}
			_, _ = w.Round(ctx) // its errors are the point
			w.sequenced = time.Time{}
			if done() {
				return
			}
		}
		_, err := w.Round(ctx)
		t.Fatalf("not done after 400 rounds: %v", err)
	}
	rounds(func() bool { return portal.desk.Ready(ctx) == nil })

	got := file(t, portal.desk)
	mine := func() *intake.Case {
		c, err := portal.desk.CaseByCode(ctx, got.Reference, got.ResumeCode)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	rounds(func() bool { return mine().Included && len(mine().Accesses) == 1 })
	op, err := w.office.Open(ctx, amina, got.Reference, "instruct")
	if err != nil {
		t.Fatal(err)
	}
	_, rc, err := w.office.OpenFile(ctx, amina, got.Reference, op.Files[0].Envelope, op.Files[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	rc.Close()
	rounds(func() bool { return len(mine().Accesses) == 3 })
	if c := mine(); c.Gap || c.State != casework.StateReview {
		t.Errorf("the applicant sees gap %v, state %s", c.Gap, c.State)
	}
	portal.fail.Store(false)
	rounds(func() bool { did, err := w.Round(ctx); return !did && err == nil })
	if err := w.Ready(ctx); err != nil {
		t.Errorf("not ready: %v", err)
	}
	checkpoint, err := portal.desk.Ledger(ctx, "checkpoint")
	if err != nil || len(checkpoint) == 0 {
		t.Errorf("checkpoint of %d bytes, %v", len(checkpoint), err)
	}
	err = store.View(ctx, func(tx *db.Tx) error {
		var cases, quarantined, waiting int64
		err := tx.QueryRow(`SELECT (SELECT count(*) FROM casefile), (SELECT count(*) FROM quarantine), (SELECT count(*) FROM outbox)`).Scan(&cases, &quarantined, &waiting)
		if cases != 1 || quarantined != 0 || waiting != 0 {
			t.Errorf("%d cases, %d in quarantine, %d waiting; want 1, 0, 0", cases, quarantined, waiting)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestMissingFile takes a case whose file the portal hides for a while: the
// case is not held up for ever, and the file comes when it is there.
func TestMissingFile(t *testing.T) {
	portal := &flaky{}
	w, _, keys := office(t, portal)
	ctx := t.Context()
	publish(t, w.office, keys)
	portal.desk = openDesk(t, keys)
	if _, err := w.Round(ctx); err != nil {
		t.Fatal(err)
	}
	got := file(t, portal.desk)
	portal.hide.Store(true)
	for i := range fileTries {
		if _, err := w.Round(ctx); (err == nil) != (i == fileTries-1) {
			t.Fatalf("round %d: %v", i+1, err)
		}
	}
	op, err := w.office.Open(ctx, amina, got.Reference, "instruct")
	if err != nil {
		t.Fatal(err)
	}
	open := func() error {
		_, rc, err := w.office.OpenFile(ctx, amina, got.Reference, op.Files[0].Envelope, op.Files[0].ID)
		if err == nil {
			rc.Close()
		}
		return err
	}
	if err := open(); errs.KindOf(err) != errs.NotFound {
		t.Errorf("a missing file: %v, want not found", err)
	}
	portal.hide.Store(false)
	w.searched = time.Time{}
	if _, err := w.Round(ctx); err != nil {
		t.Fatal(err)
	}
	if err := open(); err != nil {
		t.Errorf("a file that was found: %v", err)
	}
	if needs, err := w.office.Wanted(ctx); err != nil || len(needs) != 0 {
		t.Errorf("still wanted: %v, %v", needs, err)
	}
}

var amina = &identity.Agent{ID: "amina", Name: "Amina", Authority: "zitouna", Unit: "citizens", Role: identity.CaseWorker}

// file files an example of the residence certificate, in Arabic.
func file(t *testing.T, desk *intake.Desk) *intake.Accepted {
	t.Helper()
	def, err := desk.Service("residence-certificate")
	if err != nil {
		t.Fatal(err)
	}
	in := intake.Application{Authority: "zitouna", Language: i18n.AR}
	for _, e := range def.Examples() {
		if e.ID == "bill" {
			in.Answers = e.Answers
		}
	}
	got, err := desk.Accept(t.Context(), "residence-certificate", strings.Repeat(rand.Text(), 2), []byte("{}"), in)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// testKeys are the keys of one test's installation.
type testKeys struct {
	root    *sign.Root
	ring    *unseal.Keyring
	signers map[string]*sign.Signer
}

func newKeys(t *testing.T) *testKeys {
	t.Helper()
	root, err := sign.NewRoot("example")
	if err != nil {
		t.Fatal(err)
	}
	k := &testKeys{root: root, ring: unseal.NewKeyring(), signers: map[string]*sign.Signer{}}
	for _, role := range []string{verify.RoleReceipt, verify.RoleDocument, verify.RoleLedger} {
		c := k.period(verify.Certificate{Role: role})
		if role == verify.RoleLedger {
			c.Origin = "ledger.example"
		}
		if k.signers[role], err = root.NewSigner(c); err != nil {
			t.Fatal(err)
		}
	}
	return k
}

func (k *testKeys) period(c verify.Certificate) verify.Certificate {
	now := time.Now().UTC().Truncate(time.Second)
	c.NotBefore, c.NotAfter = verify.Time{Time: now.Add(-time.Hour)}, verify.Time{Time: now.AddDate(1, 0, 0)}
	return c
}

// trust is the trust file, with a key for every unit that offers the service.
func (k *testKeys) trust(t *testing.T) []byte {
	t.Helper()
	var certs []verify.Certificate
	for _, s := range k.signers {
		certs = append(certs, s.Certificate())
	}
	for _, id := range []string{"zitouna/citizens", "roummane/citizens", unseal.ReaderIntake} {
		if err := k.ring.Generate(id); err != nil {
			t.Fatal(err)
		}
		c := verify.Certificate{Role: verify.RoleIntake, PublicKey: k.ring.Public(id)}
		if authority, unit, ok := strings.Cut(id, "/"); ok {
			c.Role, c.Authority, c.Unit = verify.RoleUnit, authority, unit
		}
		c, err := k.root.Certify(k.period(c))
		if err != nil {
			t.Fatal(err)
		}
		certs = append(certs, c)
	}
	raw, err := k.root.Trust(time.Now(), certs, nil)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func openDesk(t *testing.T, k *testKeys) *intake.Desk {
	t.Helper()
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	d, err := intake.Open(t.Context(), intake.Config{DB: dbtest.Open(t, dbtest.SQLite(t), intake.Migrations()), Blobs: blobs,
		Signer: k.signers[verify.RoleReceipt], Root: k.root.Public(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func publish(t *testing.T, o *casework.Office, k *testKeys) {
	t.Helper()
	b, findings := service.ReadBundle(wasl.Content, "residence-certificate")
	if b == nil {
		t.Fatal(findings)
	}
	body, err := b.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	book, err := intake.FilesBody(wasl.Content, "authorities", "territory")
	if err != nil {
		t.Fatal(err)
	}
	law, err := fs.ReadFile(wasl.Content, "law/ma.yaml")
	if err != nil {
		t.Fatal(err)
	}
	err = o.Publish(t.Context(), intake.Publication{Kind: intake.PublishService, ID: b.ID, Body: body},
		intake.Publication{Kind: intake.PublishAuthority, ID: "book", Body: book}, intake.Publication{Kind: intake.PublishLaw, ID: "ma", Body: law},
		intake.Publication{Kind: intake.PublishTrust, ID: "trust", Body: k.trust(t)})
	if err != nil {
		t.Fatal(err)
	}
}
