// Package lawcase knows law cases: a file's events with the dates that a
// person worked out by hand, as docs/clock.md describes their form. It reads
// them with positions, computes them with the engine, compares and prints
// them for a court. It refuses unknown keys, and files larger or costlier than
// any such file. It is pure; both zones may use it.
package lawcase

import (
	"fmt"
	"strings"

	"wasl/internal/base/yaml"
	"wasl/internal/domain/clock"
)

// Bounds of a file of cases, so that a hostile one costs little.
const (
	MostBytes        = 1 << 20
	mostCases        = 2000
	mostEvents       = 200 // and as many tries and days
	mostHolidays     = 400
	mostAlternatives = 20
	mostDays         = 3660
	mostWork         = 1_000_000 // events × questions × readings, over a file
	mostFaults       = 20
)

// Case is one law case.
type Case struct {
	ID        string
	Line      int
	About     string
	Articles  []string
	Rule      string // free text
	Ambiguity string // free text: what the law does not say
	Ambiguous bool
	Hand      string // how the dates were counted by hand

	Terms    clock.Terms
	Rest     bool // the case brings its own weekend and holidays
	Weekend  []string
	Holidays []clock.Date
	Events   []clock.Event
	Tries    []clock.Event // acts tried at their instant, that change nothing
	StatesOn []clock.Date

	Expect       *Expect // nil where the case only asks
	Alternatives []Alternative
}

// Alternative is what another reading of the law would give. Without Set it
// is a note.
type Alternative struct {
	Line    int
	Reading string
	Set     []Setting
	Expect  *Expect
}

// Setting gives one switch of the legal profile another value.
type Setting struct{ Switch, Value string }

// Expect is what a case expects; only what is written is compared.
type Expect struct {
	Line    int
	keys    []key // in the order written
	only    bool  // an alternative: what it does not name is not compared
	refused []Verdict
	told    bool // refused_events was written
}

// key is one expected value, by the shape its name has.
type key struct {
	name    string
	line    int
	text    string // a word, a date or a number; "" for none
	states  []stateOn
	rulings []Verdict
	windows windows
}

type stateOn struct {
	on    clock.Date
	state string
}

// windows is one window, several in order, or by document.
type windows struct {
	list  []clock.Date
	one   bool
	byDoc map[string]clock.Date
}

// Verdict is one act judged: [do, date, allowed|refused, article].
type Verdict struct {
	Do      string
	On      clock.Date
	Refused bool
	Article string // a bare number stands for its paragraphs; "closed"; "" any
}

func (v Verdict) String() string {
	word := "allowed"
	if v.Refused {
		word = "refused"
	}
	return strings.TrimSuffix(fmt.Sprintf("[%s, %s, %s, %s]", v.Do, v.On, word, v.Article), ", ]") + closing(v.Article)
}

func closing(article string) string {
	if article == "" {
		return "]"
	}
	return ""
}

// Faults are the mistakes in a file of cases, each with its line.
type Faults struct {
	File string
	All  []*yaml.Error
}

func (f *Faults) Error() string {
	lines := make([]string, len(f.All))
	for i, e := range f.All {
		lines[i] = fmt.Sprintf("%s:%d: %s", f.File, e.Line, e.Said)
	}
	return strings.Join(lines, "\n")
}

// Profile is the profile as a case counts with it: under the rest days the
// case brings.
func (c *Case) Profile(p *clock.Profile) (*clock.Profile, error) {
	if !c.Rest {
		return p, nil
	}
	weekend := c.Weekend
	if weekend == nil {
		weekend = p.Weekend
	}
	return p.Rest(weekend, c.Holidays)
}

// End is the civil day on which everything the case tells has happened.
func (c *Case) End(p *clock.Profile) clock.Date {
	end := clock.NoDate
	for _, all := range [][]clock.Event{c.Events, c.Tries} {
		for _, e := range all {
			end = max(end, p.DateOf(e.At), e.Notified, e.Received)
		}
	}
	for _, day := range c.StatesOn {
		end = max(end, day)
	}
	return end
}

// Clock computes the case at its end.
func (c *Case) Clock(p *clock.Profile) clock.Clock {
	return clock.Compute(p, c.Terms, c.Events, c.End(p))
}
