package verify

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// Certificate says, under the root's signature, what one key is for and when.
type Certificate struct {
	KeyID     string `json:"key"`
	Role      string `json:"role"`
	Algorithm string `json:"algorithm"`
	Authority string `json:"authority"` // whose acts it may sign or open, "" for every authority under the root
	Unit      string `json:"unit"`      // of a unit's key, else ""
	Origin    string `json:"origin"`    // of a ledger's key: first line of its checkpoints, else ""
	PublicKey []byte `json:"public_key"`
	NotBefore Time   `json:"not_before"`
	NotAfter  Time   `json:"not_after"` // the first instant after its period
	Signature []byte `json:"signature,omitempty"`
}

// KeyID names a public key: the first 128 bits of SHA-256 over label,
// algorithm and key, in hex.
func KeyID(algorithm string, public []byte) string {
	sum := sha256.Sum256(labelled(labelKey, labelled(algorithm, public)))
	return hex.EncodeToString(sum[:16])
}

// Text is what the root signs: everything but the signature.
func (c Certificate) Text() ([]byte, error) {
	c.Signature = nil
	text, err := Canonical(c)
	if err != nil {
		return nil, err
	}
	return labelled(FormatCertificate, text), nil
}

// At tells whether an instant lies in the certificate's period.
func (c Certificate) At(at time.Time) bool {
	return !at.Before(c.NotBefore.Time) && at.Before(c.NotAfter.Time)
}

// Under checks form and signature under a root.
func (c Certificate) Under(root ed25519.PublicKey) error {
	if err := c.check(); err != nil {
		return err
	}
	text, err := c.Text()
	if err != nil {
		return failed(CodeForm, "a certificate has no canonical form")
	}
	if len(root) != ed25519.PublicKeySize || !ed25519.Verify(root, text, c.Signature) {
		return failed(CodeSigner, "its key has no certificate of the authority root in the trust file")
	}
	return nil
}

// check refuses a certificate that does not make sense.
func (c Certificate) check() error {
	algorithm, known := roles[c.Role]
	switch {
	case !known:
		return failed(CodeRole, "a certificate is for a role that this program does not know")
	case c.Algorithm != algorithm:
		return failed(CodeRole, "a certificate's algorithm does not fit its role")
	case c.Algorithm == Ed25519 && len(c.PublicKey) != ed25519.PublicKeySize:
		return failed(CodeForm, "a certificate's public key has the wrong size")
	case c.KeyID != KeyID(c.Algorithm, c.PublicKey):
		return failed(CodeForm, "a certificate's key id is not its key's")
	case !c.NotBefore.Before(c.NotAfter.Time):
		return failed(CodePeriod, "a certificate's period ends before it begins")
	case (c.Role == RoleLedger) != validOrigin(c.Origin) || c.Role != RoleLedger && c.Origin != "":
		return failed(CodeForm, "only a ledger's certificate names an origin")
	case (c.Role == RoleUnit) != (c.Unit != "" && c.Authority != ""):
		return failed(CodeForm, "only a unit's certificate names a unit")
	}
	return nil
}

// validOrigin follows the names of C2SP signed notes.
func validOrigin(s string) bool {
	return s != "" && len(s) <= 200 && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == '+' || r >= 0x7f })
}

// Signature is one signature of a file, with the certificate of its key so that
// the file verifies offline.
type Signature struct {
	Algorithm   string      `json:"algorithm"`
	Certificate Certificate `json:"certificate"`
	Signature   []byte      `json:"signature"`
}

// mostSignatures bounds the list of a file.
const mostSignatures = 4

// claim is what a file's signatures must bear out.
type claim struct {
	format, role, authority string
	facts                   any
	at                      time.Time // when it says it was signed
}

// checkSignatures checks every signature of a file, then every signer. It
// gives the first signer's certificate.
func checkSignatures(c claim, signatures []Signature, t *Trust) (*Certificate, error) {
	text, err := Text(c.format, c.facts)
	if err != nil {
		return nil, err
	}
	if n := len(signatures); n == 0 || n > mostSignatures {
		return nil, failed(CodeSignature, "it has no signature, or too many")
	}
	for i, s := range signatures {
		cert := s.Certificate
		if s.Algorithm != Ed25519 || cert.Algorithm != s.Algorithm || len(cert.PublicKey) != ed25519.PublicKeySize {
			return nil, failed(CodeSignature, "it has a signature of a kind that this program does not know")
		}
		if slices.ContainsFunc(signatures[:i], func(o Signature) bool { return o.Certificate.KeyID == cert.KeyID }) {
			return nil, failed(CodeSignature, "one key signed it twice")
		}
		if !ed25519.Verify(cert.PublicKey, text, s.Signature) {
			return nil, failed(CodeSignature, "the signature is not of these words: it was changed, or forged")
		}
	}
	for _, s := range signatures {
		if err := t.certified(s.Certificate, c); err != nil {
			return nil, err
		}
	}
	return &signatures[0].Certificate, nil
}

// certified checks that a signer may have signed what is claimed.
func (t *Trust) certified(cert Certificate, c claim) error {
	if t == nil {
		return failed(CodeSigner, "there is no trust file")
	}
	if err := cert.Under(t.Root); err != nil {
		return err
	}
	switch {
	case cert.Role != c.role:
		return failed(CodeRole, "its key was certified for something else")
	case cert.Authority != "" && cert.Authority != c.authority && (c.authority != "" || c.format != FormatDeposit): // a deposit record names none
		return failed(CodeRole, "its key was certified for another authority")
	case !cert.At(c.at):
		return failed(CodePeriod, "its key was not certified at the time it names")
	}
	return nil
}

// Text is what is signed under a format: its label, a line feed, and the
// facts' canonical JSON, which stands in the file as it is.
func Text(format string, facts any) ([]byte, error) {
	text, err := Canonical(facts)
	if err != nil {
		return nil, failed(CodeForm, "its facts have no canonical form")
	}
	return labelled(format, text), nil
}

// signedFile is the form of every signed file; only a receipt's may hold more.
type signedFile[T any] struct {
	Format     string      `json:"format"`
	Proof      *Proof      `json:"proof,omitempty"`
	Signatures []Signature `json:"signatures"`
	Signed     T           `json:"signed"`
}

// Pack writes a signed file. Whoever signs checks it afterwards by the same
// rules as everybody.
func Pack(format string, facts any, signatures []Signature) ([]byte, error) {
	raw, err := Canonical(signedFile[any]{Format: format, Signatures: signatures, Signed: facts})
	if err != nil {
		return nil, failed(CodeForm, "its facts have no canonical form")
	}
	return raw, nil
}

// SignFile writes a signed file of facts; sign gives the signatures over the
// text that Text would give.
func SignFile(format string, facts any, sign func(text []byte) []Signature) ([]byte, error) {
	text, err := Canonical(facts)
	if err != nil {
		return nil, failed(CodeForm, "its facts have no canonical form")
	}
	return Pack(format, canonical(text), sign(labelled(format, text)))
}

// maxFile bounds a signed file: a receipt with 2,000 documents is half as large.
const maxFile = 1 << 20

func unpack[T any](raw []byte, format string) (*signedFile[T], error) {
	if len(raw) > maxFile {
		return nil, failed(CodeSize, "it is larger than any file of its kind")
	}
	f := &signedFile[T]{}
	if err := Decode(raw, f); err != nil {
		return nil, err
	}
	if f.Format != format {
		return nil, failed(CodeKind, "it is a file of another kind")
	}
	if f.Proof != nil && format != FormatReceipt {
		return nil, failed(CodeForm, "only a receipt holds a proof")
	}
	return f, nil
}
