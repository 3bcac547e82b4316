package clock

import (
	"os"
	"testing"
	"time"
)

func profile(t *testing.T) *Profile {
	t.Helper()
	data, err := os.ReadFile("../../../law/ma.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := ParseProfile(data)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// lawCase is a file's events and what they mean on a day, worked out by hand.
type lawCase struct {
	name   string
	closed []string // the authority's own closing days
	terms  Terms
	events []Event
	on     string
	want   map[string]string
}

func (c lawCase) run(t *testing.T, law *Profile) {
	on, err := ParseDate(c.on)
	if err != nil {
		t.Fatal(err)
	}
	p := law.With(c.closed)
	k := Compute(p, c.terms, c.events, on)
	got := map[string]string{
		"state": k.State, "due": k.DueOn.String(), "half": k.HalfLast.String(), "silence": k.SilenceOn.String(),
		"mention": k.Mention, "window": k.WindowLast.String(),
	}
	for name, want := range c.want {
		if got[name] != want {
			t.Errorf("%s = %q, want %q", name, got[name], want)
		}
	}
	if p.Hash() != law.Hash() {
		t.Error("closing days changed the law itself")
	}
}

func TestCompute(t *testing.T) {
	law := profile(t)
	for _, tt := range lawCases {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, law) })
	}
}

var lawCases = []lawCase{
	{
		// 2 Sep (1) .. 11 Sep (10); last day 12 Sep not counted, a Saturday: Monday 14 Sep.
		name: "ten days, neither end counted", terms: Terms{Days: 10, Kind: "normal", Silence: "appeal"},
		events: []Event{{At: at("2026-09-01T09:00:00+01:00"), Do: "file"}}, on: "2026-09-11",
		want: map[string]string{"state": Running, "due": "2026-09-14", "half": "2026-09-06", "silence": "2026-09-15", "mention": Deposited},
	},
	{
		name: "silence the day after", terms: Terms{Days: 10, Kind: "normal", Silence: "appeal"},
		events: []Event{{At: at("2026-09-01T09:00:00+01:00"), Do: "file"}}, on: "2026-09-15",
		want: map[string]string{"state": Silent, "due": "2026-09-14"},
	},
	{
		// raw 2 Mar + 31 = 2 Apr, + 11 suspended (10..20 Mar) = 13 Apr, a Monday.
		name: "a correction of eleven days", terms: Terms{Days: 30, Kind: "investment", Silence: "appeal"},
		events: []Event{
			{At: at("2026-03-02T10:00:00Z"), Do: "file"},
			{At: at("2026-03-09T10:00:00Z"), Do: "request-replacement"},
			{At: at("2026-03-20T10:00:00Z"), Do: "answer"},
		}, on: "2026-03-21",
		want: map[string]string{"state": Running, "due": "2026-04-13"},
	},
	{
		// 9 Mar + 31 = 9 Apr, a Thursday.
		name: "suspended has a window and no due date", terms: Terms{Days: 30, Kind: "normal", Silence: "consent"},
		events: []Event{
			{At: at("2026-03-02T10:00:00Z"), Do: "file"},
			{At: at("2026-03-09T10:00:00Z"), Do: "request-replacement"},
		}, on: "2026-04-09",
		want: map[string]string{"state": Suspended, "due": "", "window": "2026-04-09"},
	},
	{
		name: "incomplete until supplied", terms: Terms{Days: 30, Kind: "normal", Silence: "appeal"},
		events: []Event{{At: at("2026-03-02T10:00:00Z"), Do: "file", Missing: []string{"plan"}}}, on: "2026-03-05",
		want: map[string]string{"state": Incomplete, "due": "", "mention": BeingDeposited, "window": "2026-04-02"},
	},
	{
		// in Ramadan the offset is +0: 23:30Z is still 1 March in Casablanca.
		name: "Ramadan offset", terms: Terms{Days: 10, Kind: "normal", Silence: "consent"},
		events: []Event{{At: at("2026-03-01T23:30:00Z"), Do: "file"}}, on: "2026-03-13",
		want: map[string]string{"state": Consent, "due": "2026-03-12"},
	},
	{
		name: "twenty working days", terms: Terms{Days: 20, Kind: "information", Silence: "appeal"},
		events: []Event{{At: at("2026-11-02T09:00:00Z"), Do: "file"}}, on: "2026-11-03",
		// 3-5 (3), 6 holiday, 9-13 (8), 16,17 (10), 18 holiday, 19,20 (12), 23-27 (17), 30, 1, 2 (20).
		want: map[string]string{"state": Running, "due": "2026-12-02"},
	},
	{
		name: "granted", terms: Terms{Days: 10, Kind: "normal", Silence: "appeal"},
		events: []Event{{At: at("2026-09-01T09:00:00Z"), Do: "file"}, {At: at("2026-09-02T09:00:00Z"), Do: "grant"}},
		on:     "2026-12-01", want: map[string]string{"state": Granted},
	},
}

func TestClosingDays(t *testing.T) {
	law := profile(t)
	for _, tt := range closingCases {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, law) })
	}
	if day, _ := ParseDate("2026-12-24"); !law.Working(day) {
		t.Error("one authority's closing days hold for all")
	}
}

func on(day string) time.Time { return at(day + "T10:00:00+01:00") }

// 24 December 2026 is a Thursday, 25 a Friday, 28 a Monday.
var closingCases = []lawCase{
	{
		// 14 Dec (1) .. 23 Dec (10); last day 24 Dec not counted.
		name: "open every day", terms: Terms{Days: 10, Kind: "normal", Silence: "appeal"},
		events: []Event{{At: on("2026-12-13"), Do: "file"}}, on: "2026-12-14",
		want: map[string]string{"due": "2026-12-24", "silence": "2026-12-25"},
	},
	{
		name: "closed on the last day", closed: []string{"2026-12-24"}, terms: Terms{Days: 10, Kind: "normal", Silence: "appeal"},
		events: []Event{{At: on("2026-12-13"), Do: "file"}}, on: "2026-12-24",
		want: map[string]string{"due": "2026-12-25", "silence": "2026-12-26", "half": "2026-12-18", "state": Running},
	},
	{
		name: "closed into the week-end", closed: []string{"2026-12-25", "2026-12-24"}, terms: Terms{Days: 10, Kind: "normal", Silence: "consent"},
		events: []Event{{At: on("2026-12-13"), Do: "file"}}, on: "2026-12-29",
		want: map[string]string{"due": "2026-12-28", "state": Consent},
	},
	{
		name: "closed within the delay, calendar days", closed: []string{"2026-12-16", "2026-12-17"}, terms: Terms{Days: 10, Kind: "normal", Silence: "appeal"},
		events: []Event{{At: on("2026-12-13"), Do: "file"}}, on: "2026-12-14",
		want: map[string]string{"due": "2026-12-24"},
	},
	{
		// 14-18 (5), 21-23 (8), 24 closed, 25 (9), 28-31 (13), 1 Jan holiday, 4-8 (18), 11 holiday, 12, 13 (20).
		name: "closed within twenty working days", closed: []string{"2026-12-24"}, terms: Terms{Days: 20, Kind: "information", Silence: "appeal"},
		events: []Event{{At: on("2026-12-13"), Do: "file"}}, on: "2026-12-14",
		want: map[string]string{"due": "2027-01-13"},
	},
	{
		// 23 Nov + 31 = 24 Dec.
		name: "closed on the applicant's last day", closed: []string{"2026-12-24"}, terms: Terms{Days: 60, Kind: "normal", Silence: "appeal"},
		events: []Event{{At: on("2026-11-23"), Do: "file", Missing: []string{"plan"}}}, on: "2026-11-24",
		want: map[string]string{"window": "2026-12-25", "due": ""},
	},
	{
		name: "a day that does not read closes nothing", closed: []string{"24/12/2026"}, terms: Terms{Days: 10, Kind: "normal", Silence: "appeal"},
		events: []Event{{At: on("2026-12-13"), Do: "file"}}, on: "2026-12-14",
		want: map[string]string{"due": "2026-12-24"},
	},
}

func TestProfileRefusesUnknownKeys(t *testing.T) {
	if _, err := ParseProfile([]byte("profile: x\nzone: UTC\nwekend: [friday]\n")); err == nil {
		t.Error("an unknown key was accepted")
	}
}

// TestProfileRefusesEndlessCounting covers what would keep a page or the worker
// counting for ever.
func TestProfileRefusesEndlessCounting(t *testing.T) {
	for _, line := range []string{
		"weekend: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]",
		"rules: {info_answer: {days: 999999999999}}",
		"rules: {missing: {days: -1}}",
		"rules: {appeal: {days: 30, count: moons}}",
		"courts: [{law: x, notice: 99999999}]",
		"acts: {dance: {article: '1'}}",
		"reading: {half: third}",
	} {
		if _, err := ParseProfile([]byte("profile: x\nzone: UTC\n" + line + "\n")); err == nil {
			t.Errorf("%s was accepted", line)
		}
	}
}

func FuzzParseProfile(f *testing.F) {
	f.Add([]byte("profile: ma\nzone: UTC\nholidays: [{on: 2026-01-01}]\n"))
	f.Fuzz(func(t *testing.T, data []byte) { _, _ = ParseProfile(data) })
}
