package casework_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/intake"
	"wasl/verify"
)

// TestHostileOffer offers sound-looking envelopes that a portal in wrong hands
// can make and sign: each is set aside, and holds up nothing.
func TestHostileOffer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.file("residence-certificate", "bill")
		sound := w.offered()[0]
		for _, tt := range w.forgeries() {
			off := sound
			tt.spoil(&off)
			needs, err := w.office.Needs(t.Context(), off)
			if err != nil || len(needs) > 0 && !strings.HasPrefix(tt.reason, "intake.") {
				t.Errorf("%s: %d files are wanted, %v", tt.name, len(needs), err)
			}
			if err := w.office.Take(t.Context(), off); err != nil {
				t.Errorf("%s: %v", tt.name, err)
				continue
			}
			if got := w.text(`SELECT coalesce(max(reason), '') FROM quarantine`); !strings.Contains(got, tt.reason) {
				t.Errorf("%s: quarantined because of %q, want %q", tt.name, got, tt.reason)
			}
			w.exec(`DELETE FROM quarantine`)
		}
		w.exchange()
		w.must(w.takeOne(sound))
		if n := w.count(`SELECT count(*) FROM casefile`); n != 1 {
			t.Errorf("%d cases, want the sound one", n)
		}
	})
}

// forgeries are envelopes that a portal in wrong hands can seal and sign.
func (w *world) forgeries() []spoiling {
	reference := string(intake.NewReference())
	section := func(section string) func(*intake.Offered) {
		return func(off *intake.Offered) { w.forgeWith(off, reference, seal.Header{}, section) }
	}
	record := func(change func(*verify.Deposit)) func(*intake.Offered) {
		return func(off *intake.Offered) {
			w.forge(off, reference, seal.Header{})
			d := verify.Deposit{Reference: reference, Envelope: w.digest(off), Channel: intake.Online, Mention: "deposited", Missing: []string{},
				DepositedAt: verify.Time{Time: time.Now().UTC().Truncate(time.Second)}}
			change(&d)
			raw, err := w.receipt.SignDeposit(d)
			w.must(err)
			off.Deposit = raw
		}
	}
	return []spoiling{
		{"a huge body", func(off *intake.Offered) { off.Body = make([]byte, intake.MaxEnvelope+1) }, "too large"},
		{"401 files", func(off *intake.Offered) { w.withFiles(off, reference, 401) }, "too many files"},
		{"no notice key", section(`{}`), "notice key"},
		{"a short notice key", section(`{"notice":"AAAA"}`), "notice key"},
		{"an intake section that is a list", section(`[]`), "intake section"},
		{"an intake section that is cut", section(`{"notice":`), "intake section"},
		{"deep nesting", section(strings.Repeat(`{"search":`, 20_000)), "intake section"},
		{"a unit that the authority does not have", func(off *intake.Offered) { w.forge(off, reference, seal.Header{Unit: "nobody"}) }, "intake.unit"},
		{"without its sections", func(off *intake.Offered) {
			w.forge(off, reference, seal.Header{})
			head, err := w.envelope(off).ParseHeader()
			w.must(err)
			content := seal.Content{Sections: map[string][]byte{intake.SectionIntake: []byte(soundIntake)}}
			w.forgeContent(off, reference, again(head), content, w.readers(head.Authority+"/"+head.Unit))
		}, "intake.sections"},
		{"not sealed to its unit", func(off *intake.Offered) {
			w.forge(off, reference, seal.Header{})
			env := w.envelope(off)
			env.Wraps = env.Wraps[1:]
			w.set(off, env)
		}, "could not open"},
		{"a long salt", func(off *intake.Offered) { off.Salt = make([]byte, 1<<20) }, "leaf"},
		{"a receipt key of another authority", func(off *intake.Offered) {
			w.forge(off, reference, seal.Header{})
			off.Deposit = w.limited(off, reference)
		}, "another authority"},
		{"an unknown channel", record(func(d *verify.Deposit) { d.Channel = "fax\x00" }), "channel"},
		{"an unknown mention", record(func(d *verify.Deposit) { d.Mention = "granted" }), "mention"},
		{"a mention that does not fit", record(func(d *verify.Deposit) { d.Missing = []string{"proof_file"} }), "missing pieces"},
		{"a thousand pieces due", record(func(d *verify.Deposit) {
			d.Mention, d.Missing = "being-deposited", strings.Split(strings.Repeat("proof_file,", 1000), ",")
		}), "missing pieces"},
		{"a piece that nobody asks", record(func(d *verify.Deposit) { d.Mention, d.Missing = "being-deposited", []string{"soul"} }), "intake.missing"},
	}
}

// withFiles forges an envelope that names many files.
func (w *world) withFiles(off *intake.Offered, reference string, n int) {
	w.t.Helper()
	w.forge(off, reference, seal.Header{})
	head, err := w.envelope(off).ParseHeader()
	w.must(err)
	content := seal.Content{Sections: map[string][]byte{intake.SectionIntake: []byte(soundIntake)}}
	for i := range n {
		content.Files = append(content.Files, seal.SealedFile{ID: fmt.Sprintf("%032x", i), Salt: make([]byte, 32), Commitment: make([]byte, 32), Digest: make([]byte, 32), Size: 256})
	}
	w.forgeContent(off, reference, again(head), content, w.readers(head.Authority+"/"+head.Unit))
}

// limited signs an envelope's deposit record with a receipt key that the root
// certified for one other authority.
func (w *world) limited(off *intake.Offered, reference string) []byte {
	w.t.Helper()
	s, err := w.root.NewSigner(period(verify.Certificate{Role: verify.RoleReceipt, Authority: "somebody-else"}))
	w.must(err)
	raw, err := s.SignDeposit(verify.Deposit{Reference: reference, Envelope: w.digest(off), Channel: intake.Online, Mention: "deposited", Missing: []string{},
		DepositedAt: verify.Time{Time: time.Now().UTC().Truncate(time.Second)}})
	w.must(err)
	return raw
}

// again is what a header takes to be sealed once more.
func again(h *seal.Header) seal.Header {
	return seal.Header{ID: h.ID, Kind: h.Kind, Service: h.Service, Version: h.Version, Unit: h.Unit, Authority: h.Authority}
}

// TestPartlySealedToUnit offers an envelope that gives its unit one section
// only, in front of the whole. Without the reply section, a letter would be
// sealed under a key that everybody knows.
func TestPartlySealedToUnit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.file("residence-certificate", "bill")
		off, reference := w.offered()[0], string(intake.NewReference())
		w.forge(&off, reference, seal.Header{})
		head, err := w.envelope(&off).ParseHeader()
		w.must(err)
		content := seal.Content{Sections: map[string][]byte{}}
		for _, s := range head.Sections {
			content.Sections[s.ID] = []byte("{}")
		}
		content.Sections[intake.SectionIntake] = []byte(soundIntake)
		readers := w.readers(head.Authority + "/" + head.Unit)
		partly := readers[0]
		partly.Scope = []string{intake.SectionFiles}
		w.forgeContent(&off, reference, again(head), content, append([]seal.Reader{partly}, readers...))
		w.must(w.office.Take(t.Context(), off))
		if n := w.count(`SELECT count(*) FROM casefile`); n != 1 {
			t.Fatalf("%d cases, want 1", n)
		}
		if _, err := w.office.Open(t.Context(), amina, reference, "instruct"); err == nil || !strings.Contains(err.Error(), "some sections only") {
			t.Errorf("opening gives %v", err)
		}
	})
}

// TestNumbersCannotBeSkipped offers numbers that would move the cursor past
// what the office has not seen.
func TestNumbersCannotBeSkipped(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.file("residence-certificate", "bill")
		sound := w.offered()[0]
		for _, seq := range []int64{sound.Seq + 1, math.MaxInt64, 0, -1, math.MinInt64} {
			off := sound
			off.Seq = seq
			if err := w.office.Take(t.Context(), off); errs.KindOf(err) != errs.Invalid {
				t.Errorf("number %d: %v, want it refused", seq, err)
			}
		}
		if after, err := w.office.Progress(t.Context()); err != nil || after != 0 {
			t.Errorf("the cursor stands at %d, %v", after, err)
		}
		w.exchange()
		if n := w.count(`SELECT count(*) FROM casefile`); n != 1 {
			t.Errorf("%d cases, want 1", n)
		}
	})
}

// TestSquattedID offers rubbish under the id of an envelope still to come.
func TestSquattedID(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.file("residence-certificate", "bill")
		sound := w.offered()[0]
		for _, body := range []string{"rubbish", "more"} {
			off := sound
			off.Body = []byte(body)
			for range 2 {
				w.must(w.office.Take(t.Context(), off))
			}
		}
		w.must(w.takeOne(sound))
		if cases, set := w.count(`SELECT count(*) FROM casefile`), w.count(`SELECT count(*) FROM quarantine`); cases != 1 || set != 2 {
			t.Errorf("%d cases and %d in quarantine, want 1 and 2", cases, set)
		}
	})
}

// TestQuarantineIsBounded fills the quarantine: what comes after is noted
// without its bytes.
func TestQuarantineIsBounded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.file("residence-certificate", "bill")
		off := w.offered()[0]
		off.Body = []byte(strings.Repeat("x", 5000))
		w.must(w.office.Take(t.Context(), off))
		var rows []string
		for i := range 1000 {
			rows = append(rows, fmt.Sprintf("('%d', 0, 'r', '')", i))
		}
		w.exec(`INSERT INTO quarantine (envelope, at, reason, body) VALUES ` + strings.Join(rows, ", "))
		off.Body[0] = 'y'
		w.must(w.office.Take(t.Context(), off))
		if n, empty := w.count(`SELECT count(*) FROM quarantine`), w.count(`SELECT count(*) FROM quarantine WHERE length(body) = 0`); n != 1002 || empty != 1001 {
			t.Errorf("%d in quarantine, %d without bytes; want 1002 and 1001", n, empty)
		}
	})
}

// TestSpoiltOutboxRow leaves one row where it is, and tells of the others.
func TestSpoiltOutboxRow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.exec(`INSERT INTO outbox (id, at, kind, body) VALUES ('a', 0, 'access', '{'), ('b', 0, 'rumour', '{}')`)
		got := w.file("residence-certificate", "bill")
		w.exchange()
		if c := w.mine(got); c.State != casework.StateReview || len(c.Accesses) != 1 {
			t.Errorf("the applicant reads state %s and %d openings", c.State, len(c.Accesses))
		}
		if n := w.count(`SELECT count(*) FROM outbox`); n != 2 {
			t.Errorf("%d rows are left, want the two", n)
		}
	})
}

// TestClaimedTime takes the portal's unsigned time only where it fits the
// signed one.
func TestClaimedTime(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, at := range []time.Time{{}, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), time.Now().Add(time.Hour)} {
			got := w.file("residence-certificate", "bill")
			off := w.offered()[0]
			off.At = at
			w.must(w.takeOne(off))
			filed := w.mine(got).FiledAt.Truncate(time.Second)
			if n := w.count(`SELECT at FROM envelope WHERE id = '` + off.Envelope + `'`); n != filed.UnixMicro() {
				t.Errorf("claimed %s: kept as of %s, want %s", at, time.UnixMicro(n), filed)
			}
		}
	})
}

// TestOddNames asks for cases, files and pages by names that are none.
func TestOddNames(t *testing.T) {
	odd := []string{"", "\x00", "a\x00b", "\xff\xfe", "../../etc/passwd", strings.Repeat("A", 1<<16), "' OR 1=1 --", "GS4WMX6ZXFV"}
	each(t, func(t *testing.T, w *world) {
		got := w.file("residence-certificate", "bill")
		w.exchange()
		w.open(got.Reference)
		ctx := t.Context()
		for _, name := range odd {
			calls := map[string]func() error{
				"view": func() error { _, err := w.office.View(ctx, amina, name); return err },
				"open": func() error { _, err := w.office.Open(ctx, amina, name, "instruct"); return err },
				"note": func() error { return w.office.AddNote(ctx, amina, name, "note-one", "x") },
				"ask": func() error {
					return w.office.Ask(ctx, amina, name, casework.Request{ID: "request-one", Kind: casework.ActInformation, Text: "x"})
				},
				"decide": func() error {
					return w.office.Decide(ctx, amina, name, casework.Decision{ID: "decision-one", Outcome: casework.Grant})
				},
				"times": func() error { return w.office.SeeTimes(ctx, amina, name, "times-one") },
				"envelope": func() error {
					_, _, err := w.office.OpenFile(ctx, amina, got.Reference, name, strings.Repeat("0", 32))
					return err
				},
				"file": func() error {
					_, _, err := w.office.OpenFile(ctx, amina, got.Reference, strings.Repeat("0", 32), name)
					return err
				},
				"document": func() error { _, _, err := w.office.OpenDocument(ctx, amina, got.Reference, name); return err },
			}
			for what, call := range calls {
				if err := call(); errs.KindOf(err) != errs.NotFound {
					t.Errorf("%s of %.20q: %v, want not found", what, name, err)
				}
			}
			rows, err := w.office.Search(ctx, amina, casework.ByReference, name)
			if err != nil || len(rows) != 0 {
				t.Errorf("search for %.20q: %d rows, %v", name, len(rows), err)
			}
		}
		for _, after := range []string{"AAAA", "MjAyNi0xMi0wMSA", "MjAyNi0xMi0wMSAA", "MjAyNi0xMi0wMSAnIE9S"} {
			if _, _, err := w.office.Queue(ctx, amina, casework.Filter{Open: true, After: after, Limit: 5}); errs.KindOf(err) != errs.Invalid {
				t.Errorf("cursor %q: %v, want invalid", after, err)
			}
		}
		for _, limit := range []int{math.MinInt, -1, 0, math.MaxInt} {
			if rows, _, err := w.office.Queue(ctx, amina, casework.Filter{Open: true, Limit: limit}); err != nil || len(rows) != 1 {
				t.Errorf("%d rows at once: %d, %v", limit, len(rows), err)
			}
		}
	})
}

// TestOldTrustFile publishes an old trust file after one that revokes the
// portal's receipt key: the key stays revoked.
func TestOldTrustFile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.file("residence-certificate", "bill")
		off := w.offered()[0]
		now := time.Now().UTC().Truncate(time.Second)
		gone := []verify.Revocation{{KeyID: w.receipt.KeyID(), At: verify.Time{Time: now}, Reason: "stolen"}}
		newest, err := w.root.Trust(now.Add(2*time.Minute), w.trust.Certificates, gone)
		w.must(err)
		older, err := w.root.Trust(now.Add(time.Minute), w.trust.Certificates, nil)
		w.must(err)
		for _, body := range [][]byte{newest, older} {
			w.must(w.office.Publish(t.Context(), intake.Publication{Kind: intake.PublishTrust, ID: "trust", Body: body}))
		}
		w.must(w.office.Take(t.Context(), off))
		if got := w.text(`SELECT coalesce(max(reason), '') FROM quarantine`); !strings.Contains(got, "revoked") {
			t.Errorf("an envelope under a revoked key was quarantined because of %q", got)
		}
	})
}
