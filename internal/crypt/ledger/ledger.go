// Package ledger keeps the transparency log: an append-only Merkle tree (RFC
// 6962, C2SP tlog-tiles) of commitments to every receipt, opening and decision.
// Only type and the sequencer's own time stand in it in clear.
//
// It refuses a leaf whose type or commitment has the wrong shape, and never
// changes an entry. It signs with a key it is handed and holds none. The portal
// commits, the worker appends, and anyone checks with verify.
package ledger

import (
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"wasl/internal/base/db"
	"wasl/verify"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the log's tables, in the office's store.
func Migrations() db.Migrations { return db.Embedded("ledger", migrations) }

// Leaf is an event to be placed: its type in clear, and the 32-byte commitment
// to all else (Commit).
type Leaf struct {
	Type       string // lower-case letters and hyphens
	Commitment []byte
}

// Commit draws a 32-byte salt and commits to an event: any value that has a
// canonical form. Whoever has salt and event can prove what a leaf is about.
func Commit(event any) (salt, commitment []byte, err error) {
	salt = make([]byte, verify.SaltSize)
	rand.Read(salt)
	commitment, err = verify.Commitment(salt, event)
	if err != nil {
		return nil, nil, fmt.Errorf("committing to an event: %w", err)
	}
	return salt, commitment, nil
}

// state is the one row of ledger_state.
type state struct {
	size       int64
	checkpoint []byte
	signed     int64 // size of the tree that checkpoint signs
}

func readState(tx *db.Tx) (s state, err error) {
	err = tx.QueryRow(`SELECT size, checkpoint, checkpoint_size FROM ledger_state WHERE id = 1`).Scan(&s.size, &s.checkpoint, &s.signed)
	if errors.Is(err, sql.ErrNoRows) {
		return state{}, nil
	}
	return s, err
}

func (s state) write(tx *db.Tx) error {
	if s.checkpoint == nil {
		s.checkpoint = []byte{}
	}
	_, err := tx.Exec(`INSERT INTO ledger_state (id, size, checkpoint, checkpoint_size) VALUES (1, $1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET size = excluded.size, checkpoint = excluded.checkpoint, checkpoint_size = excluded.checkpoint_size`,
		s.size, s.checkpoint, s.signed)
	return err
}

// Append places leaves at the end of the tree with the time of the transaction,
// and gives the index of the first. It costs the same per leaf however large
// the tree is. Only one transaction at a time appends.
func Append(tx *db.Tx, leaves []Leaf) (first int64, err error) {
	if err := tx.Lock("ledger"); err != nil {
		return 0, err
	}
	s, err := readState(tx)
	if err != nil || len(leaves) == 0 {
		return s.size, err
	}
	at := verify.Time{Time: tx.Now.UTC().Truncate(time.Second)}
	entries := make([][]byte, 0, len(leaves))
	hashes := make([]byte, 0, len(leaves)*tlog.HashSize)
	for _, l := range leaves {
		if len(l.Commitment) != sha256.Size {
			return 0, errors.New("a leaf's commitment is not of 32 bytes")
		}
		entry, err := verify.Leaf{At: at, Commitment: l.Commitment, Type: l.Type}.Entry()
		if err != nil {
			return 0, fmt.Errorf("writing a leaf: %w", err)
		}
		h := tlog.RecordHash(entry)
		entries, hashes = append(entries, entry), append(hashes, h[:]...)
	}
	if err := putEntries(tx, s.size, entries); err != nil {
		return 0, err
	}
	if err := grow(tx, 0, s.size, hashes); err != nil {
		return 0, err
	}
	first = s.size
	s.size += int64(len(leaves))
	return first, s.write(tx)
}

// rowsAtOnce bounds one statement's parameters.
const rowsAtOnce = 200

func putEntries(tx *db.Tx, first int64, entries [][]byte) error {
	for len(entries) > 0 {
		n := min(len(entries), rowsAtOnce)
		var query strings.Builder
		query.WriteString(`INSERT INTO ledger_entry (position, body) VALUES `)
		args := make([]any, 0, 2*n)
		for i, e := range entries[:n] {
			if i > 0 {
				query.WriteString(", ")
			}
			fmt.Fprintf(&query, "($%d, $%d)", len(args)+1, len(args)+2)
			args = append(args, first+int64(i), e)
		}
		if _, err := tx.Exec(query.String(), args...); err != nil {
			return err
		}
		first, entries = first+int64(n), entries[n:]
	}
	return nil
}

// entriesOf reads n entries from a position on.
func entriesOf(tx *db.Tx, first, n int64) ([][]byte, error) {
	rows, err := tx.Query(`SELECT body FROM ledger_entry WHERE position >= $1 AND position < $2 ORDER BY position`, first, first+n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := make([][]byte, 0, n)
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		out = append(out, body)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if int64(len(out)) != n {
		return nil, errors.New("the ledger lacks some of its entries")
	}
	return out, nil
}
