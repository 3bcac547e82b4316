package casework_test

import (
	"bytes"
	"testing"
	"time"

	"wasl/internal/domain/casework"
	"wasl/internal/domain/intake"
)

// closing publishes the books again with a closing day of zitouna's residence
// certificates.
func (w *world) closing(day string) {
	w.t.Helper()
	w.publish(w.edited("authorities/zitouna.yaml", func(data []byte) []byte {
		offer := []byte("- {service: residence-certificate, unit: citizens")
		return bytes.Replace(data, offer, append(bytes.Clone(offer), []byte(`, closed: ["`+day+`"]`)...), 1)
	}), w.desk.TrustFile())
}

// TestClosingDays closes an authority on the last useful day: receipt, queue
// and case say the same next day, also when the closing is taken back later.
func TestClosingDays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		before := w.file("residence-certificate", "bill")
		w.exchange()
		usual := w.mine(before).Receipt.DueOn
		w.closing(usual)
		got := w.file("residence-certificate", "bill")
		w.exchange()
		due := w.mine(got).Receipt.DueOn
		if due <= usual {
			t.Fatalf("due on %s although the authority is closed on %s", due, usual)
		}
		w.closing("2020-01-02")
		for reference, want := range map[string]string{before.Reference: usual, got.Reference: due} {
			v, err := w.office.View(ctx, amina, reference)
			if err != nil || v.DueOn != want {
				t.Errorf("the office says %s, %v; the receipt %s", v.DueOn, err, want)
			}
		}
		if c := w.mine(got); c.DueOn != due {
			t.Errorf("the page says %s, the receipt %s", c.DueOn, due)
		}
		last, err := time.Parse(time.DateOnly, due)
		w.must(err)
		w.pass(time.Until(last.Add(12 * time.Hour)))
		_, err = w.office.RunDue(ctx, w.now())
		w.must(err)
		for reference, want := range map[string]string{before.Reference: casework.StateSilent, got.Reference: casework.StateReview} {
			v, err := w.office.View(ctx, amina, reference)
			if err != nil || v.State != want {
				t.Errorf("on %s the case due on %s is %s, %v; want %s", due, v.Row.DueOn, v.State, err, want)
			}
		}
	})
}

// TestNoDueDateOnceWithdrawn also before the office has heard of it.
func TestNoDueDateOnceWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got := w.file("residence-certificate", "bill")
		w.exchange()
		c := w.mine(got)
		if c.DueOn == "" {
			t.Fatal("no due date while it runs")
		}
		w.must(w.desk.Withdraw(t.Context(), c))
		for _, when := range []string{"at once", "when the office has it"} {
			if c := w.mine(got); c.DueOn != "" || c.Open {
				t.Errorf("%s: due on %q, open %v", when, c.DueOn, c.Open)
			}
			w.exchange()
		}
		if c := w.mine(got); c.State != casework.StateWithdrawn {
			t.Errorf("state %s", c.State)
		}
	})
}

// TestLawPublishedMeanwhile publishes a holiday on the last useful day after a
// filing and before the office takes it: the receipt's date stands. The filing
// after it has the new law.
func TestLawPublishedMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		before := w.file("residence-certificate", "bill")
		usual := w.mine(before).Receipt.DueOn
		w.publish(w.edited("law/ma.yaml", func(data []byte) []byte {
			return bytes.Replace(data, []byte("holidays:\n"), []byte("holidays:\n  - {on: "+usual+", name: test}\n"), 1)
		}), w.desk.TrustFile())
		after := w.file("residence-certificate", "bill")
		w.exchange()
		for _, got := range []*intake.Accepted{before, after} {
			v, err := w.office.View(t.Context(), amina, got.Reference)
			w.must(err)
			if want := w.mine(got).Receipt.DueOn; v.DueOn != want {
				t.Errorf("the office says %s, the receipt %s", v.DueOn, want)
			}
		}
		if due := w.mine(after).Receipt.DueOn; due <= usual {
			t.Errorf("due on %s although %s is a holiday now", due, usual)
		}
	})
}
