package lawcase

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/clock"
)

// one is a case that uses much of the form, in its other spellings.
const one = `
cases:
- id: L1
  articles: [16, '31']
  about: "everything at once"
  service: {delay: 30, kind: normal, silence: appeal, authority: local, extension: inquiry}
  weekend: [Saturday, sun]
  holidays: [2026-11-06, '2026-11-18']
  events:
  - {at: 2026-09-01T09:00:00+01:00, do: file, missing: true}
  - {at: '2026-09-03T09:00:00+01:00', do: supply, docs: plan}
  - {at: '2026-09-07T09:00:00+01:00', do: request-replacement, docs: [title], received: 2026-09-09, reason: blurred}
  - {at: '2026-09-08T09:00:00+01:00', do: request-originals, docs: [deed], reason: false}
  - {at: '2026-09-14', do: answer}
  try:
  - {at: '2026-10-07T09:00:00+01:00', do: request-originals, docs: [deed]}
  states_on: [2026-09-07]
  hand: {how: by hand}
  expect:
    mention: being-deposited
    complete_on: 2026-09-03
    due_on: '2026-10-12'
    suspended_days: 7
    court_last: null
    missing_window_last: '2026-10-02'
    correction_windows_last: {title: 2026-10-12}
    states: {2026-09-07: suspended, '2026-09-14': running}
    tries: [[request-originals, 2026-10-07, refused, '7']]
    refused_events: [[request-originals, 2026-09-08, '7(4)']]
  alternatives:
  - {reading: a note}
  - {reading: received, set: {suspends_from: received, full: true}, expect: {suspended_days: 5}}
`

func TestParseAndCheck(t *testing.T) {
	cases, err := Parse("one.yaml", []byte(one))
	if err != nil {
		t.Fatal(err)
	}
	found, err := cases[0].Check(profile(t))
	if err != nil || len(found) > 0 {
		t.Errorf("got %v, %v", found, err)
	}
}

// TestCheckFinds: a wrong value of every kind of key is told.
func TestCheckFinds(t *testing.T) {
	for _, c := range []struct{ was, wrong, key, want string }{
		{"due_on: '2026-10-12'", "due_on: '2026-10-13'", "due_on", "2026-10-13"},
		{"court_last: null", "court_last: 2026-10-13", "court_last", "2026-10-13"},
		{"suspended_days: 7", "suspended_days: 8", "suspended_days", "8"},
		{"mention: being-deposited", "mention: deposited", "mention", "deposited"},
		{"{title: 2026-10-12}", "[2026-10-12, 2026-10-13]", "correction_windows_last", "2026-10-12, 2026-10-13"},
		{"{title: 2026-10-12}", "2026-10-13", "correction_windows_last", "2026-10-13"},
		{"2026-09-07: suspended", "2026-09-07: running", "states.2026-09-07", "running"},
		{"refused, '7']", "refused, '10']", "tries.0", "[request-originals, 2026-10-07, refused, 10]"},
		{"refused, '7']", "allowed]", "tries.0", "[request-originals, 2026-10-07, allowed]"},
		{"    refused_events: [[request-originals, 2026-09-08, '7(4)']]\n", "", "refused_events", ""},
		{"expect: {suspended_days: 5}", "expect: {suspended_days: 6}", "alternative suspends_from=received, full=true: suspended_days", "6"},
	} {
		text := strings.Replace(one, c.was, c.wrong, 1)
		cases, err := Parse("one.yaml", []byte(text))
		if err != nil || text == one {
			t.Fatal(c.wrong, err)
		}
		found, err := cases[0].Check(profile(t))
		if err != nil || len(found) != 1 || found[0].Key != c.key || found[0].Want != c.want || found[0].Line == 0 {
			t.Errorf("%s: got %v, %v", c.wrong, found, err)
		}
	}
}

func TestVerdictMatches(t *testing.T) {
	day, _ := clock.ParseDate("2026-09-01")
	refused := clock.Ruling{Do: "return", On: day, Why: "no-window", Articles: []string{"10", "7(4)"}}
	closed := clock.Ruling{Do: "return", On: day, Why: "closed", Articles: []string{"10"}}
	for _, c := range []struct {
		article string
		ruling  clock.Ruling
		want    bool
	}{
		{"10", refused, true}, {"7(4)", refused, true}, {"7", refused, true}, {"1", refused, false}, {"7(1)", refused, false}, {"14", refused, false},
		{"14, 7", refused, true}, {"4(8)+14", refused, false}, {"55-19 art. 10", refused, true}, {"art. 7", refused, true}, {"", refused, true},
		{"closed", closed, true}, {"closed", refused, false}, {"10", closed, true},
	} {
		if got := (Verdict{Do: "return", On: day, Refused: true, Article: c.article}).matches(c.ruling); got != c.want {
			t.Errorf("%q: got %v", c.article, got)
		}
	}
	for _, v := range []Verdict{{Do: "grant", On: day, Refused: true}, {Do: "return", On: day + 1, Refused: true}, {Do: "return", On: day}} {
		if v.matches(refused) {
			t.Errorf("%s matches", v)
		}
	}
}

// TestParseRefuses names file and line of what is not the form.
func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		was, wrong string
		line       int
		said       string
	}{
		{"about: ", "abuot: ", 5, `no key "abuot"`},
		{"missing: true", "misssing: true", 10, `no key "misssing"`},
		{"extension: inquiry", "extention: inquiry", 6, `no key "extention"`},
		{"court_last: null", "court_lst: null", 24, `no key "court_lst"`},
		{"do: supply", "do: suply", 11, `unknown act "suply"`},
		{"2026-11-06", "2026-11-31", 8, "holidays must be a date"},
		{"kind: normal", "kind: odd", 6, "kind must be one of"},
		{"delay: 30", "delay: 99999999999", 6, "delay must be a number"},
		{"Saturday, sun", "Caturday", 7, `unknown day "Caturday"`},
		{"Saturday, sun", "mon, tue, wed, thu, fri, sat, sun", 7, "no day of the week"},
		{"suspends_from: received", "suspends_from: never", 32, "suspends_from"},
		{"suspends_from: received", "suspends: never", 32, "unknown switch"},
		{"id: L1", "id: ''", 3, "without an id"},
		{"refused, '7']", "maybe, '7']", 28, "allowed or refused"},
		{"2026-09-01T09:00:00+01:00", "9999-09-01T09:00:00+01:00", 10, "at must be an instant"},
		{"hand: {how: by hand}", "hand: [", 18, ""},
	} {
		text := strings.Replace(one, c.was, c.wrong, 1)
		_, err := Parse("one.yaml", []byte(text))
		var faults *Faults
		if !errors.As(err, &faults) || !strings.Contains(err.Error(), c.said) || !strings.HasPrefix(err.Error(), fmt.Sprintf("one.yaml:%d: ", c.line)) {
			t.Errorf("%s: got %v, want line %d: %s", c.wrong, err, c.line, c.said)
		}
	}
}

// TestCheckFolder: a file that is no case is a wrong result, not an end.
func TestCheckFolder(t *testing.T) {
	fsys := fstest.MapFS{
		"a/one.yaml":  {Data: []byte(one)},
		"a/bad.yaml":  {Data: []byte("cases:\n- id: X\n  evnts: []\n")},
		"a/notes.txt": {Data: []byte("no case")},
		"empty/x.txt": {Data: nil},
	}
	results, err := Check(profile(t), fsys, ".")
	if err != nil || len(results) != 2 || results[0].OK || results[0].File != "a/bad.yaml" || !results[1].OK {
		t.Errorf("got %+v, %v", results, err)
	}
	if results, err = Check(profile(t), fsys, "empty"); err != nil || len(results) != 0 {
		t.Errorf("got %+v, %v", results, err)
	}
	if _, err = Check(profile(t), fsys, "none"); err == nil {
		t.Error("a folder that is not there")
	}
}

// TestCostBounded: what a hostile file may ask for is bounded.
func TestCostBounded(t *testing.T) {
	event := "  - {at: '2026-09-01T09:00:00+01:00', do: request-replacement, docs: [d%d]}\n"
	build := func(cases, events, tries, states, alternatives int) string {
		var b strings.Builder
		b.WriteString("cases:\n")
		for n := range cases {
			fmt.Fprintf(&b, "- id: X%d\n  service: {delay: 60}\n  events:\n  - {at: '2026-09-01T08:00:00+01:00', do: file}\n", n)
			for i := range events {
				fmt.Fprintf(&b, event, i)
			}
			b.WriteString("  try:\n")
			for i := range tries {
				fmt.Fprintf(&b, event, i)
			}
			fmt.Fprintf(&b, "  states_on: [%s]\n", strings.Repeat("2026-09-02, ", states))
			b.WriteString("  expect: {tries: []}\n  alternatives:\n")
			for range alternatives {
				b.WriteString("  - {set: {half: ceil}, expect: {tries: []}}\n")
			}
		}
		return b.String()
	}
	short := func(text string) string {
		return strings.NewReplacer("'2026-09-01T09:00:00+01:00'", "2026-09-01", "request-replacement", "answer").Replace(text)
	}
	for name, text := range map[string]string{
		"events": build(1, mostEvents+1, 1, 0, 1), "work": short(build(50, 190, 190, 0, 0)), "alternatives": build(1, 1, 1, 0, mostAlternatives+1),
		"dates": build(1, 1, 1, mostEvents+1, 1), "readings": build(10, 100, 100, 0, 20), "cases": build(mostCases+1, 0, 0, 0, 0),
	} {
		if _, err := Parse(name, []byte(text)); err == nil || strings.Contains(err.Error(), "longer") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if testing.Short() {
		return
	}
	start := time.Now()
	if _, err := Check(profile(t), fstest.MapFS{"x.yaml": {Data: []byte(build(20, 190, 190, 0, 0))}}, "x.yaml"); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("the costliest file took %v", took)
	} else {
		t.Log(took)
	}
}

// TestPrint: every language prints every case that there is, without a hole.
func TestPrint(t *testing.T) {
	cases, err := Parse("one.yaml", []byte(one))
	if err != nil {
		t.Fatal(err)
	}
	r, err := cases[0].Report(profile(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range i18n.Langs {
		if text := r.Print(l); strings.ContainsAny(text, "⟦⟧{}") {
			t.Errorf("%s: %s", l, text)
		}
	}
	text := r.Print(i18n.EN)
	for _, want := range []string{
		"Thursday 3 September 2026, 09:00:00  Missing documents brought (law 55-19, art. 10)",
		"NO EFFECT. Reasons must be given. (law 55-19, art. 7(4))",
		"after Monday 7 September 2026, up to and with Monday 14 September 2026: 7 days",
		"+ 30 days, a full term: neither the first nor the last day is counted (law 55-19, art. 16 and 31)",
		"+ 7 days during which the clock stood (law 55-19, art. 10)",
		"= Sunday 11 October 2026",
		"a rest day: moved on to the next working day, Monday 12 October 2026 (law 55-19, art. 31)",
		"Otherwise (from the day it was received):",
		"not allowed. The first half of the time limit has passed. (law 55-19, art. 7(4))",
		"Noted by the case: a note.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q in\n%s", want, text)
		}
	}
	if _, err := json.Marshal(r.JSON()); err != nil {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(one))
	f.Add([]byte("id: x\nlaw: 31-13\nurgent: true\nevents: [{at: 2026-09-01, do: file}]\n"))
	p := profile(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<14 {
			return
		}
		cases, err := Parse("x", data)
		var faults *Faults
		if err != nil && !errors.As(err, &faults) {
			t.Fatal(err)
		}
		for i := range min(len(cases), 3) {
			if r, err := cases[i].Report(p); err == nil {
				_ = r.Print(i18n.FR)
				_ = r.JSON()
			}
		}
	})
}
