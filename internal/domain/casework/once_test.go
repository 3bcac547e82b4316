package casework_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"wasl/internal/base/db"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

var nadia = &identity.Agent{ID: "nadia", Name: "Nadia Fassi", Authority: "zitouna", Unit: "citizens", Role: identity.CaseWorker}

// tables are what an act writes to.
var tables = []string{"action", "leaf", "envelope", "outbox", "document", "access"}

// sizes counts what an act writes.
func (w *world) sizes() string {
	var b strings.Builder
	for _, table := range tables {
		fmt.Fprint(&b, table, " ", w.count(`SELECT count(*) FROM `+table), ", ")
	}
	return b.String()
}

// acts are one call of each act that a fresh case allows, by agent.
func acts(w *world, got *intake.Accepted) map[string]func(who *identity.Agent, id string) error {
	ctx, r := w.t.Context(), got.Reference
	return map[string]func(*identity.Agent, string) error{
		"ask": func(who *identity.Agent, id string) error {
			return w.office.Ask(ctx, who, r, casework.Request{ID: id, Kind: casework.ActInformation, Text: "?"})
		},
		"extend": func(who *identity.Agent, id string) error {
			return w.office.Extend(ctx, who, r, casework.Extend{ID: id, For: clock.ForInquiry, Days: 3, Text: "?"})
		},
		"refuse": func(who *identity.Agent, id string) error {
			return w.office.Decide(ctx, who, r, casework.Decision{ID: id, Outcome: casework.Refuse, Text: "?"})
		},
		"grant": func(who *identity.Agent, id string) error {
			return w.office.Decide(ctx, who, r, casework.Decision{ID: id, Outcome: casework.Grant})
		},
	}
}

// TestActsOnce sends each act many times at once, by two agents, each with the
// same id: it is done once, and what excludes it is told so.
func TestActsOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.permit("20", clock.MeansConsent, "inquiry")
		for _, name := range []string{"ask", "extend", "refuse", "grant"} {
			got := w.file("residence-certificate", "bill")
			w.exchange()
			for _, who := range []*identity.Agent{amina, nadia} {
				_, err := w.office.Open(t.Context(), who, got.Reference, "decide")
				w.must(err)
			}
			act := acts(w, got)[name]
			var wg sync.WaitGroup
			results := make([]error, 8)
			for i := range results {
				who, id := amina, "act-of-amina"
				if i%2 == 1 {
					who, id = nadia, "act-of-nadia"
				}
				wg.Go(func() { results[i] = act(who, id) })
			}
			wg.Wait()
			done := map[bool]int{}
			for i, err := range results {
				if err == nil {
					done[i%2 == 0]++
				}
			}
			if done[true] != 0 && done[true] != 4 || done[false] != 0 && done[false] != 4 || done[true] == done[false] {
				t.Errorf("%s: %d of one agent's four and %d of the other's were done, want all of one: %v", name, done[true], done[false], results)
			}
			if n := w.count(`SELECT count(*) FROM action WHERE actor IN ('amina', 'nadia') AND reference = '` + got.Reference + `'`); n != 1 {
				t.Errorf("%s: %d actions, want 1", name, n)
			}
			if n := w.count(`SELECT count(*) FROM outbox WHERE kind = 'message' AND id LIKE 'message/` + got.Reference + `.act%'`); n < 1 || n > 2 || n == 2 && name != "grant" {
				t.Errorf("%s: %d letters, want one", name, n)
			}
		}
	})
}

// TestKilled cuts each act off before its last write: nothing of it stays, and
// the same act again does it.
func TestKilled(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.permit("20", clock.MeansConsent, "inquiry")
		for _, name := range []string{"ask", "extend", "refuse", "grant"} {
			got := w.file("residence-certificate", "bill")
			w.exchange()
			w.open(got.Reference)
			act, before := acts(w, got)[name], w.sizes()
			w.exec(`ALTER TABLE outbox RENAME TO outbox_gone`)
			if err := act(amina, "act-one-1"); err == nil {
				t.Errorf("%s: done without an outbox", name)
			}
			w.exec(`ALTER TABLE outbox_gone RENAME TO outbox`)
			if after := w.sizes(); after != before {
				t.Errorf("%s: cut off, it left %s; before it there were %s", name, after, before)
			}
			w.must(act(amina, "act-one-1"))
		}
	})
}

// TestFactsCarryTheClock computes the clock from the public facts alone: it is
// the office's, also after acts in another order than their times, and acts
// without effect.
func TestFactsCarryTheClock(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.closing("2030-01-02")
		got, filed := w.filedPermit(clock.MeansConsent, "inquiry")
		w.exec(`DELETE FROM outbox`)
		w.exec(`DELETE FROM action WHERE kind <> 'filed'`)
		w.to(filed + 2)
		w.must(w.ask(got, "request-a", casework.ActReplacement, "proof_file"))
		w.to(filed + 4)
		w.must(w.office.Step(t.Context(), amina, got.Reference, casework.Step{ID: "step-aaaa", Kind: casework.ActInspection}))
		w.must(w.ask(got, "request-b", casework.ActInformation))
		w.handAt(got, intake.KindClaim, nil, w.now())
		w.to(filed + 6)
		w.handAt(got, intake.KindAnswer, map[string]any{intake.IntakeFor: "replacement", intake.IntakePieces: []string{"proof_file"}}, w.now().Add(-3*day))
		w.hand(got, intake.KindAnswer, map[string]any{intake.IntakeFor: "information"})
		w.must(w.extend(got, "extend-a", clock.ForInquiry, 10))
		var events []clock.Event
		for _, f := range w.facts(got.Reference) {
			if f.Kind == casework.ActClaim {
				if f.Data[intake.FactRefused] != "not-consent" || f.Data[intake.FactEvent] != "" {
					t.Errorf("an act without effect is told as %v", f.Data)
				}
				continue
			}
			e, err := intake.ParseEvent(f.Data[intake.FactEvent])
			w.must(err)
			events = append(events, e)
		}
		if len(events) != 6 {
			t.Fatalf("%d events, want 6", len(events))
		}
		v := w.view(got)
		own := w.mine(got)
		events = append(events, clock.Event{At: v.FiledAt, Do: clock.File})
		theirs := clock.Compute(own.Law(), own.Terms(), events, filed+6)
		a, b := theirs.Dates(), v.Clock.Dates()
		for i := range a {
			if a[i] != b[i] {
				t.Errorf("%s: the facts say %s, the office %s", a[i].Name, a[i].On, b[i].On)
			}
		}
		if theirs.State != v.Clock.State || theirs.SuspendedDays != v.Clock.SuspendedDays || v.Clock.SuspendedDays != 4 {
			t.Errorf("the facts say %s, %d days; the office %s, %d; want 4 days", theirs.State, theirs.SuspendedDays, v.Clock.State, v.Clock.SuspendedDays)
		}
	})
}

// facts are the public facts of a case that the portal was not told yet.
func (w *world) facts(reference string) []intake.Fact {
	w.t.Helper()
	var out []intake.Fact
	w.must(w.store.View(w.t.Context(), func(tx *db.Tx) error {
		rows, err := tx.Query(`SELECT body FROM outbox WHERE kind = 'fact' ORDER BY at, id`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var body []byte
			var f intake.Fact
			if err := rows.Scan(&body); err != nil {
				return err
			}
			if err := json.Unmarshal(body, &f); err != nil {
				return err
			}
			if f.Reference == reference {
				out = append(out, f)
			}
		}
		return rows.Err()
	}))
	return out
}

// TestFiledFact tells the portal which law and closing days a case has.
func TestFiledFact(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.closing("2030-01-02")
		got := w.file("residence-certificate", "bill")
		for _, off := range w.offered() {
			w.must(w.takeOne(off))
		}
		facts := w.facts(got.Reference)
		law := w.text(`SELECT profile FROM casefile`)
		if len(facts) != 1 || facts[0].Data[intake.FactLaw] != law || facts[0].Data[intake.FactClosed] != "2030-01-02" {
			t.Errorf("facts = %+v, want the law %s and the closing day", facts, law)
		}
		w.exchange()
		if c, v := w.mine(got), w.view(got); c.Clock.DueOn != v.Clock.DueOn || c.Clock.State != v.Clock.State {
			t.Errorf("the portal says %s due on %s, the office %s due on %s", c.Clock.State, c.Clock.DueOn, v.Clock.State, v.Clock.DueOn)
		}
	})
}

// TestStatementWaitsForReview writes no statement of a consent that rests on a
// late deposit before a person has looked at it.
func TestStatementWaitsForReview(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.consenting()
		got := w.file("residence-certificate", "bill")
		w.pass(casework.OpeningLasts)
		w.exchange()
		w.pass(20 * day)
		w.runDue()
		w.state(got, casework.StateLate)
		if text := lastStatement(t, w, got); text != "" {
			t.Errorf("a statement of an unreviewed consent:\n%s", text)
		}
		w.must(w.office.SeeTimes(t.Context(), amina, got.Reference, "times-one"))
		if text := lastStatement(t, w, got); !strings.Contains(text, "le silence vaut accord") {
			t.Errorf("after the review the statement is %q", text)
		}
	})
}
