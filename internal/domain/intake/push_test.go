package intake

import (
	"bytes"
	"crypto/sha256"
	"maps"
	"math"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/verify"
)

// tree is a checkpoint of a made-up tree, signed by the ledger key.
func tree(t *testing.T, size int64, seed string) []byte {
	t.Helper()
	key, err := worldOf(t).ledger.Note()
	if err != nil {
		t.Fatal(err)
	}
	return signedTree(t, key, size, seed)
}

func signedTree(t *testing.T, key note.Signer, size int64, seed string) []byte {
	t.Helper()
	raw, err := note.Sign(&note.Note{Text: verify.CheckpointText(key.Name(), size, tlog.Hash(sha256.Sum256([]byte(seed))))}, key)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestCheckpointNeverGoesBack(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		take := func(body []byte) error {
			return d.Take(t.Context(), Push{Ledger: []LedgerFile{{Path: "checkpoint", Body: body}}})
		}
		for _, size := range []int64{3, 7, 7, 5, 0} {
			if err := take(tree(t, size, "a")); err != nil {
				t.Fatal(err)
			}
		}
		if err := take(tree(t, 7, "b")); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a fork: %v", err)
		}
		for name, body := range map[string][]byte{"nothing": nil, "words": []byte("one"), "a stranger's": signedTree(t, strangerNote(t), 9, "a")} {
			if err := take(body); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s as a checkpoint: %v", name, err)
			}
		}
		if body, err := d.Ledger(t.Context(), "checkpoint"); err != nil || !bytes.Equal(body, tree(t, 7, "a")) || *d.checkpoint.Load() != string(body) {
			t.Errorf("the portal shows %q, %v; want the tree of 7", body, err)
		}
	})
}

func strangerNote(t *testing.T) note.Signer {
	t.Helper()
	skey, _, err := note.GenerateKey(nil, worldOf(t).ledger.Certificate().Origin)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestHostilePush pushes what no office sends: nothing of it is kept, and the
// pages of a case stand.
func TestHostilePush(t *testing.T) {
	tests := hostilePushes(published(t)[0].Body)
	eachDesk(t, func(t *testing.T, d *Desk) {
		pubs := count(t, d, "publication")
		for name, p := range tests {
			if err := d.Take(t.Context(), p); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v, want it refused", name, err)
			}
		}
		for table, want := range map[string]int64{"fact": 0, "message": 0, "inclusion": 0, "ledger_file": 0, "publication": pubs} {
			if n := count(t, d, table); n != want {
				t.Errorf("%d rows in %s, want %d", n, table, want)
			}
		}
	})
}

// hostilePushes are by name; service is the body of a sound one.
func hostilePushes(service []byte) map[string]Push {
	now := time.Now()
	fact := func(change func(*Fact)) Push {
		f := Fact{ID: "fact/x", Reference: "R", At: now, Kind: "filed", Data: map[string]string{"state": "under-review", "due_on": "2026-12-01"}}
		change(&f)
		return Push{Facts: []Fact{f}}
	}
	line := func(key, value string) Push {
		return fact(func(f *Fact) { f.Data = maps.Clone(f.Data); f.Data[key] = value })
	}
	message := func(change func(*SealedMessage)) Push {
		m := SealedMessage{ID: "m", Reference: "R", At: now, Kind: MessageRequest, Sealed: []byte("x")}
		change(&m)
		return Push{Messages: []SealedMessage{m}}
	}
	ledger := func(path string, body []byte) Push { return Push{Ledger: []LedgerFile{{Path: path, Body: body}}} }
	many := make([]Inclusion, mostEach+1)
	for i := range many {
		many[i] = Inclusion{Envelope: "e"}
	}
	return map[string]Push{
		"a date that is none":        line("due_on", "<b>soon</b>"),
		"a window that is none":      line("window_last", "2026-13-40"),
		"a state of many words":      line("state", "you must pay 100 DH"),
		"a negative suspension":      line("suspended_days", "-3"),
		"a suspension beyond counts": line("suspended_days", "99999999999999999999"),
		"an event that is none":      line(FactEvent, `{"do":"bribe"}`),
		"an event of words":          line(FactEvent, `{"at":"2026-03-02T09:00:00Z","do":"file","text":"secret"}`),
		"a huge event":               line(FactEvent, `{"at":"2026-03-02T09:00:00Z","do":"answer","docs":["`+strings.Repeat("a", mostEvent)+`"]}`),
		"a law that is no hash":      line(FactLaw, "ma"),
		"closing days that are none": line(FactClosed, "2026-01-01,soon"),
		"a reason of many words":     line(FactRefused, "because I say so"),
		"a long line":                line("note", strings.Repeat("x", 5000)),
		"a zero byte":                line("note", "a\x00b"),
		"a key with a space":         line("a b", "x"),
		"a fact without id":          fact(func(f *Fact) { f.ID = "" }),
		"a fact of a zero byte":      fact(func(f *Fact) { f.ID = "fact/\x00" }),
		"a fact of no time":          fact(func(f *Fact) { f.At = time.Time{} }),
		"a fact of the year 9999":    fact(func(f *Fact) { f.At = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) }),
		"a kind of words":            fact(func(f *Fact) { f.Kind = "Granted!" }),
		"an unknown message":         message(func(m *SealedMessage) { m.Kind = "bill" }),
		"a huge message":             message(func(m *SealedMessage) { m.Sealed = make([]byte, mostMessage+1) }),
		"a message with a long id":   message(func(m *SealedMessage) { m.ID = strings.Repeat("m", 300) }),
		"a huge proof":               {Inclusions: []Inclusion{{Envelope: "e", Proof: make([]byte, mostProof+1)}}},
		"too many proofs":            {Inclusions: many},
		"a path outside the ledger":  ledger("tile/../../etc/passwd", make([]byte, 32)),
		"a tile of a wrong size":     ledger("tile/0/000", make([]byte, 33)),
		"a file that is no tile":     ledger("index.html", []byte("<script>")),
		"an unknown publication":     {Publications: []Publication{{Kind: "news", ID: "a", Body: []byte("x")}}},
		"a second book":              {Publications: []Publication{{Kind: PublishAuthority, ID: "book2", Body: []byte("{}")}}},
		"a service by another name":  {Publications: []Publication{{Kind: PublishService, ID: "fines", Body: service}}},
		"a folder climbing out":      {Publications: []Publication{{Kind: PublishAuthority, ID: "book", Body: []byte(`{"../authorities/a.yaml":"id: a"}`)}}},
	}
}

// TestSpoiltProof pushes a proof that is none: the receipt and its page stand.
func TestSpoiltProof(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		c, cookie := filedCase(t, d, "bill")
		for i, proof := range [][]byte{[]byte("{"), []byte(`{"at":"2026-01-01T00:00:00Z","checkpoint":"","hashes":[],"index":0}`)} {
			push(t, d, Push{Inclusions: []Inclusion{{Envelope: c.filing.envelope, Proof: proof}}})
			again := caseOf(t, d, cookie, c.Reference)
			if again.Included || !bytes.Equal(again.ReceiptFile, c.FirstReceipt) {
				t.Errorf("proof %d: included %v", i, again.Included)
			}
		}
	})
}

// TestRequestNobodyCanAnswer reads a signed letter that asks for what is no
// piece, by a day that is none.
func TestRequestNobodyCanAnswer(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		c, cookie := filedCase(t, d, "bill")
		fact(t, d, c, c.filing.envelope, "filed", "under-review")
		letter(t, d, c, Letter{ID: "r1", Kind: MessageRequest, Language: "xx", Text: "?", Request: "replacement", WindowLast: "<soon>",
			Questions: []string{"soul", "cnie", "proof_file", "proof_file", "\x00"}})
		c = caseOf(t, d, cookie, c.Reference)
		if c.Request == nil || len(c.Request.Questions) != 1 || c.Request.Questions[0] != "proof_file" || c.Request.WindowLast != "" {
			t.Fatalf("asked %+v", c.Request)
		}
		if _, err := d.AddAnswerFile(t.Context(), c, "proof_file", "a.pdf", reader(pdf)); err != nil {
			t.Fatal(err)
		}
		if err := d.Answer(t.Context(), c, ""); err != nil {
			t.Errorf("it cannot be answered: %v", err)
		}
	})
}

// TestOddCursorsAndPaths asks as a hostile office, or anybody, may.
func TestOddCursorsAndPaths(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		for range 3 {
			filedCase(t, d, "bill")
		}
		for _, tt := range []struct {
			after int64
			limit int
			want  int
		}{{0, 500, 3}, {-1, 500, 3}, {math.MinInt64, math.MaxInt, 3}, {0, 0, 1}, {0, math.MinInt, 1}, {2, 500, 1}, {3, 500, 0}, {math.MaxInt64, 500, 0}} {
			got, err := d.Offer(t.Context(), tt.after, tt.limit)
			if err != nil || len(got) != tt.want {
				t.Errorf("after %d, at most %d: %d envelopes, %v; want %d", tt.after, tt.limit, len(got), err, tt.want)
			}
		}
		err := d.db.Update(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE submission SET body = $1`, make([]byte, MaxEnvelope))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for after, want := range []int{2, 2, 1} {
			if got, err := d.Offer(t.Context(), int64(after), 500); err != nil || len(got) != want || got[0].Seq != int64(after)+1 {
				t.Errorf("large envelopes after %d: %d at once, %v; want %d", after, len(got), err, want)
			}
		}
		for _, path := range []string{"", "\x00", "tile/\x00", "\xff", "tile/0/../x", "tile/0/000", strings.Repeat("tile/", 1000), "publication"} {
			if _, err := d.Ledger(t.Context(), path); errs.KindOf(err) != errs.NotFound {
				t.Errorf("ledger file %.20q: %v", path, err)
			}
			if _, err := d.CaseByCode(t.Context(), path, path); errs.KindOf(err) != errs.NotFound {
				t.Errorf("case %.20q: %v", path, err)
			}
			if _, _, err := d.Blob(path); errs.KindOf(err) != errs.NotFound {
				t.Errorf("blob %.20q: %v", path, err)
			}
		}
	})
}
