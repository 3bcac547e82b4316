package verify

import (
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Codes of Compare.
const (
	CodeFork = "fork" // two states of one ledger that cannot both be true
	CodeSame = "same" // nothing contradicts
)

// Compare holds two receipts' views of the ledger against each other: two
// states of the same size that differ show that somebody was lied to. It sees
// no more than the receipts hold; consistency between sizes needs the tiles.
func Compare(a, b []byte, t *Trust, now time.Time) Report {
	seen := map[string]map[int64]tlog.Hash{}
	for _, raw := range [][]byte{a, b} {
		rec, err := ParseReceipt(raw, t, now)
		if err != nil {
			r := Report{Kind: kindOf(raw)}
			r.fail(err)
			return r
		}
		for _, cp := range views(raw, rec, t) {
			if seen[cp.Origin] == nil {
				seen[cp.Origin] = map[int64]tlog.Hash{}
			}
			if other, ok := seen[cp.Origin][cp.Size]; ok && other != cp.Hash {
				return Report{Kind: KindReceipt, Code: CodeFork,
					Sentence: "Not valid: the two receipts name different states of the ledger at the same size. The ledger was forked."}
			}
			seen[cp.Origin][cp.Size] = cp.Hash
		}
	}
	r := Report{Kind: KindReceipt}
	r.pass(CodeSame, "The two receipts' views of the ledger do not contradict each other.")
	return r
}

// views lists the checkpoints of a receipt that stand.
func views(raw []byte, rec *Receipt, t *Trust) []*Checkpoint {
	var out []*Checkpoint
	if cp, err := ParseCheckpoint([]byte(rec.Facts.Checkpoint), t, rec.Facts.DepositedAt.Time); err == nil {
		out = append(out, cp)
	}
	if f, err := unpack[ReceiptFacts](raw, FormatReceipt); err == nil && f.Proof != nil {
		if cp, err := ParseCheckpoint([]byte(f.Proof.Checkpoint), t, f.Proof.At.Time); err == nil {
			out = append(out, cp)
		}
	}
	return out
}
