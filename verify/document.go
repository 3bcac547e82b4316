package verify

import (
	"bytes"
	"crypto/sha256"
	"time"
)

// Document is an issued document whose signature stands.
type Document struct {
	Facts   DocumentFacts
	Signer  Certificate
	Expired bool // its last day is past
}

// dateForm is how civil dates are written.
const dateForm = "2006-01-02"

// past tells whether a last day, in the zone that a document is dated in, is over.
func past(last string, issued Time, now time.Time) bool {
	return last != "" && now.In(issued.Location()).Format(dateForm) > last
}

func checkDate(date string) error {
	if date == "" {
		return nil
	}
	if at, err := time.Parse(dateForm, date); err != nil || at.Format(dateForm) != date {
		return failed(CodeForm, "one of its dates is none")
	}
	return nil
}

// ParseDocument checks the signed facts of an issued document, without the PDF
// they are of. A document has no proof of its time, so none stands once its
// key is revoked.
func ParseDocument(raw []byte, t *Trust, now time.Time) (*Document, error) {
	f, err := unpack[DocumentFacts](raw, FormatDocument)
	if err != nil {
		return nil, err
	}
	d := f.Signed
	cert, err := checkSignatures(claim{format: FormatDocument, role: RoleDocument, authority: d.Authority.ID, facts: d, at: d.IssuedAt.Time}, f.Signatures, t)
	if err != nil {
		return nil, err
	}
	if d.Number == "" || len(d.Digest) != sha256.Size {
		return nil, failed(CodeForm, "it has no number or no digest")
	}
	if err := checkDate(d.ValidUntil); err != nil {
		return nil, err
	}
	for _, s := range f.Signatures {
		if t.Revoked(s.Certificate.KeyID, now) {
			return nil, failed(CodeRevoked, "its key was revoked")
		}
	}
	return &Document{Facts: d, Signer: *cert, Expired: past(d.ValidUntil, d.IssuedAt, now)}, nil
}

// ParsePDF checks an issued document as a whole: signed facts, and that the
// page is the one they were signed with.
func ParsePDF(pdf []byte, t *Trust, now time.Time) (*Document, error) {
	payload, part, err := FromPDF(pdf)
	if err != nil {
		return nil, err
	}
	d, err := ParseDocument(payload, t, now)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(part); !bytes.Equal(sum[:], d.Facts.Digest) {
		return nil, failed(CodePDFChanged, "the page is not the one that was signed")
	}
	return d, nil
}
