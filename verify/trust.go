package verify

import (
	"crypto/ed25519"
	"slices"
	"time"
)

// Trust is a checked trust file: what one authority root certified and revoked.
type Trust struct {
	Authority    string            // whose root it is
	Root         ed25519.PublicKey // every certificate stands under it
	Pinned       bool              // the caller named the root; else it is the file's own word
	IssuedAt     Time
	Certificates []Certificate
	Revocations  []Revocation
}

// Revocation ends a key early.
type Revocation struct {
	KeyID  string `json:"key"`
	At     Time   `json:"at"`
	Reason string `json:"reason"`
}

// TrustFacts is the signed part of a trust file.
type TrustFacts struct {
	Authority    string        `json:"authority"`
	Certificates []Certificate `json:"certificates"`
	IssuedAt     Time          `json:"issued_at"`
	Revocations  []Revocation  `json:"revocations"`
}

type trustFile struct {
	Format     string          `json:"format"`
	Root       []byte          `json:"root"`
	Signatures []rootSignature `json:"signatures"`
	Signed     TrustFacts      `json:"signed"`
}

type rootSignature struct {
	Algorithm string `json:"algorithm"`
	Signature []byte `json:"signature"`
}

// maxTrust bounds a trust file: 2,000 units with X-Wing keys fit.
const maxTrust = 8 << 20

// PackTrust writes a trust file; signature is the root's over
// Text(FormatTrust, facts).
func PackTrust(facts TrustFacts, root ed25519.PublicKey, signature []byte) ([]byte, error) {
	return Canonical(trustFile{Format: FormatTrust, Root: root, Signatures: []rootSignature{{Ed25519, signature}}, Signed: facts})
}

// ParseTrust reads a trust file and checks every signature in it under root,
// or, where root is nil, under the root that the file names: Pinned is false
// then, and whoever gave the file is believed.
func ParseTrust(raw []byte, root ed25519.PublicKey) (*Trust, error) {
	if len(raw) > maxTrust {
		return nil, failed(CodeSize, "it is larger than any trust file")
	}
	var f trustFile
	if err := Decode(raw, &f); err != nil {
		return nil, err
	}
	own := ed25519.PublicKey(f.Root)
	if f.Format != FormatTrust || len(own) != ed25519.PublicKeySize {
		return nil, failed(CodeKind, "it is no trust file")
	}
	if root != nil && !root.Equal(own) {
		return nil, failed(CodeSigner, "it is the trust file of another root")
	}
	text, err := Text(FormatTrust, f.Signed)
	if err != nil || len(f.Signatures) != 1 || f.Signatures[0].Algorithm != Ed25519 || !ed25519.Verify(own, text, f.Signatures[0].Signature) {
		return nil, failed(CodeTrust, "its root did not sign the trust file as it is")
	}
	for _, c := range f.Signed.Certificates {
		if err := c.Under(own); err != nil {
			return nil, failed(CodeTrust, "a certificate in it does not stand under its root")
		}
	}
	return &Trust{Authority: f.Signed.Authority, Root: own, Pinned: root != nil, IssuedAt: f.Signed.IssuedAt,
		Certificates: f.Signed.Certificates, Revocations: f.Signed.Revocations}, nil
}

// Revoked tells whether a key was revoked by an instant.
func (t *Trust) Revoked(keyID string, at time.Time) bool {
	if t == nil {
		return false
	}
	for _, r := range t.Revocations {
		if r.KeyID == keyID && !at.Before(r.At.Time) {
			return true
		}
	}
	return false
}

// everRevoked tells whether a key has a revocation, whatever its time. Where
// nothing proves when a file was signed, its own date is only a claim of
// whoever holds the key.
func (t *Trust) everRevoked(keyID string) bool {
	return slices.ContainsFunc(t.Revocations, func(r Revocation) bool { return r.KeyID == keyID })
}

// Key is the certificate of a key that may sign at an instant for a role: in
// its period, and without a revocation, also one still to come (CheckDeposit
// would refuse what it signs). Nil where there is none.
func (t *Trust) Key(role, keyID string, at time.Time) *Certificate {
	if t == nil {
		return nil
	}
	for i, c := range t.Certificates {
		if c.Role == role && c.KeyID == keyID && c.At(at) && !t.everRevoked(keyID) {
			return &t.Certificates[i]
		}
	}
	return nil
}
