package verify

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is a signed state of the ledger (C2SP tlog-checkpoint).
type Checkpoint struct {
	Origin string
	Size   int64
	Hash   tlog.Hash
	KeyID  string // of the ledger key that signed it
}

// CheckpointText is what a ledger key signs as a note.
func CheckpointText(origin string, size int64, hash tlog.Hash) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, size, base64.StdEncoding.EncodeToString(hash[:]))
}

const maxCheckpoint = 4096

// Verifier is the note verifier of a ledger key.
func (c Certificate) Verifier() (note.Verifier, error) {
	if c.Role != RoleLedger || c.check() != nil {
		return nil, failed(CodeRole, "it is no ledger key's certificate")
	}
	text, err := note.NewEd25519VerifierKey(c.Origin, c.PublicKey)
	if err != nil {
		return nil, failed(CodeForm, "its key or origin makes no note verifier")
	}
	return note.NewVerifier(text)
}

// ParseCheckpoint checks a checkpoint that a certified ledger key signed at an
// instant. One signature stands in it, and nothing that it does not cover.
func ParseCheckpoint(raw []byte, t *Trust, at time.Time) (*Checkpoint, error) {
	if len(raw) > maxCheckpoint {
		return nil, failed(CodeSize, "it is larger than any checkpoint")
	}
	if t == nil {
		return nil, failed(CodeSigner, "there is no trust file")
	}
	refused := failed(CodeSigner, "no ledger key of the trust file signed the checkpoint")
	for _, c := range t.Certificates {
		if c.Role != RoleLedger {
			continue
		}
		v, err := c.Verifier()
		if err != nil {
			return nil, err
		}
		n, err := note.Open(raw, note.VerifierList(v))
		if err != nil {
			continue
		}
		if !c.At(at) || t.Revoked(c.KeyID, at) {
			refused = failed(CodePeriod, "its ledger key was not certified at that time")
			continue // a renewed key has two certificates
		}
		return readCheckpoint(raw, n, c)
	}
	return nil, refused
}

// readCheckpoint reads the text of an opened note and refuses every byte that
// a signature does not cover or that could be written otherwise.
func readCheckpoint(raw []byte, n *note.Note, c Certificate) (*Checkpoint, error) {
	wrong := failed(CodeForm, "the checkpoint is not in its canonical form")
	if len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 {
		return nil, wrong
	}
	s := n.Sigs[0]
	sig, err := base64.StdEncoding.DecodeString(s.Base64)
	if err != nil {
		return nil, wrong
	}
	own := n.Text + "\n— " + s.Name + " " + base64.StdEncoding.EncodeToString(sig) + "\n"
	if !bytes.Equal(raw, []byte(own)) {
		return nil, wrong
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != c.Origin {
		return nil, wrong
	}
	cp := &Checkpoint{Origin: lines[0], KeyID: c.KeyID}
	if cp.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || cp.Size < 0 {
		return nil, wrong
	}
	hash, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(hash) != tlog.HashSize {
		return nil, wrong
	}
	cp.Hash = tlog.Hash(hash)
	if CheckpointText(cp.Origin, cp.Size, cp.Hash) != n.Text {
		return nil, wrong
	}
	return cp, nil
}

// Proof shows that a leaf is in the ledger. It stands outside the signed part
// of a receipt.
type Proof struct {
	At         Time     `json:"at"`         // the sequencer's time, in the leaf
	Checkpoint string   `json:"checkpoint"` // a signed note
	Hashes     [][]byte `json:"hashes"`     // audit path, RFC 6962
	Index      int64    `json:"index"`
}

// check holds a leaf of a type and commitment against the proof.
func (p *Proof) check(kind string, commitment []byte, t *Trust) error {
	cp, err := ParseCheckpoint([]byte(p.Checkpoint), t, p.At.Time)
	if err != nil {
		return failed(CodeProof, "its checkpoint does not stand: "+CodeOf(err))
	}
	entry, err := Leaf{At: p.At, Commitment: commitment, Type: kind}.Entry()
	if err != nil {
		return err
	}
	path := make(tlog.RecordProof, 0, len(p.Hashes))
	for _, h := range p.Hashes {
		if len(h) != tlog.HashSize {
			return failed(CodeProof, "a hash of its proof has the wrong size")
		}
		path = append(path, tlog.Hash(h))
	}
	if p.Index < 0 || p.Index >= cp.Size || tlog.CheckRecord(path, cp.Size, cp.Hash, p.Index, tlog.RecordHash(entry)) != nil {
		return failed(CodeProof, "its proof does not lead to the ledger's checkpoint")
	}
	return nil
}
