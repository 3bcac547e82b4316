package casework_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/mod/sumdb/note"

	"wasl"
	"wasl/internal/base/blob"
	"wasl/internal/base/db"
	"wasl/internal/base/db/dbtest"
	"wasl/internal/base/i18n"
	"wasl/internal/crypt/ledger"
	"wasl/internal/crypt/seal"
	"wasl/internal/crypt/sign"
	"wasl/internal/crypt/unseal"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
	"wasl/verify"
)

// The agents of the tests.
var (
	amina          = &identity.Agent{ID: "amina", Name: "Amina Tazi", Authority: "zitouna", Unit: "citizens", Role: identity.CaseWorker}
	omar           = &identity.Agent{ID: "omar", Name: "Omar Idrissi", Authority: "zitouna", Unit: "citizens", Role: identity.Supervisor}
	otherUnit      = &identity.Agent{ID: "hind", Name: "Hind Alami", Authority: "zitouna", Unit: "planning", Role: identity.CaseWorker}
	works          = &identity.Agent{ID: "chaima", Name: "Chaima Naji", Authority: "zitouna", Unit: "works", Role: identity.CaseWorker}
	otherAuthority = &identity.Agent{ID: "yassine", Name: "Yassine Berrada", Authority: "roummane", Unit: "citizens", Role: identity.CaseWorker}
)

var pdfFile = []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>> endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")

// world is both zones on stores of their own, joined by function calls in
// place of exchange.
type world struct {
	t       testing.TB
	desk    *intake.Desk
	office  *casework.Office
	store   *db.DB // the office's
	public  *db.DB // the portal's
	blobs   *blob.Store
	dir     string // the office's blobs
	keys    *unseal.Keyring
	root    *sign.Root
	receipt *sign.Signer
	ledger  note.Signer
	trust   *verify.Trust
	shift   atomic.Int64      // of the office's clock
	kept    map[string][]byte // the ledger's files as pushed
	signers map[string]*sign.Signer
}

func each(t *testing.T, run func(*testing.T, *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { run(t, newWorld(t, "sqlite")) })
	t.Run("postgres", func(t *testing.T) {
		if testing.Short() {
			t.Skip("short")
		}
		run(t, newWorld(t, "postgres"))
	})
}

func newWorld(t testing.TB, engine string) *world {
	t.Helper()
	dsn := dbtest.SQLite
	if engine == "postgres" {
		dsn = dbtest.Postgres
	}
	w := &world{t: t, dir: t.TempDir(), kept: map[string][]byte{}, signers: map[string]*sign.Signer{}}
	trust := w.makeKeys()
	log := slog.New(slog.DiscardHandler)
	w.store = dbtest.Open(t, dsn(t), casework.Migrations(), ledger.Migrations())
	var err error
	if w.blobs, err = blob.Open(w.dir); err != nil {
		t.Fatal(err)
	}
	w.office, err = casework.Open(t.Context(), casework.Config{DB: w.store, Blobs: w.blobs, Keys: w.keys, Signer: w.signer(verify.RoleDocument),
		Root: w.root.Public(), Portal: "https://portal.example", Log: log, Present: w.now})
	if err != nil {
		t.Fatal(err)
	}
	public, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w.public = dbtest.Open(t, dsn(t), intake.Migrations())
	w.desk, err = intake.Open(t.Context(), intake.Config{DB: w.public, Blobs: public, Signer: w.receipt, Root: w.root.Public(), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	w.publish(wasl.Content, trust)
	return w
}

func (w *world) now() time.Time { return time.Now().Add(time.Duration(w.shift.Load())) }

// pass moves the office's clock.
func (w *world) pass(d time.Duration) { w.shift.Add(int64(d)) }

// makeKeys makes root, certificates and trust file.
func (w *world) makeKeys() []byte {
	w.t.Helper()
	var err error
	w.root, err = sign.NewRoot("example")
	w.must(err)
	w.keys = unseal.NewKeyring()
	units := []string{"zitouna/citizens", "zitouna/planning", "zitouna/works", "roummane/citizens", "roummane/works"}
	w.must(w.keys.Generate(append(units, unseal.ReaderIntake)...))
	var certs []verify.Certificate
	for _, id := range append(units, unseal.ReaderIntake) {
		c := verify.Certificate{Role: verify.RoleIntake, PublicKey: w.keys.Public(id)}
		if authority, unit, ok := strings.Cut(id, "/"); ok {
			c.Role, c.Authority, c.Unit = verify.RoleUnit, authority, unit
		}
		certs = append(certs, w.certify(c))
	}
	w.receipt = w.signer(verify.RoleReceipt)
	key := w.signer(verify.RoleLedger)
	w.ledger, err = key.Note()
	w.must(err)
	for _, s := range []*sign.Signer{w.receipt, key, w.signer(verify.RoleDocument)} {
		certs = append(certs, s.Certificate())
	}
	raw, err := w.root.Trust(time.Now(), certs, nil)
	w.must(err)
	w.trust, err = verify.ParseTrust(raw, w.root.Public())
	w.must(err)
	return raw
}

func period(c verify.Certificate) verify.Certificate {
	now := time.Now().UTC().Truncate(time.Second)
	c.NotBefore, c.NotAfter = verify.Time{Time: now.Add(-time.Hour)}, verify.Time{Time: now.AddDate(1, 0, 0)}
	return c
}

func (w *world) certify(c verify.Certificate) verify.Certificate {
	w.t.Helper()
	c, err := w.root.Certify(period(c))
	w.must(err)
	return c
}

// signer is the one key of a role.
func (w *world) signer(role string) *sign.Signer {
	w.t.Helper()
	if s := w.signers[role]; s != nil {
		return s
	}
	c := period(verify.Certificate{Role: role})
	if role == verify.RoleLedger {
		c.Origin = "ledger.example"
	}
	s, err := w.root.NewSigner(c)
	w.must(err)
	w.signers[role] = s
	return s
}

// publish makes folders and a trust file public at the office, and tells the portal.
func (w *world) publish(content fs.FS, trust []byte) {
	w.t.Helper()
	var pubs []intake.Publication
	for _, id := range []string{"residence-certificate", "street-complaint"} {
		b, findings := service.ReadBundle(content, id)
		if b == nil {
			w.t.Fatal(findings)
		}
		body, err := b.Marshal()
		w.must(err)
		pubs = append(pubs, intake.Publication{Kind: intake.PublishService, ID: id, Body: body})
	}
	book, err := intake.FilesBody(content, "authorities", "territory")
	w.must(err)
	law, err := fs.ReadFile(content, "law/ma.yaml")
	w.must(err)
	pubs = append(pubs, intake.Publication{Kind: intake.PublishAuthority, ID: "book", Body: book},
		intake.Publication{Kind: intake.PublishLaw, ID: "ma", Body: law}, intake.Publication{Kind: intake.PublishTrust, ID: "trust", Body: trust})
	w.must(w.office.Publish(w.t.Context(), pubs...))
	w.push()
}

// push tells the portal what was published.
func (w *world) push() {
	w.t.Helper()
	has, err := w.desk.Published(w.t.Context())
	w.must(err)
	lacks, err := w.office.Unpushed(w.t.Context(), has)
	w.must(err)
	w.must(w.desk.Take(w.t.Context(), intake.Push{Publications: lacks}))
}

// edited is the shipped content with one file changed.
func (w *world) edited(name string, change func([]byte) []byte) fs.FS {
	w.t.Helper()
	content := fstest.MapFS{}
	w.must(fs.WalkDir(wasl.Content, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(wasl.Content, path)
		content[path] = &fstest.MapFile{Data: data}
		return err
	}))
	before := content[name]
	if before == nil {
		w.t.Fatalf("there is no %s", name)
	}
	after := change(bytes.Clone(before.Data))
	if bytes.Equal(after, before.Data) {
		w.t.Fatalf("%s does not read as this test expects", name)
	}
	before.Data = after
	return content
}

// consenting publishes the residence certificate again, as an act where
// silence is consent.
func (w *world) consenting() {
	w.t.Helper()
	w.publish(w.edited("services/residence-certificate/service.yaml", func(data []byte) []byte {
		data = bytes.Replace(data, []byte("kind: normal"), []byte("kind: listed-silence-consent"), 1)
		data = bytes.Replace(data, []byte("silence: appeal"), []byte("silence: consent"), 1)
		return bytes.Replace(data, []byte("version: 1"), []byte("version: 2"), 1)
	}), w.desk.TrustFile())
}

// file files one of a service's examples through the API, in French; "" is the
// first valid one.
func (w *world) file(serviceID, example string) *intake.Accepted {
	w.t.Helper()
	def, err := w.desk.Service(serviceID)
	w.must(err)
	for _, e := range def.Examples() {
		if e.ID != example && (example != "" || !e.Valid || e.Authority != "zitouna") {
			continue
		}
		in := intake.Application{Authority: e.Authority, Language: i18n.FR, Answers: e.Answers}
		raw, err := json.Marshal(in)
		w.must(err)
		got, err := w.desk.Accept(w.t.Context(), serviceID, strings.Repeat(rand.Text(), 2), raw, in)
		w.must(err)
		return got
	}
	w.t.Fatalf("service %s has no example %s", serviceID, example)
	return nil
}

// offered is what the portal offers the office next.
func (w *world) offered() []intake.Offered {
	w.t.Helper()
	after, err := w.office.Progress(w.t.Context())
	w.must(err)
	out, err := w.desk.Offer(w.t.Context(), after, 100)
	w.must(err)
	return out
}

// takeOne brings one offered envelope in, files first.
func (w *world) takeOne(off intake.Offered) error {
	needs, err := w.office.Needs(w.t.Context(), off)
	if err != nil {
		return err
	}
	for _, need := range needs {
		if err := w.office.KeepFile(w.t.Context(), need, w.blob(need.Name)); err != nil {
			return err
		}
	}
	return w.office.Take(w.t.Context(), off)
}

func (w *world) blob(name string) io.Reader {
	rc, _, err := w.desk.Blob(name)
	w.must(err)
	w.t.Cleanup(func() { rc.Close() })
	return rc
}

// exchange does what the worker does: take, sequence, push.
func (w *world) exchange() {
	w.t.Helper()
	ctx := w.t.Context()
	for _, off := range w.offered() {
		w.must(w.takeOne(off))
	}
	_, err := w.office.Sequence(ctx, w.ledger)
	w.must(err)
	for {
		push, ids, err := w.office.Outbox(ctx)
		w.must(err)
		if len(ids) == 0 {
			break
		}
		w.must(w.desk.Take(ctx, push))
		w.must(w.desk.Take(ctx, push)) // the answer was lost: again changes nothing
		w.must(w.office.Delivered(ctx, ids))
	}
	files, size, err := w.office.LedgerFiles(ctx)
	w.must(err)
	w.must(w.desk.Take(ctx, intake.Push{Ledger: files}))
	w.must(w.office.LedgerDelivered(ctx, size))
	for _, f := range files {
		w.kept[f.Path] = f.Body
	}
}

// mine is a filing as its applicant sees it.
func (w *world) mine(got *intake.Accepted) *intake.Case {
	w.t.Helper()
	c, err := w.desk.CaseByCode(w.t.Context(), got.Reference, got.ResumeCode)
	w.must(err)
	return c
}

// open opens a case for amina.
func (w *world) open(reference string) {
	w.t.Helper()
	_, err := w.office.Open(w.t.Context(), amina, reference, "instruct")
	w.must(err)
}

// answer answers what the applicant is asked, with a file for a question.
func (w *world) answer(got *intake.Accepted, question string) {
	w.t.Helper()
	c := w.mine(got)
	if question != "" {
		_, err := w.desk.AddAnswerFile(w.t.Context(), c, question, "piece.pdf", bytes.NewReader(pdfFile))
		w.must(err)
	}
	w.must(w.desk.Answer(w.t.Context(), c, "Voilà."))
}

// standing checks a file as anyone can, with the trust file alone.
func (w *world) standing(raw []byte) {
	w.t.Helper()
	if r := verify.File(raw, w.trust, time.Now(), verify.Options{}); !r.Valid {
		w.t.Errorf("a %s does not verify: %s: %s", r.Kind, r.Code, r.Sentence)
	}
}

// audit checks every published ledger file.
func (w *world) audit() {
	w.t.Helper()
	var files []ledger.File
	for path, body := range w.kept {
		files = append(files, ledger.File{Path: path, Body: body})
	}
	key, err := note.NewVerifier(w.verifierKey())
	w.must(err)
	size, err := ledger.Audit(files, key)
	if want := w.count(`SELECT count(*) FROM leaf`); err != nil || size != want {
		w.t.Errorf("the audit ends at %d, %v; want %d leaves", size, err, want)
	}
}

func (w *world) verifierKey() string {
	key, err := note.NewEd25519VerifierKey(w.ledger.Name(), ed25519.PublicKey(w.signer(verify.RoleLedger).Certificate().PublicKey))
	w.must(err)
	return key
}

// deposit signs a deposit record as the portal would.
func (w *world) deposit(d verify.Deposit) []byte {
	w.t.Helper()
	d.Channel, d.Mention, d.Missing = intake.Machine, "deposited", []string{}
	d.DepositedAt = verify.Time{Time: time.Now().UTC().Truncate(time.Second)}
	raw, err := w.receipt.SignDeposit(d)
	w.must(err)
	return raw
}

// forged signs a deposit record with the key of another root.
func (w *world) forged(off *intake.Offered) []byte {
	w.t.Helper()
	stranger, err := sign.NewRoot("example")
	w.must(err)
	s, err := stranger.NewSigner(period(verify.Certificate{Role: verify.RoleReceipt}))
	w.must(err)
	raw, err := s.SignDeposit(verify.Deposit{Reference: off.Reference, Channel: intake.Machine, Envelope: w.digest(off), Mention: "deposited", Missing: []string{},
		DepositedAt: verify.Time{Time: time.Now().UTC().Truncate(time.Second)}})
	w.must(err)
	return raw
}

// readers are the certified readers of a unit's filings.
func (w *world) readers(unit string) []seal.Reader {
	w.t.Helper()
	key := w.keys.Public(unit)
	if key == nil { // of a unit that there is not
		key = w.keys.Public("zitouna/citizens")
	}
	team, err := seal.NewReader(unit, "test", "unit", key)
	w.must(err)
	worker, err := seal.NewReader(unseal.ReaderIntake, "test", seal.RoleIntake, w.keys.Public(unseal.ReaderIntake))
	w.must(err)
	worker.Scope = []string{intake.SectionIntake}
	return []seal.Reader{team, worker}
}

// last is the digest of a case's newest envelope.
func (w *world) last(reference string) string {
	return w.text(`SELECT last FROM casefile WHERE reference = '` + reference + `'`)
}

func (w *world) count(query string) (n int64) {
	w.t.Helper()
	w.must(w.store.View(context.Background(), func(tx *db.Tx) error { return tx.QueryRow(query).Scan(&n) }))
	return n
}

func (w *world) text(query string) (s string) {
	w.t.Helper()
	w.must(w.store.View(context.Background(), func(tx *db.Tx) error { return tx.QueryRow(query).Scan(&s) }))
	return s
}

func (w *world) exec(query string) {
	w.t.Helper()
	w.must(w.store.Update(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(query)
		return err
	}))
}

// spoil makes a case's envelopes unreadable; mend undoes it.
func (w *world) spoil(reference string) {
	w.exec(`UPDATE envelope SET kind = 'note' WHERE reference = '` + reference + `'`)
}

func (w *world) mend(reference string) {
	w.exec(`UPDATE envelope SET kind = 'filing' WHERE reference = '` + reference + `'`)
}

// dump is everything the office's stores hold, as bytes.
func (w *world) dump() []byte {
	w.t.Helper()
	var b bytes.Buffer
	for _, table := range []string{"casefile", "action", "envelope", "access", "blind", "leaf", "outbox", "document", "quarantine"} {
		w.must(w.store.View(context.Background(), func(tx *db.Tx) error {
			rows, err := tx.Query(`SELECT * FROM ` + table)
			if err != nil {
				return err
			}
			defer rows.Close()
			names, err := rows.Columns()
			if err != nil {
				return err
			}
			values := make([]any, len(names))
			for i := range values {
				values[i] = new(any)
			}
			for rows.Next() {
				if err := rows.Scan(values...); err != nil {
					return err
				}
				for _, v := range values {
					switch v := (*v.(*any)).(type) {
					case []byte:
						b.Write(v)
					default:
						fmt.Fprint(&b, v)
					}
					b.WriteByte('\n')
				}
			}
			return rows.Err()
		}))
	}
	w.must(fs.WalkDir(os.DirFS(w.dir), ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(os.DirFS(w.dir), path)
		b.Write(data)
		return err
	}))
	return b.Bytes()
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}
