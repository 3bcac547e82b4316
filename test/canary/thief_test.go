package canary

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/hpke"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"wasl/internal/base/blob"
	"wasl/internal/base/db"
	"wasl/internal/crypt/reopen"
	"wasl/internal/crypt/seal"
	"wasl/internal/crypt/unseal"
	"wasl/internal/domain/intake"
	"wasl/test/stack"
)

// thief is who took the portal's folder: every file of it, the receipt key,
// and with them every value of 32 bytes that stands there in clear.
type thief struct {
	envelopes []*seal.Envelope
	records   []record
	keys      [][32]byte
	texts     []string // that might be taken for a cookie or a code
}

// record is something sealed under a key of the code, cookie or request.
type record struct {
	table  string
	labels []string
	sealed []byte
}

// labels under which the portal seals, by table. That the right key opens with
// them is shown below, so a label that changes is noticed.
var labels = map[string][]string{
	"draft":       {"wasl-draft-1/filing"},
	"visit_code":  {"wasl-visit-code-1"},
	"idempotency": {"wasl-first-answer-1"},
	"submission":  {"wasl-receipt-kept-1"},
}

// What the portal has opens nothing that was filed: its own keys and every
// value in its folder are tried as every kind of key, and its own program is
// asked without a code.
func TestStolenPortalOpensNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("starts both sides")
	}
	s := begin(t, stack.Options{})
	s.people(s.defs[:2])
	d, e := s.example()
	mine := s.send(d, e)
	if err := s.demo.Stop(); err != nil {
		t.Error(err)
	}
	loot := filepath.Join(t.TempDir(), "public")
	if err := os.CopyFS(loot, os.DirFS(filepath.Join(s.demo.Dir, "public"))); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(loot, "receipt.key"), 0o600); err != nil {
		t.Fatal(err)
	}
	th := takeIn(t, loot)
	t.Logf("%d envelopes, %d sealed records, %d values to try as keys", len(th.envelopes), len(th.records), len(th.keys))
	if len(th.envelopes) < 5 || len(th.records) < 10 || len(th.keys) < 50 {
		t.Fatal("the thief has too little to try: this shows nothing")
	}
	for i, env := range th.envelopes {
		for _, key := range th.keys {
			if how := opens(env, key); how != "" {
				t.Errorf("envelope %d opens with %s", i, how)
			}
		}
	}
	for _, r := range th.records {
		for _, key := range th.keys {
			for _, label := range r.labels {
				if _, err := reopen.Open(key, label, r.sealed); err == nil {
					t.Errorf("a record of %s opens", r.table)
				}
			}
		}
	}
	th.ask(t, loot, s.filed)
	th.rightKeys(t, s, mine)
}

// opens tries a value as each kind of key that an envelope has.
func opens(env *seal.Envelope, key [32]byte) string {
	if _, err := env.OpenContent(seal.ContentKey(key)); err == nil {
		return "a content key"
	}
	if _, err := reopen.Envelope(&seal.Keys{Wrap: key}, env); err == nil {
		return "a wrap key"
	}
	private, err := seal.KEM().NewPrivateKey(key[:])
	if err != nil {
		return ""
	}
	h, err := env.ParseHeader()
	if err != nil {
		return ""
	}
	for i := range env.Wraps {
		if w := &env.Wraps[i]; w.Kind == seal.WrapHPKE {
			r, err := hpke.NewRecipient(w.Enc, private, seal.KDF(), seal.AEAD(), w.Info(h.ID))
			if err != nil {
				continue
			}
			if _, err := r.Open(env.HeaderHash(), w.Sealed); err == nil {
				return "a reader's private key"
			}
		}
	}
	return ""
}

var (
	inHex    = regexp.MustCompile(`[0-9a-f]{64}`)
	inBase64 = regexp.MustCompile(`[A-Za-z0-9+/_-]{43}=?`)
)

// takeIn reads the stolen folder.
func takeIn(t *testing.T, loot string) *thief {
	t.Helper()
	th := &thief{}
	on, err := sql.Open("sqlite", "file:"+filepath.Join(loot, "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer on.Close()
	for _, body := range cells(t, on, `SELECT body FROM submission`) {
		env, err := seal.Unmarshal([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		th.envelopes = append(th.envelopes, env)
		th.values(env.Header)
		for _, w := range env.Wraps {
			th.values(w.Enc, w.Sealed)
		}
	}
	th.sealed(t, on)
	for _, text := range cells(t, on, `SELECT id FROM visit UNION SELECT visit FROM visit_code UNION SELECT slot FROM visit_code UNION SELECT locator FROM submission
		UNION SELECT locator FROM draft UNION SELECT key_hash FROM idempotency UNION SELECT body_hash FROM idempotency UNION SELECT reference FROM submission`) {
		th.texts = append(th.texts, text)
		th.values([]byte(text))
	}
	for _, body := range cells(t, on, `SELECT deposit FROM submission UNION ALL SELECT salt FROM submission`) {
		th.values([]byte(body))
	}
	for _, name := range []string{"receipt.key", "portal.yaml"} {
		raw, err := os.ReadFile(filepath.Join(loot, name))
		if err != nil {
			t.Fatal(err)
		}
		th.values(raw)
	}
	th.values(make([]byte, 32))
	return th
}

// sealed collects the records that the portal sealed.
func (th *thief) sealed(t *testing.T, on *sql.DB) {
	t.Helper()
	for table, list := range labels {
		column := "sealed"
		if table == "submission" {
			column = "receipt"
		}
		for _, sealed := range cells(t, on, `SELECT `+column+` FROM `+table) {
			th.records = append(th.records, record{table, list, []byte(sealed)})
		}
	}
}

// values keeps every 32 bytes that a text writes in hex or base64, or is, and
// their hashes.
func (th *thief) values(texts ...[]byte) {
	add := func(b []byte) {
		if len(b) == 32 {
			th.keys = append(th.keys, [32]byte(b), sha256.Sum256(b))
		}
	}
	for _, text := range texts {
		add(text)
		for _, m := range inHex.FindAll(text, -1) {
			b, _ := hex.DecodeString(string(m)) // it matched
			add(b)
		}
		for _, m := range inBase64.FindAll(text, -1) {
			m = bytes.TrimRight(m, "=")
			for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
				if b, err := e.DecodeString(string(m)); err == nil {
					add(b)
				}
			}
		}
	}
}

// ask runs the portal's own program on the stolen folder, without a code and
// with everything that might pass for one.
func (th *thief) ask(t *testing.T, loot string, all []filed) {
	t.Helper()
	ctx := context.Background()
	store, err := db.Open(ctx, "sqlite:"+filepath.Join(loot, "store.db"), intake.Migrations())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	blobs, err := blob.Open(filepath.Join(loot, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := intake.LoadSigner(filepath.Join(loot, "receipt.key"))
	if err != nil {
		t.Fatal(err)
	}
	desk, err := intake.Open(ctx, intake.Config{DB: store, Blobs: blobs, Signer: signer, Root: rootOf(t, loot)})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		for _, text := range append(th.texts, "", f.Reference, seal.NewCode().String()) {
			if _, err := desk.CaseByCode(ctx, f.Reference, text); err == nil {
				t.Errorf("%s opens with a text that stands in the store", f.Reference)
			}
			v, err := desk.Visit(ctx, text)
			if err != nil {
				t.Fatal(err)
			}
			if v != nil {
				t.Error("a text that stands in the store passes for a cookie")
			}
			if _, err := desk.Case(ctx, v, f.Reference); err == nil {
				t.Errorf("%s is shown without a code", f.Reference)
			}
		}
		if c, err := desk.CaseByCode(ctx, f.Reference, f.Code); err != nil || c.Reference != f.Reference {
			t.Errorf("%s does not open with its own code: %v", f.Reference, err)
		}
	}
}

func rootOf(t *testing.T, loot string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(loot, "portal.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^root: (\S+)$`).FindSubmatch(raw)
	if m == nil {
		t.Fatal("the portal's settings pin no root")
	}
	root, err := base64.StdEncoding.DecodeString(string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// rightKeys is the control: what was tried above opens when the key is right,
// the applicant's or the office's.
func (th *thief) rightKeys(t *testing.T, s *story, f filed) {
	t.Helper()
	code, err := seal.ParseCode(f.Code)
	if err != nil {
		t.Fatal(err)
	}
	keys := code.Derive()
	ring, err := unseal.Load(filepath.Join(s.demo.Dir, "office", "units.key"))
	if err != nil {
		t.Fatal(err)
	}
	own, office := 0, 0
	for _, env := range th.envelopes {
		if opens(env, keys.Wrap) != "" {
			own++
		}
		h, err := env.ParseHeader()
		if err != nil {
			t.Fatal(err)
		}
		if o, err := ring.Open(env, h.Authority+"/"+h.Unit); err == nil && len(o.Sections) > 0 {
			office++
		}
	}
	if own != 1 || office != len(th.envelopes) {
		t.Errorf("the code opens %d envelopes, want 1; the office's keys %d, want %d", own, office, len(th.envelopes))
	}
	opened := map[string]bool{}
	for _, r := range th.records {
		for _, key := range s.rightFor(r.table, keys) {
			for _, label := range r.labels {
				if clear, err := reopen.Open(key, label, r.sealed); err == nil && len(clear) > 0 {
					opened[r.table] = true
				}
			}
		}
	}
	if len(opened) != len(labels) {
		t.Errorf("with the right keys records of %v open, of %d tables: the keys or labels tried are not the portal's", opened, len(labels))
	}
}

// rightFor are the right keys of a table's records: of codes, of cookies'
// secrets, and of the machines' keys.
func (s *story) rightFor(table string, filed *seal.Keys) (keys [][32]byte) {
	switch table {
	case "submission":
		return [][32]byte{filed.Wrap}
	case "draft":
		for _, shown := range s.drafts {
			if code, err := seal.ParseCode(shown); err == nil {
				keys = append(keys, code.Derive().Draft)
			}
		}
		return keys
	}
	for _, word := range s.plant.all() {
		if secret, ok := strings.CutPrefix(word, "bytes:"); ok {
			b, _ := hex.DecodeString(secret) // it was encoded here
			keys = append(keys, keyed(b, "wasl visit key"))
		} else if table == "idempotency" {
			keys = append(keys, sha256.Sum256([]byte("wasl first answer\x00"+word)))
		}
	}
	return keys
}

// keyed is HMAC-SHA-256 of a label.
func keyed(key []byte, label string) [32]byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(label))
	return [32]byte(mac.Sum(nil))
}
