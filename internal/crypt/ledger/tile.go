package ledger

import (
	"database/sql"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"wasl/internal/base/db"
)

// A tile holds 256 hashes: height 8, as C2SP tlog-tiles has it.
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	tileSize   = tileWidth * tlog.HashSize
)

type tileKey struct{ level, n int64 }

func readTile(tx *db.Tx, k tileKey) ([]byte, error) {
	var body []byte
	err := tx.QueryRow(`SELECT body FROM ledger_tile WHERE level = $1 AND n = $2`, k.level, k.n).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return body, err
}

func writeTile(tx *db.Tx, k tileKey, body []byte) error {
	_, err := tx.Exec(`INSERT INTO ledger_tile (level, n, body) VALUES ($1, $2, $3) ON CONFLICT (level, n) DO UPDATE SET body = excluded.body`, k.level, k.n, body)
	return err
}

// grow appends hashes to a level that holds have of them. Each tile that fills
// puts its root into the level above.
func grow(tx *db.Tx, level, have int64, hashes []byte) error {
	if len(hashes) == 0 {
		return nil
	}
	k := tileKey{level, have / tileWidth}
	body, err := readTile(tx, k)
	if err != nil {
		return err
	}
	if int64(len(body)) != have%tileWidth*tlog.HashSize {
		return fmt.Errorf("tile %d of level %d does not fit the size of the ledger", k.n, k.level)
	}
	var full []byte
	for first := k.n; len(hashes) > 0; k.n++ {
		if k.n > first {
			body = nil
		}
		n := min(tileSize-len(body), len(hashes))
		body, hashes = append(body, hashes[:n]...), hashes[n:]
		if err := writeTile(tx, k, body); err != nil {
			return err
		}
		if len(body) == tileSize {
			root := tileRoot(body)
			full = append(full, root[:]...)
		}
	}
	return grow(tx, level+1, have/tileWidth, full)
}

// tileRoot is the hash over a full tile.
func tileRoot(body []byte) tlog.Hash {
	if len(body) == tlog.HashSize {
		return tlog.Hash(body)
	}
	half := len(body) / 2
	return tlog.NodeHash(tileRoot(body[:half]), tileRoot(body[half:]))
}

// hashes reads the tree's hashes out of tiles; each tile is read once.
func hashes(tx *db.Tx) tlog.HashReader {
	read := map[tileKey][]byte{}
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, 0, len(indexes))
		for _, index := range indexes {
			t := tlog.TileForIndex(tileHeight, index)
			k := tileKey{int64(t.L), t.N}
			body, known := read[k]
			if !known {
				var err error
				if body, err = readTile(tx, k); err != nil {
					return nil, err
				}
				read[k] = body
			}
			h, err := tlog.HashFromTile(t, body, index)
			if err != nil {
				return nil, fmt.Errorf("reading a tile: %w", err)
			}
			out = append(out, h)
		}
		return out, nil
	})
}
