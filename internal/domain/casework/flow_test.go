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

func TestFoldAndAllowed(t *testing.T) {
	p := testProfile(t)
	terms := clock.Terms{Days: 30, Kind: "normal", Silence: "consent"}
	filed := Action{At: noon("2026-03-02"), Kind: ActFiled}
	asked := Action{At: noon("2026-03-09"), Kind: ActReplacement, Data: map[string]string{"questions": "plan"}}
	answered := Action{At: noon("2026-03-20"), Kind: ActAnswered}
	tests := []struct {
		name        string
		actions     []Action
		on          string
		state, turn string
		sort        string
		refused     map[string]string // action → why not
	}{
		{"fresh", []Action{filed}, "2026-03-03", StateReview, TurnOffice, "2026-04-02", nil},
		{"second half", []Action{filed}, "2026-03-18", StateReview, TurnOffice, "2026-04-02",
			map[string]string{ActReplacement: "second-half", ActInformation: "second-half"}},
		{"waiting", []Action{filed, asked}, "2026-03-10", StateWaiting, TurnApplicant, "2026-04-09",
			map[string]string{ActReplacement: "request-open", ActInformation: "request-open"}},
		{"answered", []Action{filed, asked, answered}, "2026-03-21", StateReview, TurnOffice, "2026-04-13", nil},
		{"incomplete", []Action{{At: filed.At, Kind: ActFiled, Data: map[string]string{"missing": "plan"}}}, "2026-03-03", StateIncomplete, TurnApplicant, "2026-04-02",
			map[string]string{ActReplacement: "incomplete", ActInformation: "incomplete"}},
		{"consent by silence", []Action{filed}, "2026-04-03", StateConsent, TurnOffice, "2026-04-02",
			map[string]string{ActReplacement: "after-due", ActInformation: "after-due", "refuse": "consent-acquired"}},
		{"granted", []Action{filed, {At: noon("2026-03-04"), Kind: ActGranted}}, "2026-03-05", StateGranted, TurnNobody, "2026-04-02",
			map[string]string{ActReplacement: "closed", ActInformation: "closed", "grant": "closed", "refuse": "closed"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			on := day(t, tt.on)
			s := fold(p, terms, tt.actions, on)
			if s.State != tt.state || s.Turn != tt.turn || s.sortOn() != tt.sort {
				t.Errorf("got %s/%s/%s, want %s/%s/%s", s.State, s.Turn, s.sortOn(), tt.state, tt.turn, tt.sort)
			}
			for _, a := range s.allowed(tt.actions, on) {
				if why := tt.refused[a.Action]; a.Why != why || a.OK != (why == "") {
					t.Errorf("%s: ok=%v why=%q, want why %q", a.Action, a.OK, a.Why, why)
				}
			}
		})
	}
}

func TestRepeatedPieces(t *testing.T) {
	actions := []Action{{Kind: ActReplacement, Data: map[string]string{"questions": "plan,lease"}}}
	if got := repeated(actions, []string{"photo", "lease"}); len(got) != 1 || got[0] != "lease" {
		t.Errorf("repeated = %v, want [lease]", got)
	}
}
