package verify

import (
	"crypto/ed25519"
	"encoding/base32"
	"encoding/hex"
	"strings"
	"time"
)

// A document's QR holds what a person at a counter compares with the page:
// prefix, then base32 of key id (8 bytes), signature (64 bytes) and canonical
// JSON. It is not tied to the page's bytes, since it is printed on it.

const (
	qrPrefix  = "WASL1:"
	qrKey     = 8
	qrHead    = qrKey + ed25519.SignatureSize
	MaxQRText = 700 // characters: a cheap camera still reads them
)

var qrCode = base32.StdEncoding.WithPadding(base32.NoPadding)

// QRFacts is what a QR says, in short names.
type QRFacts struct {
	Authority  string     `json:"a"` // id
	Facts      [][]string `json:"f"` // label, value
	IssuedAt   Time       `json:"i"`
	Number     string     `json:"n"`
	Partial    bool       `json:"p,omitempty"` // not all facts of the document are here
	Service    string     `json:"s"`           // id
	Title      string     `json:"t"`
	ValidUntil string     `json:"u"`
}

// QR is a document's QR that stands.
type QR struct {
	QRFacts
	Facts   []Fact // the same, as label and value
	Signer  Certificate
	Expired bool
}

// QRText writes a QR's text from its parts.
func QRText(keyID string, signature []byte, f QRFacts) (string, error) {
	key, err := hex.DecodeString(keyID)
	if err != nil || len(key) < qrKey || len(signature) != ed25519.SignatureSize {
		return "", failed(CodeForm, "a key id or signature has the wrong size")
	}
	text, err := Canonical(f)
	if err != nil {
		return "", failed(CodeForm, "its facts have no canonical form")
	}
	return qrPrefix + qrCode.EncodeToString(append(append(append([]byte{}, key[:qrKey]...), signature...), text...)), nil
}

// ParseQR checks the text of a document's QR.
func ParseQR(text string, t *Trust, now time.Time) (*QR, error) {
	body, ours := strings.CutPrefix(text, qrPrefix)
	if !ours {
		return nil, failed(CodeKind, "it is not the text of a document's QR")
	}
	if len(text) > MaxQRText {
		return nil, failed(CodeSize, "it is longer than any QR of ours")
	}
	raw, err := qrCode.DecodeString(body)
	if err != nil || len(raw) < qrHead || qrCode.EncodeToString(raw) != body {
		return nil, failed(CodeForm, "its letters do not decode")
	}
	q := &QR{}
	if err := Decode(raw[qrHead:], &q.QRFacts); err != nil {
		return nil, err
	}
	if err := checkDate(q.ValidUntil); err != nil {
		return nil, err
	}
	for _, f := range q.QRFacts.Facts {
		if len(f) != 2 {
			return nil, failed(CodeForm, "one of its facts has no label or no value")
		}
		q.Facts = append(q.Facts, Fact{Label: f[0], Value: f[1]})
	}
	if err := q.check(raw, t, now); err != nil {
		return nil, err
	}
	q.Expired = past(q.ValidUntil, q.IssuedAt, now)
	return q, nil
}

// check finds the key that a QR names and holds the signature against it.
func (q *QR) check(raw []byte, t *Trust, now time.Time) error {
	if t == nil {
		return failed(CodeSigner, "there is no trust file")
	}
	text, err := Text(FormatQR, q.QRFacts)
	if err != nil {
		return err
	}
	id, known := hex.EncodeToString(raw[:qrKey]), false
	for _, c := range t.Certificates {
		if c.Role != RoleDocument || !strings.HasPrefix(c.KeyID, id) {
			continue
		}
		known = true
		if !ed25519.Verify(c.PublicKey, text, raw[qrKey:qrHead]) {
			continue
		}
		if t.Revoked(c.KeyID, now) {
			return failed(CodeRevoked, "its key was revoked")
		}
		q.Signer = c
		return t.certified(c, claim{role: RoleDocument, authority: q.Authority, at: q.IssuedAt.Time})
	}
	if !known {
		return failed(CodeSigner, "the trust file does not know its key")
	}
	return failed(CodeSignature, "the signature is not of these words: it was changed, or forged")
}
