package clock_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	. "wasl/internal/domain/clock"
)

func holidayLaw(t testing.TB) []byte {
	t.Helper()
	body, err := os.ReadFile("../../../law/ma.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func civil(t testing.TB, text string) Date {
	t.Helper()
	d, err := ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// rows reads "2027-03-10 fitr expected, …".
func holidayRows(t testing.TB, text string) []Holiday {
	t.Helper()
	var out []Holiday
	for line := range strings.SplitSeq(text, ",") {
		f := append(strings.Fields(line), "", "")
		if f[0] != "" {
			out = append(out, Holiday{On: civil(t, f[0]), Name: f[1], State: f[2]})
		}
	}
	return out
}

func TestMergeHolidays(t *testing.T) {
	law := holidayLaw(t)
	before, err := ParseProfile(law)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, edited string
		gone, come   string // days that were rest days before, and are after
		gaps         string
	}{
		{"a feast confirmed a day later", "2027-03-11 fitr confirmed, 2027-03-12 fitr confirmed", "2027-03-10", "2027-03-12", ""},
		{"confirmed as expected", "2027-03-10 fitr confirmed, 2027-03-11 fitr confirmed", "", "2027-03-10 2027-03-11", ""},
		{"one day of two", "2027-03-10 fitr confirmed", "2027-03-11", "2027-03-10", "2027: fitr is short"},
		{"two days apart", "2027-03-10 fitr confirmed, 2027-03-12 fitr confirmed", "2027-03-11", "2027-03-10 2027-03-12", "2027: fitr is apart"},
		{"a third day that the gazette adds", "2027-03-10 fitr, 2027-03-11 fitr, 2027-03-12 fitr", "", "2027-03-12", ""},
		{"dropped", "2027-06-06 muharram dropped", "", "", "2027: muharram is missing"},
		{"a day of its own", "2027-06-07 mourning", "", "2027-06-07", ""},
		{"a year without its feasts", "2028-01-01 new-year", "", "2028-01-01", "2028: manifesto is missing"},
		{"a year left out", "2029-01-01 new-year", "", "2029-01-01", "2028: no holidays"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body, gaps, err := MergeHolidays(law, holidayRows(t, tt.edited))
			if err != nil {
				t.Fatal(err)
			}
			p, err := ParseProfile(body)
			if err != nil || p.Version != before.Version+1 || p.Hash() == before.Hash() {
				t.Fatalf("version %d, %v", p.Version, err)
			}
			for day := range strings.FieldsSeq(tt.gone) {
				if before.Working(civil(t, day)) || !p.Working(civil(t, day)) {
					t.Errorf("%s is still a holiday", day)
				}
			}
			for day := range strings.FieldsSeq(tt.come) {
				if p.Working(civil(t, day)) {
					t.Errorf("%s is no holiday", day)
				}
			}
			if got := fmt.Sprint(gaps); tt.gaps == "" && len(gaps) > 0 || !strings.Contains(got, tt.gaps) {
				t.Errorf("gaps %v, want %q", gaps, tt.gaps)
			}
			if !bytes.Contains(body, []byte("# What the law does not say")) || !bytes.Contains(body, []byte("warn_days: [7, 3, 1]")) {
				t.Error("the rest of the profile did not stay")
			}
			if !slices.IsSortedFunc(p.Holidays, func(a, b Holiday) int { return int(a.On - b.On) }) {
				t.Error("the table does not rise by day")
			}
		})
	}
}

// TestMergeHolidaysChangesNothing gives the same bytes back, so that no law is
// published for nothing.
func TestMergeHolidaysChangesNothing(t *testing.T) {
	law := holidayLaw(t)
	p, err := ParseProfile(law)
	if err != nil {
		t.Fatal(err)
	}
	for _, edited := range [][]Holiday{nil, p.Holidays, holidayRows(t, "2027-03-10 fitr expected, 2027-03-11 fitr expected"), holidayRows(t, "2040-03-11 nothing dropped")} {
		if body, _, err := MergeHolidays(law, edited); err != nil || !bytes.Equal(body, law) {
			t.Errorf("merging %v: %v", edited, err)
		}
	}
}

func TestHolidaysRefused(t *testing.T) {
	law := holidayLaw(t)
	many := make([]Holiday, 3001)
	tests := []struct {
		name   string
		law    []byte
		edited []Holiday
		want   string
	}{
		{"no date", law, []Holiday{{Name: "fitr"}}, "no date"},
		{"before the first year", law, holidayRows(t, "1999-12-31 fitr"), "no date"},
		{"after the last year", law, holidayRows(t, "2200-01-01 fitr"), "no date"},
		{"no name", law, holidayRows(t, "2027-03-10"), "not one word"},
		{"a name of two words", law, []Holiday{{On: civil(t, "2027-03-10"), Name: "aid fitr"}}, "not one word"},
		{"a long name", law, holidayRows(t, "2027-03-10 "+strings.Repeat("a", 41)), "not one word"},
		{"an unknown state", law, holidayRows(t, "2027-03-10 fitr perhaps"), "state"},
		{"a day twice", law, holidayRows(t, "2027-03-10 fitr, 2027-03-10 fitr confirmed"), "twice"},
		{"too many", law, many, "more than"},
		{"no profile", []byte("profile: ["), nil, "legal profile"},
		{"no table of its own", []byte("profile: ma\nversion: 1\nzone: Africa/Casablanca\n"), holidayRows(t, "2027-03-10 fitr"), "one version and one table"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, _, err := MergeHolidays(tt.law, tt.edited); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("err = %v, want %q", err, tt.want)
			}
		})
	}
}

// TestHolidaysTaken is what just fits.
func TestHolidaysTaken(t *testing.T) {
	law := holidayLaw(t)
	tests := []struct {
		name   string
		edited []Holiday
		lines  []string // of the new text
	}{
		{"the first day", holidayRows(t, "2000-01-01 new-year"), []string{"  - {on: 2000-01-01, name: new-year}\n"}},
		{"the last day", holidayRows(t, "2199-12-31 feast expected"), []string{"  - {on: 2199-12-31, name: feast, state: expected}\n"}},
		{"the longest name", holidayRows(t, "2027-12-01 "+strings.Repeat("a", 40)), nil},
		{"two names on one day", holidayRows(t, "2027-12-01 one, 2027-12-01 two"), []string{"name: one}\n", "name: two}\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body, _, err := MergeHolidays(law, tt.edited)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range tt.lines {
				if !bytes.Contains(body, []byte(line)) {
					t.Errorf("the text lacks %q", line)
				}
			}
		})
	}
}

// TestMergeInTheMiddle keeps what stands behind the table, though the text ends
// without a line break.
func TestMergeInTheMiddle(t *testing.T) {
	law := "profile: ma\nversion: 4\nholidays:\n  - {on: 2027-03-10, name: fitr}\n#said of the next\nzone: Africa/Casablanca"
	body, _, err := MergeHolidays([]byte(law), holidayRows(t, "2027-03-11 fitr"))
	want := "profile: ma\nversion: 5\nholidays:\n  - {on: 2027-03-11, name: fitr}\nzone: Africa/Casablanca\n"
	if err != nil || string(body) != want {
		t.Errorf("merged:\n%s\nwant:\n%s%v", body, want, err)
	}
}

// TestTwoFeastsInAYear is 2030: Fitr on 5 January and on 26 December.
func TestTwoFeastsInAYear(t *testing.T) {
	var fitr []Gap
	for _, g := range YearGaps(2030, holidayRows(t, "2030-01-05 fitr, 2030-01-06 fitr, 2030-12-26 fitr, 2030-12-27 fitr")) {
		if g.Name == "fitr" {
			fitr = append(fitr, g)
		}
	}
	if len(fitr) != 0 {
		t.Errorf("gaps %v", fitr)
	}
	for table, want := range map[string]string{
		"2031-12-31 adha": "", "2031-01-01 adha": "", "2031-01-01 adha, 2031-12-31 adha": "", // cut by the turn of the year
		"2031-12-30 adha": "short", "2031-01-02 adha": "short", "2031-11-30 adha": "short", "2031-01-31 adha": "short", "2031-02-01 adha, 2031-12-31 adha": "apart",
		"2031-01-01 adha, 2031-06-01 adha": "apart",
	} {
		got := ""
		for _, g := range YearGaps(2031, holidayRows(t, table)) {
			if g.Name == "adha" {
				got = g.Why
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", table, got, want)
		}
	}
	if len(Gaps(nil)) != 0 {
		t.Error("an empty table has years")
	}
}

func TestHolidayNames(t *testing.T) {
	names := HolidayNames()
	if len(names) != 15 || !slices.Contains(names, "amazigh-new-year") || !slices.Contains(names, "unity") || Moon("unity") || !Moon("mawlid") || Moon("") {
		t.Errorf("names %v", names)
	}
}

func TestParseHolidays(t *testing.T) {
	table, err := ParseHolidays([]byte("holidays:\n- {on: 2027-03-10, name: fitr, state: confirmed}\n- {on: '2027-03-11', name: fitr}\n"))
	if err != nil || len(table) != 2 || table[0].State != Confirmed || table[1].On != civil(t, "2027-03-11") {
		t.Errorf("table %v, %v", table, err)
	}
	for _, bad := range []string{"holidays: 1", "other: []", "holidays:\n- {on: 2027-13-10, name: fitr}", "holidays:\n- {on: 2027-03-10, name: fitr, sate: confirmed}"} {
		if _, err := ParseHolidays([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func FuzzParseHolidays(f *testing.F) {
	f.Add([]byte("holidays:\n- {on: 2027-03-10, name: fitr, state: confirmed}\n"))
	f.Add([]byte("holidays: []"))
	law := holidayLaw(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := ParseHolidays(data)
		if err != nil || len(table) > 100 {
			return
		}
		if _, _, err := MergeHolidays(law, table); err != nil {
			t.Errorf("a table that reads does not merge: %v", err)
		}
	})
}

func TestFloorText(t *testing.T) {
	for _, f := range []Floor{{civil(t, "2026-03-01"), 30, CountFull, civil(t, "2026-04-02")}, {civil(t, "2026-03-01"), 0, "", civil(t, "2026-03-02")}, {civil(t, "2026-03-01"), 20, CountWorking, civil(t, "2026-03-31")}} {
		if got, err := ParseFloor(f.String()); err != nil || got != f {
			t.Errorf("%s reads as %v, %v", f, got, err)
		}
	}
	for _, bad := range []string{"", "2026-03-01", "2026-03-01=2026-03-02", "2026-03-01+full=2026-03-02", "x+3full=2026-03-02", "2026-03-01+3full=x"} {
		if _, err := ParseFloor(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
	data := map[string]string{"due_on": "2026-03-01", "floor_x": "nonsense"}
	PutFloors(data, []Floor{{civil(t, "2026-03-01"), 30, CountFull, civil(t, "2026-04-02")}, {civil(t, "2026-03-02"), 30, CountFull, civil(t, "2026-04-03")}})
	if got := FloorsIn(data); len(got) != 2 || data["floor_1"] != "2026-03-01+30full=2026-04-02" {
		t.Errorf("data %v, floors %v", data, got)
	}
}

func FuzzParseFloor(f *testing.F) {
	f.Add("2026-03-01+30full=2026-04-02")
	f.Fuzz(func(t *testing.T, text string) {
		if got, err := ParseFloor(text); err == nil {
			if back, err := ParseFloor(got.String()); err != nil || back != got {
				t.Errorf("%q reads as %v, then %v, %v", text, got, back, err)
			}
		}
	})
}

// TestAtLeast keeps what was told: in what is computed, and in what is allowed.
func TestAtLeast(t *testing.T) {
	law := holidayLaw(t)
	without, expected, with := profileWith(t, law, ""), profileWith(t, law, "2026-10-12 feast expected"), profileWith(t, law, "2026-10-13 feast confirmed")
	terms := Terms{Days: 10, Kind: KindNormal, Silence: MeansAppeal, Authority: AuthorityLocal}
	filed := []Event{{At: morning(t, "2026-09-11"), Do: File, Missing: []string{"cnie"}}} // window: 12 October, a Monday
	told := Compute(expected, terms, filed, civil(t, "2026-09-12"))
	now := Compute(without, terms, filed, civil(t, "2026-09-12"))
	if told.MissingLast != civil(t, "2026-10-13") || now.MissingLast != civil(t, "2026-10-12") {
		t.Fatalf("windows %s and %s", told.MissingLast, now.MissingLast)
	}
	floors := Floors(without, told, now)
	if len(floors) != 1 || floors[0].On != civil(t, "2026-10-13") {
		t.Fatalf("floors %v", floors)
	}
	kept := without.AtLeast(floors)
	if kept.Hash() != without.Hash() || len(Floors(without, now, told)) != 0 {
		t.Error("a floor is another law, or a later day is one")
	}
	tests := []struct {
		name   string
		law    *Profile
		on     string
		window string
		state  string
		ok     bool // to return the file
	}{
		{"the day that was told", kept, "2026-10-13", "2026-10-13", Incomplete, false},
		{"the day after", kept, "2026-10-14", "2026-10-13", ReturnDue, true},
		{"without the floor", without, "2026-10-13", "2026-10-12", ReturnDue, true},
		{"the told day is a rest day now", with.AtLeast(floors), "2026-10-14", "2026-10-14", Incomplete, false},
		{"with closing days after it", kept.With([]string{"2026-10-13"}), "2026-10-14", "2026-10-14", Incomplete, false},
		{"two floors of one term", kept.AtLeast([]Floor{{floors[0].From, floors[0].Days, floors[0].Count, civil(t, "2026-10-12")}}), "2026-10-13", "2026-10-13", Incomplete, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := Compute(tt.law, terms, filed, civil(t, tt.on))
			r := Try(tt.law, terms, filed, Event{At: morning(t, tt.on), Do: Return})
			if c.WindowLast.String() != tt.window || c.State != tt.state || r.OK != tt.ok {
				t.Errorf("window %s, %s, return %v; want %s, %s, %v", c.WindowLast, c.State, r.OK, tt.window, tt.state, tt.ok)
			}
		})
	}
}

func profileWith(t *testing.T, law []byte, edited string) *Profile {
	t.Helper()
	body, _, err := MergeHolidays(law, holidayRows(t, edited))
	if err != nil {
		t.Fatal(err)
	}
	p, err := ParseProfile(body)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// morning is nine o'clock UTC of a civil day.
func morning(t *testing.T, day string) time.Time { return civil(t, day).Time().Add(9 * time.Hour) }

// TestFloors takes a feast off the last day of each of an applicant's terms: the
// day that was told stays. Dates of the authority move back.
func TestFloors(t *testing.T) {
	law := holidayLaw(t)
	terms := Terms{Days: 10, Kind: KindNormal, Silence: MeansAppeal, Authority: AuthorityLocal}
	info := Terms{Days: 20, Kind: KindInformation, Silence: MeansAppeal, Authority: AuthorityLocal}
	act := func(day, do string) Event {
		return Event{At: morning(t, day), Do: do, Docs: map[string][]string{RequestReplacement: {"cnie"}}[do]}
	}
	tests := []struct {
		name   string
		terms  Terms
		events []Event
		date   string
		feast  string // on the last day of the term
		told   string
		kept   bool
	}{
		{"a piece to replace", terms, []Event{act("2026-09-01", File), act("2026-09-03", RequestReplacement)}, "window", "2026-10-05", "2026-10-06", true},
		{"answered meanwhile", terms, []Event{act("2026-09-01", File), act("2026-09-03", RequestReplacement), act("2026-09-04", Answer)}, "window", "2026-10-05", "", false},
		{"appeal after a refusal", terms, []Event{act("2026-09-10", File), act("2026-09-11", Refuse)}, "appeal_last", "2026-10-12", "2026-10-13", true},
		{"appeal after silence", terms, []Event{act("2026-09-01", File)}, "appeal_last", "2026-10-15", "2026-10-16", true},
		{"the court after a refusal", terms, []Event{act("2026-09-10", File), act("2026-09-11", Refuse)}, "court_last", "2026-11-11", "2026-11-12", true},
		{"the court after an appeal", terms, []Event{act("2026-09-01", File), act("2026-09-15", Appeal)}, "court_last", "2027-01-18", "2027-01-19", true},
		{"a complaint after a refusal", info, []Event{act("2026-09-07", File), act("2026-09-08", Refuse)}, "complaint_last", "2026-10-06", "2026-10-07", true},
		{"the due day is the authority's", terms, []Event{act("2026-09-01", File)}, "due_on", "2026-09-14", "2026-09-15", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			today := civil(t, "2026-09-16")
			of := func(p *Profile) Date {
				c := Compute(p, tt.terms, tt.events, today)
				for _, d := range c.Dates() {
					if d.Name == tt.date {
						return d.On
					}
				}
				return c.WindowLast
			}
			plain, with := profileWith(t, law, ""), profileWith(t, law, tt.feast+" feast expected")
			floors := Floors(plain, Compute(with, tt.terms, tt.events, today), Compute(plain, tt.terms, tt.events, today))
			if (len(floors) > 0) != tt.kept && tt.date != "due_on" || tt.date != "appeal_last" && tt.date != "complaint_last" && tt.date != "due_on" && len(floors) > 1 {
				t.Errorf("floors %v", floors)
			}
			if got := of(with); got.String() != tt.told {
				t.Fatalf("told %s, want %s", got, tt.told)
			}
			if got := of(plain.AtLeast(floors)); tt.told != "" && (got == of(with)) != tt.kept {
				t.Errorf("then %s, kept should be %v", got, tt.kept)
			}
			if len(Floors(with, Compute(plain, tt.terms, tt.events, today), Compute(with, tt.terms, tt.events, today))) != 0 {
				t.Error("a day that comes later is kept")
			}
		})
	}
}

// TestFloorOfTheLatestReading keeps a day to appeal that lies behind the latest
// reading of the law: 15 and 16 October 2026 leave the calendar, Monday 19 stays.
func TestFloorOfTheLatestReading(t *testing.T) {
	law := holidayLaw(t)
	terms := Terms{Days: 10, Kind: KindNormal, Silence: MeansAppeal, Authority: AuthorityLocal}
	events := []Event{{At: morning(t, "2026-09-01"), Do: File}}
	today := civil(t, "2026-09-16")
	with, plain := profileWith(t, law, "2026-10-15 feast, 2026-10-16 feast"), profileWith(t, law, "")
	kept := plain.AtLeast(Floors(plain, Compute(with, terms, events, today), Compute(plain, terms, events, today)))
	for p, want := range map[*Profile]bool{with: true, plain: false, kept: true} {
		if r := Try(p, terms, events, Event{At: morning(t, "2026-10-19"), Do: Appeal}); r.OK != want {
			t.Errorf("an appeal on 19 October: %v (%s), want %v", r.OK, r.Why, want)
		}
	}
	if r := Try(kept, terms, events, Event{At: morning(t, "2026-10-20"), Do: Appeal}); r.OK {
		t.Error("an appeal on 20 October is taken")
	}
}

// TestFloorsOfOtherRequests compares clocks under readings by which a request
// stands, or does not.
func TestFloorsOfOtherRequests(t *testing.T) {
	law := holidayLaw(t)
	byFile, err := profileWith(t, law, "").Set("replacement", "file")
	if err != nil {
		t.Fatal(err)
	}
	plain, terms := profileWith(t, law, ""), Terms{Days: 30, Kind: KindNormal, Silence: MeansAppeal, Authority: AuthorityLocal}
	events := []Event{{At: morning(t, "2026-09-01"), Do: File}, {At: morning(t, "2026-09-02"), Do: RequestReplacement, Docs: []string{"a"}}, {At: morning(t, "2026-09-03"), Do: RequestReplacement, Docs: []string{"b"}}}
	two, one := Compute(plain, terms, events, civil(t, "2026-09-04")), Compute(byFile, terms, events, civil(t, "2026-09-04"))
	if len(two.Requests) != 2 || len(one.Requests) != 1 {
		t.Fatalf("%d and %d requests", len(two.Requests), len(one.Requests))
	}
	if got := len(Floors(plain, one, two)) + len(Floors(byFile, two, one)); got != 0 {
		t.Errorf("%d floors", got)
	}
}

func TestWarnDays(t *testing.T) {
	law := holidayLaw(t)
	for _, tt := range []struct{ line, want string }{{"warn_days: [7, 3, 1]", "[7 3 1]"}, {"warn_days: [10]", "[10]"}, {"", "[7 3 1]"}} {
		p, err := ParseProfile(bytes.Replace(law, []byte("warn_days: [7, 3, 1]"), []byte(tt.line), 1))
		if err != nil || fmt.Sprint(p.WarnDays()) != tt.want {
			t.Errorf("%q: %v, %v", tt.line, p.WarnDays(), err)
		}
	}
	for _, bad := range []string{"warn_days: [0]", "warn_days: [-1]", "warn_days: [61]"} {
		if _, err := ParseProfile(bytes.Replace(law, []byte("warn_days: [7, 3, 1]"), []byte(bad), 1)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}
