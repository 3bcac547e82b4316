package verify

import "errors"

// Codes say what a check found; they are stable, and callers have a sentence
// for each in their languages.
const (
	CodeForm          = "form"           // not in the canonical form of its kind
	CodeKind          = "kind"           // not a file of ours
	CodeSize          = "size"           // too large to be one
	CodeSignature     = "signature"      // the signature does not stand
	CodeSigner        = "signer"         // the signature stands, the signer is unknown here
	CodeRole          = "role"           // the key was certified for something else
	CodePeriod        = "period"         // the key was not certified at that time
	CodeRevoked       = "revoked"        // the key was revoked
	CodeProof         = "proof"          // the inclusion proof does not stand
	CodeNotIncluded   = "not-included"   // the ledger was required
	CodePDF           = "pdf"            // a PDF without signed facts
	CodePDFChanged    = "pdf-changed"    // a PDF changed after it was signed
	CodeExpired       = "expired"        // the document is no longer valid
	CodeTrust         = "trust"          // the trust file does not stand under its root
	CodeReceipt       = "receipt"        // valid, and in the ledger
	CodePending       = "receipt-signed" // valid: signed, not yet in the ledger
	CodeDocument      = "document"       // valid
	CodeDocumentData  = "document-data"  // valid facts, without the PDF they are of
	CodeQR            = "qr"             // valid
	CodeAct           = "act"            // valid
	CodeDeposit       = "deposit"        // valid
	CodeTrusted       = "trust-file"     // valid
	NoteLate          = "late"           // ledger time and claimed time are over 120 s apart
	NoteOldCheckpoint = "checkpoint"     // the checkpoint seen at filing cannot be checked
	NotePartial       = "partial"        // a QR without all the facts
)

// Error is why something does not verify.
type Error struct {
	Code string // one of the codes
	Why  string // English, after "because"; no personal data
}

func (e *Error) Error() string { return e.Code + ": " + e.Why }

func failed(code, why string) error { return &Error{code, why} }

// CodeOf is the code of an error of this package, else CodeForm.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeForm
}
