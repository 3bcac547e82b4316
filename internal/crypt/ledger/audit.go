package ledger

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"wasl/verify"
)

// Audit checks a whole published log, as Files(tx, 0) lists it: the checkpoint
// is signed, every entry reads, and entries, tiles and checkpoint are one tree.
// It gives the tree's size.
func Audit(files []File, v note.Verifier) (int64, error) {
	have := map[string][]byte{}
	for _, f := range files {
		have[f.Path] = f.Body
	}
	size, root, err := openCheckpoint(have["checkpoint"], v)
	if err != nil {
		return 0, err
	}
	reader, err := entryHashes(have, size)
	if err != nil {
		return 0, err
	}
	if got, err := tlog.TreeHash(size, reader); err != nil || got != root {
		return 0, errors.New("the entries are not those of the checkpoint")
	}
	for _, t := range tlog.NewTiles(tileHeight, 0, size) {
		want, err := tlog.ReadTileData(t, reader)
		if err != nil || !bytes.Equal(want, have[path(t)]) {
			return 0, fmt.Errorf("%s is not the tile of its entries", path(t))
		}
	}
	return size, nil
}

// entryHashes are the tree's hashes as the entry bundles make them.
func entryHashes(have map[string][]byte, size int64) (tlog.HashReader, error) {
	stored := map[int64]tlog.Hash{}
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, 0, len(indexes))
		for _, i := range indexes {
			out = append(out, stored[i])
		}
		return out, nil
	})
	for _, t := range tlog.NewTiles(tileHeight, 0, size) {
		if t.L != 0 {
			continue
		}
		bundle := t
		bundle.L = -1
		entries, err := unpack(have[path(bundle)], t.W)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path(bundle), err)
		}
		for i, e := range entries {
			if _, err := verify.ParseLeaf(e); err != nil {
				return nil, fmt.Errorf("entry %d: %w", t.N*tileWidth+int64(i), err)
			}
			at := t.N*tileWidth + int64(i)
			found, err := tlog.StoredHashes(at, e, reader)
			if err != nil {
				return nil, err
			}
			for k, h := range found {
				stored[tlog.StoredHashIndex(0, at)+int64(k)] = h
			}
		}
	}
	return reader, nil
}

func openCheckpoint(raw []byte, v note.Verifier) (size int64, root tlog.Hash, err error) {
	n, err := note.Open(raw, note.VerifierList(v))
	if err != nil {
		return 0, root, fmt.Errorf("checkpoint: %w", err)
	}
	lines := strings.Split(n.Text, "\n")
	wrong := errors.New("checkpoint: it does not read")
	if len(lines) != 4 || lines[0] != v.Name() {
		return 0, root, wrong
	}
	if size, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return 0, root, wrong
	}
	hash, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(hash) != tlog.HashSize {
		return 0, root, wrong
	}
	if root = tlog.Hash(hash); verify.CheckpointText(lines[0], size, root) != n.Text {
		return 0, root, wrong
	}
	return size, root, nil
}

// unpack reads an entry bundle of n entries.
func unpack(bundle []byte, n int) ([][]byte, error) {
	out := make([][]byte, 0, n)
	for len(bundle) >= 2 {
		size := int(binary.BigEndian.Uint16(bundle))
		if bundle = bundle[2:]; size > len(bundle) {
			break
		}
		out, bundle = append(out, bundle[:size]), bundle[size:]
	}
	if len(bundle) > 0 || len(out) != n {
		return nil, errors.New("it is cut, or holds another number of entries")
	}
	return out, nil
}
