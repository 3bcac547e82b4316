// Package sign soon.
package sign

import (
	"crypto/ed25519"
	"time"

	"golang.org/x/mod/sumdb/note"

	"wasl/verify"
)

// Signer is one Ed25519 key with the certificate that says what it is for.
type Signer struct{ cert verify.Certificate }

func (s *Signer) KeyID() string                                       { panic("soon") }
func (s *Signer) Certificate() verify.Certificate                     { panic("soon") }
func (s *Signer) SignDeposit(d verify.Deposit) ([]byte, error)        { panic("soon") }
func (s *Signer) SignReceipt(f verify.ReceiptFacts) ([]byte, error)   { panic("soon") }
func (s *Signer) SignAct(a verify.Act) ([]byte, error)                { panic("soon") }
func (s *Signer) SignDocument(f verify.DocumentFacts) ([]byte, error) { panic("soon") }
func (s *Signer) SignQR(f verify.DocumentFacts) (string, error)       { panic("soon") }
func LoadSigner(path string) (*Signer, error)                         { panic("soon") }
func (s *Signer) Save(path string) error                              { panic("soon") }
func LoadNoteSigner(path string) (note.Signer, error)                 { panic("soon") }
func (s *Signer) Note() (note.Signer, error)                          { panic("soon") }
func AppendToPDF(pdf, payload []byte) ([]byte, error)                 { panic("soon") }

// Root is the authority root.
type Root struct{ key ed25519.PrivateKey }

func NewRoot(authority string) *Root                                     { panic("soon") }
func LoadRoot(path string) (*Root, error)                                { panic("soon") }
func (r *Root) Save(path string) error                                   { panic("soon") }
func (r *Root) Public() ed25519.PublicKey                                { panic("soon") }
func (r *Root) Certify(c verify.Certificate) (verify.Certificate, error) { panic("soon") }
func (r *Root) NewSigner(c verify.Certificate) (*Signer, error)          { panic("soon") }
func (r *Root) Trust(at time.Time, certs []verify.Certificate, revoked []verify.Revocation) ([]byte, error) {
	panic("soon")
}
