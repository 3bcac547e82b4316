package lawcase

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"wasl/internal/base/yaml"
	"wasl/internal/domain/clock"
)

// Parse reads a file of cases. Its error is *Faults.
func Parse(name string, data []byte) ([]Case, error) {
	r := &reader{}
	root, err := yaml.Parse(data, MostBytes)
	if err != nil {
		at, ok := err.(*yaml.Error)
		if !ok {
			at = yaml.Errorf(1, "%v", err)
		}
		return nil, &Faults{File: name, All: []*yaml.Error{at}}
	}
	cases := r.file(root)
	if len(r.faults) > 0 {
		return nil, &Faults{File: name, All: r.faults}
	}
	return cases, nil
}

// ParseExample reads the events of a service's example and, where law is not
// nil, what it expects of them. Its error is *Faults without a file name.
func ParseExample(t clock.Terms, events, law *yaml.Node) (*Case, error) {
	r := &reader{}
	c := &Case{Terms: t, Line: 1}
	c.Events = r.events(events, "events")
	if law != nil {
		c.Line = law.Line
		c.Expect = r.expect(law, false)
		c.StatesOn = r.expectedDays(c.Expect)
	}
	r.check(c)
	if len(r.faults) > 0 {
		return nil, &Faults{All: r.faults}
	}
	return c, nil
}

// reader turns nodes into cases and collects mistakes.
type reader struct {
	faults []*yaml.Error
	work   int
}

func (r *reader) fail(line int, format string, args ...any) {
	if len(r.faults) < mostFaults {
		r.faults = append(r.faults, yaml.Errorf(line, format, args...))
	}
}

// file reads {cases: […]}, or one case alone.
func (r *reader) file(root *yaml.Node) []Case {
	var nodes []*yaml.Node
	switch {
	case root.Get("cases") != nil:
		r.keys(root, "the file", "cases")
		nodes = r.list(root.Get("cases"), "cases", mostCases)
	case root.Get("events") != nil:
		nodes = []*yaml.Node{root}
	case len(root.Keys) > 0 || root.Kind != yaml.Table:
		r.keys(root, "the file", "cases")
		return nil
	}
	cases := make([]Case, 0, len(nodes))
	seen := map[string]int{}
	for _, n := range nodes {
		c := r.one(n)
		if at, twice := seen[c.ID]; twice {
			r.fail(c.Line, "id %q is in line %d already", c.ID, at)
		}
		seen[c.ID] = c.Line
		cases = append(cases, c)
	}
	return cases
}

func (r *reader) one(n *yaml.Node) Case {
	c := Case{Line: n.Line}
	if !r.keys(n, "a case", "id", "articles", "about", "service", "law", "urgent", "fetch", "appeal", "weekend", "holidays", "events",
		"try", "states_on", "hand", "expect", "ambiguous", "alternatives", "rule", "ambiguity") {
		return c
	}
	c.ID = r.text(n.Get("id"), "id")
	if c.ID == "" {
		r.fail(n.Line, "a case without an id")
	}
	c.About, c.Rule, c.Ambiguity, c.Hand = note(n.Get("about")), note(n.Get("rule")), note(n.Get("ambiguity")), note(n.Get("hand"))
	c.Ambiguous = r.yes(n.Get("ambiguous"), "ambiguous")
	c.Articles = r.texts(n.Get("articles"), "articles")
	r.terms(n, &c.Terms)
	r.rest(n, &c)
	if n.Get("events") == nil {
		r.fail(n.Line, "case %s has no events", c.ID)
	}
	c.Events = r.events(n.Get("events"), "events")
	c.Tries = r.events(n.Get("try"), "try")
	for _, day := range r.list(n.Get("states_on"), "states_on", mostEvents) {
		c.StatesOn = append(c.StatesOn, r.date(day, "states_on"))
	}
	if e := n.Get("expect"); e != nil {
		c.Expect = r.expect(e, false)
		c.StatesOn = append(c.StatesOn, r.expectedDays(c.Expect)...)
	}
	slices.Sort(c.StatesOn)
	c.StatesOn = slices.Compact(c.StatesOn)
	for _, a := range r.list(n.Get("alternatives"), "alternatives", mostAlternatives) {
		c.Alternatives = append(c.Alternatives, r.alternative(a))
	}
	r.check(&c)
	return c
}

// check refuses a case that asks for more work than any real one, or that
// expects what nothing was tried for.
func (r *reader) check(c *Case) {
	r.work += (1 + len(c.Events)) * (1 + len(c.Tries) + len(c.StatesOn)) * (1 + len(c.Alternatives))
	if r.work > mostWork {
		r.fail(c.Line, "too many events, tries and readings to compute")
	}
}

func (r *reader) expectedDays(e *Expect) []clock.Date {
	var days []clock.Date
	for _, k := range e.keys {
		for _, s := range k.states {
			days = append(days, s.on)
		}
	}
	return days
}

// rest reads the case's own weekend and holidays: none where it names only one
// of the two, the profile's where it names neither.
func (r *reader) rest(n *yaml.Node, c *Case) {
	weekend, holidays := n.Get("weekend"), n.Get("holidays")
	c.Rest = weekend != nil || holidays != nil
	if weekend != nil {
		c.Weekend = r.texts(weekend, "weekend")
		if _, err := new(clock.Profile).Rest(c.Weekend, nil); err != nil {
			r.fail(weekend.Line, "weekend: %v", err)
		}
	}
	for _, day := range r.list(holidays, "holidays", mostHolidays) {
		c.Holidays = append(c.Holidays, r.date(day, "holidays"))
	}
}

func (r *reader) alternative(n *yaml.Node) Alternative {
	a := Alternative{Line: n.Line}
	if !r.keys(n, "an alternative", "reading", "set", "expect") {
		return a
	}
	a.Reading = note(n.Get("reading"))
	if set := n.Get("set"); set != nil {
		if set.Kind != yaml.Table {
			r.fail(set.Line, "set is {switch: value}")
			return a
		}
		for _, e := range set.Keys {
			s := Setting{e.Key, r.text(e.Value, e.Key)}
			if _, err := r.profile().Set(s.Switch, s.Value); err != nil {
				r.fail(e.Line, "%v", err)
			}
			a.Set = append(a.Set, s)
		}
	}
	if e := n.Get("expect"); e != nil {
		a.Expect = r.expect(e, true)
	}
	return a
}

// profile is an empty one, to ask which switches there are.
func (r *reader) profile() *clock.Profile { return &clock.Profile{} }

// keys tells whether a node is a table, and refuses its unknown keys.
func (r *reader) keys(n *yaml.Node, where string, known ...string) bool {
	if n.Kind != yaml.Table {
		r.fail(n.Line, "%s must be a table", where)
		return false
	}
	for _, e := range n.Keys {
		if !slices.Contains(known, e.Key) {
			r.fail(e.Line, "%s has no key %q; known are %s", where, e.Key, strings.Join(known, ", "))
		}
	}
	return true
}

// list is the items of a list, one value alone, or nothing.
func (r *reader) list(n *yaml.Node, name string, most int) []*yaml.Node {
	switch {
	case n == nil || n.Kind == yaml.Nothing:
		return nil
	case n.Kind != yaml.List:
		r.fail(n.Line, "%s must be a list", name)
		return nil
	case len(n.Items) > most:
		r.fail(n.Line, "%s holds %d items; %d is the most", name, len(n.Items), most)
		return nil
	}
	return n.Items
}

// text is a scalar as written, "" for none.
func (r *reader) text(n *yaml.Node, name string) string {
	switch {
	case n == nil || n.Kind == yaml.Nothing:
		return ""
	case n.Kind == yaml.List || n.Kind == yaml.Table:
		r.fail(n.Line, "%s must be one value", name)
		return ""
	case len(n.Text) > 2000:
		r.fail(n.Line, "%s is too long", name)
		return ""
	}
	return n.Text
}

// texts is one value or a list of them; never nil where the node is a list.
func (r *reader) texts(n *yaml.Node, name string) []string {
	if n != nil && (n.Kind == yaml.Text || n.Kind == yaml.Bool) {
		return []string{r.text(n, name)}
	}
	out := []string{}
	for _, item := range r.list(n, name, mostEvents) {
		out = append(out, r.text(item, name))
	}
	return out
}

func (r *reader) yes(n *yaml.Node, name string) bool {
	if n == nil || n.Kind == yaml.Nothing {
		return false
	}
	if n.Kind != yaml.Bool {
		r.fail(n.Line, "%s must be true or false", name)
	}
	return n.Text == "true"
}

func (r *reader) number(n *yaml.Node, name string) int {
	text := r.text(n, name)
	if text == "" {
		return 0
	}
	i, err := strconv.Atoi(text)
	if err != nil || i < 0 || i > mostDays {
		r.fail(n.Line, "%s must be a number from 0 to %d", name, mostDays)
		return 0
	}
	return i
}

// first and last bound the dates of a case.
const firstYear, lastYear = 1980, 2200

func (r *reader) date(n *yaml.Node, name string) clock.Date {
	text := r.text(n, name)
	if text == "" {
		return clock.NoDate
	}
	day, err := clock.ParseDate(text)
	if err != nil {
		if t, ok := instant(text); ok {
			y, m, d := t.In(casablanca).Date()
			return clock.Date(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
		}
	}
	if y := day.Time().Year(); err != nil || y < firstYear || y > lastYear {
		r.fail(n.Line, "%s must be a date like 2026-09-01", name)
		return clock.NoDate
	}
	return day
}

// at is an instant; without an offset it is by the clocks of Morocco, and a bare
// date is the beginning of that civil day.
func (r *reader) at(n *yaml.Node) time.Time {
	text := r.text(n, "at")
	if t, ok := instant(text); ok {
		return t
	}
	r.fail(n.Line, "at must be an instant like 2026-09-01T09:00:00+01:00")
	return time.Time{}
}

var casablanca = func() *time.Location {
	zone, err := time.LoadLocation("Africa/Casablanca") // the engine embeds the zones
	if err != nil {
		panic(err)
	}
	return zone
}()

func instant(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, t.Year() >= firstYear && t.Year() <= lastYear
		}
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, text, casablanca); err == nil {
			return t, t.Year() >= firstYear && t.Year() <= lastYear
		}
	}
	return time.Time{}, false
}

// note is free text: a value, a list, or the values of a table.
func note(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	parts := []string{}
	switch n.Kind {
	case yaml.List:
		for _, item := range n.Items {
			parts = append(parts, note(item))
		}
	case yaml.Table:
		for _, e := range n.Keys {
			parts = append(parts, note(e.Value))
		}
	default:
		return strings.TrimSpace(n.Text)
	}
	return strings.Join(parts, "; ")
}
