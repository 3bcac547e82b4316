package casework_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/intake"
)

const day = 24 * time.Hour

// clones copies a case n times, each under a reference of its own and filed
// some days earlier than it was.
func (w *world) clones(of string, n int, back func(i int) int) []string {
	w.t.Helper()
	var out []string
	w.must(w.store.Update(context.Background(), func(tx *db.Tx) error {
		for i := range n {
			reference := string(intake.NewReference())
			earlier := int64(time.Duration(back(i)) * day / time.Microsecond)
			for _, q := range []string{
				`INSERT INTO casefile (reference, authority, unit, service, version, profile, filing, locator, signer, last, filed_at, late, state, turn, due_on, sort_on, wake_on, open, actions, accesses)
					SELECT $1, authority, unit, service, version, profile, filing, $1, signer, last, filed_at - $3, 0, state, turn, due_on, sort_on, '2000-01-01', open, actions, accesses FROM casefile WHERE reference = $2`,
				`INSERT INTO action (id, reference, n, at, actor, kind, data) SELECT id || $1, $1, n, at - $3, actor, kind, data FROM action WHERE reference = $2`,
			} {
				args := []any{reference, of, earlier}
				if _, err := tx.Exec(strings.ReplaceAll(strings.ReplaceAll(q, "$1", "CAST($1 AS TEXT)"), "$3", "CAST($3 AS BIGINT)"), args...); err != nil {
					return err
				}
			}
			out = append(out, reference)
		}
		return nil
	}))
	return out
}

// runDue records all that is due now, as the worker does.
func (w *world) runDue() {
	w.t.Helper()
	for {
		n, err := w.office.RunDue(w.t.Context(), w.now())
		w.must(err)
		if n == 0 {
			return
		}
	}
}

// effect is one thing that the clock recorded.
type effect struct {
	reference, kind, about, legal, effective, days string
	at                                             int64
}

// effects lists what the clock recorded, in the order of recording.
func (w *world) effects() []effect {
	w.t.Helper()
	var out []effect
	w.must(w.store.View(context.Background(), func(tx *db.Tx) error {
		rows, err := tx.Query(`SELECT a.reference, a.kind, a.at, a.data, min(x.n) FROM action a JOIN notice x ON x.id IN (a.id || '/case-worker', a.id || '/supervisor')
			WHERE a.actor = 'system:clock' GROUP BY a.id, a.reference, a.kind, a.at, a.data ORDER BY min(x.n)`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var e effect
			var data string
			var n int64
			if err := rows.Scan(&e.reference, &e.kind, &e.at, &data, &n); err != nil {
				return err
			}
			var d map[string]string
			if err := json.Unmarshal([]byte(data), &d); err != nil {
				return err
			}
			e.about, e.legal, e.effective, e.days = d["about"], d["legal_on"], d["effective_on"], d["days"]
			out = append(out, e)
		}
		return rows.Err()
	}))
	return out
}

// due files one case of each kind: silence is an appeal, silence is consent, a
// piece is missing.
func (w *world) dueKinds() []string {
	w.t.Helper()
	appeal, missing := w.file("residence-certificate", "bill"), w.file("residence-certificate", "later")
	w.exchange()
	w.consenting()
	consent := w.file("residence-certificate", "bill")
	w.exchange()
	return []string{appeal.Reference, consent.Reference, missing.Reference}
}

// TestDowntime stops the worker for 80 days, over a thousand due dates of several
// kinds. Started again, it records each once, in legal order, with the day on
// which it took effect.
func TestDowntime(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kinds := w.dueKinds()
		var cases []string
		for i, n := range []int{400, 350, 250} {
			cases = append(cases, w.clones(kinds[i], n, func(i int) int { return i % 30 })...)
		}
		for _, reference := range kinds {
			w.exec(`UPDATE casefile SET wake_on = '' WHERE reference = '` + reference + `'`)
		}
		w.exec(`UPDATE casefile SET wake_on = '' WHERE wake_on <> '2000-01-01'`)
		w.pass(80 * day)
		start := time.Now()
		w.runDue()
		took := time.Since(start)
		got := w.effects()
		t.Logf("%d effects of %d cases in %v", len(got), len(cases), took)
		if took > 10*time.Second {
			t.Errorf("catching up took %v", took)
		}
		w.checkEffects(got, 400, 350, 250)
		before := len(got)
		w.pass(30 * day)
		w.runDue()
		if got := w.effects(); len(got) != before {
			t.Errorf("later the clock recorded %d more", len(got)-before)
		}
	})
}

// checkEffects holds what was recorded against the cases: 400 silences with an
// appeal, 350 consents, 250 expired windows.
func (w *world) checkEffects(got []effect, appeals, consents, windows int) {
	w.t.Helper()
	count := map[string]int{}
	for _, e := range got {
		count[e.kind+" "+e.days]++
	}
	for key, want := range map[string]int{"silence ": appeals + consents, "return-due ": windows, "escalated ": appeals + consents, "warned 3": appeals + consents, "warned 1": appeals + consents, "warned 7": 0} {
		if count[key] != want {
			w.t.Errorf("%s: %d, want %d", key, count[key], want)
		}
	}
	once := map[effect]bool{}
	for i, e := range got {
		e.at = 0
		if once[e] {
			w.t.Errorf("twice: %+v", e)
		}
		once[e] = true
		if i > 0 && got[i-1].effective+got[i-1].reference > e.effective+e.reference {
			w.t.Fatalf("out of legal order: %+v before %+v", got[i-1], e)
		}
		legal, err := clock.ParseDate(e.legal)
		w.must(err)
		want := legal + 1
		if e.kind == casework.ActWarned {
			want = legal - clock.Date(e.days[0]-'0')
		}
		if e.effective != want.String() {
			w.t.Errorf("%s about %s took effect on %s, want %s", e.kind, e.legal, e.effective, want)
		}
	}
	for query, want := range map[string]int64{
		`SELECT count(*) FROM casefile WHERE state = 'silent'`:                                    int64(appeals),
		`SELECT count(*) FROM casefile WHERE state = 'consent-by-silence'`:                        int64(consents),
		`SELECT count(*) FROM casefile WHERE wake_on <> ''`:                                       0,
		`SELECT count(*) FROM outbox WHERE id LIKE 'fact/%.silence.%'`:                            int64(appeals + consents),
		`SELECT count(*) FROM outbox WHERE id LIKE 'fact/%.return-due.%'`:                         int64(windows),
		`SELECT count(*) FROM outbox WHERE id LIKE 'fact/%.warned.%' OR id LIKE '%.escalated.%'`:  0,
		`SELECT count(*) FROM access WHERE purpose = 'silence'`:                                   int64(appeals + consents),
		`SELECT count(*) FROM notice WHERE kind = 'silence' AND role = 'case-worker'`:             int64(appeals + consents),
		`SELECT count(*) FROM notice WHERE kind = 'escalated' AND role <> 'supervisor'`:           0,
		`SELECT count(*) FROM notice WHERE authority <> 'zitouna' OR unit <> 'citizens'`:          0,
		`SELECT count(*) FROM (SELECT id FROM notice GROUP BY id HAVING count(*) > 1) AS doubled`: 0,
	} {
		if n := w.count(query); n != want {
			w.t.Errorf("%s = %d, want %d", query, n, want)
		}
	}
}

// history is what the clock recorded of some cases, by their place in the list
// in place of their number and without the time of recording.
func history(got []effect, cases []string) []string {
	var out []string
	for _, e := range got {
		if i := slices.Index(cases, e.reference); i >= 0 {
			out = append(out, fmt.Sprintf("%s %02d %s %s %s %s", e.effective, i, e.kind, e.about, e.legal, e.days))
		}
	}
	slices.Sort(out) // two lists of references need not have one order within a day
	return out
}

// TestFortyDaysDown leaves the worker off for forty days: what it records then
// is what it would have recorded day by day, but for the time of recording.
func TestFortyDaysDown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kinds := w.dueKinds()
		var daily, late []string
		for i, of := range kinds {
			back := func(n int) int { return n * (i + 5) }
			daily = append(daily, w.clones(of, 4, back)...)
			late = append(late, w.clones(of, 4, back)...)
		}
		asleep := `wake_on = '' WHERE reference IN ('` + strings.Join(late, `', '`) + `')`
		w.exec(`UPDATE casefile SET ` + asleep)
		for range 40 {
			w.runDue()
			w.pass(day)
		}
		w.exec(`UPDATE casefile SET ` + strings.Replace(asleep, `''`, `'2000-01-01'`, 1))
		w.runDue()
		got := w.effects()
		want, have := history(got, daily), history(got, late)
		if len(want) < 30 || !slices.Equal(want, have) {
			t.Errorf("day by day:\n%s\nat once:\n%s", strings.Join(want, "\n"), strings.Join(have, "\n"))
		}
		order := slices.DeleteFunc(got, func(e effect) bool { return !slices.Contains(late, e.reference) })
		if !slices.IsSortedFunc(order, func(a, b effect) int { return strings.Compare(a.effective+a.reference, b.effective+b.reference) }) {
			t.Error("the catch-up is not in legal order")
		}
	})
}

// TestClockSetBack records what 20 days did, then sets the clock back by 15:
// nothing is undone, nothing is recorded again, and acts respect what was.
func TestClockSetBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.consenting()
		got := w.file("residence-certificate", "bill")
		w.exchange()
		w.pass(20 * day)
		w.runDue()
		before := w.effects()
		w.pass(-15 * day)
		if n, err := w.office.RunDue(ctx, w.now()); n != 0 || err != nil {
			t.Errorf("set back, RunDue = %d, %v", n, err)
		}
		v, err := w.office.View(ctx, amina, got.Reference)
		if err != nil || v.State != casework.StateConsent || w.text(`SELECT state FROM casefile`) != casework.StateConsent {
			t.Errorf("set back, the case is %s, %v", v.State, err)
		}
		w.open(got.Reference)
		if err := w.office.Decide(ctx, amina, got.Reference, casework.Decision{ID: "decision-x", Outcome: casework.Refuse, Text: "Non."}); err == nil {
			t.Error("a consent was refused, since the clock had been set back")
		}
		if err := w.office.Decide(ctx, amina, got.Reference, casework.Decision{ID: "decision-y", Outcome: casework.Grant}); err != nil {
			t.Errorf("handing over the act: %v", err)
		}
		w.pass(60 * day)
		w.runDue()
		if after := w.effects(); !slices.Equal(before, after) {
			t.Errorf("recorded %+v, then %+v", before, after)
		}
		if silence, grant := w.count(`SELECT n FROM action WHERE kind = 'silence'`), w.count(`SELECT n FROM action WHERE kind = 'granted'`); silence >= grant {
			t.Errorf("the silence is action %d, the grant %d", silence, grant)
		}
	})
}

// TestManyWorkers lets four workers, killed again and again, share a catch-up.
func TestManyWorkers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kinds := w.dueKinds()
		for i, n := range []int{80, 60, 40} {
			w.clones(kinds[i], n, func(i int) int { return i % 20 })
		}
		w.exec(`UPDATE casefile SET wake_on = '' WHERE wake_on <> '2000-01-01'`)
		w.pass(80 * day)
		kills := 0
		for left := true; left; {
			var wg sync.WaitGroup
			ctx, kill := context.WithTimeout(t.Context(), time.Duration(20+20*kills)*time.Millisecond)
			for range 4 {
				wg.Go(func() {
					for ctx.Err() == nil {
						if n, err := w.office.RunDue(ctx, w.now()); err == nil && n == 0 {
							return
						} else if err != nil && ctx.Err() == nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			kill()
			kills++
			left = w.count(`SELECT count(*) FROM casefile WHERE wake_on <> ''`) > 0 && kills < 1000
		}
		t.Logf("%d rounds", kills)
		w.checkEffects(w.effects(), 80, 60, 40)
	})
}

// TestActAfterDowntime acts on a case whose silence no worker has recorded: it
// is recorded before the act, with the day on which it took effect.
func TestActAfterDowntime(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		got := w.file("residence-certificate", "bill")
		w.exchange()
		due, _ := w.dates(got.Reference)
		w.pass(40 * day)
		w.open(got.Reference)
		w.must(w.office.Decide(ctx, amina, got.Reference, casework.Decision{ID: "decision-late", Outcome: casework.Grant}))
		var kinds []string
		v, err := w.office.View(ctx, amina, got.Reference)
		w.must(err)
		for _, a := range v.Timeline {
			kinds = append(kinds, a.Kind)
			if a.Kind == casework.ActSilence && a.Data["effective_on"] != (date(t, due)+1).String() {
				t.Errorf("silence took effect on %s, due on %s", a.Data["effective_on"], due)
			}
		}
		if want := "filed warned warned silence escalated granted"; strings.Join(kinds, " ") != want {
			t.Errorf("history: %s, want %s", strings.Join(kinds, " "), want)
		}
		w.runDue()
		if n := w.count(`SELECT count(*) FROM action`); n != 6 {
			t.Errorf("%d actions after the worker came back, want 6", n)
		}
	})
}

// TestWithdrawnInTime deposits a withdrawal before silence, taken up long after:
// no silence is recorded.
func TestWithdrawnInTime(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got := w.file("residence-certificate", "bill")
		w.exchange()
		w.must(w.desk.Withdraw(t.Context(), w.mine(got)))
		w.pass(40 * day)
		w.exchange()
		w.runDue()
		if n := w.count(`SELECT count(*) FROM action WHERE kind = 'silence'`); n != 0 {
			t.Error("silence took effect on a file withdrawn before")
		}
	})
}
