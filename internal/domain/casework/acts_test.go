package casework_test

import (
	"strings"
	"testing"

	"wasl/internal/base/errs"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// filed files a case of a 20-day act and opens it.
func (w *world) filedPermit(silence, extension string) (*intake.Accepted, clock.Date) {
	w.t.Helper()
	w.permit("20", silence, extension)
	got := w.file("residence-certificate", "bill")
	w.exchange()
	w.open(got.Reference)
	return got, w.view(got).Clock.FiledOn
}

func (w *world) extend(got *intake.Accepted, id, ground string, days int) error {
	w.t.Helper()
	w.open(got.Reference)
	return w.office.Extend(w.t.Context(), amina, got.Reference, casework.Extend{ID: id, For: ground, Days: days, Text: "Enquête."})
}

func (w *world) returns(got *intake.Accepted, id string) error {
	w.t.Helper()
	w.open(got.Reference)
	return w.office.Return(w.t.Context(), amina, got.Reference, casework.Return{ID: id, Text: "Pièce non fournie."})
}

// TestTwoRequestsAtOnce has two requests open, answers one in two parts, and
// then the other: the clock stands still until the last piece.
func TestTwoRequestsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got, filed := w.filedPermit(clock.MeansConsent, "false")
		w.to(filed + 2)
		says(t, "two pieces", w.ask(got, "request-a", casework.ActReplacement, "proof_file", "host_letter"), "")
		w.to(filed + 3)
		says(t, "information meanwhile", w.ask(got, "request-b", casework.ActInformation), "")
		says(t, "one of the pieces again", w.ask(got, "request-c", casework.ActReplacement, "host_letter"), "act.repeat-piece 10, 4(8)")
		says(t, "information again", w.ask(got, "request-d", casework.ActInformation), "act.once 14, 4(8)")
		says(t, "originals", w.ask(got, "request-e", casework.ActOriginals, "proof_file"), "")
		says(t, "originals again", w.ask(got, "request-f", casework.ActOriginals, "host_letter"), "act.once 7(4), 4(8)")
		for i, one := range []struct {
			kind   string
			pieces []string
			open   int
		}{
			{"replacement", []string{"proof_file"}, 3}, // a part only
			{"information", nil, 2},
			{"replacement", []string{"host_letter"}, 1},
			{"originals", []string{"proof_file"}, 0},
		} {
			w.to(filed + clock.Date(5+i))
			said := map[string]any{intake.IntakeFor: one.kind}
			if one.pieces != nil {
				said[intake.IntakePieces] = one.pieces
			}
			w.hand(got, intake.KindAnswer, said)
			if v := w.view(got); v.Clock.OpenRequests != one.open || (v.State == casework.StateWaiting) != (one.open > 0) {
				t.Errorf("after answer %d: %d requests open in state %s, want %d", i+1, v.Clock.OpenRequests, v.State, one.open)
			}
		}
		if c := w.view(got).Clock; c.SuspendedDays != 6 || c.RawDueOn != filed+27 { // from the 2nd to the 8th day: one span
			t.Errorf("%d days suspended, due on %s, want 6 and %s", c.SuspendedDays, c.RawDueOn, filed+27)
		}
	})
}

// TestExtend extends only where, when and as often as the law lets.
func TestExtend(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		none, _ := w.filedPermit(clock.MeansConsent, "false")
		says(t, "a service without one", w.extend(none, "extend-a", clock.ForInquiry, 10), "act.not-listed 17")
		got, filed := w.filedPermit(clock.MeansConsent, "inquiry")
		says(t, "another ground", w.extend(got, "extend-b", clock.ForExpertise, 10), "act.ground 17")
		says(t, "no days", w.extend(got, "extend-c", clock.ForInquiry, 0), "act.days 17")
		says(t, "a year and more", w.extend(got, "extend-d", clock.ForInquiry, 400), "act.days")
		if err := w.office.Extend(t.Context(), amina, got.Reference, casework.Extend{ID: "extend-e", For: clock.ForInquiry, Days: 5}); refused(err) != "act.text" {
			t.Errorf("without reasons: %v", err)
		}
		if err := w.office.Extend(t.Context(), omar, got.Reference, casework.Extend{ID: "extend-f", For: clock.ForInquiry, Days: 5, Text: "?"}); errs.KindOf(err) != errs.Denied {
			t.Errorf("by a supervisor: %v", err)
		}
		w.to(filed + 2)
		says(t, "a request", w.ask(got, "request-a", casework.ActInformation), "")
		w.to(filed + 4)
		says(t, "during a suspension", w.extend(got, "extend-g", clock.ForInquiry, 10), "")
		w.to(filed + 6)
		w.hand(got, intake.KindAnswer, map[string]any{intake.IntakeFor: "information"})
		if c := w.view(got).Clock; c.RawDueOn != filed+21+4+10 || c.HalfLast != filed+10+4 {
			t.Errorf("due on %s, half on %s, want %s and %s", c.RawDueOn, c.HalfLast, filed+35, filed+14)
		}
		says(t, "twice", w.extend(got, "extend-h", clock.ForInquiry, 10), "act.extended 17")
		w.exchange()
		found := false
		for _, m := range w.mine(got).Messages {
			if m.Letter.About == casework.ActExtended {
				found = true
				if !m.Sound || m.Letter.Days != 10 || m.Letter.For != clock.ForInquiry || m.Letter.NewDue != "" {
					t.Errorf("the letter of the extension = %+v", m.Letter)
				}
			}
		}
		if !found {
			t.Error("the applicant has no letter of the extension")
		}
		late, filed := w.filedPermit(clock.MeansConsent, "inquiry")
		w.to(w.view(late).Clock.DueOn)
		says(t, "on the due day", w.extend(late, "extend-i", clock.ForInquiry, 10), "act.too-late 17")
		_ = filed
	})
}

// TestReturn gives a file back only after an expired window of article 10.
func TestReturn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got, filed := w.filedPermit(clock.MeansConsent, "false")
		says(t, "nothing asked", w.returns(got, "return-a"), "act.no-window 10")
		says(t, "information", w.ask(got, "request-a", casework.ActInformation), "")
		w.to(filed + 200)
		says(t, "after 200 days without an information", w.returns(got, "return-b"), "act.no-window 10, 14")
		w.hand(got, intake.KindAnswer, map[string]any{intake.IntakeFor: "information"})
		w.to(filed + 201)
		says(t, "a piece", w.ask(got, "request-b", casework.ActReplacement, "proof_file"), "")
		window := w.view(got).Clock.WindowLast
		w.to(window)
		w.runDue()
		says(t, "on the last day", w.returns(got, "return-c"), "act.window-open 10")
		w.to(window + 1)
		w.runDue()
		w.state(got, casework.StateReturnDue)
		for range 2 {
			says(t, "after the window", w.returns(got, "return-d"), "")
		}
		w.state(got, casework.StateReturned)
		says(t, "a grant after the return", w.decide(got, "decision-a", casework.Grant), "act.closed 16")
		w.hand(got, intake.KindAnswer, map[string]any{intake.IntakeFor: "replacement", intake.IntakePieces: []string{"proof_file"}})
		w.state(got, casework.StateReturned)
		w.hand(got, intake.KindAppeal, nil)
		if n := w.count(`SELECT count(*) FROM action WHERE data LIKE '%"refused":"closed"%' AND kind = 'answered'`); n != 1 {
			t.Errorf("%d late answers kept without effect, want 1", n)
		}
		if n := w.count(`SELECT count(*) FROM action WHERE data LIKE '%"refused":"silent-only"%' AND kind = 'appeal'`); n != 1 {
			t.Errorf("%d appeals kept without effect, want 1: a return is no refusal", n)
		}

		late := w.file("residence-certificate", "later")
		w.exchange()
		missing := w.view(late).Clock.MissingLast
		w.to(missing + 5)
		w.hand(late, intake.KindAnswer, map[string]any{intake.IntakeFor: intake.Missing, intake.IntakePieces: []string{"proof_file"}})
		w.state(late, casework.StateReview) // a late piece before the return completes the file
	})
}

// TestDueDay decides on the last useful day and on the day after it.
func TestDueDay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		intime, _ := w.filedPermit(clock.MeansConsent, "false")
		late := w.file("residence-certificate", "bill")
		w.exchange()
		due := w.view(intime).Clock.DueOn
		w.to(due)
		says(t, "a refusal on the due day", w.decide(intime, "decision-a", casework.Refuse), "")
		w.to(due + 1)
		says(t, "a refusal on the day after", w.decide(late, "decision-b", casework.Refuse), "act.consent 19")
		says(t, "a request on the day after", w.ask(late, "request-a", casework.ActInformation), "act.after-due 14")
		w.state(late, casework.StateConsent) // also where no worker ran
	})
}

// TestClaim leads a consent to its act, by the head or by attestation.
func TestClaim(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		got, _ := w.filedPermit(clock.MeansConsent, "false")
		early := w.view(got).Clock.DueOn
		w.hand(got, intake.KindClaim, nil)
		if n := w.count(`SELECT count(*) FROM action WHERE kind = 'claim-act' AND data LIKE '%"refused":"not-consent"%'`); n != 1 {
			t.Errorf("%d claims before the consent, want one without effect", n)
		}
		says(t, "an attestation before the consent", w.office.Attested(ctx, amina, got.Reference, casework.Attested{ID: "attested-a"}), "act.not-consent 20")
		w.to(early + 1)
		w.runDue()
		w.hand(got, intake.KindClaim, nil)
		v := w.view(got)
		if v.Turn != casework.TurnOffice || v.Clock.ActDue == clock.NoDate || v.SortOn != v.Clock.ActDue.String() {
			t.Errorf("after the claim: turn %s, act due on %s, sorted on %s", v.Turn, v.Clock.ActDue, v.SortOn)
		}
		says(t, "the president before anybody asked", w.office.PresidentReceived(ctx, amina, got.Reference, casework.PresidentReceived{ID: "president-a"}), "act.out-of-order 21")
		w.to(v.Clock.ActDue + 1)
		w.hand(got, intake.KindHigher, nil) // not for a commune
		w.hand(got, intake.KindAttestation, nil)
		if n := w.count(`SELECT count(*) FROM action WHERE kind = 'go-higher' AND data LIKE '%"refused":"not-local"%'`); n != 1 {
			t.Errorf("%d ways to a minister above a commune, want one without effect", n)
		}
		asked := v.Clock.ActDue + 1
		w.to(asked + 4)
		says(t, "tomorrow", w.office.PresidentReceived(ctx, amina, got.Reference, casework.PresidentReceived{ID: "president-b", On: asked + 5}), "act.date")
		says(t, "before it was asked", w.office.PresidentReceived(ctx, amina, got.Reference, casework.PresidentReceived{ID: "president-c", On: asked - 1}), "act.date")
		for range 2 {
			says(t, "two days ago", w.office.PresidentReceived(ctx, amina, got.Reference, casework.PresidentReceived{ID: "president-d", On: asked + 2}), "")
		}
		if due := w.view(got).Clock.AttestationDue; due < asked+2+11 || due > asked+2+18 {
			t.Errorf("attestation due on %s, want ten full days from %s", due, asked+2)
		}
		says(t, "closing while it is owed", w.office.Close(ctx, amina, got.Reference, casework.Close{ID: "close-aaa"}), "act.not-over 21")
		for range 2 {
			says(t, "the attestation", w.office.Attested(ctx, amina, got.Reference, casework.Attested{ID: "attested-b"}), "")
		}
		says(t, "another one", w.office.Attested(ctx, amina, got.Reference, casework.Attested{ID: "attested-c"}), "act.claimed 20")
		for range 2 {
			says(t, "closing", w.office.Close(ctx, amina, got.Reference, casework.Close{ID: "close-bbb"}), "")
		}
		w.state(got, casework.StateClosed)
		says(t, "an inspection after the close", w.office.Step(ctx, amina, got.Reference, casework.Step{ID: "step-aaaa", Kind: casework.ActInspection}), "act.closed 16")
	})
}

// TestAppeal appeals against refusals: one is dismissed, one upheld and granted.
func TestAppeal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for _, outcome := range []string{casework.Dismissed, casework.Upheld} {
			got, _ := w.filedPermit(clock.MeansAppeal, "false")
			answer := func(id, outcome string) error {
				w.open(got.Reference)
				return w.office.AnswerAppeal(ctx, amina, got.Reference, casework.AnswerAppeal{ID: id, Outcome: outcome, Text: "Après examen."})
			}
			says(t, "an answer to nothing", answer("answer-aa", outcome), "act.not-appealed 21")
			w.pass(day)
			says(t, "a refusal", w.decide(got, "decision-a", casework.Refuse), "")
			w.state(got, casework.StateRefused)
			w.pass(3 * day)
			w.hand(got, intake.KindAppeal, nil)
			v := w.view(got)
			if v.State != casework.StateAppeal || v.Turn != casework.TurnAbove || v.SortOn != v.Clock.AppealReplyDue.String() {
				t.Errorf("under appeal: %s, turn %s, sorted on %s, reply due on %s", v.State, v.Turn, v.SortOn, v.Clock.AppealReplyDue)
			}
			w.hand(got, intake.KindAppeal, nil)
			if n := w.count(`SELECT count(*) FROM action WHERE reference = '` + got.Reference + `' AND kind = 'appeal' AND data LIKE '%"refused":"appealed"%'`); n != 1 {
				t.Errorf("%d second appeals without effect, want 1", n)
			}
			says(t, "no such outcome", answer("answer-bb", "perhaps"), "act.kind")
			for range 2 {
				says(t, "the answer", answer("answer-cc", outcome), "")
			}
			says(t, "a second answer", answer("answer-dd", outcome), "act.answered 21")
			if outcome == casework.Dismissed {
				w.state(got, casework.StateDismissed)
				continue
			}
			w.state(got, casework.StateUpheld)
			says(t, "the case decided anew", w.decide(got, "decision-b", casework.Grant), "")
			w.state(got, casework.StateGranted)
		}
	})
}

// TestAppealAgainstSilence goes on to the wali, and on time alone.
func TestAppealAgainstSilence(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got, _ := w.filedPermit(clock.MeansAppeal, "false")
		w.hand(got, intake.KindAppeal, nil)
		if n := w.count(`SELECT count(*) FROM action WHERE kind = 'appeal' AND data LIKE '%"refused":"appeal-early"%'`); n != 1 {
			t.Errorf("%d appeals before the silence, want one without effect", n)
		}
		due := w.view(got).Clock.DueOn
		w.to(due + 2)
		w.runDue()
		w.state(got, casework.StateSilent)
		says(t, "closing while an appeal may come", w.office.Close(t.Context(), amina, got.Reference, casework.Close{ID: "close-aaa"}), "act.not-over 21")
		w.hand(got, intake.KindAppeal, nil)
		w.state(got, casework.StateAppeal)
		w.hand(got, intake.KindReferral, nil)
		if n := w.count(`SELECT count(*) FROM action WHERE kind = 'refer-to-wali' AND data LIKE '%"refused":"wait"%'`); n != 1 {
			t.Errorf("%d referrals before the president's fifteen days, want one without effect", n)
		}
		w.to(w.view(got).Clock.AppealReplyDue + 1)
		w.hand(got, intake.KindReferral, nil)
		says(t, "the wali's letter", w.office.PresidentReceived(t.Context(), amina, got.Reference, casework.PresidentReceived{ID: "president-a"}), "")
		if v := w.view(got); v.Clock.PresidentDue == clock.NoDate || v.SortOn != v.Clock.PresidentDue.String() {
			t.Errorf("the president decides by %s, sorted on %s", v.Clock.PresidentDue, v.SortOn)
		}

		alone := w.file("residence-certificate", "bill")
		w.exchange()
		last := w.view(alone).Clock.DueOn + 50
		w.to(last)
		w.runDue()
		says(t, "closing what nobody appealed against", w.office.Close(t.Context(), amina, alone.Reference, casework.Close{ID: "close-bbb"}), "")
		w.hand(alone, intake.KindAppeal, nil)
		w.state(alone, casework.StateClosed) // too late: kept, without effect
	})
}

// TestLeaveUnanswered leaves a repeated request unanswered, and nothing else.
func TestLeaveUnanswered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first, _ := w.filedPermit(clock.MeansConsent, "false")
		says(t, "a refusal", w.decide(first, "decision-a", casework.Refuse), "")
		pending := w.file("residence-certificate", "bill")
		got := w.file("residence-certificate", "bill")
		other := w.file("residence-certificate", "bill")
		w.exchange()
		w.exec(`UPDATE blind SET mac = mac || 'x' WHERE reference = '` + other.Reference + `'`) // of somebody else
		leave := func(reference, id, previous string) error {
			return w.office.LeaveUnanswered(t.Context(), amina, reference, casework.LeaveUnanswered{ID: id, Previous: previous, Text: "Rien n'a changé."})
		}
		if v := w.view(got); len(v.Earlier) != 1 || v.Earlier[0] != first.Reference || !v.Ruling(clock.LeaveUnanswered).OK {
			t.Errorf("earlier = %v, ruling %+v, want the refused one", v.Earlier, v.Ruling(clock.LeaveUnanswered))
		}
		says(t, "itself", leave(got.Reference, "leave-aaa", got.Reference), "act.previous")
		says(t, "no case", leave(got.Reference, "leave-bbb", string(intake.NewReference())), "act.previous")
		says(t, "one not refused", leave(got.Reference, "leave-ccc", pending.Reference), "act.not-repeat 15")
		says(t, "another person's", leave(other.Reference, "leave-ddd", first.Reference), "act.not-repeat 15")
		for range 2 {
			says(t, "the repeated one", leave(got.Reference, "leave-eee", strings.ToLower(first.Reference)), "")
		}
		v := w.view(got)
		if v.State != casework.StateUnanswered || v.DueOn != "" || v.Mention != "deposited" || v.Turn != casework.TurnNobody {
			t.Errorf("left unanswered: %s, due %q, mention %q, turn %s", v.State, v.DueOn, v.Mention, v.Turn)
		}
		w.pass(60 * day)
		w.runDue()
		w.state(got, casework.StateUnanswered)
		w.open(got.Reference)
		op, err := w.office.Reread(t.Context(), amina, got.Reference)
		w.must(err)
		if len(op.Notes) != 1 || op.Notes[0].Text != "Rien n'a changé." {
			t.Errorf("notes = %v, want the reasons", op.Notes)
		}
	})
}

// TestSteps asks opinions, inspects and asks for payment: none of it moves a date.
func TestSteps(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		got, filed := w.filedPermit(clock.MeansConsent, "false")
		due := w.view(got).Clock.DueOn
		for _, tt := range []struct {
			what string
			s    casework.Step
			want string
		}{
			{"no such kind", casework.Step{ID: "step-aaaa", Kind: "party"}, "act.kind"},
			{"no such step", casework.Step{ID: "step-bbbb", Kind: casework.ActInspection, Step: "party"}, "act.step"},
			{"before yesterday", casework.Step{ID: "step-cccc", Kind: casework.ActInspection, Days: -1}, "act.days"},
			{"a payment without a letter", casework.Step{ID: "step-dddd", Kind: casework.ActPaymentAsked}, "act.text"},
			{"an opinion", casework.Step{ID: "step-eeee", Kind: casework.ActOpinionAsked, Step: "check", Text: "À la police."}, ""},
			{"its answer", casework.Step{ID: "step-ffff", Kind: casework.ActOpinionGiven, Step: "check"}, ""},
			{"an inquiry", casework.Step{ID: "step-gggg", Kind: casework.ActInquiry, Days: 15}, ""},
			{"a payment", casework.Step{ID: "step-hhhh", Kind: casework.ActPaymentAsked, Days: 10, Text: "Vingt dirhams."}, ""},
			{"a payment again", casework.Step{ID: "step-hhhh", Kind: casework.ActPaymentAsked, Days: 10, Text: "Vingt dirhams."}, ""},
		} {
			says(t, tt.what, w.office.Step(ctx, amina, got.Reference, tt.s), tt.want)
		}
		if err := w.office.Step(ctx, omar, got.Reference, casework.Step{ID: "step-iiii", Kind: casework.ActInspection}); errs.KindOf(err) != errs.Denied {
			t.Errorf("by a supervisor: %v", err)
		}
		v := w.view(got)
		if v.Clock.DueOn != due || v.Clock.SuspendedDays != 0 || v.State != casework.StateReview || len(v.Timeline) != 5 {
			t.Errorf("steps moved the clock: due on %s, %d days suspended, %s, %d acts", v.Clock.DueOn, v.Clock.SuspendedDays, v.State, len(v.Timeline))
		}
		if d := v.Timeline[1].Data; d["step_due"] != (filed+5).String() || v.Timeline[1].Ground != (casework.Ground{Text: "55-19", Article: "16"}) {
			t.Errorf("the opinion's own delay = %v, ground %v", d, v.Timeline[1].Ground)
		}
		w.exchange()
		letters := 0
		for _, m := range w.mine(got).Messages {
			if m.Letter.About == casework.ActPaymentAsked && m.Sound && m.Letter.Text == "Vingt dirhams." {
				letters++
			}
		}
		if letters != 1 {
			t.Errorf("%d letters ask for the payment, want 1", letters)
		}
	})
}

// TestUnavailable tells that a piece cannot be fetched, in time and where the
// service fetches one.
func TestUnavailable(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		none, _ := w.filedPermit(clock.MeansConsent, "false")
		says(t, "nothing named", w.office.Unavailable(ctx, amina, none.Reference, casework.Unavailable{ID: "notice-aa", Text: "?"}), "act.pieces")
		says(t, "not a piece", w.office.Unavailable(ctx, amina, none.Reference, casework.Unavailable{ID: "notice-bb", Text: "?", Questions: []string{"cnie"}}), "act.unknown-piece")
		says(t, "a service that fetches nothing", w.office.Unavailable(ctx, amina, none.Reference, casework.Unavailable{ID: "notice-cc", Text: "?", Questions: []string{"proof_file"}}), "act.no-fetch 24, 23")
	})
}

// TestRulings says of every act of the office whether it is allowed, with its
// article, and allows nobody to declare a file incomplete later.
func TestRulings(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got, _ := w.filedPermit(clock.MeansConsent, "false")
		want := map[string]string{clock.RequestReplacement: "", clock.RequestOriginals: "", clock.RequestInformation: "", clock.Extend: "not-listed", clock.Grant: "", clock.Refuse: "",
			clock.Return: "no-window", clock.LeaveUnanswered: "not-repeat", clock.NoticeUnavailable: "no-fetch", clock.Inspection: "", clock.OpinionAsked: "", clock.OpinionGiven: "",
			clock.PaymentAsked: "", clock.PaymentMade: "", clock.PresidentReceived: "out-of-order", clock.HeadAnswer: "not-appealed", casework.ActAttested: "not-consent", casework.ActClosed: "not-over"}
		v := w.view(got)
		for _, r := range v.Rulings {
			why, known := want[r.Do]
			if !known || r.Why != why || r.OK != (why == "") || len(r.Articles) == 0 || r.Text == "" {
				t.Errorf("%s: ok %v, why %q, %s art. %v; want %q", r.Do, r.OK, r.Why, r.Text, r.Articles, why)
			}
			delete(want, r.Do)
		}
		if len(want) > 0 {
			t.Errorf("no ruling on %v", want)
		}
		if v.Ruling(clock.DeclareMissing).OK {
			t.Error("the office may declare a file incomplete after its receipt")
		}
		if len(v.Readings()) == 0 {
			t.Error("no reading of the law differs for a running clock")
		}
	})
}

// TestSupervisorDoesNothing: no act of a case is a supervisor's.
func TestSupervisorDoesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got, _ := w.filedPermit(clock.MeansConsent, "false")
		ctx := t.Context()
		administrator := &identity.Agent{ID: "root", Name: "Root", Authority: "zitouna", Unit: "citizens", Role: identity.Administrator}
		for _, who := range []*identity.Agent{omar, administrator} {
			for what, err := range map[string]error{
				"extend":     w.office.Extend(ctx, who, got.Reference, casework.Extend{ID: "extend-aa", Days: 1, For: "inquiry", Text: "?"}),
				"return":     w.office.Return(ctx, who, got.Reference, casework.Return{ID: "return-aa", Text: "?"}),
				"step":       w.office.Step(ctx, who, got.Reference, casework.Step{ID: "step-aaaa", Kind: casework.ActInspection}),
				"notice":     w.office.Unavailable(ctx, who, got.Reference, casework.Unavailable{ID: "notice-aa", Questions: []string{"proof_file"}, Text: "?"}),
				"unanswered": w.office.LeaveUnanswered(ctx, who, got.Reference, casework.LeaveUnanswered{ID: "leave-aaa", Previous: got.Reference}),
				"president":  w.office.PresidentReceived(ctx, who, got.Reference, casework.PresidentReceived{ID: "president-a"}),
				"attested":   w.office.Attested(ctx, who, got.Reference, casework.Attested{ID: "attested-a"}),
				"appeal":     w.office.AnswerAppeal(ctx, who, got.Reference, casework.AnswerAppeal{ID: "answer-aa", Outcome: casework.Upheld, Text: "?"}),
				"close":      w.office.Close(ctx, who, got.Reference, casework.Close{ID: "close-aaa"}),
			} {
				if errs.KindOf(err) != errs.Denied {
					t.Errorf("%s by %s: %v, want denied", what, who.ID, err)
				}
			}
		}
	})
}

// TestLateArrival delivers letters days after they were dated: the window of a
// request runs from then, and a refusal that comes after the silence is none.
func TestLateArrival(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got, filed := w.filedPermit(clock.MeansConsent, "false")
		w.to(filed + 2)
		says(t, "a request", w.ask(got, "request-a", casework.ActReplacement, "proof_file"), "")
		before := w.view(got).Clock.WindowLast
		w.to(filed + 9)
		w.exchange() // the portal was away for a week
		w.exchange()
		if window := w.view(got).Clock.WindowLast; window < before+7-3 || window <= before {
			t.Errorf("the window ends on %s, want thirty full days from %s, not %s", window, filed+9, before)
		}
		w.hand(got, intake.KindAnswer, map[string]any{intake.IntakeFor: "replacement", intake.IntakePieces: []string{"proof_file"}})
		due := w.view(got).Clock.DueOn
		w.to(due)
		says(t, "a refusal signed in time", w.decide(got, "decision-a", casework.Refuse), "")
		w.state(got, casework.StateRefused)
		w.to(due + 2)
		w.exchange()
		w.state(got, casework.StateConsent) // it reached nobody in time
		says(t, "the act", w.decide(got, "decision-b", casework.Grant), "")
		w.state(got, casework.StateGranted)
	})
}

// TestBrought notes at the counter what the applicant brought: originals are
// shown there, and a missing piece may come on paper.
func TestBrought(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		got, filed := w.filedPermit(clock.MeansConsent, "false")
		brought := func(id, kind string, pieces ...string) error {
			return w.office.Brought(ctx, amina, got.Reference, casework.Brought{ID: id, For: kind, Questions: pieces})
		}
		says(t, "nothing asked", brought("brought-a", "originals"), "act.out-of-order 10")
		says(t, "no such kind", brought("brought-b", "flowers"), "act.kind")
		w.to(filed + 2)
		says(t, "originals", w.ask(got, "request-a", casework.ActOriginals, "proof_file", "host_letter"), "")
		w.to(filed + 5)
		says(t, "not a piece", brought("brought-c", "originals", "cnie"), "act.unknown-piece")
		says(t, "one of them", brought("brought-d", "originals", "proof_file"), "")
		w.state(got, casework.StateWaiting)
		for range 2 {
			says(t, "the other", brought("brought-e", "originals", "host_letter"), "")
		}
		w.state(got, casework.StateReview)
		if c := w.view(got).Clock; c.SuspendedDays != 3 {
			t.Errorf("%d days suspended, want 3", c.SuspendedDays)
		}
		w.exchange()
		if c := w.mine(got); len(c.Requests) != 0 || c.Clock.SuspendedDays != 3 && c.Clock.State != clock.Running {
			t.Errorf("the applicant is still asked %v", c.Requests)
		}
		got = w.file("residence-certificate", "later")
		w.exchange()
		w.state(got, casework.StateIncomplete)
		says(t, "the missing piece", brought("brought-f", intake.Missing, "proof_file"), "")
		w.state(got, casework.StateReview)
	})
}

// TestHostileAnswer sets aside answers that no portal of ours makes.
func TestHostileAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got, _ := w.filedPermit(clock.MeansConsent, "false")
		says(t, "a request", w.ask(got, "request-a", casework.ActReplacement, "proof_file"), "")
		for reason, said := range map[string]map[string]any{
			"intake.section": {intake.IntakeFor: "mercy"},
			"intake.pieces":  {intake.IntakeFor: "replacement", intake.IntakePieces: []string{"cnie"}},
		} {
			w.must(w.office.Take(t.Context(), w.made(got, intake.KindAnswer, said, w.now())))
			if n := w.count(`SELECT count(*) FROM quarantine WHERE reason LIKE '%` + reason + `%'`); n != 1 {
				t.Errorf("%v: %d in quarantine for %s, want 1", said, n, reason)
			}
			w.exec(`DELETE FROM quarantine`)
		}
		many := make([]string, 500)
		for i := range many {
			many[i] = "proof_file"
		}
		w.must(w.office.Take(t.Context(), w.made(got, intake.KindAnswer, map[string]any{intake.IntakePieces: many}, w.now())))
		if n := w.count(`SELECT count(*) FROM quarantine WHERE reason LIKE '%intake.section%'`); n != 1 {
			t.Errorf("five hundred pieces: %d in quarantine, want 1", n)
		}
		w.exec(`DELETE FROM quarantine`)
		w.state(got, casework.StateWaiting)
		w.hand(got, intake.KindAnswer, map[string]any{intake.IntakeFor: "replacement", intake.IntakePieces: []string{"proof_file"}})
		w.state(got, casework.StateReview)
	})
}
