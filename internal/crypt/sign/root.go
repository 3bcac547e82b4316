package sign

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"wasl/verify"
)

// Root is the authority root: it certifies every other key.
type Root struct {
	authority string
	key       ed25519.PrivateKey
}

// NewRoot draws a root. authority is the name people read in the trust file.
func NewRoot(authority string) (*Root, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("drawing a root key: %w", err)
	}
	return &Root{authority, key}, nil
}

// LoadRoot reads a root's key file.
func LoadRoot(path string) (*Root, error) {
	f, err := readKeyFile(path)
	if err != nil {
		return nil, err
	}
	if f.Kind != kindRoot {
		return nil, fmt.Errorf("%s does not hold a root key", path)
	}
	return &Root{f.Authority, ed25519.NewKeyFromSeed(f.Private)}, nil
}

// Save writes the root's key file, of mode 0600.
func (r *Root) Save(path string) error {
	return writeKeyFile(path, keyFile{Format: keyFormat, Kind: kindRoot, Authority: r.authority, Private: r.key.Seed()})
}

// Format keeps keys out of logs.
func (r *Root) Format(f fmt.State, _ rune) { f.Write([]byte("[root key]")) }

// Public is the root's public key, to be pinned.
func (r *Root) Public() ed25519.PublicKey { return r.key.Public().(ed25519.PublicKey) }

// Certify signs a certificate: role, period, public key, and what the role
// needs (unit: Authority and Unit; ledger: Origin). Algorithm and key id are
// filled in, and where no origin is given, that of the root's one ledger: a
// renewed key goes on with the same log. Authority limits a
// signing key to one authority's id; "" is every authority under the root.
func (r *Root) Certify(c verify.Certificate) (verify.Certificate, error) {
	if c.Algorithm == "" {
		c.Algorithm = verify.Ed25519
		if c.Role == verify.RoleUnit || c.Role == verify.RoleIntake {
			c.Algorithm = verify.XWing
		}
	}
	c.KeyID = verify.KeyID(c.Algorithm, c.PublicKey)
	if c.Role == verify.RoleLedger && c.Origin == "" {
		c.Origin = "wasl/ledger/" + verify.KeyID(verify.Ed25519, r.Public())
	}
	c.NotBefore.Time, c.NotAfter.Time = whole(c.NotBefore.Time), whole(c.NotAfter.Time)
	text, err := c.Text()
	if err != nil {
		return c, fmt.Errorf("certifying a key: %w", err)
	}
	c.Signature = ed25519.Sign(r.key, text)
	if err := c.Under(r.Public()); err != nil {
		return c, fmt.Errorf("certifying a key for role %s: %w", c.Role, err)
	}
	return c, nil
}

func whole(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// Trust writes the trust file: these certificates and revocations, as of at.
func (r *Root) Trust(at time.Time, certificates []verify.Certificate, revocations []verify.Revocation) ([]byte, error) {
	facts := verify.TrustFacts{Authority: r.authority, Certificates: certificates, IssuedAt: verify.Time{Time: whole(at)}, Revocations: revocations}
	text, err := verify.Text(verify.FormatTrust, facts)
	if err != nil {
		return nil, fmt.Errorf("writing a trust file: %w", err)
	}
	raw, err := verify.PackTrust(facts, r.Public(), ed25519.Sign(r.key, text))
	if err != nil {
		return nil, fmt.Errorf("writing a trust file: %w", err)
	}
	if _, err := verify.ParseTrust(raw, r.Public()); err != nil {
		return nil, fmt.Errorf("writing a trust file: %w", err)
	}
	return raw, nil
}

// NewSigner draws a signing key and certifies it for a role and period.
func (r *Root) NewSigner(c verify.Certificate) (*Signer, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("drawing a key: %w", err)
	}
	if c.Role == verify.RoleUnit || c.Role == verify.RoleIntake {
		return nil, errors.New("a key for sealing signs nothing")
	}
	c.PublicKey = public
	if c, err = r.Certify(c); err != nil {
		return nil, err
	}
	return &Signer{cert: c, key: private}, nil
}
