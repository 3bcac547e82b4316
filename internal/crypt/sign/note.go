package sign

import (
	"crypto/ed25519"
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"wasl/verify"
)

// noteSigner signs C2SP notes with a ledger key; its name is the ledger's origin.
type noteSigner struct {
	note.Verifier // for name and key hash
	key           ed25519.PrivateKey
}

// Sign signs a checkpoint's text.
func (s noteSigner) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(s.key, msg), nil }

// Note is the ledger key as a signer of checkpoints. Other keys sign none.
func (s *Signer) Note() (note.Signer, error) {
	if s.cert.Role != verify.RoleLedger {
		return nil, ErrRole
	}
	v, err := s.cert.Verifier()
	if err != nil {
		return nil, fmt.Errorf("a signer of checkpoints: %w", err)
	}
	return noteSigner{v, s.key}, nil
}
