package verify

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// Kinds of file that File knows.
const (
	KindReceipt  = "receipt"
	KindDocument = "document"
	KindQR       = "qr"
	KindAct      = "act"
	KindDeposit  = "deposit"
	KindTrust    = "trust"
)

// States of a receipt in the ledger.
const (
	LedgerIncluded = "included"
	LedgerPending  = "pending" // signed, not yet in the ledger
)

// Options of File.
type Options struct {
	RequireLedger bool // a receipt without proof is not enough
}

// Note is something that a valid file's reader should know.
type Note struct {
	Code     string
	Sentence string
}

// Report is what File found: a stable code, a plain English sentence, and the
// facts that stand, of which at most one is set.
type Report struct {
	Kind     string // "" where the file is none of ours
	Valid    bool
	Code     string
	Sentence string
	Notes    []Note
	Signer   *Certificate
	Ledger   string // of a receipt

	Receipt  *Receipt
	Document *Document
	QR       *QR
	Act      *Act
	Deposit  *Deposit
}

// File tells what a file is and whether it stands, at an instant, under a
// trust file. It never fails: what cannot be read is reported.
func File(raw []byte, t *Trust, now time.Time, o Options) Report {
	r := Report{Kind: kindOf(raw)}
	var err error
	switch r.Kind {
	case KindReceipt:
		err = r.receipt(raw, t, now, o)
	case KindDocument:
		err = r.document(raw, t, now)
	case KindQR:
		err = r.qr(raw, t, now)
	case KindAct:
		if r.Act, r.Signer, err = checkAct(raw, t); err == nil {
			r.pass(CodeAct, "Valid. A letter of the administration, dated %s, in case %s.", r.Act.At.Format(time.RFC3339), r.Act.Reference)
		}
	case KindDeposit:
		if r.Deposit, err = CheckDeposit(raw, "", t); err == nil {
			r.pass(CodeDeposit, "Valid. The record of a deposit, %s, at %s.", r.Deposit.Reference, r.Deposit.DepositedAt.Format(time.RFC3339))
		}
	case KindTrust:
		err = r.trust(raw, t)
	default:
		err = failed(CodeKind, "it is no receipt, document or letter of ours")
	}
	if err != nil {
		r.fail(err)
	}
	return r
}

// kindOf tells a file's kind by its first bytes: members are sorted, so the
// format comes first.
func kindOf(raw []byte) string {
	if bytes.HasPrefix(raw, []byte(pdfMagic)) {
		return KindDocument
	}
	if bytes.HasPrefix(raw, []byte(qrPrefix)) {
		return KindQR
	}
	for kind, format := range map[string]string{KindReceipt: FormatReceipt, KindDocument: FormatDocument, KindAct: FormatAct, KindDeposit: FormatDeposit, KindTrust: FormatTrust} {
		if bytes.HasPrefix(raw, []byte(`{"format":"`+format+`",`)) {
			return kind
		}
	}
	return ""
}

func (r *Report) pass(code, sentence string, args ...any) {
	r.Valid, r.Code, r.Sentence = true, code, fmt.Sprintf(sentence, args...)
}

func (r *Report) note(code, sentence string, args ...any) {
	r.Notes = append(r.Notes, Note{code, fmt.Sprintf(sentence, args...)})
}

// fail reports an error; nothing that it leaves unproved stays in the report.
func (r *Report) fail(err error) {
	code := CodeOf(err)
	*r = Report{Kind: r.Kind, Code: code}
	why := strings.TrimPrefix(err.Error(), code+": ")
	switch code {
	case CodeSigner:
		r.Sentence = "Not valid: the signature is sound, but the signer is unknown: " + why + "."
	case CodeKind:
		r.Sentence = "Not a file that can be verified: " + why + "."
	default:
		r.Sentence = "Not valid: " + why + "."
	}
}

func (r *Report) receipt(raw []byte, t *Trust, now time.Time, o Options) error {
	rec, err := ParseReceipt(raw, t, now)
	if err != nil {
		return err
	}
	r.Receipt, r.Signer, r.Ledger = rec, &rec.Signer, LedgerPending
	at := rec.Facts.DepositedAt.Format(time.RFC3339)
	if !rec.Included {
		if o.RequireLedger {
			return failed(CodeNotIncluded, "it is signed, but has no proof that the ledger holds it")
		}
		r.pass(CodePending, "Valid: signed, not yet in the ledger. Receipt %s, deposited at %s.", rec.Facts.Reference, at)
	} else {
		r.Ledger = LedgerIncluded
		r.pass(CodeReceipt, "Valid, and in the ledger. Receipt %s, deposited at %s.", rec.Facts.Reference, at)
	}
	if rec.Late {
		r.note(NoteLate, "The ledger took it in at %s, more than 120 seconds from the time it names: both times count as facts.", rec.LedgerAt.Format(time.RFC3339))
	}
	if rec.Facts.Checkpoint != "" {
		if _, err := ParseCheckpoint([]byte(rec.Facts.Checkpoint), t, rec.Facts.DepositedAt.Time); err != nil {
			r.note(NoteOldCheckpoint, "The state of the ledger that the portal saw at the deposit cannot be checked.")
		}
	}
	return nil
}

func (r *Report) document(raw []byte, t *Trust, now time.Time) (err error) {
	whole := bytes.HasPrefix(raw, []byte(pdfMagic))
	var d *Document
	if whole {
		d, err = ParsePDF(raw, t, now)
	} else {
		d, err = ParseDocument(raw, t, now)
	}
	if err != nil {
		return err
	}
	if d.Expired {
		return failed(CodeExpired, "it was signed, but its last day was "+d.Facts.ValidUntil)
	}
	r.Document, r.Signer = d, &d.Signer
	until := ""
	if d.Facts.ValidUntil != "" {
		until = ", valid until " + d.Facts.ValidUntil
	}
	if whole {
		r.pass(CodeDocument, "Valid. Document %s, issued at %s%s.", d.Facts.Number, d.Facts.IssuedAt.Format(time.RFC3339), until)
	} else {
		r.pass(CodeDocumentData, "The facts of document %s are signed%s. Whether a page is the right one needs the PDF itself.", d.Facts.Number, until)
	}
	return nil
}

func (r *Report) qr(raw []byte, t *Trust, now time.Time) error {
	q, err := ParseQR(strings.TrimRight(string(raw), "\r\n"), t, now)
	if err != nil {
		return err
	}
	if q.Expired {
		return failed(CodeExpired, "it was signed, but its last day was "+q.ValidUntil)
	}
	r.QR, r.Signer = q, &q.Signer
	r.pass(CodeQR, "Valid. The code of document %s: compare the facts below with the page.", q.Number)
	if q.Partial {
		r.note(NotePartial, "The code holds the first facts only; the PDF itself holds all.")
	}
	return nil
}

func (r *Report) trust(raw []byte, t *Trust) error {
	if t == nil {
		return failed(CodeSigner, "there is no trust file")
	}
	other, err := ParseTrust(raw, t.Root)
	if err != nil {
		return err
	}
	r.pass(CodeTrusted, "Valid. A trust file of %s, issued at %s, with %d certificates.", other.Authority, other.IssuedAt.Format(time.RFC3339), len(other.Certificates))
	return nil
}
