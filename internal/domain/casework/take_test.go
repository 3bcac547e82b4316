package casework_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strings"
	"sync"
	"testing"

	"wasl/internal/crypt/seal"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/intake"
	"wasl/verify"
)

// TestTakenOnce offers the same envelopes again and again, at once too.
func TestTakenOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.file("residence-certificate", "bill")
		w.file("residence-certificate", "hosted")
		offered := w.offered()
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for _, off := range offered {
					if err := w.takeOne(off); err != nil && !strings.Contains(err.Error(), "UNIQUE") && !strings.Contains(err.Error(), "duplicate key") {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for _, off := range offered {
			if err := w.takeOne(off); err != nil {
				t.Fatal(err)
			}
		}
		for query, want := range map[string]int64{
			`SELECT count(*) FROM casefile`:                        2,
			`SELECT count(*) FROM envelope`:                        2,
			`SELECT count(*) FROM action`:                          2,
			`SELECT count(*) FROM leaf WHERE kind = 'receipt'`:     2,
			`SELECT count(*) FROM access`:                          2,
			`SELECT count(*) FROM outbox WHERE kind = 'fact'`:      2,
			`SELECT count(*) FROM quarantine`:                      0,
			`SELECT seq FROM progress WHERE name = 'exchange'`:     2,
			`SELECT count(*) FROM blind WHERE field = 'number'`:    2,
			`SELECT count(*) FROM casefile WHERE state = 'filed'`:  0,
			`SELECT count(*) FROM casefile WHERE accesses = 1`:     2,
			`SELECT count(*) FROM casefile WHERE wake_on <> ''`:    2,
			`SELECT count(*) FROM casefile WHERE turn = 'office'`:  2,
			`SELECT count(*) FROM casefile WHERE due_on = sort_on`: 2,
		} {
			if got := w.count(query); got != want {
				t.Errorf("%s = %d, want %d", query, got, want)
			}
		}
	})
}

// TestCrashBetweenFilesAndTake starts over after the files were kept.
func TestCrashBetweenFilesAndTake(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got := w.file("residence-certificate", "bill")
		off := w.offered()[0]
		for range 2 {
			needs, err := w.office.Needs(t.Context(), off)
			if err != nil || len(needs) != 1 {
				t.Fatalf("needs = %v, %v; want one file", needs, err)
			}
			for _, need := range needs {
				if err := w.office.KeepFile(t.Context(), need, bytes.NewReader(nil)); err != casework.ErrFile {
					t.Fatalf("an empty file: %v, want ErrFile", err)
				}
				if err := w.office.KeepFile(t.Context(), need, w.blob(need.Name)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := w.office.Take(t.Context(), off); err != nil {
			t.Fatal(err)
		}
		if needs, err := w.office.Needs(t.Context(), off); err != nil || len(needs) != 0 {
			t.Fatalf("needs of a known envelope = %v, %v", needs, err)
		}
		op, err := w.office.Open(t.Context(), amina, got.Reference, "instruct")
		if err != nil {
			t.Fatal(err)
		}
		_, rc, err := w.office.OpenFile(t.Context(), amina, got.Reference, op.Files[0].Envelope, op.Files[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		w.read(rc)
	})
}

// TestQuarantine offers what a hostile portal, or a thief of its store, might.
func TestQuarantine(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.file("residence-certificate", "bill")
		w.exchange()
		w.file("residence-certificate", "hosted")
		sound := w.offered()[0]
		reference := string(intake.NewReference())
		tests := w.spoilings(first.Reference, reference)
		cases := w.count(`SELECT count(*) FROM casefile`)
		for i, tt := range tests {
			off := sound
			off.Body = bytes.Clone(sound.Body)
			tt.spoil(&off)
			if err := w.takeOne(off); err != nil {
				t.Errorf("%s: %v", tt.name, err)
				continue
			}
			if n := w.count(`SELECT count(*) FROM quarantine`); n != 1 {
				t.Errorf("%s: %d in quarantine, want 1", tt.name, n)
			}
			if n := w.count(`SELECT count(*) FROM quarantine WHERE reason LIKE '%` + tt.reason + `%'`); n != 1 {
				t.Errorf("%s: quarantined for another reason: %s, want %q", tt.name, w.text(`SELECT reason FROM quarantine`), tt.reason)
			}
			if n := w.count(`SELECT count(*) FROM casefile`) - cases; n != 0 {
				t.Errorf("%s: %d new cases", tt.name, n)
			}
			w.exec(`DELETE FROM quarantine`)
			_ = i
		}
		if n := w.count(`SELECT seq FROM progress WHERE name = 'exchange'`); n != sound.Seq {
			t.Errorf("the cursor stands at %d, want %d: quarantine does not hold up the rest", n, sound.Seq)
		}
		if err := w.takeOne(sound); err != nil {
			t.Fatal(err)
		}
		if n := w.count(`SELECT count(*) FROM casefile`) - cases; n != 1 {
			t.Errorf("the sound envelope made %d cases", n)
		}
	})
}

// spoiling makes of a sound offer one that must not be taken.
type spoiling struct {
	name   string
	spoil  func(off *intake.Offered)
	reason string
}

// spoilings are what a hostile portal can do to an offer; taken is the
// reference of a case that there is, reference one that is free.
func (w *world) spoilings(taken, reference string) []spoiling {
	return []spoiling{
		{"not an envelope", func(off *intake.Offered) { off.Body = []byte("nothing") }, "envelope"},
		{"no body", func(off *intake.Offered) { off.Body = nil }, "envelope"},
		{"a clear field changed", func(off *intake.Offered) { w.edit(off, `"unit":"citizens"`, `"unit":"planning"`) }, "signature"},
		{"the service changed", func(off *intake.Offered) {
			w.edit(off, `"service":"residence-certificate"`, `"service":"street-complaint"`)
		}, "signature"},
		{"a section changed", func(off *intake.Offered) {
			env := w.envelope(off)
			env.Sections[0][3] ^= 1
			w.set(off, env)
		}, "signature"},
		{"the worker's wrap taken off", func(off *intake.Offered) {
			env := w.envelope(off)
			env.Wraps = env.Wraps[:1]
			w.set(off, env)
		}, "intake section"},
		{"under another reference", func(off *intake.Offered) { off.Reference = taken }, "another envelope"},
		{"under another id", func(off *intake.Offered) { off.Envelope = strings.Repeat("ab", 16) }, "another envelope"},
		{"as another kind", func(off *intake.Offered) { off.Kind = intake.KindWithdrawal }, "another envelope"},
		{"a deposit record of another envelope", func(off *intake.Offered) {
			off.Deposit = w.deposit(verify.Deposit{Reference: off.Reference, Envelope: strings.Repeat("0", 64)})
		}, "another envelope"},
		{"a deposit record by a stranger's key", func(off *intake.Offered) { off.Deposit = w.forged(off) }, "deposit record"},
		{"no deposit record", func(off *intake.Offered) { off.Deposit = nil }, "deposit record"},
		{"a reference that is none", func(off *intake.Offered) {
			off.Reference = "../../etc"
			off.Deposit = w.deposit(verify.Deposit{Reference: off.Reference, Envelope: w.digest(off)})
		}, "reference"},
		{"the reference of another case", func(off *intake.Offered) {
			off.Reference = taken
			off.Deposit = w.deposit(verify.Deposit{Reference: off.Reference, Envelope: w.digest(off)})
		}, "intake.twice"},
		{"an unknown service version", func(off *intake.Offered) { w.forge(off, reference, seal.Header{Version: strings.Repeat("0", 64)}) }, "intake.version"},
		{"an answer to a case by another applicant", func(off *intake.Offered) {
			w.forge(off, taken, seal.Header{Kind: intake.KindAnswer, Previous: w.last(taken)})
		}, "intake.signer"},
		{"an answer to no case", func(off *intake.Offered) { w.forge(off, reference, seal.Header{Kind: intake.KindAnswer}) }, "intake.nocase"},
	}
}

// TestReplayUnderAnotherReference hands a stolen envelope in again.
func TestReplayUnderAnotherReference(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.file("residence-certificate", "bill")
		off := w.offered()[0]
		w.exchange()
		again := off
		again.Seq, again.Reference = off.Seq+1, string(intake.NewReference())
		again.Deposit = w.deposit(verify.Deposit{Reference: again.Reference, Envelope: w.digest(&off)})
		if err := w.takeOne(again); err != nil {
			t.Fatal(err)
		}
		if n := w.count(`SELECT count(*) FROM casefile`); n != 1 {
			t.Errorf("%d cases, want 1: the same envelope is the same case", n)
		}
	})
}

// FuzzTake feeds the intake what a hostile portal might send.
func FuzzTake(f *testing.F) {
	w := newWorld(f, "sqlite")
	w.file("residence-certificate", "bill")
	off := w.offered()[0]
	f.Add(off.Body, off.Deposit, off.Envelope, off.Reference)
	f.Add([]byte("wasl-envelope-1\n"), []byte("{}"), "", "")
	f.Fuzz(func(t *testing.T, body, deposit []byte, envelope, reference string) {
		in := off
		in.Body, in.Deposit, in.Envelope, in.Reference = body, deposit, envelope, reference
		if _, err := w.office.Needs(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		if err := w.office.Take(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	})
}

// envelope, set, edit and digest work on an offered envelope's body.
func (w *world) envelope(off *intake.Offered) *seal.Envelope {
	w.t.Helper()
	env, err := seal.Unmarshal(off.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return env
}

func (w *world) set(off *intake.Offered, env *seal.Envelope) {
	w.t.Helper()
	body, err := env.Marshal()
	if err != nil {
		w.t.Fatal(err)
	}
	off.Body = body
}

func (w *world) edit(off *intake.Offered, from, to string) {
	w.t.Helper()
	env := w.envelope(off)
	header := bytes.Replace(env.Header, []byte(from), []byte(to), 1)
	if bytes.Equal(header, env.Header) {
		w.t.Fatalf("the header has no %s", from)
	}
	env.Header = header
	w.set(off, env)
}

func (w *world) digest(off *intake.Offered) string {
	env := w.envelope(off)
	return hex.EncodeToString(env.Digest[:])
}

// forge makes a sound envelope of a made-up applicant in place of an offered
// one, with a deposit record signed by the portal.
func (w *world) forge(off *intake.Offered, reference string, h seal.Header) {
	w.forgeWith(off, reference, h, soundIntake)
}

// soundIntake is the least that an intake section holds.
var soundIntake = `{"notice":"` + base64.StdEncoding.EncodeToString(make([]byte, 32)) + `"}`

func (w *world) forgeWith(off *intake.Offered, reference string, h seal.Header, section string) {
	w.t.Helper()
	head, err := w.envelope(off).ParseHeader()
	if err != nil {
		w.t.Fatal(err)
	}
	h.ID, h.Service, h.Authority = strings.Repeat("cd", 16), head.Service, head.Authority
	if h.Unit == "" {
		h.Unit = head.Unit
	}
	if h.Kind == "" {
		h.Kind = intake.KindFiling
	}
	if h.Version == "" {
		h.Version = head.Version
	}
	content := seal.Content{Sections: map[string][]byte{}}
	for _, id := range intake.Sections(w.office.Definition(head.Version)) {
		content.Sections[id] = []byte("{}")
	}
	content.Sections[intake.SectionIntake] = []byte(section)
	w.forgeContent(off, reference, h, content, w.readers(h.Authority+"/"+h.Unit))
}

// forgeContent forges an envelope of any content for any readers.
func (w *world) forgeContent(off *intake.Offered, reference string, h seal.Header, content seal.Content, readers []seal.Reader) {
	w.t.Helper()
	env, err := seal.Seal(seal.NewContentKey(), h, content, readers, seal.NewCode().Derive())
	if err != nil {
		w.t.Fatal(err)
	}
	w.set(off, env)
	off.Envelope, off.Kind, off.Reference = h.ID, h.Kind, reference
	off.Deposit = w.deposit(verify.Deposit{Reference: reference, Envelope: hex.EncodeToString(env.Digest[:])})
}

func (w *world) read(rc io.ReadCloser) []byte {
	w.t.Helper()
	defer rc.Close()
	b, err := io.ReadAll(rc)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}
