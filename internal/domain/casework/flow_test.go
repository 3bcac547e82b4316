package casework

import (
	"os"
	"testing"
	"time"

	"wasl/internal/domain/clock"
)

func day(t *testing.T, s string) clock.Date {
	t.Helper()
	d, err := clock.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func testProfile(t *testing.T) *clock.Profile {
	t.Helper()
	data, err := os.ReadFile("../../../law/ma.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := clock.ParseProfile(data)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func noon(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t.Add(12 * time.Hour)
}

// Dates are worked out by hand: 2 March 2026 is a Monday; thirty full days end
// on 2 + 31 = 2 April, a Thursday; the first half ends on 17 March.
func TestFoldAndAllowed(t *testing.T) {
	p := testProfile(t)
	for _, tt := range foldCases() {
		t.Run(tt.name, func(t *testing.T) {
			on := day(t, tt.on)
			s := fold(p, tt.terms, tt.actions, on)
			got := [4]string{s.State, s.Turn, s.sortOn(), silenceOn(s)}
			if want := [4]string{tt.state, tt.turn, tt.sort, tt.wake}; got != want {
				t.Errorf("got %v, want %v", got, want)
			}
			if s.Open != (tt.turn != TurnNobody || tt.name == "attested") {
				t.Errorf("open = %v", s.Open)
			}
			if tt.why == nil {
				return
			}
			for _, r := range s.rulings(noon(tt.on), false) {
				if why, looked := tt.why[r.Do]; looked && (r.Why != why || r.OK != (why == "") || len(r.Articles) == 0) {
					t.Errorf("%s: ok=%v why=%q articles %v, want why %q", r.Do, r.OK, r.Why, r.Articles, why)
				}
			}
		})
	}
}

// foldCase is a history and what it means on a day.
type foldCase struct {
	name        string
	terms       clock.Terms
	actions     []Action
	on          string
	state, turn string
	sort, wake  string
	why         map[string]string // action → why not, "" when allowed; nil: not looked at
}

func foldCases() []foldCase {
	consent := clock.Terms{Days: 30, Kind: "listed-silence-consent", Silence: "consent"}
	appeal := clock.Terms{Days: 30, Kind: "normal", Silence: "appeal"}
	act := func(date, kind string, data ...string) Action {
		a := Action{At: noon(date), Kind: kind, Data: map[string]string{}}
		for i := 0; i < len(data); i += 2 {
			a.Data[data[i]] = data[i+1]
		}
		return a
	}
	filed, late := act("2026-03-02", ActFiled), act("2026-03-02", ActFiled, "late", "2026-03-02T12:10:00Z")
	lacking := act("2026-03-02", ActFiled, "missing", "plan")
	asked, answered := act("2026-03-09", ActReplacement, "questions", "plan"), act("2026-03-20", ActAnswered)
	local := func(t clock.Terms) clock.Terms {
		t.Authority = clock.AuthorityLocal
		return t
	}
	all := func(replacement, information, grant, refuse string) map[string]string {
		return map[string]string{ActReplacement: replacement, ActInformation: information, Grant: grant, Refuse: refuse}
	}
	free := all("", "", "", "")
	return []foldCase{
		{"fresh", consent, []Action{filed}, "2026-03-03", StateReview, TurnOffice, "2026-04-02", "2026-04-03", free},
		{"last day of the half", consent, []Action{filed}, "2026-03-17", StateReview, TurnOffice, "2026-04-02", "2026-04-03", free},
		{"second half", consent, []Action{filed}, "2026-03-18", StateReview, TurnOffice, "2026-04-02", "2026-04-03", all("second-half", "second-half", "", "")},
		// the applicant's window: 9 March + 31 = 9 April.
		{"waiting", consent, []Action{filed, asked}, "2026-03-10", StateWaiting, TurnApplicant, "2026-04-09", "", free},
		// 10 to 20 March did not run: 2 April + 11 = 13 April; the half goes on to 28 March.
		{"answered", consent, []Action{filed, asked, answered}, "2026-03-28", StateReview, TurnOffice, "2026-04-13", "2026-04-14", free},
		// both within the same second, the portal's clock behind: still an answer.
		{"answered within a second", consent, []Action{filed, asked, {At: asked.At.Add(-time.Second), Kind: ActAnswered}}, "2026-03-10", StateReview, TurnOffice, "2026-04-02", "2026-04-03", free},
		{"information has no window", consent, []Action{filed, act("2026-03-09", ActInformation)}, "2026-08-01", StateWaiting, TurnApplicant, farOff, "", all("", "once", "", "")},
		{"information once", consent, []Action{filed, act("2026-03-04", ActInformation), act("2026-03-05", ActAnswered)}, "2026-03-06", StateReview, TurnOffice, "2026-04-03", "2026-04-04", all("", "once", "", "")},
		{"incomplete", consent, []Action{lacking}, "2026-03-03", StateIncomplete, TurnApplicant, "2026-04-02", "", free},
		// complete on 10 March: 10 + 31 = 10 April, a Friday.
		{"completed", consent, []Action{lacking, act("2026-03-10", ActAnswered)}, "2026-03-11", StateReview, TurnOffice, "2026-04-10", "2026-04-11", free},
		{"last useful day", consent, []Action{filed}, "2026-04-02", StateReview, TurnOffice, "2026-04-02", "2026-04-03", all("second-half", "second-half", "", "")},
		{"consent by silence", consent, []Action{filed}, "2026-04-03", StateConsent, TurnApplicant, "2026-04-02", "2026-04-03", all("after-due", "after-due", "", "consent")},
		{"consent recorded", consent, []Action{filed, act("2026-04-03", ActSilence, "due_on", "2026-04-02")}, "2026-04-04", StateConsent, TurnApplicant, "2026-04-02", "", all("after-due", "after-due", "", "consent")},
		{"consent on a late deposit", consent, []Action{late}, "2026-04-03", StateLate, TurnOffice, "2026-04-02", "2026-04-03", all("after-due", "after-due", "", "late-deposit")},
		{"consent after the review", consent, []Action{late, act("2026-04-05", ActTimesSeen)}, "2026-04-06", StateConsent, TurnApplicant, "2026-04-02", "2026-04-03", all("after-due", "after-due", "", "consent")},
		// the request waited until 9 April, as far as anybody saw; the answer says it came on the day after it.
		{"consent on a late answer", consent, []Action{filed, asked, act("2026-03-10", ActAnswered, "late", "2026-04-09T12:00:00Z")}, "2026-04-09", StateLate, TurnOffice, "2026-04-03", "2026-04-04", all("after-due", "after-due", "", "late-deposit")},
		// filed just after midnight by the portal's clock, taken before it by the office's.
		{"another clock is ahead", consent, []Action{filed}, "2026-03-01", StateReview, TurnOffice, "2026-04-02", "2026-04-03", nil},
		{"silence with appeal", appeal, []Action{filed}, "2026-04-03", StateSilent, TurnApplicant, "2026-04-02", "2026-04-03", all("after-due", "after-due", "", "")},
		{"granted", consent, []Action{filed, act("2026-03-04", ActGranted)}, "2026-03-05", StateGranted, TurnNobody, "2026-04-02", "", all("closed", "closed", "closed", "closed")},
		{"granted after consent", consent, []Action{filed, act("2026-04-05", ActGranted)}, "2026-04-06", StateGranted, TurnNobody, "2026-04-02", "", all("closed", "closed", "closed", "closed")},
		{"refused", consent, []Action{filed, act("2026-03-04", ActRefused)}, "2026-03-05", StateRefused, TurnNobody, "2026-04-02", "", all("closed", "closed", "closed", "closed")},
		{"withdrawn while waiting", consent, []Action{filed, asked, act("2026-03-11", ActWithdrawn)}, "2026-03-12", StateWithdrawn, TurnNobody, "2026-03-11", "", all("closed", "closed", "closed", "closed")},
		{"the first ending stands", consent, []Action{filed, act("2026-03-04", ActGranted), act("2026-03-03", ActWithdrawn)}, "2026-03-05", StateGranted, TurnNobody, "2026-04-02", "", all("closed", "closed", "closed", "closed")},
		// law 31-13, 20 working days: 3-5 (3), 6 a holiday, 9-13 (8), 16, 17 (10), 18 a holiday, 19, 20 (12), 23-27 (17), 30, 1, 2 December.
		{"an information request", clock.Terms{Days: 20, Kind: "information", Silence: "appeal"}, []Action{act("2026-11-02", ActFiled)}, "2026-11-03", StateReview, TurnOffice, "2026-12-02", "2026-12-03", all("no-requests", "no-requests", "", "")},
		// the window of the request ends on 9 April: 9 March + 31.
		{"a window has passed", consent, []Action{filed, asked}, "2026-04-10", StateReturnDue, TurnOffice, "2026-04-09", "", map[string]string{clock.Return: ""}},
		{"returned", consent, []Action{filed, asked, act("2026-04-10", ActReturned)}, "2026-04-11", StateReturned, TurnNobody, "2026-04-10", "", map[string]string{clock.Return: "closed", Grant: "closed"}},
		{"a late piece before the return", consent, []Action{filed, asked, act("2026-04-15", ActAnswered, "docs", "plan", "for", "replacement")}, "2026-04-15", StateReview, TurnOffice, "2026-05-11", "2026-05-12", nil},
		{"originals stop it", consent, []Action{filed, act("2026-03-09", ActOriginals, "questions", "plan")}, "2026-03-10", StateWaiting, TurnApplicant, farOff, "",
			map[string]string{clock.RequestOriginals: "once", clock.Return: "no-window", ActReplacement: ""}},
		{"a part of the pieces", consent, []Action{filed, act("2026-03-09", ActReplacement, "questions", "plan,lease"), act("2026-03-10", ActAnswered, "docs", "plan", "for", "replacement")},
			"2026-03-11", StateWaiting, TurnApplicant, "2026-04-09", "", free},
		// 2 April + 10 = 12 April, a Sunday: Monday 13.
		{"extended", clock.Terms{Days: 30, Kind: "listed-silence-consent", Silence: "consent", Extension: "inquiry"}, []Action{filed, act("2026-03-05", ActExtended, "for", "inquiry", "number", "10")},
			"2026-03-06", StateReview, TurnOffice, "2026-04-13", "2026-04-14", map[string]string{clock.Extend: "extended"}},
		{"steps move nothing", consent, []Action{filed, act("2026-03-04", ActOpinionAsked), act("2026-03-05", ActInquiry), act("2026-03-06", ActPaymentAsked)}, "2026-03-07", StateReview, TurnOffice, "2026-04-02", "2026-04-03", free},
		{"left unanswered", consent, []Action{filed, act("2026-03-04", ActUnanswered, "previous", "X")}, "2026-05-01", StateUnanswered, TurnNobody, "2026-03-04", "", map[string]string{Refuse: "no-clock"}},
		// claimed on 4 April: + 8 = 12 April, a Sunday: Monday 13.
		{"the act is claimed", local(consent), []Action{filed, act("2026-04-04", ActClaim)}, "2026-04-05", StateConsent, TurnOffice, "2026-04-13", "2026-04-03", map[string]string{Refuse: "consent", Grant: ""}},
		{"an attestation is asked for", local(consent), []Action{filed, act("2026-04-04", ActClaim), act("2026-04-14", ActAttestation)}, "2026-04-15", StateConsent, TurnAbove, "2026-04-13", "2026-04-03",
			map[string]string{clock.PresidentReceived: "", ActAttested: "", ActClosed: "not-over"}},
		{"attested", local(consent), []Action{filed, act("2026-04-14", ActAttestation), act("2026-04-20", ActAttested)}, "2026-04-21", StateConsent, TurnNobody, "2026-04-02", "2026-04-03",
			map[string]string{ActAttested: "claimed", ActClosed: ""}},
		{"closed", local(consent), []Action{filed, act("2026-04-14", ActAttestation), act("2026-04-20", ActAttested), act("2026-04-21", ActClosed)}, "2026-04-22", StateClosed, TurnNobody, "2026-04-02", "2026-04-03",
			map[string]string{ActClosed: "closed", Grant: "closed"}},
		// refused on 4 March; appeal on 10 March: + 16 = 26 March, a Thursday.
		{"under appeal", local(appeal), []Action{filed, act("2026-03-04", ActRefused), act("2026-03-10", ActAppeal)}, "2026-03-11", StateAppeal, TurnAbove, "2026-03-26", "", map[string]string{clock.HeadAnswer: "", Grant: ""}},
		{"upheld", local(appeal), []Action{filed, act("2026-03-04", ActRefused), act("2026-03-10", ActAppeal), act("2026-03-12", ActHeadAnswer, "outcome", Upheld)}, "2026-03-13", StateUpheld, TurnOffice, "2026-03-26", "",
			map[string]string{clock.HeadAnswer: "answered", Grant: ""}},
		{"upheld and granted", local(appeal), []Action{filed, act("2026-03-04", ActRefused), act("2026-03-10", ActAppeal), act("2026-03-12", ActHeadAnswer, "outcome", Upheld), act("2026-03-16", ActGranted)}, "2026-03-17",
			StateGranted, TurnNobody, "2026-04-02", "", all("closed", "closed", "closed", "closed")},
		{"dismissed", local(appeal), []Action{filed, act("2026-03-04", ActRefused), act("2026-03-10", ActAppeal), act("2026-03-12", ActHeadAnswer, "outcome", Dismissed)}, "2026-03-13", StateDismissed, TurnNobody, "2026-04-02", "",
			map[string]string{clock.HeadAnswer: "answered"}},
		{"an act without effect", consent, []Action{filed, act("2026-03-04", ActAppeal, "refused", "silent-only")}, "2026-03-05", StateReview, TurnOffice, "2026-04-02", "2026-04-03", free},
		{"a refusal that came after the silence", consent, []Action{filed, act("2026-04-02", ActRefused), act("2026-04-06", ActNotified)}, "2026-04-06", StateConsent, TurnApplicant, "2026-04-02", "2026-04-03", nil},
		{"on the spot", clock.Terms{Kind: "on-the-spot", Silence: "appeal"}, []Action{filed}, "2026-06-03", StateReview, TurnOffice, farOff, "", all("no-clock", "no-clock", "", "no-clock")},
	}
}

// silenceOn is the day on which silence takes effect, "" when it does not, or is
// recorded already.
func silenceOn(s Standing) string {
	for _, t := range s.timers {
		if t.kind == ActSilence {
			return t.on.String()
		}
	}
	return ""
}
