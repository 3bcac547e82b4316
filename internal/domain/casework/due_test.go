package casework_test

import (
	"context"
	"encoding/json"
	"strings"
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
