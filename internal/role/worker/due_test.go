package worker

import (
	"testing"
	"time"

	"wasl/internal/base/db"
)

// TestDepositsBeforeDates comes back after 40 days: a withdrawal deposited in
// time is taken up before the legal dates are looked at, and no silence takes
// effect on it. Of another file it does, within one more round.
func TestDepositsBeforeDates(t *testing.T) {
	portal := &flaky{}
	w, store, keys := office(t, portal)
	ctx := t.Context()
	publish(t, w.office, keys)
	portal.desk = openDesk(t, keys)
	round := func() {
		t.Helper()
		if _, err := w.Round(ctx); err != nil {
			t.Fatal(err)
		}
	}
	round()
	withdrawn, silent := file(t, portal.desk), file(t, portal.desk)
	round()
	c, err := portal.desk.CaseByCode(ctx, withdrawn.Reference, withdrawn.ResumeCode)
	if err != nil {
		t.Fatal(err)
	}
	if err := portal.desk.Withdraw(ctx, c); err != nil {
		t.Fatal(err)
	}
	w.present = func() time.Time { return time.Now().AddDate(0, 0, 40) }
	round() // takes up the withdrawal
	if n := silences(t, store); n != "" {
		t.Fatalf("silence took effect on %s before the portal's deposits were taken up", n)
	}
	round()
	if n := silences(t, store); n != silent.Reference {
		t.Errorf("silence took effect on %q, want %s alone", n, silent.Reference)
	}
	if w.more = true; w.postponed != 0 {
		t.Errorf("postponed %d rounds", w.postponed)
	}
	w.due = time.Time{}
	for range mostPostponed {
		if did, err := w.runDue(ctx); !did || err != nil || !w.due.IsZero() {
			t.Fatalf("runDue = %v, %v: the dates did not wait", did, err)
		}
	}
	if _, err := w.runDue(ctx); err != nil || w.due.IsZero() {
		t.Errorf("the dates wait for ever, %v", err)
	}
}

// silences are the references whose silence is recorded.
func silences(t *testing.T, store *db.DB) (all string) {
	t.Helper()
	err := store.View(t.Context(), func(tx *db.Tx) error {
		rows, err := tx.Query(`SELECT reference FROM action WHERE kind = 'silence' ORDER BY reference`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var reference string
			if err := rows.Scan(&reference); err != nil {
				return err
			}
			all += reference
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
