package verify

import (
	"crypto/sha256"
)

// LeafReceipt is the type of leaf that a receipt rests on.
const LeafReceipt = "receipt"

// SaltSize is the size of a commitment's salt.
const SaltSize = 32

// Leaf is one entry of the ledger: type and the sequencer's own time in clear,
// all else in a commitment. Its canonical JSON is the entry's bytes.
type Leaf struct {
	At         Time   `json:"at"`
	Commitment Hex    `json:"commitment"`
	Format     string `json:"format"`
	Type       string `json:"type"`
}

// Commitment is SHA-256 over label, 32-byte salt and the event's canonical JSON.
func Commitment(salt []byte, event any) ([]byte, error) {
	if len(salt) != SaltSize {
		return nil, failed(CodeForm, "a salt has the wrong size")
	}
	text, err := Canonical(event)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(labelled(labelCommitment, append(append([]byte{}, salt...), text...)))
	return sum[:], nil
}

// Entry is the leaf's bytes in the ledger.
func (l Leaf) Entry() ([]byte, error) {
	if l.Format == "" {
		l.Format = FormatLeaf
	}
	if err := l.check(); err != nil {
		return nil, err
	}
	return Canonical(l)
}

func (l Leaf) check() error {
	switch {
	case l.Format != FormatLeaf:
		return failed(CodeKind, "it is a leaf of another format")
	case len(l.Commitment) != sha256.Size:
		return failed(CodeForm, "its commitment has the wrong size")
	case !leafType(l.Type):
		return failed(CodeForm, "its type is no short word")
	}
	return nil
}

func leafType(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && c != '-' {
			return false
		}
	}
	return s != "" && len(s) <= 32
}

// ParseLeaf reads an entry of the ledger.
func ParseLeaf(entry []byte) (Leaf, error) {
	var l Leaf
	if len(entry) > 1000 {
		return l, failed(CodeSize, "it is larger than any leaf")
	}
	if err := Decode(entry, &l); err != nil {
		return l, err
	}
	return l, l.check()
}
