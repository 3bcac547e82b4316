package casework

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"wasl/internal/base/db"
	"wasl/internal/crypt/ledger"
	"wasl/internal/domain/intake"
	"wasl/verify"
)

// Types of leaf, in clear in the ledger.
const (
	leafReceipt     = verify.LeafReceipt
	leafOpening     = "opening"
	leafAct         = "act" // a machine's, or an agent's that decides nothing
	leafDecision    = "decision"
	leafPublication = "publication"
)

func randomID() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// addLeaf commits to an event and queues its leaf for the ledger, in the
// transaction of the event.
func addLeaf(tx *db.Tx, kind string, event any) error {
	salt, body, err := ledger.Commit(event)
	if err != nil {
		return err
	}
	return putLeaf(tx, kind, "", body, salt)
}

// putLeaf queues a leaf; envelope is set for receipts only.
func putLeaf(tx *db.Tx, kind, envelope string, body, salt []byte) error {
	_, err := tx.Exec(`INSERT INTO leaf (id, at, kind, body, salt, envelope) VALUES ($1, $2, $3, $4, $5, $6)`,
		randomID(), db.Micros(tx.Now), kind, body, salt, envelope)
	return err
}

// mostSequenced bounds one checkpoint's new leaves.
const mostSequenced = 1000

type leafRow struct {
	id, kind, envelope string
	body               []byte
}

// Sequence gives every waiting leaf its place in the ledger, signs a
// checkpoint, and queues the proofs of receipts for the portal: one
// transaction, and one sequencer at a time. It tells how many leaves it placed.
func (o *Office) Sequence(ctx context.Context, signer note.Signer) (int, error) {
	placed := 0
	err := o.db.Update(ctx, func(tx *db.Tx) error {
		if err := tx.Lock("ledger"); err != nil {
			return err
		}
		waiting, err := leavesWaiting(tx)
		placed = len(waiting)
		if err != nil || placed == 0 {
			return err
		}
		return o.sequence(tx, signer, waiting)
	})
	if err != nil {
		return 0, fmt.Errorf("sequencing the ledger: %w", err)
	}
	return placed, nil
}

func leavesWaiting(tx *db.Tx) ([]leafRow, error) {
	rows, err := tx.Query(`SELECT id, kind, envelope, body FROM leaf WHERE position IS NULL ORDER BY at, id LIMIT $1`, mostSequenced)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []leafRow
	for rows.Next() {
		var l leafRow
		if err := rows.Scan(&l.id, &l.kind, &l.envelope, &l.body); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, rows.Err()
}

func (o *Office) sequence(tx *db.Tx, signer note.Signer, waiting []leafRow) error {
	leaves := make([]ledger.Leaf, 0, len(waiting))
	for _, l := range waiting {
		leaves = append(leaves, ledger.Leaf{Type: l.kind, Commitment: l.body})
	}
	first, err := ledger.Append(tx, leaves)
	if err != nil {
		return err
	}
	if _, err := ledger.Checkpoint(tx, signer); err != nil {
		return err
	}
	for i, l := range waiting {
		if _, err := tx.Exec(`UPDATE leaf SET position = $1 WHERE id = $2`, first+int64(i), l.id); err != nil {
			return err
		}
		if l.envelope == "" {
			continue
		}
		proof, err := ledger.Prove(tx, first+int64(i))
		if err != nil {
			return err
		}
		if err := queue(tx, outInclusion, "inclusion/"+l.envelope, intake.Inclusion{Envelope: l.envelope, Proof: proof}); err != nil {
			return err
		}
	}
	return nil
}

// LedgerFiles lists the checkpoint and tiles that the portal lacks, and the
// size of the tree they show, which LedgerDelivered takes.
func (o *Office) LedgerFiles(ctx context.Context) ([]intake.LedgerFile, int64, error) {
	var out []intake.LedgerFile
	var size int64
	err := o.db.View(ctx, func(tx *db.Tx) error {
		var from int64
		if err := tx.QueryRow(`SELECT coalesce(max(seq), 0) FROM progress WHERE name = 'ledger'`).Scan(&from); err != nil {
			return err
		}
		if err := tx.QueryRow(`SELECT coalesce(max(position) + 1, 0) FROM leaf`).Scan(&size); err != nil || size == from {
			return err
		}
		files, err := ledger.Files(tx, from)
		for _, f := range files {
			out = append(out, intake.LedgerFile{Path: f.Path, Body: f.Body})
		}
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("reading the ledger's files: %w", err)
	}
	return out, size, nil
}

// LedgerDelivered notes that the portal shows the tree up to a size.
func (o *Office) LedgerDelivered(ctx context.Context, size int64) error {
	return o.db.Update(ctx, func(tx *db.Tx) error { return setProgress(tx, "ledger", size) })
}
