package sign

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"

	"wasl/verify"
)

// Signer is one Ed25519 key with the certificate that says what it is for. It
// is safe for concurrent use.
type Signer struct {
	cert verify.Certificate
	key  ed25519.PrivateKey
}

// ErrRole says that a key was asked to sign what it is not certified for.
var ErrRole = errors.New("sign: the key was certified for something else")

// Format keeps keys out of logs.
func (s *Signer) Format(f fmt.State, _ rune) { f.Write([]byte("[signing key " + s.cert.KeyID + "]")) }

// KeyID names the key.
func (s *Signer) KeyID() string { return s.cert.KeyID }

// Certificate is the key's certificate.
func (s *Signer) Certificate() verify.Certificate { return s.cert }

// SignDeposit signs a deposit record: the file that the office checks.
func (s *Signer) SignDeposit(d verify.Deposit) ([]byte, error) {
	return s.file(verify.RoleReceipt, verify.FormatDeposit, d)
}

// SignReceipt signs a receipt: the file that the applicant gets.
func (s *Signer) SignReceipt(f verify.ReceiptFacts) ([]byte, error) {
	if err := f.Check(); err != nil {
		return nil, fmt.Errorf("signing a receipt: %w", err)
	}
	return s.file(verify.RoleReceipt, verify.FormatReceipt, f)
}

// SignAct signs a letter with legal effect.
func (s *Signer) SignAct(a verify.Act) ([]byte, error) {
	return s.file(verify.RoleDocument, verify.FormatAct, a)
}

// SignDocument signs a document's facts: the payload for AppendToPDF. Digest is
// the SHA-256 of the PDF that it goes to, which has the QR on it already.
func (s *Signer) SignDocument(f verify.DocumentFacts) ([]byte, error) {
	if f.Number == "" || len(f.Digest) != sha256.Size {
		return nil, errors.New("signing a document: no number or no digest")
	}
	return s.file(verify.RoleDocument, verify.FormatDocument, f)
}

func (s *Signer) file(role, format string, facts any) ([]byte, error) {
	if s.cert.Role != role {
		return nil, ErrRole
	}
	raw, err := verify.SignFile(format, facts, func(text []byte) []verify.Signature {
		return []verify.Signature{{Algorithm: verify.Ed25519, Certificate: s.cert, Signature: ed25519.Sign(s.key, text)}}
	})
	if err != nil {
		return nil, fmt.Errorf("signing a %s: %w", format, err)
	}
	return raw, nil
}

// SignQR writes the text of a document's QR: as many facts, in order, as fit.
// Digest is not in it, since the QR is part of the page.
func (s *Signer) SignQR(f verify.DocumentFacts) (string, error) {
	if s.cert.Role != verify.RoleDocument {
		return "", ErrRole
	}
	q := verify.QRFacts{Authority: f.Authority.ID, IssuedAt: f.IssuedAt, Number: f.Number, Service: f.Service.ID, Title: f.Title, ValidUntil: f.ValidUntil}
	for _, fact := range f.Facts {
		q.Facts = append(q.Facts, []string{fact.Label, fact.Value})
	}
	for {
		text, err := s.qr(q)
		if err != nil || len(text) <= verify.MaxQRText {
			return text, err
		}
		if len(q.Facts) == 0 {
			return "", errors.New("signing a QR: number, title and ids alone do not fit")
		}
		q.Facts, q.Partial = q.Facts[:len(q.Facts)-1], true
	}
}

func (s *Signer) qr(q verify.QRFacts) (string, error) {
	text, err := verify.Text(verify.FormatQR, q)
	if err != nil {
		return "", fmt.Errorf("signing a QR: %w", err)
	}
	return verify.QRText(s.cert.KeyID, ed25519.Sign(s.key, text), q)
}

// AppendToPDF puts a document's signed facts at the end of its PDF, in an
// incremental update. The PDF needs a plain cross-reference table and ends
// with "%%EOF" and a line feed.
func AppendToPDF(pdf, payload []byte) ([]byte, error) {
	update, err := verify.Appendix(pdf, payload)
	if err != nil {
		return nil, fmt.Errorf("appending to a PDF: %w", err)
	}
	out := append(append(make([]byte, 0, len(pdf)+len(update)), pdf...), update...)
	if _, _, err := verify.FromPDF(out); err != nil {
		return nil, fmt.Errorf("appending to a PDF: %w", err)
	}
	return out, nil
}
