package sign

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/mod/sumdb/note"

	"wasl/verify"
)

const (
	keyFormat  = "wasl-signing-key-1"
	kindRoot   = "root"
	kindSigner = "signer"
)

// keyFile is a key on disk: of a root with its name, or of a signer with its
// certificate.
type keyFile struct {
	Format      string              `json:"format"`
	Kind        string              `json:"kind"`
	Authority   string              `json:"authority,omitempty"`
	Certificate *verify.Certificate `json:"certificate,omitempty"`
	Private     []byte              `json:"private"` // Ed25519 seed, 32 bytes
}

// Save writes the signer's key file, of mode 0600.
func (s *Signer) Save(path string) error {
	return writeKeyFile(path, keyFile{Format: keyFormat, Kind: kindSigner, Certificate: &s.cert, Private: s.key.Seed()})
}

// LoadSigner reads a signer's key file. It refuses one that others than its
// owner may read.
func LoadSigner(path string) (*Signer, error) {
	f, err := readKeyFile(path)
	if err != nil {
		return nil, err
	}
	if f.Kind != kindSigner || f.Certificate == nil {
		return nil, fmt.Errorf("%s does not hold a certified signing key", path)
	}
	s := &Signer{cert: *f.Certificate, key: ed25519.NewKeyFromSeed(f.Private)}
	if !s.key.Public().(ed25519.PublicKey).Equal(ed25519.PublicKey(s.cert.PublicKey)) {
		return nil, fmt.Errorf("%s: the certificate is of another key", path)
	}
	return s, nil
}

// LoadNoteSigner reads a ledger key as a signer of checkpoints.
func LoadNoteSigner(path string) (note.Signer, error) {
	s, err := LoadSigner(path)
	if err != nil {
		return nil, err
	}
	return s.Note()
}

func writeKeyFile(path string, f keyFile) (err error) {
	raw, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return fmt.Errorf("writing a key: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".key-*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("writing a key: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tmp.Close(), os.Remove(tmp.Name()))
		}
	}()
	if _, err = tmp.Write(append(raw, '\n')); err != nil {
		return fmt.Errorf("writing a key: %w", err)
	}
	if err = tmp.Sync(); err != nil {
		return fmt.Errorf("writing a key: %w", err)
	}
	if err = os.Rename(tmp.Name(), path); err != nil {
		return fmt.Errorf("writing a key: %w", err)
	}
	return tmp.Close()
}

func readKeyFile(path string) (*keyFile, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("reading a key: %w", err)
	}
	if open := info.Mode().Perm() & fs.FileMode(0o077); open != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("key file %s may be read by others than its owner: chmod 600 it", path)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading a key: %w", err)
	}
	f := &keyFile{}
	if err := json.Unmarshal(raw, f); err != nil {
		return nil, fmt.Errorf("%s is not a key file", path) // the cause could quote the key
	}
	if f.Format != keyFormat || len(f.Private) != ed25519.SeedSize {
		return nil, fmt.Errorf("%s is not a key file of format %s", path, keyFormat)
	}
	return f, nil
}
