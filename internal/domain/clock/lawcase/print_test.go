package lawcase

import (
	"strings"
	"testing"

	"wasl/internal/base/i18n"
)

// TestPrintLaws: each law's own words, terms and doubts.
func TestPrintLaws(t *testing.T) {
	cases, err := Parse("b.yaml", []byte(others))
	if err != nil {
		t.Fatal(err)
	}
	wants := map[string][]string{
		"I1": {"Extension (law 31-13, art. 16)", "+ 40 days of work, the first day not counted (law 31-13, art. 16)", "Last day to answer: Friday 9 April 2027 (law 31-13, art. 16)",
			"Silence takes effect on: Saturday 10 April 2027 (law 31-13, art. 19)", "Last day to go to court: Monday 23 August 2027 (law 31-13, art. 21)",
			"A date rests on a feast whose day is only expected.", "to act: the authority above"},
		"R1": {"Case R1\n", "Last day to correct the data: Monday 21 February 2028 (law 09-08, art. 8)", "A date lies in a year whose holidays are not known yet."},
		"S1": {"delivered at once\n  no extension", "state: Granted"},
		"C1": {"silence means yes (law 55-19, art. 19)", "counts on the day it reaches the applicant", "Letter received by the president (law 55-19, art. 20)",
			"Refused of Wednesday 10 June 2026: NO EFFECT. Silence has given the act already; a refusal has no effect. (law 55-19, art. 19)",
			"Last day for the attestation: Thursday 23 July 2026 (law 55-19, art. 20)", "holidays within the dates below: 17 June 2026\n",
			"Otherwise (from the day of the request): Last day for the attestation: Tuesday 21 July 2026 instead of Thursday 23 July 2026."},
		"N1": {"Appeal (law 58-25, art. 47)", "Silence takes effect on: Friday 3 July 2026 (law 58-25, art. 47)", "the request was filed on Monday 1 June 2026"},
		"U1": {"urgent: life, safety or freedom is at stake (law 31-13, art. 17)", "+ 3 days, the first day not counted (law 31-13, art. 17)"},
		"K1": {"refusals are appealed against under law 47-18", "clock stood\n  after Monday 8 June 2026: not ended", "none now: Clock stopped", "requests to the applicant still open: 1",
			"documents still to come: plan", "may be extended once, for a public inquiry (law 55-19, art. 17)"},
	}
	for i := range cases {
		r, err := cases[i].Report(profile(t))
		if err != nil {
			t.Fatal(err)
		}
		text := r.Print(i18n.EN)
		for _, want := range wants[cases[i].ID] {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q in\n%s", cases[i].ID, want, text)
			}
		}
		for _, no := range []string{"Due date: ", "File complete"} {
			if cases[i].ID == "I1" && strings.Contains(text, no) {
				t.Errorf("%s says %q", cases[i].ID, no)
			}
		}
	}
}

const others = `
cases:
- id: I1
  about: information, late, complaint
  law: 31-13
  events:
  - {at: '2027-02-10T09:00:00+01:00', do: file}
  - {at: '2027-02-20T09:00:00+01:00', do: extend, reason: true}
  - {at: '2027-05-01T09:00:00+01:00', do: complaint}
  - {at: '2027-05-20T09:00:00+01:00', do: commission-complaint}
- id: R1
  law: 09-08
  events: [{at: '2028-02-10T09:00:00+01:00', do: rectification-asked}]
- id: S1
  service: {kind: on-the-spot}
  events: [{at: '2026-02-10T09:00:00+01:00', do: file}, {at: '2026-02-10T09:01:00+01:00', do: grant}]
- id: C1
  service: {delay: 15, kind: listed-silence-consent, authority: local, fetch: true}
  events:
  - {at: '2026-06-01T09:00:00+01:00', do: file}
  - {at: '2026-06-10T09:00:00+01:00', do: refuse, notified: 2026-06-25}
  - {at: '2026-06-26T09:00:00+01:00', do: claim-act}
  - {at: '2026-07-10T09:00:00+01:00', do: ask-attestation}
  - {at: '2026-07-12T09:00:00+01:00', do: president-received}
- id: N1
  law: 58-25
  events:
  - {at: '2026-06-01T09:00:00+01:00', do: file}
  - {at: '2026-07-20T09:00:00+01:00', do: appeal}
- id: U1
  law: 31-13
  urgent: true
  events: [{at: '2026-06-01T09:00:00+01:00', do: file}]
- id: K1
  service: {delay: 30, kind: investment, silence: appeal, authority: deconcentrated, extension: inquiry, appeal: 47-18}
  events:
  - {at: '2026-06-01T09:00:00+01:00', do: file, missing: [plan]}
  - {at: '2026-06-04T09:00:00+01:00', do: supply}
  - {at: '2026-06-08T09:00:00+01:00', do: request-information}
`
