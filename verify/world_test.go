package verify

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var rabat = time.FixedZone("", 3600)

// present is the instant of every test.
var present = time.Date(2026, 11, 25, 10, 0, 0, 0, rabat)

// testKey is an example key from a fixed seed.
type testKey struct {
	private ed25519.PrivateKey
	cert    Certificate
}

// world is an example administration, the same in every run.
type world struct {
	t                                 testing.TB
	name                              string
	root                              ed25519.PrivateKey
	receipt, document, ledger, sealed testKey
	trust                             *Trust
	trustRaw                          []byte
}

func seeded(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("example key of a test: " + name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func newWorld(t testing.TB) *world { return worldOf(t, "root", nil) }

func worldOf(t testing.TB, root string, revoked []Revocation) *world {
	t.Helper()
	w := &world{t: t, name: root, root: seeded(root)}
	w.receipt = w.key(Certificate{Role: RoleReceipt})
	w.document = w.key(Certificate{Role: RoleDocument})
	w.ledger = w.key(Certificate{Role: RoleLedger, Origin: "zitouna.example/ledger"})
	unit := Certificate{Role: RoleUnit, Algorithm: XWing, Authority: "zitouna", Unit: "citizens", PublicKey: bytes.Repeat([]byte{7}, 48)}
	w.sealed.cert = w.certify(unit)
	facts := TrustFacts{Authority: "Example root", IssuedAt: Time{present}, Revocations: revoked,
		Certificates: []Certificate{w.receipt.cert, w.document.cert, w.ledger.cert, w.sealed.cert}}
	text, err := Text(FormatTrust, facts)
	if err != nil {
		t.Fatal(err)
	}
	if w.trustRaw, err = PackTrust(facts, w.public(), ed25519.Sign(w.root, text)); err != nil {
		t.Fatal(err)
	}
	if w.trust, err = ParseTrust(w.trustRaw, w.public()); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) public() ed25519.PublicKey { return w.root.Public().(ed25519.PublicKey) }

func (w *world) key(c Certificate) testKey {
	private := seeded(w.name + " " + c.Role)
	c.Algorithm, c.PublicKey = Ed25519, private.Public().(ed25519.PublicKey)
	return testKey{private, w.certify(c)}
}

func (w *world) certify(c Certificate) Certificate {
	w.t.Helper()
	if c.NotBefore.IsZero() {
		c.NotBefore, c.NotAfter = Time{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, Time{time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
	}
	c.KeyID = KeyID(c.Algorithm, c.PublicKey)
	text, err := c.Text()
	if err != nil {
		w.t.Fatal(err)
	}
	c.Signature = ed25519.Sign(w.root, text)
	return c
}

// sign packs a file signed by the given keys.
func (w *world) sign(format string, facts any, keys ...testKey) []byte {
	w.t.Helper()
	text, err := Text(format, facts)
	if err != nil {
		w.t.Fatal(err)
	}
	var list []Signature
	for _, k := range keys {
		list = append(list, Signature{Algorithm: Ed25519, Certificate: k.cert, Signature: ed25519.Sign(k.private, text)})
	}
	raw, err := Pack(format, facts, list)
	if err != nil {
		w.t.Fatal(err)
	}
	return raw
}

func exampleReceipt() ReceiptFacts {
	return ReceiptFacts{
		Deposit:  Deposit{Reference: "7K2MQX94B0T", Channel: "online", Envelope: fmt.Sprintf("%064x", 77), DepositedAt: Time{present}, Mention: MentionBeingDeposited, Missing: []string{"lease"}},
		Language: "fr", Service: Named{"residence-certificate", "Certificat de résidence"}, Version: fmt.Sprintf("%064x", 78),
		Authority: Named{"zitouna", "Commune de Zitouna (exemple)"}, Unit: Named{"citizens", "État civil"},
		Depositor: Depositor{"سلمى المثالي", "AB123456"},
		Documents: []Piece{{Question: "bill", Label: "Facture \"récente\"", Name: "facture.pdf"}},
		Lacking:   []Piece{{Question: "lease", Label: "Bail"}},
		Fees:      []Fee{{ID: "stamp", Label: "Timbre", Amount: 2000}},
		DueOn:     "", Delay: Delay{15, "normal"}, WindowLast: "2026-12-28", Silence: "appeal", SilenceOn: "",
		Appeal: Appeal{"Le président de la commune", 30}, Basis: []Basis{{"55-19", "Loi 55-19", "10"}}, Salt: bytes.Repeat([]byte{9}, SaltSize)}
}

func exampleDocument(pdf []byte) DocumentFacts {
	sum := sha256.Sum256(pdf)
	return DocumentFacts{Number: "7K2M-QX94-B0TC", Reference: "7K2MQX94B0T", Title: "Certificat de résidence", Language: "fr",
		Service: Named{"residence-certificate", "Certificat de résidence"}, Version: fmt.Sprintf("%064x", 78), Authority: Named{"zitouna", "Commune de Zitouna"},
		Unit: Named{"citizens", "État civil"}, Signer: "Le président", IssuedAt: Time{present}, ValidUntil: "2026-11-30",
		Facts: []Fact{{"Nom", "Salma El Mithali"}, {"CNIE", "AB123456"}}, Digest: sum[:]}
}

// ledgerOf builds a ledger around one receipt's leaf and gives its proof.
func (w *world) ledgerOf(f ReceiptFacts, at time.Time, before, after int) []byte {
	w.t.Helper()
	commitment, err := Commitment(f.Salt, f.Deposit)
	if err != nil {
		w.t.Fatal(err)
	}
	var hashes []tlog.Hash
	read := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, at := range indexes {
			out[i] = hashes[at]
		}
		return out, nil
	})
	for i := range before + 1 + after {
		l := Leaf{At: Time{at.UTC()}, Commitment: bytes.Repeat([]byte{byte(i)}, 32), Type: "opening"}
		if i == before {
			l.Commitment, l.Type = commitment, LeafReceipt
		}
		entry, err := l.Entry()
		if err != nil {
			w.t.Fatal(err)
		}
		more, err := tlog.StoredHashes(int64(i), entry, read)
		if err != nil {
			w.t.Fatal(err)
		}
		hashes = append(hashes, more...)
	}
	size := int64(before + 1 + after)
	root, err := tlog.TreeHash(size, read)
	if err != nil {
		w.t.Fatal(err)
	}
	path, err := tlog.ProveRecord(size, int64(before), read)
	if err != nil {
		w.t.Fatal(err)
	}
	p := Proof{At: Time{at.UTC()}, Checkpoint: w.checkpoint(size, root), Index: int64(before)}
	for _, h := range path {
		p.Hashes = append(p.Hashes, h[:])
	}
	raw, err := Canonical(p)
	if err != nil {
		w.t.Fatal(err)
	}
	return raw
}

// noteKey signs notes with a test key.
type noteKey struct {
	note.Verifier
	key ed25519.PrivateKey
}

func (k noteKey) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(k.key, msg), nil }

func (w *world) checkpoint(size int64, root tlog.Hash) string {
	w.t.Helper()
	v, err := w.ledger.cert.Verifier()
	if err != nil {
		w.t.Fatal(err)
	}
	raw, err := note.Sign(&note.Note{Text: CheckpointText(w.ledger.cert.Origin, size, root)}, noteKey{v, w.ledger.private})
	if err != nil {
		w.t.Fatal(err)
	}
	return string(raw)
}

// plainPDF is a small PDF as ours are: a plain table, "%%EOF" and a line feed.
func plainPDF() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	var at []int
	for i, o := range []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>"} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := b.Len()
	b.WriteString("xref\n0 4\n0000000000 65535 f \n")
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size 4 /Root 1 0 R /ID [<00ff><00ff>] >>\nstartxref\n%d\n%%%%EOF\n", table)
	return b.Bytes()
}

func (w *world) signedPDF() []byte {
	w.t.Helper()
	pdf := plainPDF()
	update, err := Appendix(pdf, w.sign(FormatDocument, exampleDocument(pdf), w.document))
	if err != nil {
		w.t.Fatal(err)
	}
	return append(pdf, update...)
}

func (w *world) qr(f QRFacts) string {
	w.t.Helper()
	text, err := Text(FormatQR, f)
	if err != nil {
		w.t.Fatal(err)
	}
	s, err := QRText(w.document.cert.KeyID, ed25519.Sign(w.document.private, text), f)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func exampleQR() QRFacts {
	return QRFacts{Authority: "zitouna", Facts: [][]string{{"Nom", "Salma"}, {"CNIE", "AB123456"}}, IssuedAt: Time{present}, Number: "7K2M-QX94-B0TC",
		Service: "residence-certificate", Title: "Certificat de résidence", ValidUntil: "2026-11-30"}
}
