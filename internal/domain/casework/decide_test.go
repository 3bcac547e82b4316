package casework_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/domain/casework"
)

// refused tells an error's key and article.
func refused(err error) string {
	var e *errs.Error
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	if len(e.Args) == 4 && e.Args[0] == "article" && e.Args[2] == "law" {
		return fmt.Sprint(e.Key, " ", e.Args[1])
	}
	return e.Key
}

func TestRequestRules(t *testing.T) {
	ask := func(id, kind, text string, questions ...string) casework.Request {
		return casework.Request{ID: id, Kind: kind, Questions: questions, Text: text}
	}
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		got := w.file("residence-certificate", "bill")
		w.exchange()
		if err := w.office.Ask(ctx, amina, got.Reference, ask("request-a", casework.ActInformation, "?")); refused(err) != "case.notopen" {
			t.Fatalf("without opening: %v", err)
		}
		w.open(got.Reference)
		for _, tt := range []struct {
			name string
			q    casework.Request
			want string
		}{
			{"no client id", ask("", casework.ActInformation, "?"), "act.id"},
			{"a client id with a space", ask("request a", casework.ActInformation, "?"), "act.id"},
			{"no such kind", ask("request-b", "request-money", "?"), "act.kind"},
			{"no text", ask("request-c", casework.ActInformation, "  "), "act.text"},
			{"a text too long", ask("request-d", casework.ActInformation, strings.Repeat("ي", 5001)), "act.long"},
			{"broken text", ask("request-e", casework.ActInformation, "a\xff"), "act.encoding"},
			{"a replacement of nothing", ask("request-f", casework.ActReplacement, "?"), "act.pieces"},
			{"information with pieces", ask("request-g", casework.ActInformation, "?", "proof_file"), "act.pieces"},
			{"a piece that is none", ask("request-h", casework.ActReplacement, "?", "cnie"), "act.unknown-piece"},
			{"a piece named twice", ask("request-j", casework.ActReplacement, "?", "proof_file", "proof_file"), "act.pieces"},
			{"originals of nothing", ask("request-k", casework.ActOriginals, "?"), "act.pieces"},
			{"a piece of another route", ask("request-i", casework.ActReplacement, "?", "host_letter"), "act.unknown-piece"},
		} {
			if err := w.office.Ask(ctx, amina, got.Reference, tt.q); refused(err) != tt.want {
				t.Errorf("%s: %v, want %s", tt.name, refused(err), tt.want)
			}
		}
		if err := w.office.Ask(ctx, amina, got.Reference, ask("request-1", casework.ActReplacement, "illisible", "proof_file")); err != nil {
			t.Fatal(err)
		}
		if err := w.office.Ask(ctx, amina, got.Reference, ask("request-1", casework.ActInformation, "?")); refused(err) != "act.again" {
			t.Errorf("an id for something else: %s", refused(err))
		}
		w.exchange()
		w.answer(got, "proof_file")
		w.exchange()
		if err := w.office.Ask(ctx, amina, got.Reference, ask("request-3", casework.ActReplacement, "encore", "proof_file")); refused(err) != "act.repeat-piece 10, 4(8)" {
			t.Errorf("the same piece again: %s", refused(err))
		}
		if err := w.office.Ask(ctx, amina, got.Reference, ask("request-4", casework.ActInformation, "Depuis quand ?")); err != nil {
			t.Fatal(err)
		}
		w.exchange()
		w.answer(got, "")
		w.exchange()
		if err := w.office.Ask(ctx, amina, got.Reference, ask("request-5", casework.ActInformation, "Et ?")); refused(err) != "act.once 14, 4(8)" {
			t.Errorf("information twice: %s", refused(err))
		}
		if v, err := w.office.View(ctx, amina, got.Reference); err != nil || v.State != casework.StateReview || len(v.Timeline) != 5 {
			t.Errorf("view = %+v, %v", v, err)
		}
	})
}

// TestSecondHalf refuses requests once more than half of the delay has run:
// the residence certificate has 10 days, so 5 running days after filing.
func TestSecondHalf(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got := w.file("residence-certificate", "bill")
		w.exchange()
		w.pass(6 * 24 * time.Hour)
		w.open(got.Reference)
		for kind, article := range map[string]string{casework.ActReplacement: "10", casework.ActInformation: "14"} {
			q := casework.Request{ID: "late-" + kind, Kind: kind, Text: "?"}
			if kind == casework.ActReplacement {
				q.Questions = []string{"proof_file"}
			}
			if err := w.office.Ask(t.Context(), amina, got.Reference, q); refused(err) != "act.second-half "+article {
				t.Errorf("%s on the sixth day: %s", kind, refused(err))
			}
		}
	})
}

func TestRefuse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		got := w.file("residence-certificate", "bill")
		w.exchange()
		w.open(got.Reference)
		for _, tt := range []struct {
			d    casework.Decision
			want string
		}{
			{casework.Decision{ID: "decision-a", Outcome: "maybe"}, "act.kind"},
			{casework.Decision{ID: "decision-b", Outcome: casework.Refuse}, "act.reasons"},
			{casework.Decision{ID: "decision-c", Outcome: casework.Refuse, Text: " "}, "act.reasons"},
			{casework.Decision{ID: "decision-d", Outcome: casework.Refuse, Reasons: []string{"mood"}}, "act.unknown-reason"},
			{casework.Decision{ID: "decision-e", Outcome: casework.Grant, Reasons: []string{"proof"}}, "act.reasons"},
		} {
			if err := w.office.Decide(ctx, amina, got.Reference, tt.d); refused(err) != tt.want {
				t.Errorf("%+v: %s, want %s", tt.d, refused(err), tt.want)
			}
		}
		d := casework.Decision{ID: "decision-f", Outcome: casework.Refuse, Reasons: []string{"address", "proof"}, Text: "Voir la carte."}
		if err := w.office.Decide(ctx, amina, got.Reference, d); err != nil {
			t.Fatal(err)
		}
		if err := w.office.Decide(ctx, amina, got.Reference, casework.Decision{ID: "decision-g", Outcome: casework.Grant}); refused(err) != "act.closed 16" {
			t.Errorf("a second decision: %s", refused(err))
		}
		if err := w.office.Ask(ctx, amina, got.Reference, casework.Request{ID: "request-z", Kind: casework.ActInformation, Text: "?"}); refused(err) != "act.closed 14" {
			t.Errorf("a request after the decision: %s", refused(err))
		}
		w.exchange()
		c := w.mine(got)
		if c.Decision == nil || c.Decision.Outcome != casework.ActRefused || len(c.Decision.Reasons) != 2 || c.Decision.Text != d.Text || c.Decision.Has || c.State != casework.StateRefused {
			t.Errorf("the applicant reads %+v in state %s", c.Decision, c.State)
		}
		if n := w.count(`SELECT count(*) FROM document`); n != 0 {
			t.Errorf("%d documents issued", n)
		}
	})
}

// TestAnswerInWords grants a service whose document is the agent's answer.
func TestAnswerInWords(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got := w.file("street-complaint", "")
		w.exchange()
		if _, err := w.office.Open(t.Context(), works, got.Reference, "decide"); err != nil {
			t.Fatal(err)
		}
		d := casework.Decision{ID: "decision-a", Outcome: casework.Grant, Text: " "}
		if err := w.office.Decide(t.Context(), works, got.Reference, d); refused(err) != "act.text" {
			t.Errorf("an empty answer: %s", refused(err))
		}
		d.Text = "Le lampadaire est réparé."
		if err := w.office.Decide(t.Context(), works, got.Reference, d); err != nil {
			t.Fatal(err)
		}
		w.exchange()
		if _, pdf, err := w.desk.Document(t.Context(), w.mine(got)); err != nil {
			t.Error(err)
		} else {
			w.standing(pdf)
		}
	})
}

// TestOneDecision lets many agents decide at once: one decision stands, with
// one leaf, one letter, one document at most.
func TestOneDecision(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got := w.file("residence-certificate", "bill")
		w.exchange()
		w.open(got.Reference)
		var wg sync.WaitGroup
		errors := make([]error, 6)
		for i := range errors {
			wg.Go(func() {
				d := casework.Decision{ID: fmt.Sprint("decision-", i), Outcome: casework.Grant}
				if i%2 == 1 {
					d.Outcome, d.Text = casework.Refuse, "Non."
				}
				errors[i] = w.office.Decide(t.Context(), amina, got.Reference, d)
			})
		}
		wg.Wait()
		done := 0
		for _, err := range errors {
			if err == nil {
				done++
			} else if !strings.HasPrefix(refused(err), "act.closed 1") {
				t.Errorf("a loser is told %v", err)
			}
		}
		if done != 1 {
			t.Errorf("%d decisions were taken, want 1", done)
		}
		granted := w.count(`SELECT count(*) FROM action WHERE kind = 'granted'`)
		for query, want := range map[string]int64{
			`SELECT count(*) FROM action WHERE kind IN ('granted', 'refused')`: 1,
			`SELECT count(*) FROM leaf WHERE kind = 'decision'`:                1,
			`SELECT count(*) FROM envelope WHERE kind = 'decision'`:            1,
			`SELECT count(*) FROM envelope WHERE kind = 'document'`:            granted,
			`SELECT count(*) FROM document`:                                    granted,
			`SELECT count(*) FROM casefile WHERE open = 0`:                     1,
			`SELECT count(*) FROM casefile WHERE wake_on = ''`:                 1,
		} {
			if n := w.count(query); n != want {
				t.Errorf("%s = %d, want %d", query, n, want)
			}
		}
	})
}

// TestSilence lets the delay of ten days pass without a decision.
func TestSilence(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		got := w.file("residence-certificate", "bill")
		w.exchange()
		if n, err := w.office.RunDue(ctx, w.now()); n != 0 || err != nil {
			t.Fatalf("on the first day: %d, %v", n, err)
		}
		w.pass(20 * 24 * time.Hour)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if _, err := w.office.RunDue(ctx, w.now()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n, err := w.office.RunDue(ctx, w.now()); n != 0 || err != nil {
			t.Fatalf("again: %d, %v", n, err)
		}
		for query, want := range map[string]int64{
			`SELECT count(*) FROM action WHERE kind = 'silence'`:           1,
			`SELECT count(*) FROM casefile WHERE state = 'silent'`:         1,
			`SELECT count(*) FROM casefile WHERE wake_on <> ''`:            0,
			`SELECT count(*) FROM outbox WHERE id LIKE 'fact/%.silence.%'`: 1,
			`SELECT count(*) FROM access WHERE purpose = 'silence'`:        1,
		} {
			if n := w.count(query); n != want {
				t.Errorf("%s = %d, want %d", query, n, want)
			}
		}
		w.exchange()
		if c := w.mine(got); c.State != casework.StateSilent {
			t.Errorf("the applicant sees %s", c.State)
		}
		w.open(got.Reference)
		if err := w.office.Ask(ctx, amina, got.Reference, casework.Request{ID: "request-l", Kind: casework.ActInformation, Text: "?"}); refused(err) != "act.after-due 14" {
			t.Errorf("a request after the due day: %s", refused(err))
		}
		if err := w.office.Decide(ctx, amina, got.Reference, casework.Decision{ID: "decision-l", Outcome: casework.Grant}); err != nil {
			t.Errorf("a late grant: %v", err) // the authority may still decide
		}
	})
}

// TestConsentBySilence files for an act where silence consents: a refusal
// afterwards is refused, with the article.
func TestConsentBySilence(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.consenting()
		got := w.file("residence-certificate", "bill")
		w.exchange()
		w.pass(20 * 24 * time.Hour)
		if n, err := w.office.RunDue(ctx, w.now()); n != 1 || err != nil {
			t.Fatalf("RunDue = %d, %v", n, err)
		}
		w.open(got.Reference)
		v, err := w.office.View(ctx, amina, got.Reference)
		if err != nil || v.State != casework.StateConsent || v.Late {
			t.Fatalf("view = %s, late %v, %v", v.State, v.Late, err)
		}
		if err := w.office.Decide(ctx, amina, got.Reference, casework.Decision{ID: "decision-x", Outcome: casework.Refuse, Text: "Non."}); refused(err) != "act.consent 19" {
			t.Errorf("a refusal after consent: %s", refused(err))
		}
		if err := w.office.Decide(ctx, amina, got.Reference, casework.Decision{ID: "decision-y", Outcome: casework.Grant}); err != nil {
			t.Errorf("handing over the act: %v", err)
		}
	})
}

// TestLateDeposit takes an envelope 200 seconds after its claimed time: the
// consent by silence that rests on it waits for a person.
func TestLateDeposit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.consenting()
		got := w.file("residence-certificate", "bill")
		w.pass(200 * time.Second)
		w.exchange()
		w.pass(20 * 24 * time.Hour)
		if n, err := w.office.RunDue(ctx, w.now()); n != 1 || err != nil {
			t.Fatalf("RunDue = %d, %v", n, err)
		}
		v, err := w.office.View(ctx, amina, got.Reference)
		if err != nil || v.State != casework.StateLate || !v.Late || v.SeenAt.Sub(v.FiledAt) < 199*time.Second {
			t.Fatalf("view = %s, late %v, %v after %v, %v", v.State, v.Late, v.SeenAt, v.FiledAt, err)
		}
		w.open(got.Reference)
		if err := w.office.Decide(ctx, amina, got.Reference, casework.Decision{ID: "decision-x", Outcome: casework.Refuse, Text: "Non."}); refused(err) != "act.late-deposit 19" {
			t.Errorf("a refusal before the review: %s", refused(err))
		}
		for range 2 {
			if err := w.office.SeeTimes(ctx, amina, got.Reference, "times-one"); err != nil {
				t.Fatal(err)
			}
		}
		if v, err = w.office.View(ctx, amina, got.Reference); err != nil || v.State != casework.StateConsent {
			t.Errorf("after the review: %s, %v", v.State, err)
		}
		if err := w.office.SeeTimes(ctx, amina, got.Reference, "times-two"); refused(err) != "act.not-late 19" {
			t.Errorf("a second review: %s", refused(err))
		}
	})
}

// TestWithdrawal ends a case; a decision that came first stands.
func TestWithdrawal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		got, other := w.file("residence-certificate", "bill"), w.file("residence-certificate", "bill")
		w.exchange()
		if err := w.desk.Withdraw(ctx, w.mine(got)); err != nil {
			t.Fatal(err)
		}
		w.exchange()
		w.open(got.Reference)
		if err := w.office.Decide(ctx, amina, got.Reference, casework.Decision{ID: "decision-w", Outcome: casework.Grant}); refused(err) != "act.closed 16" {
			t.Errorf("a grant after the withdrawal: %s", refused(err))
		}
		rows, _, err := w.office.Queue(ctx, amina, casework.Filter{Open: false, Limit: 10})
		if err != nil || len(rows) != 1 || rows[0].State != casework.StateWithdrawn {
			t.Errorf("closed cases = %+v, %v", rows, err)
		}
		if err := w.desk.Withdraw(ctx, w.mine(other)); err != nil {
			t.Fatal(err)
		}
		w.open(other.Reference)
		if err := w.office.Decide(ctx, amina, other.Reference, casework.Decision{ID: "decision-w", Outcome: casework.Grant}); err != nil {
			t.Fatal(err) // the withdrawal has not reached the office yet
		}
		w.exchange()
		if v, err := w.office.View(ctx, amina, other.Reference); err != nil || v.State != casework.StateGranted {
			t.Errorf("a withdrawal undid a decision: %s, %v", v.State, err)
		}
	})
}

// TestMissingPieces files without a piece and brings it later.
func TestMissingPieces(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		got := w.file("residence-certificate", "later")
		w.exchange()
		w.open(got.Reference)
		v, err := w.office.View(ctx, amina, got.Reference)
		if err != nil || v.State != casework.StateIncomplete || v.Turn != casework.TurnApplicant || len(v.Missing) != 1 || v.Mention != "being-deposited" || v.DueOn != "" {
			t.Fatalf("view = %+v, %v", v, err)
		}
		w.answer(got, "proof_file")
		w.exchange()
		if v, err = w.office.View(ctx, amina, got.Reference); err != nil || v.State != casework.StateReview || v.DueOn == "" || len(v.Missing) != 0 {
			t.Errorf("after the piece: %s, due %q, %v", v.State, v.DueOn, err)
		}
	})
}

// TestSilenceBesideAFailure lets one of two due cases fail: the other's silence
// is recorded all the same.
func TestSilenceBesideAFailure(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.consenting()
		broken, sound := w.file("residence-certificate", "bill"), w.file("residence-certificate", "bill")
		w.exchange()
		w.exec(`UPDATE casefile SET profile = 'gone', wake_on = '2000-01-01' WHERE reference = '` + broken.Reference + `'`)
		w.pass(20 * 24 * time.Hour)
		if n, err := w.office.RunDue(t.Context(), w.now()); n != 1 || err == nil {
			t.Errorf("RunDue = %d, %v, want one case and the other's failure", n, err)
		}
		if v, err := w.office.View(t.Context(), amina, sound.Reference); err != nil || v.State != casework.StateConsent {
			t.Errorf("the sound case is %v, %v", v, err)
		}
	})
}

// TestLateAnswer answers a request by a record that says thirty days ago: the
// days in between did not run as far as anybody saw, and the consent by silence
// that the record makes of them waits for a person.
func TestLateAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.consenting()
		got := w.file("residence-certificate", "bill")
		w.exchange()
		w.open(got.Reference)
		w.must(w.office.Ask(t.Context(), amina, got.Reference, casework.Request{ID: "request-1", Kind: casework.ActInformation, Text: "Depuis quand ?"}))
		w.exchange()
		w.answer(got, "")
		w.pass(30 * 24 * time.Hour)
		w.exchange()
		v, err := w.office.View(t.Context(), amina, got.Reference)
		if err != nil || v.State != casework.StateLate || !v.Late || v.SeenAt.Sub(v.FiledAt) < 29*24*time.Hour {
			t.Fatalf("view = %s, late %v, seen %v, %v", v.State, v.Late, v.SeenAt, err)
		}
		for _, want := range []int{1, 0} { // the silence is recorded, though it had set in before anybody saw
			if n, err := w.office.RunDue(t.Context(), w.now()); n != want || err != nil {
				t.Errorf("RunDue = %d, %v, want %d", n, err, want)
			}
		}
		w.must(w.office.SeeTimes(t.Context(), amina, got.Reference, "times-one"))
		if v, err = w.office.View(t.Context(), amina, got.Reference); err != nil || v.State != casework.StateConsent {
			t.Errorf("after the review: %s, %v", v.State, err)
		}
	})
}
