package ledger_test

import (
	"bytes"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"wasl/internal/base/db"
	"wasl/internal/base/db/dbtest"
	"wasl/internal/crypt/ledger"
	"wasl/internal/crypt/sign"
	"wasl/verify"
)

// office is a root with a receipt key, a ledger key and a store.
type office struct {
	root     *sign.Root
	receipts *sign.Signer
	ledger   *sign.Signer
	signer   note.Signer
	store    *db.DB
}

func newOffice(t testing.TB) *office {
	t.Helper()
	var err error
	o := &office{store: dbtest.Open(t, dbtest.SQLite(t), ledger.Migrations())}
	if o.root, err = sign.NewRoot("Example root"); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	period := verify.Certificate{NotBefore: verify.Time{Time: now.Add(-time.Hour)}, NotAfter: verify.Time{Time: now.Add(time.Hour)}}
	certify := func(role, origin string) *sign.Signer {
		c := period
		c.Role, c.Origin = role, origin
		s, err := o.root.NewSigner(c)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	o.receipts, o.ledger = certify(verify.RoleReceipt, ""), certify(verify.RoleLedger, origin)
	if o.signer, err = o.ledger.Note(); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) trust(t testing.TB, revoked ...verify.Revocation) *verify.Trust {
	t.Helper()
	raw, err := o.root.Trust(time.Now(), []verify.Certificate{o.receipts.Certificate(), o.ledger.Certificate()}, revoked)
	if err != nil {
		t.Fatal(err)
	}
	trust, err := verify.ParseTrust(raw, o.root.Public())
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

// receipt signs a receipt deposited at an instant and takes it into the ledger.
func (o *office) receipt(t testing.TB, at time.Time) (bare, proved []byte) {
	t.Helper()
	dep := verify.Deposit{Reference: "7K3F-9QXM-2", Channel: "online", Envelope: "00ff", DepositedAt: verify.Time{Time: at.Truncate(time.Second)},
		Mention: verify.MentionDeposited}
	salt, commitment, err := ledger.Commit(dep)
	if err != nil {
		t.Fatal(err)
	}
	facts := verify.ReceiptFacts{Deposit: dep, Language: "fr", Service: verify.Named{ID: "residence-certificate", Name: "Certificat de résidence"},
		Authority: verify.Named{ID: "zitouna", Name: "Commune de Zitouna"}, Depositor: verify.Depositor{Name: "سلمى المثالي", Number: "AB123456"}, Salt: salt}
	if bare, err = o.receipts.SignReceipt(facts); err != nil {
		t.Fatal(err)
	}
	batch := append(leaves(t, 2), ledger.Leaf{Type: verify.LeafReceipt, Commitment: commitment})
	var proof []byte
	update(t, o.store, func(tx *db.Tx) error {
		first, err := ledger.Append(tx, batch)
		if err != nil {
			return err
		}
		if _, err := ledger.Checkpoint(tx, o.signer); err != nil {
			return err
		}
		proof, err = ledger.Prove(tx, first+2)
		return err
	})
	if proved, err = verify.WithProof(bare, proof); err != nil {
		t.Fatal(err)
	}
	return bare, proved
}

func TestReceiptStandsWithItsProof(t *testing.T) {
	o := newOffice(t)
	trust, now := o.trust(t), time.Now()
	bare, proved := o.receipt(t, now)
	for range 300 { // later entries do not disturb it
		place(t, o.store, o.signer, 1)
	}
	if r := verify.File(bare, trust, now, verify.Options{}); !r.Valid || r.Code != verify.CodePending {
		t.Errorf("without proof: %+v", r)
	}
	if r := verify.File(bare, trust, now, verify.Options{RequireLedger: true}); r.Valid || r.Code != verify.CodeNotIncluded {
		t.Errorf("without proof where one is required: %+v", r)
	}
	r := verify.File(proved, trust, now, verify.Options{RequireLedger: true})
	if !r.Valid || r.Code != verify.CodeReceipt || r.Receipt.Index != 2 || r.Receipt.Late {
		t.Errorf("with proof: %+v", r)
	}
	if !bytes.Contains(proved, []byte(`"reference":"7K3F-9QXM-2"`)) || !bytes.Contains(proved, []byte("سلمى المثالي")) {
		t.Error("the signed part is not legible")
	}
	_, late := o.receipt(t, now.Add(-3*time.Minute))
	if r := verify.File(late, trust, now, verify.Options{}); !r.Valid || !r.Receipt.Late {
		t.Errorf("three minutes apart: %+v, want late", r)
	}
}

func TestRevokedReceiptKey(t *testing.T) {
	o := newOffice(t)
	now := time.Now()
	bare, proved := o.receipt(t, now)
	id := o.receipts.KeyID()
	after := o.trust(t, verify.Revocation{KeyID: id, At: verify.Time{Time: now.Add(10 * time.Second).Truncate(time.Second)}, Reason: "stolen"})
	before := o.trust(t, verify.Revocation{KeyID: id, At: verify.Time{Time: now.Add(-time.Minute).Truncate(time.Second)}, Reason: "stolen"})
	later := now.Add(time.Minute)
	tests := []struct {
		name  string
		raw   []byte
		trust *verify.Trust
		want  string
	}{
		{"included before the revocation", proved, after, verify.CodeReceipt},
		{"never included", bare, after, verify.CodeRevoked},
		{"included after the revocation", proved, before, verify.CodeRevoked},
	}
	for _, tt := range tests {
		if r := verify.File(tt.raw, tt.trust, later, verify.Options{}); r.Code != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, r.Code, tt.want)
		}
	}
}

// TestEveryByteOfAReceipt changes each byte of a receipt with its proof, and
// takes each away.
func TestEveryByteOfAReceipt(t *testing.T) {
	o := newOffice(t)
	trust, now := o.trust(t), time.Now()
	_, proved := o.receipt(t, now)
	if _, err := verify.ParseReceipt(proved, trust, now); err != nil {
		t.Fatal(err)
	}
	for i := range proved {
		for _, bit := range []byte{1, 32, 128} {
			changed := bytes.Clone(proved)
			changed[i] ^= bit
			if _, err := verify.ParseReceipt(changed, trust, now); err == nil {
				t.Fatalf("byte %d (%q) changed by %d and nobody saw, near %q", i, proved[i], bit, proved[max(0, i-20):i+1])
			}
		}
		cut := append(bytes.Clone(proved[:i]), proved[i+1:]...)
		if _, err := verify.ParseReceipt(cut, trust, now); err == nil {
			t.Fatalf("byte %d taken away and nobody saw", i)
		}
	}
}

// TestProofsAreNotExchanged holds one receipt against another's proof.
func TestProofsAreNotExchanged(t *testing.T) {
	o := newOffice(t)
	trust, now := o.trust(t), time.Now()
	one, _ := o.receipt(t, now)
	_, other := o.receipt(t, now)
	start, end := bytes.Index(other, []byte(`"proof":`))+len(`"proof":`), bytes.Index(other, []byte(`,"signatures":`))
	swapped, err := verify.WithProof(one, other[start:end])
	if err != nil {
		t.Fatal(err)
	}
	if r := verify.File(swapped, trust, now, verify.Options{}); r.Valid || r.Code != verify.CodeProof {
		t.Errorf("another receipt's proof: %+v", r)
	}
}

func FuzzAudit(f *testing.F) {
	d := dbtest.Open(f, dbtest.SQLite(f), ledger.Migrations())
	s, v := keys(f)
	place(f, d, s, 3)
	whole := files(f, d, 0)
	for i, file := range whole {
		f.Add(i, file.Body)
	}
	f.Fuzz(func(t *testing.T, i int, body []byte) {
		if i < 0 || i >= len(whole) {
			return
		}
		changed := append([]ledger.File{}, whole...)
		changed[i] = ledger.File{Path: whole[i].Path, Body: body}
		if _, err := ledger.Audit(changed, v); err == nil && changed[i].Path != "checkpoint" && !bytes.Equal(body, whole[i].Body) {
			t.Errorf("%s was changed and nobody saw", changed[i].Path)
		}
	})
}
