package casework

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"wasl/internal/domain/clock"
)

// did is an action at noon of a day; data are key, value.
func did(on, kind, actor string, data ...string) Action {
	a := Action{ID: "r." + kind + "." + on, At: noon(on), Actor: actor, Kind: kind, Data: map[string]string{}}
	for i := 0; i < len(data); i += 2 {
		a.Data[data[i]] = data[i+1]
	}
	return a
}

// lines writes timers as "2026-03-26 warned due_on 7".
func lines(timers []timer) []string {
	var out []string
	for _, t := range timers {
		line := t.on.String() + " " + t.kind + " " + t.about
		if t.days > 0 {
			line += " " + strconv.Itoa(t.days)
		}
		out = append(out, line)
	}
	return out
}

// TestTimers is worked out by hand with the holidays of 2026 (Fitr 20 and 21
// March): 2 March is a Monday. Thirty full days from it end on 2 April, ten on
// 13 March (a Friday), three on 6 March.
func TestTimers(t *testing.T) {
	p := testProfile(t)
	terms := clock.Terms{Days: 30, Kind: clock.KindNormal, Silence: clock.MeansAppeal, Authority: clock.AuthorityLocal}
	short, three := terms, terms
	short.Days, three.Days = 10, 3
	consent := clock.Terms{Days: 10, Kind: clock.KindConsent, Silence: clock.MeansConsent, Authority: clock.AuthorityState}
	local := consent
	local.Authority = clock.AuthorityLocal
	filed := did("2026-03-02", ActFiled, applicant)
	info := terms
	info.Kind = clock.KindInformation
	silent := []Action{filed, did("2026-03-14", ActSilence, clockActor, "due_on", "2026-03-13", effectiveData, "2026-03-14"),
		did("2026-03-14", ActEscalated, clockActor, aboutData, DateDue, legalData, "2026-03-13", effectiveData, "2026-03-14"),
		did("2026-03-10", ActWarned, clockActor, aboutData, DateDue, legalData, "2026-03-13", daysData, "3", effectiveData, "2026-03-10"),
		did("2026-03-12", ActWarned, clockActor, aboutData, DateDue, legalData, "2026-03-13", daysData, "1", effectiveData, "2026-03-12")}
	and := func(more ...Action) []Action { return append(slices.Clone(silent), more...) }
	tests := []struct {
		name    string
		terms   clock.Terms
		actions []Action
		on      string
		want    string
	}{
		{"thirty days", terms, []Action{filed}, "2026-03-02",
			"2026-03-26 warned due_on 7, 2026-03-30 warned due_on 3, 2026-04-01 warned due_on 1, 2026-04-03 silence due_on, 2026-04-03 escalated due_on"},
		{"ten days: none a week before", short, []Action{filed}, "2026-03-02",
			"2026-03-10 warned due_on 3, 2026-03-12 warned due_on 1, 2026-03-14 silence due_on, 2026-03-14 escalated due_on"},
		{"three days: the day before", three, []Action{filed}, "2026-03-02",
			"2026-03-05 warned due_on 1, 2026-03-07 silence due_on, 2026-03-07 escalated due_on"},
		{"forty days later they are the same", short, []Action{filed}, "2026-04-20",
			"2026-03-10 warned due_on 3, 2026-03-12 warned due_on 1, 2026-03-14 silence due_on, 2026-03-14 escalated due_on"},
		{"known since the last act", short, []Action{filed, did("2026-03-10", ActInspection, "amina")}, "2026-03-10",
			"2026-03-12 warned due_on 1, 2026-03-14 silence due_on, 2026-03-14 escalated due_on"},
		{"recorded already", short, silent, "2026-03-16", ""},
		{"stopped without a window", short, []Action{filed, did("2026-03-04", ActInformation, "amina")}, "2026-03-05", ""},
		{"stopped with a window: 30 full days from 4 March, 4 April is a Saturday", short, []Action{filed, did("2026-03-04", ActReplacement, "amina", questionsData, "cnie")}, "2026-03-05",
			"2026-04-07 return-due correction_windows_last"},
		{"a piece missing", short, []Action{did("2026-03-02", ActFiled, applicant, missingData, "cnie")}, "2026-03-02", "2026-04-03 return-due missing_window_last"},
		{"granted", short, []Action{filed, did("2026-03-05", ActGranted, "amina")}, "2026-03-05", ""},
		{"withdrawn", short, []Action{filed, did("2026-03-05", ActWithdrawn, applicant)}, "2026-03-05", ""},
		{"the act is claimed: 7 full days from 16 March", consent, and(did("2026-03-16", ActClaim, applicant)), "2026-03-16",
			"2026-03-21 warned act_due 3, 2026-03-23 warned act_due 1, 2026-03-25 escalated act_due"},
		{"handed over", consent, and(did("2026-03-16", ActClaim, applicant), did("2026-03-18", ActGranted, "amina")), "2026-03-18", ""},
		{"gone higher: 15 full days from 25 March, 10 April", consent, and(did("2026-03-16", ActClaim, applicant), did("2026-03-25", ActHigher, applicant)), "2026-03-25",
			"2026-03-25 escalated act_due, 2026-04-03 warned higher_due 7, 2026-04-07 warned higher_due 3, 2026-04-09 warned higher_due 1, 2026-04-11 escalated higher_due"},
		{"the attestation: 10 full days from 26 March, 6 April", local,
			and(did("2026-03-16", ActClaim, applicant), did("2026-03-25", ActAttestation, applicant), did("2026-03-26", ActPresident, "amina")), "2026-03-26",
			"2026-03-25 escalated act_due, 2026-04-03 warned attestation_due 3, 2026-04-05 warned attestation_due 1, 2026-04-07 escalated attestation_due"},
		{"attested", local,
			and(did("2026-03-16", ActClaim, applicant), did("2026-03-25", ActAttestation, applicant), did("2026-03-26", ActPresident, "amina"), did("2026-03-30", ActAttested, "amina")), "2026-03-30",
			"2026-03-25 escalated act_due"},
		{"appealed: 15 full days from 16 March, 1 April", short, and(did("2026-03-16", ActAppeal, applicant)), "2026-03-16",
			"2026-03-25 warned appeal_reply_due 7, 2026-03-29 warned appeal_reply_due 3, 2026-03-31 warned appeal_reply_due 1, 2026-04-02 escalated appeal_reply_due"},
		{"appealed and answered", short, and(did("2026-03-16", ActAppeal, applicant), did("2026-03-20", ActHeadAnswer, "amina", outcomeData, Dismissed)), "2026-03-20", ""},
		{"the president: 10 full days from 3 April, 14 April", short,
			and(did("2026-03-16", ActAppeal, applicant), did("2026-04-02", ActReferral, applicant), did("2026-04-03", ActPresident, "amina")), "2026-04-03",
			"2026-04-02 escalated appeal_reply_due, 2026-04-11 warned president_decision_due 3, 2026-04-13 warned president_decision_due 1, 2026-04-15 escalated president_decision_due"},
		{"refused and appealed", short, []Action{filed, did("2026-03-05", ActRefused, "amina"), did("2026-03-06", ActAppeal, applicant)}, "2026-03-06",
			"2026-03-16 warned appeal_reply_due 7, 2026-03-20 warned appeal_reply_due 3, 2026-03-22 warned appeal_reply_due 1, 2026-03-24 escalated appeal_reply_due"},
		{"of information: 20 working days, 31 March", info, []Action{filed}, "2026-03-02",
			"2026-03-24 warned due_on 7, 2026-03-28 warned due_on 3, 2026-03-30 warned due_on 1, 2026-04-01 silence due_on, 2026-04-01 escalated due_on"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.Join(lines(fold(p, tt.terms, tt.actions, day(t, tt.on)).timers), ", ")
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestNotBefore keeps acts behind what a case has lived through.
func TestNotBefore(t *testing.T) {
	p := testProfile(t)
	actions := []Action{did("2026-03-02", ActFiled, applicant, effectiveData, "2030-01-01"), did("2026-03-20", ActSilence, clockActor, effectiveData, "2026-03-14")}
	if got := reached(actions); got != day(t, "2026-03-14") {
		t.Errorf("reached %s", got)
	}
	for now, want := range map[string]string{"2026-03-01T10:00:00Z": "2026-03-14T00:00:00Z", "2026-03-14T10:00:00Z": "2026-03-14T10:00:00Z", "2026-06-01T10:00:00Z": "2026-06-01T10:00:00Z"} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := notBefore(p, at, actions).Format(time.RFC3339); got != want { // Ramadan: the offset is nought in March 2026
			t.Errorf("at %s: %s, want %s", now, got, want)
		}
	}
}
