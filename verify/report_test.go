package verify

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

// with changes a receipt's facts.
func with(change func(*ReceiptFacts)) ReceiptFacts {
	f := exampleReceipt()
	change(&f)
	return f
}

func TestReceipt(t *testing.T) {
	w := newWorld(t)
	other := worldOf(t, "another root", nil)
	proof := w.ledgerOf(exampleReceipt(), present.Add(3*time.Second), 5, 300)
	plain := w.sign(FormatReceipt, exampleReceipt(), w.receipt)
	limited := w.key(Certificate{Role: RoleReceipt, Authority: "roummane"})
	old := w.key(Certificate{Role: RoleReceipt, NotBefore: Time{present.AddDate(-1, 0, 0)}, NotAfter: Time{present}})
	tests := []struct {
		name   string
		file   []byte
		trust  *Trust
		o      Options
		code   string
		ledger string
		notes  []string
	}{
		{"signed", plain, w.trust, Options{}, CodePending, LedgerPending, nil},
		{"signed, the ledger required", plain, w.trust, Options{RequireLedger: true}, CodeNotIncluded, "", nil},
		{"included", w.join(plain, proof), w.trust, Options{RequireLedger: true}, CodeReceipt, LedgerIncluded, nil},
		{"proof of another receipt", w.join(plain, w.ledgerOf(with(func(f *ReceiptFacts) { f.Reference = "0" }), present, 5, 3)), w.trust, Options{}, CodeProof, "", nil},
		{"proof by another ledger", w.join(plain, (&world{t: t, ledger: w.document}).asLedger(w).ledgerOf(exampleReceipt(), present, 5, 3)), w.trust, Options{}, CodeProof, "", nil},
		{"late", w.join(plain, w.ledgerOf(exampleReceipt(), present.Add(121*time.Second), 0, 0)), w.trust, Options{}, CodeReceipt, LedgerIncluded, []string{NoteLate}},
		{"early", w.join(plain, w.ledgerOf(exampleReceipt(), present.Add(-121*time.Second), 0, 0)), w.trust, Options{}, CodeReceipt, LedgerIncluded, []string{NoteLate}},
		{"just in time", w.join(plain, w.ledgerOf(exampleReceipt(), present.Add(120*time.Second), 0, 0)), w.trust, Options{}, CodeReceipt, LedgerIncluded, nil},
		{"a checkpoint nobody signed", w.sign(FormatReceipt, with(func(f *ReceiptFacts) { f.Checkpoint = "x" }), w.receipt), w.trust, Options{}, CodePending, LedgerPending, []string{NoteOldCheckpoint}},
		{"another root", plain, other.trust, Options{}, CodeSigner, "", nil},
		{"no trust file", plain, nil, Options{}, CodeSigner, "", nil},
		{"a document key", w.sign(FormatReceipt, exampleReceipt(), w.document), w.trust, Options{}, CodeRole, "", nil},
		{"a key of another authority", w.sign(FormatReceipt, exampleReceipt(), limited), w.trust, Options{}, CodeRole, "", nil},
		{"a key of one authority, for none", w.sign(FormatReceipt, with(func(f *ReceiptFacts) { f.Authority.ID = "" }), limited), w.trust, Options{}, CodeRole, "", nil},
		{"a key whose period is over", w.sign(FormatReceipt, exampleReceipt(), old), w.trust, Options{}, CodePeriod, "", nil},
		{"no signature", w.sign(FormatReceipt, exampleReceipt()), w.trust, Options{}, CodeSignature, "", nil},
		{"the same signature twice", w.sign(FormatReceipt, exampleReceipt(), w.receipt, w.receipt), w.trust, Options{}, CodeSignature, "", nil},
		{"the words of a deposit record", relabel(w.sign(FormatDeposit, exampleReceipt(), w.receipt), FormatDeposit, FormatReceipt), w.trust, Options{}, CodeSignature, "", nil},
		{"no reference", w.sign(FormatReceipt, with(func(f *ReceiptFacts) { f.Reference = "" }), w.receipt), w.trust, Options{}, CodeForm, "", nil},
		{"complete, yet pieces are missing", w.sign(FormatReceipt, with(func(f *ReceiptFacts) { f.Mention = MentionDeposited }), w.receipt), w.trust, Options{}, CodeForm, "", nil},
		{"incomplete, yet nothing is missing", w.sign(FormatReceipt, with(func(f *ReceiptFacts) { f.Missing = nil }), w.receipt), w.trust, Options{}, CodeForm, "", nil},
		{"a short salt", w.sign(FormatReceipt, with(func(f *ReceiptFacts) { f.Salt = f.Salt[1:] }), w.receipt), w.trust, Options{}, CodeForm, "", nil},
		{"something else", []byte("hello"), w.trust, Options{}, CodeKind, "", nil},
		{"nothing", nil, w.trust, Options{}, CodeKind, "", nil},
		{"too large", append([]byte(`{"format":"wasl-receipt-1",`), bytes.Repeat([]byte(" "), maxFile)...), w.trust, Options{}, CodeSize, "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := File(tt.file, tt.trust, present, tt.o)
			valid := tt.code == CodeReceipt || tt.code == CodePending
			if r.Code != tt.code || r.Valid != valid || r.Ledger != tt.ledger || (r.Receipt != nil) != valid {
				t.Fatalf("File = %s, valid %v, ledger %q: %s", r.Code, r.Valid, r.Ledger, r.Sentence)
			}
			var notes []string
			for _, n := range r.Notes {
				notes = append(notes, n.Code)
			}
			if !slices.Equal(notes, tt.notes) {
				t.Errorf("notes = %v, want %v", notes, tt.notes)
			}
			if !strings.HasSuffix(r.Sentence, ".") {
				t.Errorf("%q is no sentence", r.Sentence)
			}
		})
	}
	if r := File(plain, other.trust, present, Options{}); !strings.Contains(r.Sentence, "signature is sound, but the signer is unknown") {
		t.Errorf("an unknown root: %q", r.Sentence)
	}
}

// asLedger gives a world whose ledger key is one that nobody certified for it.
func (w *world) asLedger(like *world) *world {
	w.root = like.root
	w.ledger.cert.Role, w.ledger.cert.Origin = RoleLedger, like.ledger.cert.Origin
	w.ledger.cert = w.certify(w.ledger.cert)
	return w
}

func (w *world) join(receipt, proof []byte) []byte {
	w.t.Helper()
	out, err := WithProof(receipt, proof)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func relabel(raw []byte, from, to string) []byte {
	return bytes.Replace(raw, []byte(`"format":"`+from), []byte(`"format":"`+to), 1)
}

// TestProofChangesNothing shows that a proof joins a receipt without touching
// a signed byte, and that the reference stands in it as people were told.
func TestProofChangesNothing(t *testing.T) {
	w := newWorld(t)
	plain := w.sign(FormatReceipt, exampleReceipt(), w.receipt)
	for _, size := range [][2]int{{0, 0}, {0, 1}, {1, 0}, {255, 2}, {256, 300}} {
		proved := w.join(plain, w.ledgerOf(exampleReceipt(), present, size[0], size[1]))
		text, err := Text(FormatReceipt, exampleReceipt())
		if err != nil {
			t.Fatal(err)
		}
		signed := text[len(FormatReceipt)+1:]
		if !bytes.Contains(plain, signed) || !bytes.Contains(proved, signed) {
			t.Fatal("the signed words do not stand in the file as they are")
		}
		if again := w.join(proved, w.ledgerOf(exampleReceipt(), present, size[0], size[1])); !bytes.Equal(again, proved) {
			t.Error("joining the same proof again changes the file")
		}
		r, err := ParseReceipt(proved, w.trust, present)
		if err != nil || !r.Included || r.Index != int64(size[0]) || r.Late {
			t.Errorf("ParseReceipt = %+v, %v", r, err)
		}
		if !bytes.Contains(proved, []byte(`"reference":"7K2MQX94B0T"`)) {
			t.Error("the reference is not legible")
		}
	}
	for _, bad := range []string{"", "{}", "x", `{"at":"2026-11-25T10:00:00+01:00","checkpoint":"","hashes":[],"index":0} `} {
		if _, err := WithProof(plain, []byte(bad)); err == nil {
			t.Errorf("%q is taken for a proof", bad)
		}
	}
}

// TestRevocation shows what counts once a key is revoked.
func TestRevocation(t *testing.T) {
	w := newWorld(t)
	revoked := func(k testKey, at time.Time) *Trust {
		return worldOf(t, "root", []Revocation{{KeyID: k.cert.KeyID, At: Time{at}, Reason: "lost"}}).trust
	}
	receipt := w.sign(FormatReceipt, exampleReceipt(), w.receipt)
	proved := w.join(receipt, w.ledgerOf(exampleReceipt(), present.Add(5*time.Second), 1, 1))
	act := w.sign(FormatAct, exampleAct(), w.document)
	later := present.Add(time.Hour)
	tests := []struct {
		name  string
		file  []byte
		trust *Trust
		now   time.Time
		code  string
	}{
		{"a receipt without proof, revoked after", receipt, revoked(w.receipt, present.Add(time.Minute)), later, CodeRevoked},
		{"a receipt without proof, not revoked yet", receipt, revoked(w.receipt, present.Add(time.Minute)), present, CodePending},
		{"a receipt that the ledger had before", proved, revoked(w.receipt, present.Add(time.Minute)), later, CodeReceipt},
		{"a receipt that the ledger had after", proved, revoked(w.receipt, present.Add(4*time.Second)), later, CodeRevoked},
		{"a ledger key revoked before", proved, revoked(w.ledger, present), later, CodeProof},
		{"a document", w.signedPDF(), revoked(w.document, later), later, CodeRevoked},
		{"a QR", []byte(w.qr(exampleQR())), revoked(w.document, later), later, CodeRevoked},
		{"a letter dated before", act, revoked(w.document, present.Add(time.Second)), later, CodeRevoked},
		{"a letter dated after", act, revoked(w.document, present), later, CodeRevoked},
		{"a letter, another key revoked", act, revoked(w.receipt, present), later, CodeAct},
		{"a deposit record", w.sign(FormatDeposit, exampleReceipt().Deposit, w.receipt), revoked(w.receipt, later), present, CodeRevoked},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if r := File(tt.file, tt.trust, tt.now, Options{}); r.Code != tt.code {
				t.Errorf("File = %s, want %s: %s", r.Code, tt.code, r.Sentence)
			}
		})
	}
}

func TestDocument(t *testing.T) {
	w := newWorld(t)
	pdf := w.signedPDF()
	part := plainPDF()
	payload, signed, err := FromPDF(pdf)
	if err != nil || !bytes.Equal(signed, part) {
		t.Fatalf("FromPDF gives %d bytes of %d, %v", len(signed), len(part), err)
	}
	lookalike := bytes.Replace(part, []byte("100 100"), []byte("100 101"), 1)
	update, err := Appendix(lookalike, payload)
	if err != nil {
		t.Fatal(err)
	}
	lastDay := time.Date(2026, 11, 30, 23, 59, 59, 0, rabat)
	tests := []struct {
		name string
		file []byte
		now  time.Time
		code string
	}{
		{"as issued", pdf, present, CodeDocument},
		{"on its last day", pdf, lastDay, CodeDocument},
		{"the day after", pdf, lastDay.Add(time.Second), CodeExpired},
		{"its facts alone", payload, present, CodeDocumentData},
		{"another page under the same facts", append(slices.Clone(lookalike), update...), present, CodePDFChanged},
		{"saved again by a viewer", append(slices.Clone(pdf), "9 0 obj\n<< >>\nendobj\n"...), present, CodePDFChanged},
		{"a PDF of somebody else", part, present, CodePDF},
		{"the start of one", []byte("%PDF-1.7\n"), present, CodePDF},
		{"a mark and nothing else", []byte("%PDF-1.7\n1 0 obj" + pdfMark), present, CodePDFChanged},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if r := File(tt.file, w.trust, tt.now, Options{}); r.Code != tt.code {
				t.Errorf("File = %s, want %s: %s", r.Code, tt.code, r.Sentence)
			}
		})
	}
	for name, bad := range map[string][]byte{
		"no line feed at the end":     bytes.TrimSuffix(part, []byte("\n")),
		"a table that is not there":   bytes.Replace(part, []byte("xref\n0 4"), []byte("xxef\n0 4"), 1),
		"no root":                     bytes.Replace(part, []byte("/Root"), []byte("/Toor"), 1),
		"no size":                     bytes.Replace(part, []byte("/Size 4"), []byte("/Size x"), 1),
		"a table beyond its own end":  bytes.Replace(part, []byte("startxref\n"), []byte("startxref\n9"), 1),
		"something that is not a PDF": []byte("hello"),
	} {
		if _, err := Appendix(bad, payload); err == nil {
			t.Errorf("Appendix takes a PDF with %s", name)
		}
	}
}

func TestQR(t *testing.T) {
	w := newWorld(t)
	text := w.qr(exampleQR())
	q, err := ParseQR(text, w.trust, present)
	if err != nil || q.Number != "7K2M-QX94-B0TC" || len(q.Facts) != 2 || q.Facts[1] != (Fact{"CNIE", "AB123456"}) || q.Signer.KeyID != w.document.cert.KeyID {
		t.Fatalf("ParseQR = %+v, %v", q, err)
	}
	if len(text) > MaxQRText || strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:") != "" {
		t.Errorf("%d characters, not all of them fit for a QR: %s", len(text), text)
	}
	partial := exampleQR()
	partial.Partial = true
	tests := []struct {
		name, text string
		trust      *Trust
		now        time.Time
		code       string
	}{
		{"as printed", text, w.trust, present, CodeQR},
		{"with a line feed", text + "\r\n", w.trust, present, CodeQR},
		{"in small letters", strings.ToLower(text), w.trust, present, CodeKind},
		{"body in small letters", qrPrefix + strings.ToLower(text[len(qrPrefix):]), w.trust, present, CodeForm},
		{"another root's trust file", text, worldOf(t, "another root", nil).trust, present, CodeSigner},
		{"no trust file", text, nil, present, CodeSigner},
		{"after its last day", text, w.trust, present.AddDate(0, 0, 6), CodeExpired},
		{"not all facts", w.qr(partial), w.trust, present, CodeQR},
		{"too long", text + strings.Repeat("A", MaxQRText), w.trust, present, CodeSize},
		{"too short", qrPrefix + "AAAA", w.trust, present, CodeForm},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if r := File([]byte(tt.text), tt.trust, tt.now, Options{}); r.Code != tt.code {
				t.Errorf("File = %s, want %s: %s", r.Code, tt.code, r.Sentence)
			}
		})
	}
}

func TestTrust(t *testing.T) {
	w, other := newWorld(t), worldOf(t, "another root", nil)
	if tr, err := ParseTrust(w.trustRaw, nil); err != nil || tr.Pinned || !tr.Root.Equal(w.public()) {
		t.Errorf("without a pinned root: %+v, %v", tr, err)
	}
	if _, err := ParseTrust(w.trustRaw, other.public()); CodeOf(err) != CodeSigner {
		t.Errorf("under another root: %v", err)
	}
	id := w.receipt.cert.KeyID
	if w.trust.Key(RoleReceipt, id, present) == nil {
		t.Error("the receipt key is not found")
	}
	soon := *w.trust
	soon.Revocations = []Revocation{{KeyID: id, At: Time{present.Add(time.Hour)}, Reason: "to be replaced"}}
	for name, got := range map[string]*Certificate{
		"before its end":   soon.Key(RoleReceipt, id, present),
		"for another role": w.trust.Key(RoleDocument, id, present),
		"before":           w.trust.Key(RoleReceipt, id, present.AddDate(-1, 0, 0)),
		"after":            w.trust.Key(RoleReceipt, id, present.AddDate(1, 0, 0)),
		"by another name":  w.trust.Key(RoleReceipt, "x", present),
		"of no trust file": (*Trust)(nil).Key(RoleReceipt, id, present),
	} {
		if got != nil {
			t.Errorf("a key is found %s", name)
		}
	}
	unit := w.sealed.cert
	for name, change := range map[string]func(*Certificate){
		"an unknown role":              func(c *Certificate) { c.Role = "king" },
		"a unit without its authority": func(c *Certificate) { c.Authority = "" },
		"an origin":                    func(c *Certificate) { c.Origin = "x" },
		"a signing algorithm":          func(c *Certificate) { c.Algorithm = Ed25519 },
		"an empty period":              func(c *Certificate) { c.NotAfter = c.NotBefore },
	} {
		c := unit
		change(&c)
		if err := w.certify(c).Under(w.public()); err == nil {
			t.Errorf("a unit's certificate with %s stands", name)
		}
	}
}

// TestRenewedLedgerKey shows that one key certified for two periods is found in
// the one that fits.
func TestRenewedLedgerKey(t *testing.T) {
	w := newWorld(t)
	old := w.ledger.cert
	old.NotBefore, old.NotAfter = Time{present.AddDate(-3, 0, 0)}, Time{present.AddDate(-2, 0, 0)}
	trust := *w.trust
	trust.Certificates = append([]Certificate{w.certify(old)}, trust.Certificates...)
	cp := []byte(w.checkpoint(3, [32]byte{1}))
	if _, err := ParseCheckpoint(cp, &trust, present); err != nil {
		t.Errorf("now: %v", err)
	}
	if _, err := ParseCheckpoint(cp, &trust, present.AddDate(-1, 0, 0)); CodeOf(err) != CodePeriod {
		t.Errorf("between the periods: %v", err)
	}
}

func TestCompare(t *testing.T) {
	w := newWorld(t)
	second := with(func(f *ReceiptFacts) { f.Reference = "8K2MQX94B0T" })
	a := w.join(w.sign(FormatReceipt, exampleReceipt(), w.receipt), w.ledgerOf(exampleReceipt(), present, 3, 2))
	same := w.join(w.sign(FormatReceipt, exampleReceipt(), w.receipt), w.ledgerOf(exampleReceipt(), present, 3, 4))
	fork := w.join(w.sign(FormatReceipt, second, w.receipt), w.ledgerOf(second, present, 3, 2))
	if r := Compare(a, same, w.trust, present); !r.Valid || r.Code != CodeSame {
		t.Errorf("two views of one ledger: %s", r.Sentence)
	}
	if r := Compare(a, fork, w.trust, present); r.Valid || r.Code != CodeFork {
		t.Errorf("a fork: %s", r.Sentence)
	}
	if r := Compare(a, []byte("x"), w.trust, present); r.Valid || r.Code != CodeForm {
		t.Errorf("something else: %s", r.Sentence)
	}
}
