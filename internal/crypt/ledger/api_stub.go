// Package ledger soon.
package ledger

import (
	"golang.org/x/mod/sumdb/note"

	"wasl/internal/base/db"
)

// Leaf is one entry to be placed: its type in clear, and a commitment.
type Leaf struct {
	Type       string
	Commitment []byte
}

// File is a checkpoint, tile or entry bundle by its C2SP path.
type File struct {
	Path string
	Body []byte
}

func Migrations() db.Migrations                                { panic("soon") }
func Commit(event any) (salt, commitment []byte, err error)    { panic("soon") }
func Append(tx *db.Tx, leaves []Leaf) (first int64, err error) { panic("soon") }
func Checkpoint(tx *db.Tx, s note.Signer) ([]byte, error)      { panic("soon") }
func Files(tx *db.Tx, from int64) ([]File, error)              { panic("soon") }
func Prove(tx *db.Tx, index int64) ([]byte, error)             { panic("soon") }
func Audit(files []File, v note.Verifier) (int64, error)       { panic("soon") }
