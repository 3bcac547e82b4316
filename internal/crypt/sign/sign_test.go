package sign_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"wasl/internal/crypt/sign"
	"wasl/verify"
)

var now = time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)

func period(c verify.Certificate) verify.Certificate {
	c.NotBefore, c.NotAfter = verify.Time{Time: now.AddDate(0, -1, 0)}, verify.Time{Time: now.AddDate(1, 0, 0)}
	return c
}

type office struct {
	root                      *sign.Root
	receipt, document, ledger *sign.Signer
	trust                     *verify.Trust
}

func newOffice(t testing.TB) *office {
	t.Helper()
	o := &office{}
	var err error
	if o.root, err = sign.NewRoot("Example root"); err != nil {
		t.Fatal(err)
	}
	var certs []verify.Certificate
	for role, s := range map[string]**sign.Signer{verify.RoleReceipt: &o.receipt, verify.RoleDocument: &o.document, verify.RoleLedger: &o.ledger} {
		if *s, err = o.root.NewSigner(period(verify.Certificate{Role: role})); err != nil {
			t.Fatal(err)
		}
		certs = append(certs, (*s).Certificate())
	}
	raw, err := o.root.Trust(now, certs, nil)
	if err != nil {
		t.Fatal(err)
	}
	if o.trust, err = verify.ParseTrust(raw, o.root.Public()); err != nil {
		t.Fatal(err)
	}
	return o
}

func deposit() verify.Deposit {
	return verify.Deposit{Reference: "7K2MQX94B0T", Channel: "online", Envelope: strings.Repeat("0", 64), DepositedAt: verify.Time{Time: now}, Mention: verify.MentionDeposited}
}

func receipt() verify.ReceiptFacts {
	return verify.ReceiptFacts{Deposit: deposit(), Salt: bytes.Repeat([]byte{1}, verify.SaltSize)}
}

func document() verify.DocumentFacts {
	return verify.DocumentFacts{Number: "7K2M-QX94-B0TC", IssuedAt: verify.Time{Time: now}, Digest: make([]byte, sha256.Size)}
}

// TestSignAndVerify signs one of each kind; every other key refuses it.
func TestSignAndVerify(t *testing.T) {
	o := newOffice(t)
	signers := map[string]*sign.Signer{verify.RoleReceipt: o.receipt, verify.RoleDocument: o.document, verify.RoleLedger: o.ledger}
	tests := []struct {
		role, code string
		sign       func(*sign.Signer) ([]byte, error)
	}{
		{verify.RoleReceipt, verify.CodeDeposit, func(s *sign.Signer) ([]byte, error) { return s.SignDeposit(deposit()) }},
		{verify.RoleReceipt, verify.CodePending, func(s *sign.Signer) ([]byte, error) { return s.SignReceipt(receipt()) }},
		{verify.RoleDocument, verify.CodeAct, func(s *sign.Signer) ([]byte, error) {
			return s.SignAct(verify.Act{ID: "1", Kind: "decision", At: verify.Time{Time: now}, Text: "Accordé."})
		}},
		{verify.RoleDocument, verify.CodeDocumentData, func(s *sign.Signer) ([]byte, error) { return s.SignDocument(document()) }},
		{verify.RoleDocument, verify.CodeQR, func(s *sign.Signer) ([]byte, error) {
			text, err := s.SignQR(document())
			return []byte(text), err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.code, func(t *testing.T) {
			for role, s := range signers {
				raw, err := tt.sign(s)
				if role != tt.role {
					if !errors.Is(err, sign.ErrRole) {
						t.Errorf("a %s key signs it: %v", role, err)
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				if r := verify.File(raw, o.trust, now, verify.Options{}); !r.Valid || r.Code != tt.code {
					t.Errorf("File = %s: %s", r.Code, r.Sentence)
				}
			}
		})
	}
	broken := receipt()
	broken.Mention = "lost"
	if _, err := o.receipt.SignReceipt(broken); err == nil {
		t.Error("a receipt without the law's mention is signed")
	}
	if _, err := o.document.SignDocument(verify.DocumentFacts{Number: "1"}); err == nil {
		t.Error("a document without a digest is signed")
	}
}

func TestNote(t *testing.T) {
	o := newOffice(t)
	s, err := o.ledger.Note()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := note.Sign(&note.Note{Text: verify.CheckpointText(s.Name(), 7, [32]byte{1})}, s)
	if err != nil {
		t.Fatal(err)
	}
	cp, err := verify.ParseCheckpoint(raw, o.trust, now)
	if err != nil || cp.Size != 7 || cp.Origin != s.Name() || cp.KeyID != o.ledger.KeyID() {
		t.Errorf("ParseCheckpoint = %+v, %v", cp, err)
	}
	if _, err := o.document.Note(); !errors.Is(err, sign.ErrRole) {
		t.Errorf("a document key signs checkpoints: %v", err)
	}
}

// TestQRFits shows that a QR holds as many facts as fit, in order.
func TestQRFits(t *testing.T) {
	o := newOffice(t)
	for _, n := range []int{0, 2, 50} {
		f := document()
		f.Authority.ID, f.Service.ID, f.Title, f.ValidUntil = "zitouna", "residence-certificate", "شهادة السكنى", "2026-12-31"
		for i := range n {
			f.Facts = append(f.Facts, verify.Fact{Label: fmt.Sprintf("Ligne %d", i), Value: "سلمى المثالي"})
		}
		text, err := o.document.SignQR(f)
		if err != nil {
			t.Fatal(err)
		}
		q, err := verify.ParseQR(text, o.trust, now)
		if err != nil {
			t.Fatal(err)
		}
		if len(text) > verify.MaxQRText || q.Partial != (len(q.Facts) < n) || (n == 2 && len(q.Facts) != 2) {
			t.Errorf("%d facts: %d characters hold %d, partial %v", n, len(text), len(q.Facts), q.Partial)
		}
	}
	f := document()
	f.Title = strings.Repeat("x", verify.MaxQRText)
	if _, err := o.document.SignQR(f); err == nil {
		t.Error("a title of 700 letters fits a QR")
	}
}

func TestCertify(t *testing.T) {
	root, err := sign.NewRoot("Example root")
	if err != nil {
		t.Fatal(err)
	}
	public := bytes.Repeat([]byte{1}, 32)
	tests := []struct {
		name string
		cert verify.Certificate
		ok   bool
	}{
		{"receipt", period(verify.Certificate{Role: verify.RoleReceipt, PublicKey: public}), true},
		{"intake", period(verify.Certificate{Role: verify.RoleIntake, PublicKey: public}), true},
		{"unit", period(verify.Certificate{Role: verify.RoleUnit, Authority: "zitouna", Unit: "citizens", PublicKey: public}), true},
		{"unit without its name", period(verify.Certificate{Role: verify.RoleUnit, Authority: "zitouna", PublicKey: public}), false},
		{"ledger with an origin of its own", period(verify.Certificate{Role: verify.RoleLedger, Origin: "zitouna.example/ledger", PublicKey: public}), true},
		{"ledger with an origin that no note has", period(verify.Certificate{Role: verify.RoleLedger, Origin: "a b", PublicKey: public}), false},
		{"unknown role", period(verify.Certificate{Role: "king", PublicKey: public}), false},
		{"no period", verify.Certificate{Role: verify.RoleReceipt, PublicKey: public}, false},
		{"a short key", period(verify.Certificate{Role: verify.RoleReceipt, PublicKey: public[1:]}), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := root.Certify(tt.cert)
			if (err == nil) != tt.ok {
				t.Fatalf("Certify = %v, want ok %v", err, tt.ok)
			}
			if err == nil && c.Under(root.Public()) != nil {
				t.Error("it does not stand under its root")
			}
		})
	}
	if _, err := root.NewSigner(period(verify.Certificate{Role: verify.RoleIntake})); err == nil {
		t.Error("a key for sealing is a signer")
	}
	one, err := root.NewSigner(period(verify.Certificate{Role: verify.RoleLedger}))
	if err != nil {
		t.Fatal(err)
	}
	renewed, err := root.NewSigner(period(verify.Certificate{Role: verify.RoleLedger}))
	if err != nil || renewed.Certificate().Origin != one.Certificate().Origin {
		t.Errorf("a renewed ledger key signs checkpoints of %q, want %q, %v", renewed.Certificate().Origin, one.Certificate().Origin, err)
	}
}

// TestKeyFiles writes keys and reads them again; what is open to others, or of
// another kind, is refused, and no key is printed.
func TestKeyFiles(t *testing.T) {
	o, dir := newOffice(t), t.TempDir()
	rootFile, signerFile, ledgerFile := filepath.Join(dir, "root.key"), filepath.Join(dir, "receipt.key"), filepath.Join(dir, "ledger.key")
	for path, save := range map[string]func(string) error{rootFile: o.root.Save, signerFile: o.receipt.Save, ledgerFile: o.ledger.Save} {
		if err := save(path); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", filepath.Base(path), info.Mode(), err)
		}
	}
	root, err := sign.LoadRoot(rootFile)
	if err != nil || !root.Public().Equal(o.root.Public()) {
		t.Fatalf("LoadRoot: %v", err)
	}
	s, err := sign.LoadSigner(signerFile)
	if err != nil || s.KeyID() != o.receipt.KeyID() {
		t.Fatalf("LoadSigner: %v", err)
	}
	raw, err := s.SignDeposit(deposit())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verify.CheckDeposit(raw, "", o.trust); err != nil {
		t.Error(err)
	}
	if n, err := sign.LoadNoteSigner(ledgerFile); err != nil || n.Name() != o.ledger.Certificate().Origin {
		t.Errorf("LoadNoteSigner: %v", err)
	}
	if _, err := sign.LoadSigner(rootFile); err == nil {
		t.Error("a root key is loaded as a signer")
	}
	if _, err := sign.LoadRoot(signerFile); err == nil {
		t.Error("a signer is loaded as a root")
	}
	if _, err := sign.LoadNoteSigner(signerFile); !errors.Is(err, sign.ErrRole) {
		t.Errorf("a receipt key signs checkpoints: %v", err)
	}
	if err := os.Chmod(signerFile, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := sign.LoadSigner(signerFile); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key file that the group may read: %v", err)
	}
	file, err := os.ReadFile(rootFile)
	if err != nil {
		t.Fatal(err)
	}
	seed := strings.Split(strings.Split(string(file), `"private": "`)[1], `"`)[0]
	for _, printed := range []string{fmt.Sprintf("%v %+v %#v %s", o.root, o.root, o.root, o.root), fmt.Sprintf("%v %#v", s, s)} {
		if strings.Contains(printed, seed) || strings.Contains(printed, "PrivateKey") {
			t.Errorf("a key is printed: %s", printed)
		}
	}
	if err := os.WriteFile(rootFile, []byte(`{"private":"c2VjcmV0`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sign.LoadRoot(rootFile); err == nil || strings.Contains(err.Error(), "c2VjcmV0") {
		t.Errorf("a broken key file: %v", err)
	}
}
