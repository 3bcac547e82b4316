package intake

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"wasl/internal/base/db/dbtest"
	"wasl/internal/domain/clock"
)

// benchDeskOf is a desk on SQLite, where one engine is enough.
func benchDeskOf(t *testing.T) *Desk {
	t.Helper()
	return openDesk(t, dbtest.SQLite(t))
}

// eventFact is an act of the office with its event.
func eventFact(t *testing.T, c *Case, id, kind string, e clock.Event, more ...string) Fact {
	t.Helper()
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	f := Fact{ID: "fact/" + id, Reference: c.Reference, At: time.Now(), Kind: kind, Data: map[string]string{"state": "under-review", FactEvent: string(text)}}
	for i := 0; i < len(more); i += 2 {
		f.Data[more[i]] = more[i+1]
	}
	return f
}

// Before the office was reached, the clock stands by the deposit alone.
func TestClockOfTheDeposit(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		c, _ := filedCase(t, d, "bill")
		if c.Clock.State != clock.Running || c.DueOn == "" || c.DueOn != c.Receipt.DueOn || c.Clock.Mention != clock.Deposited {
			t.Errorf("due on %q, receipt %q, clock %+v", c.DueOn, c.Receipt.DueOn, c.Clock)
		}
		c, _ = filedCase(t, d, "later")
		if c.Clock.State != clock.Incomplete || c.WindowLast != c.Receipt.WindowLast || c.DueOn != "" || c.IfToday == clock.NoDate {
			t.Errorf("window %q, receipt %q, clock %+v", c.WindowLast, c.Receipt.WindowLast, c.Clock)
		}
	})
}

// The portal's clock is the engine's over the office's events and the
// applicant's own, whatever the facts say in words; a forged time of the
// applicant's own deposit moves nothing.
func TestClockOfTheFacts(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		c, cookie := filedCase(t, d, "bill")
		backdate(t, d, c, 6)
		c = caseOf(t, d, cookie, c.Reference)
		at := c.FiledAt.Truncate(time.Second)
		asked := clock.Event{At: at.AddDate(0, 0, 1), Do: clock.RequestInformation}
		answered := clock.Event{At: at.AddDate(0, 0, 3), Do: clock.Answer}
		push(t, d, Push{Facts: []Fact{
			eventFact(t, c, c.filing.envelope, "filed", clock.Event{At: at.AddDate(-1, 0, 0), Do: clock.File, Missing: []string{"soul"}}, FactLaw, c.law.Hash(), FactClosed, "2026-12-31"),
			eventFact(t, c, "r1", "request-information", asked), eventFact(t, c, "counter", "answered", answered),
			{ID: "fact/note", Reference: c.Reference, At: time.Now(), Kind: "opinion-asked", Data: map[string]string{"state": "under-review"}},
		}})
		c = caseOf(t, d, cookie, c.Reference)
		want := clock.Compute(d.catalogue().profile.With([]string{"2026-12-31"}), c.terms, []clock.Event{{At: at, Do: clock.File}, asked, answered}, c.On)
		if !reflect.DeepEqual(c.Clock, want) || c.SuspendedDays != 2 || c.Clock.State != clock.Running {
			t.Errorf("got  %+v\nwant %+v", c.Clock, want)
		}
	})
}

// A case keeps the law that it started under, and goes over to another by an
// act alone.
func TestClockKeepsItsLaw(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		c, cookie := filedCase(t, d, "later")
		first := c.WindowLast
		old := d.catalogue().profile.Hash()
		var body []byte
		for _, p := range published(t) {
			if p.Kind == PublishLaw {
				body = bytes.Replace(p.Body, []byte("missing: {days: 30,"), []byte("missing: {days: 90,"), 1)
			}
		}
		push(t, d, Push{Publications: []Publication{{Kind: PublishLaw, ID: LawID, Body: body}}})
		newest := d.catalogue().profile.Hash()
		if newest == old {
			t.Fatal("the law is not another")
		}
		if c = caseOf(t, d, cookie, c.Reference); c.WindowLast != first {
			t.Errorf("by the deposit's law: window %s, want %s", c.WindowLast, first)
		}
		push(t, d, Push{Facts: []Fact{eventFact(t, c, c.filing.envelope, "filed", clock.Event{At: c.FiledAt, Do: clock.File}, FactLaw, old)}})
		if c = caseOf(t, d, cookie, c.Reference); c.WindowLast != first {
			t.Errorf("by the office's law: window %s, want %s", c.WindowLast, first)
		}
		push(t, d, Push{Facts: []Fact{{ID: "fact/law", Reference: c.Reference, At: time.Now(), Kind: "law-changed", Data: map[string]string{FactLaw: newest}}}})
		if c = caseOf(t, d, cookie, c.Reference); c.WindowLast <= first {
			t.Errorf("after the change: window %s, want one after %s", c.WindowLast, first)
		}
		push(t, d, Push{Facts: []Fact{{ID: "fact/nolaw", Reference: c.Reference, At: time.Now(), Kind: "law-changed", Data: map[string]string{FactLaw: strings.Repeat("0", 64)}}}})
		if c = caseOf(t, d, cookie, c.Reference); c.Law().Hash() != newest {
			t.Errorf("a law that nobody published: %s", c.Law().Hash())
		}
	})
}

// An answer that a portal with a slow clock took counts after its request.
func TestAnswerNeverComesBeforeItsRequest(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		c, cookie := filedCase(t, d, "bill")
		letter(t, d, c, Letter{ID: "r1", Kind: MessageRequest, Language: "fr", Text: "Depuis quand ?", Request: "information"})
		push(t, d, Push{Facts: []Fact{eventFact(t, c, "r1", "request-information", clock.Event{At: time.Now().Add(time.Minute).UTC(), Do: clock.RequestInformation})}})
		c = caseOf(t, d, cookie, c.Reference)
		if err := d.Answer(t.Context(), c, "2015"); err != nil {
			t.Fatal(err)
		}
		if c = caseOf(t, d, cookie, c.Reference); c.Clock.OpenRequests != 0 || len(c.Requests) != 0 {
			t.Errorf("still asked: %+v", c.Clock.Requests)
		}
	})
}

func TestParseEvent(t *testing.T) {
	sound := `{"at":"2026-03-02T09:00:00+01:00","do":"extend","days":10,"for":"inquiry","notified":"2026-03-03"}`
	if e, err := ParseEvent(sound); err != nil || e.Do != clock.Extend || e.Days != 10 || e.Notified.String() != "2026-03-03" {
		t.Errorf("%+v, %v", e, err)
	}
	for _, text := range []string{
		``, `null`, `{}`, `[]`, `"file"`, sound + sound, sound + "x", `{"do":"file"}`, `{"at":"2026-03-02T09:00:00Z","do":"bribe"}`,
		`{"at":"2026-03-02T09:00:00Z","do":"file","text":"a secret"}`, `{"at":"0001-01-01T00:00:00Z","do":"file"}`, `{"at":"9999-01-01T00:00:00Z","do":"file"}`,
		`{"at":"2026-03-02T09:00:00Z","do":"extend","days":-1}`, `{"at":"2026-03-02T09:00:00Z","do":"extend","days":99999}`, `{"at":"2026-03-02T09:00:00Z","do":"extend","days":1e99}`,
		`{"at":"2026-03-02T09:00:00Z","do":"refuse","reason":3}`, `{"at":"2026-03-02T09:00:00Z","do":"refuse","notified":"soon"}`, `{"at":"2026-03-02T09:00:00Z","do":"refuse","notified":"0001-01-01"}`,
		`{"at":"2026-03-02T09:00:00Z","do":"answer","docs":["a b"]}`, `{"at":"2026-03-02T09:00:00Z","do":"answer","docs":["` + strings.Repeat("a", mostName+1) + `"]}`,
		`{"at":"2026-03-02T09:00:00Z","do":"answer","for":"A Lot"}`, `{"at":"2026-03-02T09:00:00Z","do":"answer","docs":[` + strings.Repeat(`"a",`, mostPieces) + `"a"]}`,
		`{"at":"2026-03-02T09:00:00Z","do":"answer","for":"` + strings.Repeat("a", mostEvent) + `"}`,
	} {
		if e, err := ParseEvent(text); err == nil {
			t.Errorf("%.80s is taken as %+v", text, e)
		}
	}
}

func FuzzParseEvent(f *testing.F) {
	f.Add(`{"at":"2026-03-02T09:00:00+01:00","do":"extend","days":10,"for":"inquiry","notified":"2026-03-03"}`)
	f.Add(`{"at":"2026-03-02T09:00:00Z","do":"file","missing":["a","b"],"repeat":true}`)
	f.Add(`{"at":"9999-12-31T23:59:59Z","do":"answer","docs":[],"received":"2026-01-01"}`)
	f.Fuzz(func(t *testing.T, text string) {
		e, err := ParseEvent(text)
		if err != nil {
			return
		}
		if !clock.Known(e.Do) || !isTime(e.At) || e.Days < 0 || e.Days > mostTerm || len(e.Docs) > mostPieces {
			t.Errorf("taken: %+v", e)
		}
		again, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ParseEvent(string(again)); err != nil && len(again) <= mostEvent || err == nil && !back.At.Equal(e.At) {
			t.Errorf("written again: %s: %+v, %v", again, back, err)
		}
	})
}

// The office may put what it learnt late behind what it did before, and no
// further; what it calls refused stays where the law would have allowed it.
func TestOfficeIsBelievedAboutOrderAlone(t *testing.T) {
	signed := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	own := &ownEnvelope{envelope: "e", step: answerStep("r1", 0)}
	for _, tt := range []struct {
		name string
		told map[string]time.Time
		want time.Time
	}{
		{"not there yet", nil, signed},
		{"as signed", map[string]time.Time{"fact/e": signed}, signed},
		{"before it was signed", map[string]time.Time{"fact/e": signed.Add(-time.Hour)}, signed},
		{"two days later, for nothing", map[string]time.Time{"fact/e": signed.AddDate(0, 0, 2)}, signed},
		{"behind an act", map[string]time.Time{"fact/e": signed.AddDate(0, 0, 2).Add(time.Microsecond), "fact/x": signed.AddDate(0, 0, 2)}, signed.AddDate(0, 0, 2).Add(time.Microsecond)},
		{"long behind an act", map[string]time.Time{"fact/e": signed.AddDate(0, 0, 9), "fact/x": signed.AddDate(0, 0, 2)}, signed},
		{"behind its request", map[string]time.Time{"fact/r1": signed.Add(time.Minute)}, signed.Add(time.Minute)},
	} {
		if got := (history{told: tt.told}).placed(own, signed, time.Time{}); !got.Equal(tt.want) {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestRefusalOfTheOfficeIsJudged(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		c, cookie := filedCase(t, d, "bill")
		backdate(t, d, c, 20)
		c = caseOf(t, d, cookie, c.Reference)
		if err := d.Act(t.Context(), c, KindAppeal, "Je fais recours."); err != nil {
			t.Fatal(err)
		}
		c = caseOf(t, d, cookie, c.Reference)
		push(t, d, Push{Facts: []Fact{{ID: "fact/" + c.last.envelope, Reference: c.Reference, At: time.Now(), Kind: KindAppeal, Data: map[string]string{"state": "silent", FactRefused: "appeal-late"}}}})
		if c = caseOf(t, d, cookie, c.Reference); c.Clock.AppealedOn == clock.NoDate || !c.Timeline[1].Received {
			t.Errorf("an appeal in time is called refused, and believed: %+v", c.Clock)
		}
		push(t, d, Push{Facts: []Fact{eventFact(t, c, "early", "granted", clock.Event{At: c.FiledAt.Add(time.Hour), Do: clock.Grant})}})
		if c = caseOf(t, d, cookie, c.Reference); c.Clock.AppealedOn != clock.NoDate || len(c.Clock.Refused) != 0 {
			t.Errorf("an appeal after a grant: %+v", c.Clock)
		}
	})
}
