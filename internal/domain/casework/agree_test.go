package casework_test

import (
	"testing"

	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/intake"
)

// TestPortalAgrees lets a withdrawal and a decision cross, and an answer and a
// decision: what the office learnt first stands, and the applicant's page says
// the same clock.
func TestPortalAgrees(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.permit("20", clock.MeansConsent, "false")
		withdrawn, asked := w.file("residence-certificate", "bill"), w.file("residence-certificate", "bill")
		w.exchange()
		w.must(w.desk.Withdraw(t.Context(), w.mine(withdrawn)))
		says(t, "a grant", w.decide(withdrawn, "decision-a", casework.Grant), "") // nobody there knows of the withdrawal
		says(t, "two pieces", w.ask(asked, "request-a", casework.ActReplacement, "proof_file", "host_letter"), "")
		says(t, "information", w.ask(asked, "request-b", casework.ActInformation), "")
		w.exchange()
		for _, got := range []*intake.Accepted{withdrawn, asked} {
			agree(t, w, got)
		}
		if c := w.mine(asked); len(c.Requests) != 2 {
			t.Fatalf("the applicant is asked %d things, want 2", len(c.Requests))
		}
		w.answer(asked, "proof_file")
		agree(t, w, asked)
		w.exchange()
		agree(t, w, asked)
		if c := w.view(asked).Clock; c.OpenRequests != 2 {
			t.Errorf("%d requests are open after a part of one, want 2", c.OpenRequests)
		}
		w.answer(asked, "host_letter")
		w.exchange()
		w.answer(asked, "")
		w.exchange()
		agree(t, w, asked)
		w.state(asked, casework.StateReview)
		w.state(withdrawn, casework.StateGranted)
	})
}

// agree holds the applicant's clock against the office's.
func agree(t *testing.T, w *world, got *intake.Accepted) {
	t.Helper()
	c, v := w.mine(got), w.view(got)
	if c.Clock.State != v.Clock.State {
		t.Errorf("the portal says %s, the office %s", c.Clock.State, v.Clock.State)
	}
	a, b := c.Clock.Dates(), v.Clock.Dates()
	for i := range a {
		if a[i] != b[i] {
			t.Errorf("%s: the portal says %s, the office %s", a[i].Name, a[i].On, b[i].On)
		}
	}
}
