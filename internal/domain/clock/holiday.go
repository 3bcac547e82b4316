package clock

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"wasl/internal/base/yaml"
)

// Confirmed is the state of a feast that the moon, or the gazette, has settled.
// A day without a state never was in doubt.
const Confirmed = "confirmed"

// Dropped, as the state of an edited row, takes the rows of that name and year
// out of the table.
const Dropped = "dropped"

// fixed are the days of rest of every year; each has its month and day.
var fixed = []struct{ name, day string }{
	{"new-year", "01-01"}, {"manifesto", "01-11"}, {"amazigh-new-year", "01-14"}, {"labour", "05-01"}, {"throne", "07-30"}, {"oued-eddahab", "08-14"},
	{"revolution", "08-20"}, {"youth", "08-21"}, {"unity", "10-31"}, {"green-march", "11-06"}, {"independence", "11-18"},
}

// feasts follow the moon, and how many days offices are closed for each.
var feasts = []struct {
	name string
	days int
}{{"fitr", 2}, {"adha", 2}, {"muharram", 1}, {"mawlid", 2}}

// HolidayNames are the names that the pages know: those of every year, then
// the moon's feasts.
func HolidayNames() []string {
	var names []string
	for _, f := range fixed {
		names = append(names, f.name)
	}
	for _, f := range feasts {
		names = append(names, f.name)
	}
	return names
}

// Moon tells whether a holiday is a feast that follows the moon.
func Moon(name string) bool {
	for _, f := range feasts {
		if f.name == name {
			return true
		}
	}
	return false
}

// Gap is what a table lacks: nothing is refused for it, but every date counted
// over it may be wrong.
type Gap struct {
	Year int
	Name string // of the holiday; "" for a year without any
	Why  string // missing, short (a feast of fewer days than offices close), apart (its days do not follow each other)
}

func (g Gap) String() string {
	if g.Name == "" {
		return fmt.Sprintf("%d: no holidays", g.Year)
	}
	return fmt.Sprintf("%d: %s is %s", g.Year, g.Name, g.Why)
}

// mostHolidays bounds a table: more than a century.
const mostHolidays = 3000

// ParseHolidays reads a table of holidays: YAML whose one key is "holidays", in
// the form of the legal profile's.
func ParseHolidays(data []byte) ([]Holiday, error) {
	var table struct {
		Holidays []Holiday `yaml:"holidays"`
	}
	if err := yaml.Decode(data, &table); err != nil {
		return nil, fmt.Errorf("reading the holidays: %w", err)
	}
	return table.Holidays, checkHolidays(table.Holidays)
}

// checkHolidays refuses rows that no table can hold: another state than the
// three, a name that is not one word, a day twice.
func checkHolidays(table []Holiday) error {
	if len(table) > mostHolidays {
		return fmt.Errorf("more than %d holidays", mostHolidays)
	}
	seen := map[Date]string{}
	for _, h := range table {
		year := h.On.Time().Year()
		switch {
		case h.On == NoDate || year < 2000 || year > 2199:
			return fmt.Errorf("holiday %q: no date between 2000 and 2199", h.Name)
		case h.Name == "" || len(h.Name) > 40 || strings.Trim(h.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
			return fmt.Errorf("holiday %s: its name is not one word of small Latin letters", h.On)
		case !slices.Contains([]string{"", Expected, Confirmed, Dropped}, h.State):
			return fmt.Errorf("holiday %s: state %q is none of expected and confirmed", h.On, h.State)
		}
		if other, twice := seen[h.On]; twice && other == h.Name {
			return fmt.Errorf("holiday %s stands twice", h.On)
		}
		seen[h.On] = h.Name
	}
	return nil
}

// MergeHolidays puts edited rows into a legal profile's text: the rows of one
// name and year replace all that the table had of that name and year. The
// result is a profile of its own, one version higher; the same bytes where
// nothing changes. Gaps of the new table's years are told, not refused.
func MergeHolidays(law []byte, edited []Holiday) (body []byte, gaps []Gap, err error) {
	p, err := ParseProfile(law)
	if err != nil {
		return nil, nil, err
	}
	if err := checkHolidays(edited); err != nil {
		return nil, nil, err
	}
	table := merge(p.Holidays, edited)
	if err := checkHolidays(table); err != nil {
		return nil, nil, err
	}
	gaps = Gaps(table)
	if slices.Equal(table, merge(p.Holidays, nil)) {
		return law, gaps, nil
	}
	if body, err = rewrite(law, p.Version+1, table); err != nil {
		return nil, nil, err
	}
	if _, err := ParseProfile(body); err != nil {
		return nil, nil, fmt.Errorf("the merged profile: %w", err)
	}
	return body, gaps, nil
}

// merge is a table with edited rows in the place of those of their name and
// year, by day.
func merge(table, edited []Holiday) []Holiday {
	type key struct {
		name string
		year int
	}
	of := func(h Holiday) key { return key{h.Name, h.On.Time().Year()} }
	replaced := map[key]bool{}
	for _, h := range edited {
		replaced[of(h)] = true
	}
	out := slices.DeleteFunc(slices.Clone(table), func(h Holiday) bool { return replaced[of(h)] })
	for _, h := range edited {
		if h.State != Dropped {
			out = append(out, h)
		}
	}
	slices.SortStableFunc(out, func(a, b Holiday) int { return cmp.Or(cmp.Compare(a.On, b.On), strings.Compare(a.Name, b.Name)) })
	return out
}

// rewrite is a profile's text with another version and table, all else as it
// stands, comments included.
func rewrite(law []byte, version int, table []Holiday) ([]byte, error) {
	var out bytes.Buffer
	var inTable bool
	var versions, tables int
	for line := range bytes.Lines(append(bytes.TrimRight(law, "\n"), '\n')) {
		switch {
		case bytes.HasPrefix(line, []byte("version:")):
			versions++
			out.WriteString("version: " + strconv.Itoa(version) + "\n")
			inTable = false
		case bytes.HasPrefix(line, []byte("holidays:")):
			tables++
			inTable = true
			out.WriteString("holidays:\n")
			for _, h := range table {
				out.WriteString(h.row())
			}
		case inTable && !unicode.IsLetter(rune(line[0])):
		default:
			inTable = false
			out.Write(line)
		}
	}
	if versions != 1 || tables != 1 {
		return nil, errors.New("the profile's text does not hold one version and one table of holidays, each at the start of a line")
	}
	return out.Bytes(), nil
}

// row is a holiday as the profile writes it.
func (h Holiday) row() string {
	if h.State == "" {
		return fmt.Sprintf("  - {on: %s, name: %s}\n", h.On, h.Name)
	}
	return fmt.Sprintf("  - {on: %s, name: %s, state: %s}\n", h.On, h.Name, h.State)
}

// Gaps lists what the years of a table lack, from its first to its last.
func Gaps(table []Holiday) []Gap {
	if len(table) == 0 {
		return nil
	}
	byYear := map[int][]Holiday{}
	first, last := table[0].On.Time().Year(), table[0].On.Time().Year()
	for _, h := range table {
		year := h.On.Time().Year()
		first, last = min(first, year), max(last, year)
		byYear[year] = append(byYear[year], h)
	}
	var out []Gap
	for year := first; year <= last; year++ {
		out = append(out, YearGaps(year, byYear[year])...)
	}
	return out
}

// YearGaps lists what one year's rows lack.
func YearGaps(year int, rows []Holiday) []Gap {
	if len(rows) == 0 {
		return []Gap{{Year: year}}
	}
	days := map[string][]Date{}
	for _, h := range rows {
		days[h.Name] = append(days[h.Name], h.On)
	}
	var out []Gap
	for _, f := range fixed {
		on, _ := ParseDate(strconv.Itoa(year) + "-" + f.day)
		if !slices.Contains(days[f.name], on) {
			out = append(out, Gap{year, f.name, "missing"})
		}
	}
	for _, f := range feasts {
		have := days[f.name]
		slices.Sort(have)
		switch {
		case len(have) == 0:
			out = append(out, Gap{year, f.name, "missing"})
		case !paired(have, f.days):
			out = append(out, Gap{year, f.name, shortOrApart(have, f.days)})
		}
	}
	return out
}

// paired tells whether a feast's days come in runs of its length at least; one
// may be cut by the turn of the year.
func paired(have []Date, days int) bool {
	newYear := func(d Date) bool { return d.Time().YearDay() == 1 }
	for len(have) > 0 {
		run := 1
		for run < len(have) && have[run] == have[0]+Date(run) {
			run++
		}
		if run < days && !newYear(have[0]) && !newYear(have[run-1]+1) {
			return false
		}
		have = have[run:]
	}
	return true
}

func shortOrApart(have []Date, days int) string {
	if len(have) < days {
		return "short"
	}
	return "apart"
}
