package ledger

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"wasl/internal/base/db"
	"wasl/verify"
)

// Checkpoint signs the tree as it is in this transaction, keeps the note
// (C2SP tlog-checkpoint; its origin is the signer's name) and returns it.
func Checkpoint(tx *db.Tx, signer note.Signer) ([]byte, error) {
	s, err := readState(tx)
	if err != nil {
		return nil, err
	}
	root, err := tlog.TreeHash(s.size, hashes(tx))
	if err != nil {
		return nil, fmt.Errorf("hashing the ledger: %w", err)
	}
	s.checkpoint, err = note.Sign(&note.Note{Text: verify.CheckpointText(signer.Name(), s.size, root)}, signer)
	if err != nil {
		return nil, fmt.Errorf("signing a checkpoint: %w", err)
	}
	s.signed = s.size
	return s.checkpoint, s.write(tx)
}

// Prove writes the proof (verify.Proof, canonical JSON) that the entry at an
// index is under the last checkpoint.
func Prove(tx *db.Tx, index int64) ([]byte, error) {
	s, err := readState(tx)
	if err != nil {
		return nil, err
	}
	if index < 0 || index >= s.signed {
		return nil, errors.New("no checkpoint covers the entry yet")
	}
	entries, err := entriesOf(tx, index, 1)
	if err != nil {
		return nil, err
	}
	leaf, err := verify.ParseLeaf(entries[0])
	if err != nil {
		return nil, fmt.Errorf("reading an entry: %w", err)
	}
	path, err := tlog.ProveRecord(s.signed, index, hashes(tx))
	if err != nil {
		return nil, fmt.Errorf("proving an entry: %w", err)
	}
	proof := verify.Proof{At: leaf.At, Checkpoint: string(s.checkpoint), Index: index}
	for _, h := range path {
		proof.Hashes = append(proof.Hashes, h[:])
	}
	return verify.Canonical(proof)
}

// File is a public file of the log, by its C2SP path: "checkpoint",
// "tile/0/000", "tile/0/000.p/7", "tile/entries/000".
type File struct {
	Path string
	Body []byte
}

// Files lists what changed between the tree of size from and the last
// checkpoint: hash tiles, entry bundles and, last, the checkpoint. There are
// none before the first checkpoint.
func Files(tx *db.Tx, from int64) ([]File, error) {
	s, err := readState(tx)
	if err != nil || len(s.checkpoint) == 0 {
		return nil, err
	}
	var out []File
	for _, t := range tlog.NewTiles(tileHeight, min(from, s.signed), s.signed) {
		body, err := readTile(tx, tileKey{int64(t.L), t.N})
		if err != nil {
			return nil, err
		}
		if len(body) < t.W*tlog.HashSize {
			return nil, errors.New("the ledger lacks a tile")
		}
		out = append(out, File{path(t), body[:t.W*tlog.HashSize]})
		if t.L != 0 {
			continue
		}
		entries, err := entriesOf(tx, t.N*tileWidth, int64(t.W))
		if err != nil {
			return nil, err
		}
		bundle := t
		bundle.L = -1
		out = append(out, File{path(bundle), pack(entries)})
	}
	return append(out, File{"checkpoint", s.checkpoint}), nil
}

// path is a tile's path of C2SP: tlog's without the height.
func path(t tlog.Tile) string {
	own := strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	if rest, data := strings.CutPrefix(own, "data/"); data {
		return "tile/entries/" + rest
	}
	return "tile/" + own
}

// pack writes an entry bundle: each entry behind its length in two bytes.
func pack(entries [][]byte) []byte {
	var out []byte
	for _, e := range entries {
		out = append(binary.BigEndian.AppendUint16(out, uint16(len(e))), e...)
	}
	return out
}
