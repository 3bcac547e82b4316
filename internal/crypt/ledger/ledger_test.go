package ledger_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"wasl/internal/base/db"
	"wasl/internal/base/db/dbtest"
	"wasl/internal/crypt/ledger"
	"wasl/verify"
)

const origin = "ledger.example/1"

func keys(t testing.TB) (note.Signer, note.Verifier) {
	t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return s, v
}

func leaves(t testing.TB, n int) []ledger.Leaf {
	t.Helper()
	out := make([]ledger.Leaf, 0, n)
	for i := range n {
		_, commitment, err := ledger.Commit(map[string]any{"n": i})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, ledger.Leaf{Type: "act", Commitment: commitment})
	}
	return out
}

// update runs do in a transaction and fails the test on an error.
func update(t testing.TB, d *db.DB, do func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Update(t.Context(), do); err != nil {
		t.Fatal(err)
	}
}

// place appends leaves and signs.
func place(t testing.TB, d *db.DB, s note.Signer, n int) (first int64) {
	t.Helper()
	more := leaves(t, n)
	update(t, d, func(tx *db.Tx) (err error) {
		if first, err = ledger.Append(tx, more); err != nil {
			return err
		}
		_, err = ledger.Checkpoint(tx, s)
		return err
	})
	return first
}

func files(t testing.TB, d *db.DB, from int64) (out []ledger.File) {
	t.Helper()
	if err := d.View(t.Context(), func(tx *db.Tx) (err error) {
		out, err = ledger.Files(tx, from)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestGrowsAsOneTree(t *testing.T) {
	dbtest.Each(t, []db.Migrations{ledger.Migrations()}, func(t *testing.T, d *db.DB) {
		s, v := keys(t)
		if got := files(t, d, 0); len(got) > 0 {
			t.Fatalf("an empty log publishes %d files", len(got))
		}
		mirror := map[string][]byte{}
		var size int64
		for _, n := range []int{1, 1, 2, 251, 1, 1, 255, 600, 3} {
			if first := place(t, d, s, n); first != size {
				t.Fatalf("first = %d, want %d", first, size)
			}
			for _, f := range files(t, d, size) {
				mirror[f.Path] = f.Body
			}
			size += int64(n)
			var whole []ledger.File
			for path, body := range mirror {
				whole = append(whole, ledger.File{Path: path, Body: body})
			}
			if got, err := ledger.Audit(whole, v); err != nil || got != size {
				t.Fatalf("audit of what was published piece by piece = %d, %v; want %d", got, err, size)
			}
			if got, err := ledger.Audit(files(t, d, 0), v); err != nil || got != size {
				t.Fatalf("audit = %d, %v; want %d", got, err, size)
			}
		}
		for _, path := range []string{"checkpoint", "tile/0/000", "tile/0/004.p/91", "tile/1/000.p/4", "tile/entries/003", "tile/entries/004.p/91"} {
			if mirror[path] == nil {
				t.Errorf("%s was not published", path)
			}
		}
	})
}

func TestProofs(t *testing.T) {
	dbtest.Each(t, []db.Migrations{ledger.Migrations()}, func(t *testing.T, d *db.DB) {
		s, v := keys(t)
		place(t, d, s, 300)
		place(t, d, s, 7)
		all := leaves(t, 1)
		update(t, d, func(tx *db.Tx) error { // no checkpoint covers it
			_, err := ledger.Append(tx, all)
			return err
		})
		err := d.View(t.Context(), func(tx *db.Tx) error {
			for _, index := range []int64{0, 1, 255, 256, 299, 300, 306} {
				raw, err := ledger.Prove(tx, index)
				if err != nil {
					return err
				}
				checkProof(t, raw, index, v)
			}
			for _, index := range []int64{-1, 307, 308} {
				if _, err := ledger.Prove(tx, index); err == nil {
					t.Errorf("entry %d has a proof", index)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// checkProof opens a proof's checkpoint and looks at its shape; that proofs of
// receipts stand is tested with verify.
func checkProof(t *testing.T, raw []byte, index int64, v note.Verifier) {
	t.Helper()
	var p verify.Proof
	if err := verify.Decode(raw, &p); err != nil {
		t.Fatal(err)
	}
	n, err := note.Open([]byte(p.Checkpoint), note.VerifierList(v))
	if err != nil || !strings.HasPrefix(n.Text, origin+"\n307\n") {
		t.Fatalf("checkpoint %q: %v", p.Checkpoint, err)
	}
	if p.Index != index || time.Since(p.At.Time).Abs() > time.Minute || p.At.Location() != time.UTC {
		t.Errorf("proof = %+v, want index %d, now in UTC", p, index)
	}
	var path tlog.RecordProof
	for _, h := range p.Hashes {
		path = append(path, tlog.Hash(h))
	}
	if len(path) == 0 {
		t.Error("a proof without hashes")
	}
}

func TestRefuses(t *testing.T) {
	dbtest.Each(t, []db.Migrations{ledger.Migrations()}, func(t *testing.T, d *db.DB) {
		good := leaves(t, 1)[0]
		for name, l := range map[string]ledger.Leaf{
			"short commitment": {Type: "act", Commitment: good.Commitment[:31]},
			"no type":          {Commitment: good.Commitment},
			"words as type":    {Type: "an act", Commitment: good.Commitment},
		} {
			err := d.Update(t.Context(), func(tx *db.Tx) error {
				_, err := ledger.Append(tx, []ledger.Leaf{good, l})
				return err
			})
			if err == nil {
				t.Errorf("%s: appended", name)
			}
		}
		s, _ := keys(t)
		if first := place(t, d, s, 1); first != 0 {
			t.Errorf("refused leaves left something: first = %d", first)
		}
	})
}

// TestAuditSeesEveryByte changes each byte of a small published log.
func TestAuditSeesEveryByte(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t), ledger.Migrations())
	s, v := keys(t)
	place(t, d, s, 3)
	whole := files(t, d, 0)
	for i, f := range whole {
		for at := range f.Body {
			changed := slices.Clone(whole)
			changed[i].Body = bytes.Clone(f.Body)
			changed[i].Body[at] ^= 1
			if f.Path == "checkpoint" && strings.Contains("=\n", string(f.Body[at])) {
				continue // note lets some endings pass; verify.ParseCheckpoint does not
			}
			if _, err := ledger.Audit(changed, v); err == nil && f.Path != "checkpoint" {
				t.Fatalf("byte %d of %s changed and nobody saw", at, f.Path)
			}
		}
	}
	if _, err := ledger.Audit(whole[1:], v); err == nil {
		t.Error("a file is missing and nobody saw")
	}
}

func TestCommit(t *testing.T) {
	event := map[string]string{"act": "opening"}
	salt, first, err := ledger.Commit(event)
	if err != nil {
		t.Fatal(err)
	}
	again, err := verify.Commitment(salt, event)
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("commitment = %x, again %x, %v", first, again, err)
	}
	_, other, err := ledger.Commit(event)
	if err != nil || bytes.Equal(first, other) {
		t.Errorf("two commitments to one event are alike, or %v", err)
	}
	if _, _, err := ledger.Commit(map[string]float64{"x": 0.5}); err == nil {
		t.Error("committed to a float")
	}
}

func BenchmarkAppend(b *testing.B) {
	d := dbtest.Open(b, dbtest.SQLite(b), ledger.Migrations())
	s, _ := keys(b)
	for _, n := range []int{1, 100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				place(b, d, s, n)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/leaf")
		})
	}
}
