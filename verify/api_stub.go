package verify

import (
	"crypto/ed25519"
	"time"
)

type Certificate struct {
	KeyID     string `json:"key"`
	Role      string `json:"role"`
	Algorithm string `json:"algorithm"`
	Authority string `json:"authority"`
	Unit      string `json:"unit"`
	Origin    string `json:"origin,omitempty"`
	PublicKey []byte `json:"public_key"`
	NotBefore Time   `json:"not_before"`
	NotAfter  Time   `json:"not_after"`
	Signature []byte `json:"signature,omitempty"`
}
type Revocation struct {
	KeyID  string `json:"key"`
	At     Time   `json:"at"`
	Reason string `json:"reason"`
}
type Trust struct {
	Authority    string
	Root         ed25519.PublicKey
	Pinned       bool
	Certificates []Certificate
	Revocations  []Revocation
}

func ParseTrust(raw []byte, root ed25519.PublicKey) (*Trust, error) { panic("soon") }
func (t *Trust) Revoked(keyID string, at time.Time) bool            { panic("soon") }
func (t *Trust) Key(role, keyID string, at time.Time) *Certificate  { panic("soon") }
func CheckDeposit(raw []byte, t *Trust) (*Deposit, error)           { panic("soon") }

type Receipt struct {
	Facts    ReceiptFacts
	Signer   Certificate
	Included bool
	LedgerAt Time
	Index    int64
}

func ParseReceipt(raw []byte, t *Trust, now time.Time) (*Receipt, error) { panic("soon") }
func ReadReceipt(raw []byte) (*ReceiptFacts, error)                      { panic("soon") }
func WithProof(raw, proof []byte) ([]byte, error)                        { panic("soon") }
func CheckAct(raw []byte, t *Trust) (*Act, error)                        { panic("soon") }

type Document struct {
	Facts   DocumentFacts
	Signer  Certificate
	Expired bool
}

func ParseDocument(raw []byte, t *Trust, now time.Time) (*Document, error) { panic("soon") }
func FromPDF(pdf []byte) (payload, signedPart []byte, err error)           { panic("soon") }

type QR struct {
	Number, Authority, Service, ValidUntil string
	IssuedAt                               Time
	Facts                                  []Fact
	Partial                                bool
	Signer                                 Certificate
}

func ParseQR(text string, t *Trust, now time.Time) (*QR, error) { panic("soon") }

type Options struct{ RequireLedger bool }
type Note struct{ Code, Sentence string }
type Report struct {
	Kind     string
	Valid    bool
	Code     string
	Sentence string
	Notes    []Note
	Signer   *Certificate
	Ledger   string
	Receipt  *Receipt
	Document *Document
	QR       *QR
	Act      *Act
}

func File(raw []byte, t *Trust, now time.Time, o Options) Report { panic("soon") }
