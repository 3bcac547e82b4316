package kill

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"wasl/internal/crypt/ledger"
	"wasl/verify"
)

// audit checks a published log under whichever certified key signed it.
func audit(files []ledger.File, trust *verify.Trust) (size int64, err error) {
	err = errors.New("the trust file certifies no ledger key")
	for _, c := range trust.Certificates {
		if c.Role != verify.RoleLedger {
			continue
		}
		v, verr := c.Verifier()
		if verr != nil {
			return 0, verr
		}
		if size, err = ledger.Audit(files, v); err == nil {
			return size, nil
		}
	}
	return 0, err
}

// history computes the tree's hash at every size it went through, from the
// published entries alone.
func history(files []ledger.File, size int64) ([]tlog.Hash, error) {
	entries, err := entriesOf(files, size)
	if err != nil {
		return nil, err
	}
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) (out []tlog.Hash, err error) {
		for _, i := range indexes {
			out = append(out, stored[i])
		}
		return out, nil
	})
	hashes := make([]tlog.Hash, size+1)
	for n := range size + 1 {
		if hashes[n], err = tlog.TreeHash(n, reader); err != nil {
			return nil, err
		}
		if n == size {
			break
		}
		more, err := tlog.StoredHashes(n, entries[n], reader)
		if err != nil {
			return nil, err
		}
		stored = append(stored, more...)
	}
	return hashes, nil
}

const bundleSize = 256

// entriesOf unpacks the bundles of entries, of each the widest.
func entriesOf(files []ledger.File, size int64) ([][]byte, error) {
	have := map[string][]byte{}
	for _, f := range files {
		have[f.Path] = f.Body
	}
	var entries [][]byte
	for n := int64(0); n*bundleSize < size; n++ {
		path := "tile/entries/" + inThrees(n)
		if w := size - n*bundleSize; w < bundleSize {
			path = fmt.Sprintf("%s.p/%d", path, w)
		}
		bundle, ok := have[path]
		if !ok {
			return nil, fmt.Errorf("%s is not published", path)
		}
		for len(bundle) >= 2 {
			length := int(binary.BigEndian.Uint16(bundle))
			if len(bundle) < 2+length {
				return nil, fmt.Errorf("%s is cut", path)
			}
			entries, bundle = append(entries, bundle[2:2+length]), bundle[2+length:]
		}
	}
	if int64(len(entries)) != size {
		return nil, fmt.Errorf("%d entries are published, want %d", len(entries), size)
	}
	return entries, nil
}

// inThrees writes a tile's number as C2SP tlog-tiles does: x001/x234/067.
func inThrees(n int64) string {
	parts := []string{fmt.Sprintf("%03d", n%1000)}
	for n /= 1000; n > 0; n /= 1000 {
		parts = append(parts, fmt.Sprintf("x%03d", n%1000))
	}
	slices.Reverse(parts)
	return strings.Join(parts, "/")
}
