package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
)

// amended publishes the residence certificate as another version, some of its
// text replaced.
func amended(t *testing.T, d *Desk, pairs ...string) {
	t.Helper()
	for _, p := range published(t) {
		if p.Kind != PublishService || p.ID != residence {
			continue
		}
		body := bytes.Clone(p.Body)
		for i := 0; i < len(pairs); i += 2 {
			if !bytes.Contains(body, []byte(pairs[i])) {
				t.Fatalf("the service holds no %s", pairs[i])
			}
			body = bytes.Replace(body, []byte(pairs[i]), []byte(pairs[i+1]), 1)
		}
		push(t, d, Push{Publications: []Publication{{Kind: PublishService, ID: residence, Body: body}}})
	}
}

// consents makes silence give the residence certificate.
func consents(t *testing.T, d *Desk) { amended(t, d, "silence: appeal", "silence: consent") }

// backdate moves all that a case's applicant handed in some days back.
func backdate(t *testing.T, d *Desk, c *Case, days int) {
	t.Helper()
	err := d.db.Update(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE submission SET received_at = received_at - CAST($1 AS BIGINT) WHERE reference = $2`, int64(days)*24*3600*1e6, c.Reference)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// barred is the ruling that refused an act.
func barred(t *testing.T, err error) clock.Ruling {
	t.Helper()
	var b *Barred
	if !errors.As(err, &b) {
		t.Fatalf("not refused by the law: %v", err)
	}
	return b.Ruling
}

// An act is handed in once, sealed and chained, when the law allows it; else it
// is refused by its article.
func TestActs(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		consents(t, d)
		c, cookie := filedCase(t, d, "bill")
		if r := barred(t, d.Act(t.Context(), c, KindClaim, "")); r.Why != "not-consent" || !slices.Equal(r.Articles, []string{"19"}) {
			t.Errorf("a claim while the clock runs: %+v", r)
		}
		backdate(t, d, c, 40)
		c = caseOf(t, d, cookie, c.Reference)
		if c.Clock.State != clock.Consent || !c.May(KindClaim).OK || c.May(KindHigher).OK || c.May(KindAppeal).OK {
			t.Fatalf("state %s, acts %+v", c.Clock.State, c.Acts)
		}
		if r := barred(t, d.Act(t.Context(), c, KindHigher, "")); r.Why != "not-local" || !slices.Equal(r.Articles, []string{"20"}) {
			t.Errorf("above a commune: %+v", r)
		}
		for text, key := range map[string]string{"a\xff": "answer.text", strings.Repeat("é", MaxAnswer+1): "answer.long"} {
			var e *errs.Error
			if err := d.Act(t.Context(), c, KindClaim, text); !errors.As(err, &e) || e.Key != key {
				t.Errorf("text of %d bytes: %v, want %s", len(text), err, key)
			}
		}
		if err := d.Act(t.Context(), c, "rule-the-world", ""); errs.KindOf(err) != errs.NotFound {
			t.Errorf("an act that is none: %v", err)
		}
		var wg sync.WaitGroup
		for range 8 {
			mine := caseOf(t, d, cookie, c.Reference)
			wg.Go(func() {
				if err := d.Act(t.Context(), mine, KindClaim, "Où est mon certificat ?"); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		c = caseOf(t, d, cookie, c.Reference)
		if n := count(t, d, "submission"); n != 2 || !c.Did(KindClaim) || c.Clock.ClaimedOn != c.On || c.Timeline[1].Kind != KindClaim {
			t.Fatalf("%d envelopes, clock %+v, timeline %+v", n, c.Clock, c.Timeline)
		}
		if err := c.own[1].open(c.keys); err != nil || !bytes.Contains(c.own[1].opened.Sections[SectionWords], []byte("Où est mon certificat ?")) {
			t.Errorf("the words are not sealed in: %v", err)
		}
		if err := d.Act(t.Context(), c, KindClaim, "again"); err != nil || count(t, d, "submission") != 2 {
			t.Errorf("claiming again: %v", err)
		}
		checkChain(t, d, c)
	})
}

// After the claim has gone unheard, the wali or governor is asked.
func TestAttestationAfterTheClaim(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		consents(t, d)
		c, cookie := filedCase(t, d, "bill")
		backdate(t, d, c, 40)
		c = caseOf(t, d, cookie, c.Reference)
		if err := d.Act(t.Context(), c, KindClaim, ""); err != nil {
			t.Fatal(err)
		}
		backdate(t, d, c, 14)
		c = caseOf(t, d, cookie, c.Reference)
		if !c.May(KindAttestation).OK {
			t.Fatalf("acts %+v", c.Acts)
		}
		if err := d.Act(t.Context(), c, KindAttestation, ""); err != nil {
			t.Fatal(err)
		}
		if c = caseOf(t, d, cookie, c.Reference); !c.Did(KindAttestation) || c.Clock.Turn != clock.TurnAbove || len(c.Clock.Refused) != 0 {
			t.Errorf("clock %+v", c.Clock)
		}
		checkChain(t, d, c)
	})
}

// Nobody is barred from an appeal before the latest reading of the law; after
// it, by article 21.
func TestAppealIsNotBarredBeforeTheLatestReading(t *testing.T) {
	d := benchDeskOf(t)
	c, cookie := filedCase(t, d, "bill")
	late := 0
	for days := 12; days < 70; days++ {
		backdate(t, d, c, days)
		now := caseOf(t, d, cookie, c.Reference)
		k := now.Clock
		r := now.May(KindAppeal)
		switch {
		case k.State != clock.Silent:
			if r.OK {
				t.Errorf("%d days: an appeal in %s", days, k.State)
			}
		case now.On <= k.AppealLast && !r.OK:
			t.Errorf("%d days: barred on %s, before %s: %+v", days, now.On, k.AppealLast, r)
		case now.Safe.Appeal > k.AppealLast || now.Safe.Appeal == clock.NoDate:
			t.Errorf("%d days: safe day %s, last %s", days, now.Safe.Appeal, k.AppealLast)
		case !r.OK:
			if late++; r.Why != "appeal-late" || r.Articles[0] != "21" {
				t.Errorf("%d days: %+v", days, r)
			}
		}
		backdate(t, d, c, -days)
	}
	if late == 0 {
		t.Error("nothing was ever too late")
	}
}

// A request is closed when all its pieces came, in one answer or in several.
func TestPartialAnswers(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		c, cookie := filedCase(t, d, "bill")
		event := `{"at":"` + c.FiledAt.Add(time.Second).Format(time.RFC3339Nano) + `","do":"request-replacement","docs":["proof_file","host_letter"]}`
		letter(t, d, c, Letter{ID: "r1", Kind: MessageRequest, Language: "fr", Text: "Illisibles.", Request: "replacement", Questions: []string{"proof_file", "host_letter"}})
		letter(t, d, c, Letter{ID: "r2", Kind: MessageRequest, Language: "fr", Text: "Depuis quand ?", Request: "information"})
		push(t, d, Push{Facts: []Fact{{ID: "fact/r1", Reference: c.Reference, At: time.Now(), Kind: "request-replacement", Data: map[string]string{"state": "waiting", FactEvent: event}},
			{ID: "fact/r2", Reference: c.Reference, At: time.Now(), Kind: "request-information", Data: map[string]string{"state": "waiting",
				FactEvent: `{"at":"` + c.FiledAt.Add(2*time.Second).Format(time.RFC3339Nano) + `","do":"request-information"}`}}}})
		give := func(questions ...string) *Case {
			t.Helper()
			c := caseOf(t, d, cookie, c.Reference)
			for _, q := range questions {
				if _, err := d.AddAnswerFile(t.Context(), c, q, q+".pdf", reader(pdf)); err != nil {
					t.Fatal(err)
				}
			}
			if err := d.Answer(t.Context(), c, ""); err != nil {
				t.Fatal(err)
			}
			return caseOf(t, d, cookie, c.Reference)
		}
		c = give("host_letter")
		if len(c.Requests) != 2 || !slices.Equal(c.Request.Questions, []string{"proof_file"}) || !slices.Equal(c.Request.Given, []string{"host_letter"}) || c.Clock.OpenRequests != 2 {
			t.Fatalf("after one piece: %+v, clock %+v", c.Requests, c.Clock)
		}
		if c = give("proof_file"); len(c.Requests) != 1 || c.Request.ID != "r2" || c.Clock.OpenRequests != 1 {
			t.Fatalf("after both: %+v, clock %+v", c.Requests, c.Clock)
		}
		if err := d.Answer(t.Context(), c, "Depuis 2015."); err != nil {
			t.Fatal(err)
		}
		if c = caseOf(t, d, cookie, c.Reference); len(c.Requests) != 0 || c.Clock.State != clock.Running || c.Clock.OpenRequests != 0 {
			t.Errorf("after all: %+v, clock %+v", c.Requests, c.Clock)
		}
		if n := count(t, d, "submission"); n != 4 {
			t.Errorf("%d envelopes, want 4", n)
		}
		checkChain(t, d, c)
	})
}

// The pieces due since filing may come one by one: the second receipt is given
// with the last, and lists them all.
func TestPartialSupply(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		amended(t, d, `{id: host_letter, type: file, accept: [pdf, image], note: may-come-later, when: \"proof == 'host'\"}`,
			`{id: host_letter, type: file, accept: [pdf, image], note: may-come-later, when: \"proof != 'host'\"}`)
		c, cookie := filedCase(t, d, "later")
		for i, piece := range []string{"host_letter", "proof_file"} {
			if c = caseOf(t, d, cookie, c.Reference); c.Request == nil || len(c.Request.Questions) != 2-i || c.Clock.State != clock.Incomplete || c.Completion != nil {
				t.Fatalf("before %s: %+v, %s", piece, c.Request, c.Clock.State)
			}
			if _, err := d.AddAnswerFile(t.Context(), c, piece, piece+".pdf", reader(pdf)); err != nil {
				t.Fatal(err)
			}
			if err := d.Answer(t.Context(), c, ""); err != nil {
				t.Fatal(err)
			}
		}
		c = caseOf(t, d, cookie, c.Reference)
		if c.Request != nil || c.Clock.State != clock.Running || c.Completion == nil || len(c.Completion.Documents) != 2 || c.Completion.DueOn != c.DueOn {
			t.Fatalf("after both: %+v, %s, %+v", c.Request, c.Clock.State, c.Completion)
		}
		offered, err := d.Offer(t.Context(), 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range [][]string{{"proof_file", "host_letter"}, {"proof_file"}, nil} {
			if got := checkDeposit(t, d, offered[i].Deposit).Missing; !slices.Equal(got, want) {
				t.Errorf("deposit %d lacks %v, want %v", i, got, want)
			}
		}
		checkChain(t, d, c)
	})
}

// What an answer's section says is the same event in both zones; what does not
// decode is none.
func TestAnswerEvent(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	many, err := json.Marshal(map[string]any{"for": "replacement", "pieces": make([]string, mostPieces+1)})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		section string
		want    clock.Event
		ok      bool
	}{
		{`{"language":"fr"}`, clock.Event{At: at, Do: clock.Answer}, true},
		{`{"for":"missing","pieces":["a"]}`, clock.Event{At: at, Do: clock.Supply, Docs: []string{"a"}}, true},
		{`{"for":"information","pieces":[]}`, clock.Event{At: at, Do: clock.Answer, For: "information", Docs: []string{}}, true},
		{`{"for":"replacement","pieces":["a","b"]}`, clock.Event{At: at, Do: clock.Answer, For: "replacement", Docs: []string{"a", "b"}}, true},
		{`{"for":"bribe"}`, clock.Event{}, false}, {`{"pieces":["a b"]}`, clock.Event{}, false}, {`[]`, clock.Event{}, false}, {``, clock.Event{}, false}, {string(many), clock.Event{}, false},
	} {
		got, err := AnswerEvent([]byte(tt.section), at)
		if (err == nil) != tt.ok {
			t.Errorf("%.60s: %v", tt.section, err)
			continue
		}
		if tt.ok && (got.Do != tt.want.Do || got.For != tt.want.For || !slices.Equal(got.Docs, tt.want.Docs)) {
			t.Errorf("%s: %+v, want %+v", tt.section, got, tt.want)
		}
	}
}
