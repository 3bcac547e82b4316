package unseal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"wasl/internal/crypt/seal"
)

// The worker's reader and the one section it opens.
const (
	ReaderIntake  = "intake"
	SectionIntake = "intake"
)

// ErrNoKey says that nothing here opens what was asked for.
var ErrNoKey = errors.New("unseal: no key opens this")

// Keyring holds the office's private keys by reader, and the key of the blind
// indexes. Reading it is safe for concurrent use.
type Keyring struct {
	readers map[string][]hpke.PrivateKey // newest first
	index   [32]byte
}

// NewKeyring is a keyring with a new index key and no reader.
func NewKeyring() *Keyring {
	k := &Keyring{readers: map[string][]hpke.PrivateKey{}}
	rand.Read(k.index[:])
	return k
}

// Format keeps keys out of logs.
func (k *Keyring) Format(f fmt.State, _ rune) { f.Write([]byte("[keyring]")) }

// Generate draws a key for each named reader that has none: "intake", or a
// unit as "authority/unit".
func (k *Keyring) Generate(readers ...string) error {
	for _, id := range readers {
		if len(k.readers[id]) > 0 {
			continue
		}
		if err := k.Renew(id); err != nil {
			return err
		}
	}
	return nil
}

// Renew draws a new key for a reader; the ones before go on opening.
func (k *Keyring) Renew(reader string) error {
	key, err := seal.KEM().GenerateKey()
	if err != nil {
		return fmt.Errorf("drawing a key for reader %s: %w", reader, err)
	}
	k.readers[reader] = append([]hpke.PrivateKey{key}, k.readers[reader]...)
	return nil
}

// Readers lists who has a key, sorted.
func (k *Keyring) Readers() []string { return slices.Sorted(maps.Keys(k.readers)) }

// Public is a reader's newest public key for its certificate; nil when there
// is none.
func (k *Keyring) Public(reader string) []byte {
	if keys := k.readers[reader]; len(keys) > 0 {
		return keys[0].PublicKey().Bytes()
	}
	return nil
}

// Blind is the blind index of a value: HMAC-SHA-256 under a key of its unit and
// field, 128 bits in hex.
func (k *Keyring) Blind(unit, field, value string) string {
	key, err := hkdf.Expand(sha256.New, k.index[:], "wasl-blind-index-1\x00"+unit+"\x00"+field, 32)
	if err != nil {
		panic(err) // 32 bytes are far below the limit
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(value))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// keyFile is the keyring's form on disk.
type keyFile struct {
	Format string      `json:"format"`
	Suite  string      `json:"suite"`
	Index  []byte      `json:"index"`
	Keys   []keyOnDisk `json:"keys"`
}

type keyOnDisk struct {
	Reader  string `json:"reader"`
	Private []byte `json:"private"` // X-Wing seed, 32 bytes
}

const (
	fileFormat = "wasl-keyring-1"
	fileSuite  = "MLKEM768-X25519"
)

// Save writes the keyring to a file of mode 0600, whole or not at all.
func (k *Keyring) Save(path string) error {
	f := keyFile{Format: fileFormat, Suite: fileSuite, Index: k.index[:], Keys: []keyOnDisk{}}
	for _, id := range k.Readers() {
		for _, key := range k.readers[id] {
			private, err := key.Bytes()
			if err != nil {
				return fmt.Errorf("writing the key of reader %s: %w", id, err)
			}
			f.Keys = append(f.Keys, keyOnDisk{Reader: id, Private: private})
		}
	}
	raw, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return fmt.Errorf("writing a keyring: %w", err)
	}
	return writeSecret(path, append(raw, '\n'))
}

// writeSecret replaces a file by one only its owner may read.
func writeSecret(path string, raw []byte) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".keyring-*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("writing a keyring: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("writing a keyring: %w", err), os.Remove(tmp.Name()))
		}
	}()
	_, err = tmp.Write(raw)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// Load reads a keyring. It refuses a file that others than its owner may read
// or write, and any key it cannot use.
func Load(path string) (*Keyring, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("reading a keyring: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("reading keyring %s: mode %s, want 0600: %w", path, info.Mode().Perm(), fs.ErrPermission)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading a keyring: %w", err)
	}
	k, err := parse(raw)
	clear(raw)
	if err != nil {
		return nil, fmt.Errorf("reading keyring %s: %w", path, err)
	}
	return k, nil
}

// parse never puts a key's text into an error.
func parse(raw []byte) (*Keyring, error) {
	var f keyFile
	if json.Unmarshal(raw, &f) != nil {
		return nil, errors.New("it does not decode")
	}
	if f.Format != fileFormat || f.Suite != fileSuite {
		return nil, fmt.Errorf("format %q, suite %q are not known", f.Format, f.Suite)
	}
	k := &Keyring{readers: map[string][]hpke.PrivateKey{}}
	if len(f.Index) != len(k.index) {
		return nil, errors.New("the index key has not 32 bytes")
	}
	copy(k.index[:], f.Index)
	for _, d := range f.Keys {
		key, err := seal.KEM().NewPrivateKey(d.Private)
		if err != nil || d.Reader == "" {
			return nil, fmt.Errorf("the key of reader %q cannot be used", d.Reader)
		}
		k.readers[d.Reader] = append(k.readers[d.Reader], key)
	}
	return k, nil
}
