package casework_test

import (
	"strings"
	"testing"
	"time"

	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/intake"
	"wasl/verify"
)

// TestLife is a 60-day life with four suspensions, an extension and silence.
// By hand: 60 full days end on the 61st after filing; requests wait 3, 10, 2 and
// 7 days, so 22 days do not run; the inquiry adds 15: day 61 + 22 + 15 = 98,
// then rolled. All requests lie in the first 30 running days.
func TestLife(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.permit("60", clock.MeansConsent, "inquiry")
		got := w.file("residence-certificate", "bill")
		w.exchange()
		filed := w.view(got).Clock.FiledOn
		begun := time.Now()
		live(t, w, got, filed)
		if took := time.Since(begun); took > time.Second {
			t.Errorf("a life took %v, want less than a second", took)
		} else {
			t.Logf("a life took %v", took)
		}
		statement := lastStatement(t, w, got)
		for _, want := range []string{(filed + 2).String(), (filed + 5).String(), "7(4)", "art. \u206614\u2069", w.view(got).Clock.DueOn.String(), "22", got.Reference} {
			if !strings.Contains(statement, want) {
				t.Errorf("the statement lacks %q:\n%s", want, statement)
			}
		}
		says(t, "a refusal after consent", w.decide(got, "decision-no", casework.Refuse), "act.consent 19")
		says(t, "the act", w.decide(got, "decision-yes", casework.Grant), "")
		w.state(got, casework.StateGranted)
	})
}

// live leads a life until the day after its due day.
func live(t *testing.T, w *world, got *intake.Accepted, filed clock.Date) {
	t.Helper()
	for i, one := range []struct {
		kind, piece   string
		sent, answers clock.Date
	}{
		{casework.ActReplacement, "proof_file", 2, 5},
		{casework.ActReplacement, "host_letter", 8, 18},
		{casework.ActOriginals, "proof_file", 20, 22},
		{casework.ActInformation, "", 25, 32},
	} {
		var pieces []string
		if one.piece != "" {
			pieces = []string{one.piece}
		}
		w.to(filed + one.sent)
		says(t, one.kind, w.ask(got, "request-"+string(rune('a'+i)), one.kind, pieces...), "")
		w.state(got, casework.StateWaiting)
		w.to(filed + one.answers)
		said := map[string]any{intake.IntakeFor: strings.TrimPrefix(one.kind, "request-")}
		if pieces != nil {
			said[intake.IntakePieces] = pieces
		}
		w.hand(got, intake.KindAnswer, said)
		w.state(got, casework.StateReview)
	}
	w.to(filed + 60)
	w.open(got.Reference)
	extend := casework.Extend{ID: "extend-one", For: clock.ForInquiry, Days: 15, Text: "Enquête publique."}
	says(t, "an extension", w.office.Extend(t.Context(), amina, got.Reference, extend), "")
	c := w.view(got).Clock
	if c.SuspendedDays != 22 || c.RawDueOn != filed+98 || len(c.Suspensions) != 4 {
		t.Fatalf("suspended %d days in %d spans, due on %s, want 22, 4, %s", c.SuspendedDays, len(c.Suspensions), c.RawDueOn, filed+98)
	}
	w.to(c.DueOn)
	w.runDue()
	w.state(got, casework.StateReview)
	w.to(c.DueOn + 1)
	w.runDue()
	w.state(got, casework.StateConsent)
	if n := w.count(`SELECT count(*) FROM action WHERE kind = 'silence'`); n != 1 {
		t.Fatalf("%d silences are recorded, want 1", n)
	}
}

// lastStatement is the text of the newest signed statement, as its applicant
// gets it and anybody can verify it.
func lastStatement(t *testing.T, w *world, got *intake.Accepted) string {
	t.Helper()
	w.exchange()
	text, before := "", time.Time{}
	for _, m := range w.mine(got).Messages {
		if m.Kind != intake.MessageStatement {
			continue
		}
		if r := verify.File(m.Signed, w.trust, time.Now(), verify.Options{}); !r.Valid || r.Kind != verify.KindAct || r.Act.Kind != intake.MessageStatement || r.Act.Text != m.Letter.Text {
			t.Errorf("a statement does not verify: %+v", r)
		}
		if !m.At.Before(before) {
			text, before = m.Letter.Text, m.At
		}
	}
	return text
}
