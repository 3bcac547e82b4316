package lawcase

import (
	"fmt"
	"time"

	"wasl/internal/domain/clock"
)

// Report is a case computed, with everything that a court asks about it.
type Report struct {
	Case     *Case
	Profile  *clock.Profile // as the case counts with it
	On       clock.Date     // the day it is computed for
	Clock    clock.Clock
	Steps    []clock.Step
	Lapsed   []clock.Ruling // acts that had no effect when they reached the applicant
	Tries    []clock.Ruling
	States   []StateOn
	Readings []clock.Alternative // what the law does not say
	Named    []Named             // readings that the case names

	Differences []Difference
}

// StateOn is the state at the end of a civil day.
type StateOn struct {
	On    clock.Date `json:"on"`
	State string     `json:"state"`
}

// Named is a reading that a case names, with its clock; without settings it is
// a note, and its clock is the case's own.
type Named struct {
	Alternative *Alternative
	Clock       clock.Clock
}

// Report computes a case.
func (c *Case) Report(p *clock.Profile) (*Report, error) {
	own, err := c.Profile(p)
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", c.ID, err)
	}
	r := &Report{Case: c, Profile: own, On: c.End(own), Clock: c.Clock(own), Steps: clock.Trace(own, c.Terms, c.Events)}
	r.Lapsed = r.lapsed()
	for _, act := range c.Tries {
		r.Tries = append(r.Tries, clock.Try(own, c.Terms, c.Events, act))
	}
	for _, day := range c.StatesOn {
		r.States = append(r.States, StateOn{day, clock.Compute(own, c.Terms, c.Events, day).State})
	}
	if len(r.States) == 0 || r.States[len(r.States)-1].On != r.On {
		r.States = append(r.States, StateOn{r.On, r.Clock.State})
	}
	r.Readings = clock.Readings(own, c.Terms, c.Events, r.On)
	for i := range c.Alternatives {
		a := &c.Alternatives[i]
		other, err := a.Profile(own)
		if err != nil {
			return nil, fmt.Errorf("case %s: %w", c.ID, err)
		}
		r.Named = append(r.Named, Named{a, c.Clock(other)})
	}
	r.Differences, err = c.Check(p)
	return r, err
}

// lapsed lists the refusals that no step tells of: a decision that was allowed
// when signed and reached the applicant too late.
func (r *Report) lapsed() []clock.Ruling {
	left := append([]clock.Ruling{}, r.Clock.Refused...)
	for _, s := range r.Steps {
		if s.Ruling.OK {
			continue
		}
		for i := range left {
			if left[i].Do == s.Ruling.Do && left[i].On == s.Ruling.On {
				left = append(left[:i], left[i+1:]...)
				break
			}
		}
	}
	return left
}

// reportJSON is a report for machines: dates as YYYY-MM-DD, none left out.
type reportJSON struct {
	ID          string            `json:"id"`
	About       string            `json:"about,omitempty"`
	Law         lawJSON           `json:"law"`
	On          clock.Date        `json:"on"`
	State       string            `json:"state"`
	Turn        string            `json:"turn"`
	Mention     string            `json:"mention,omitempty"`
	Silence     string            `json:"silence_means,omitempty"`
	RawDue      string            `json:"raw_due_on,omitempty"`
	Dates       map[string]string `json:"dates"`
	Windows     []string          `json:"correction_windows_last,omitempty"`
	Suspended   int               `json:"suspended_days"`
	Suspensions []spanJSON        `json:"suspensions"`
	Events      []eventJSON       `json:"events"`
	Tries       []rulingJSON      `json:"tries,omitempty"`
	Lapsed      []rulingJSON      `json:"lapsed,omitempty"`
	States      []StateOn         `json:"states"`
	Readings    []readingJSON     `json:"readings"`
	Tentative   bool              `json:"tentative"`
	Uncovered   bool              `json:"uncovered"`
	OK          bool              `json:"ok"`
	Differences []Difference      `json:"differences"`
}

type lawJSON struct {
	Profile string `json:"profile"`
	Version int    `json:"version"`
	Hash    string `json:"sha256"`
}

type spanJSON struct {
	From string `json:"after"`
	To   string `json:"to,omitempty"` // none while it lasts
}

type rulingJSON struct {
	Do       string   `json:"do"`
	On       string   `json:"on"`
	OK       bool     `json:"allowed"`
	Why      string   `json:"why,omitempty"`
	Law      string   `json:"law,omitempty"`
	Articles []string `json:"articles,omitempty"`
}

type eventJSON struct {
	At time.Time `json:"at"`
	rulingJSON
	State string            `json:"state"`
	Dates map[string]string `json:"dates"` // that it changed
}

type readingJSON struct {
	Switch string            `json:"switch"`
	Value  string            `json:"value"`
	State  string            `json:"state"`
	Dates  map[string]string `json:"dates"` // that come out otherwise; "" for none
}

// JSON is the report for machines.
func (r *Report) JSON() any {
	c := &r.Clock
	out := reportJSON{ID: r.Case.ID, About: r.Case.About, Law: lawJSON{r.Profile.Name, r.Profile.Version, r.Profile.Hash()},
		On: r.On, State: c.State, Turn: c.Turn, Mention: c.Mention, Silence: c.SilenceMeans, RawDue: c.RawDueOn.String(), Dates: map[string]string{},
		Suspended: c.SuspendedDays, Suspensions: []spanJSON{}, Events: []eventJSON{}, Tries: rulingsJSON(r.Tries), Lapsed: rulingsJSON(r.Lapsed),
		States: r.States, Readings: []readingJSON{}, Tentative: c.Tentative, Uncovered: c.Uncovered,
		OK: len(r.Differences) == 0, Differences: append([]Difference{}, r.Differences...)}
	for _, d := range c.Dates() {
		if d.On != clock.NoDate {
			out.Dates[d.Name] = d.On.String()
		}
	}
	for _, q := range c.Requests {
		if q.Kind == clock.RequestReplacement {
			out.Windows = append(out.Windows, q.WindowLast.String())
		}
	}
	for _, s := range c.Suspensions {
		out.Suspensions = append(out.Suspensions, spanJSON{s.From.String(), s.To.String()})
	}
	for _, s := range r.Steps {
		out.Events = append(out.Events, eventJSON{s.Event.At, rulingsJSON([]clock.Ruling{s.Ruling})[0], s.Clock.State, moved(&s.Before, &s.Clock)})
	}
	for _, a := range r.Readings {
		out.Readings = append(out.Readings, readingJSON{a.Switch, a.Value, a.Clock.State, moved(c, &a.Clock)})
	}
	return out
}

func rulingsJSON(all []clock.Ruling) []rulingJSON {
	var out []rulingJSON
	for _, r := range all {
		out = append(out, rulingJSON{r.Do, r.On.String(), r.OK, r.Why, r.Text, r.Articles})
	}
	return out
}

// moved is the dates of one clock that another has otherwise.
func moved(from, to *clock.Clock) map[string]string {
	out := map[string]string{}
	was := from.Dates()
	for i, d := range to.Dates() {
		if d.On != was[i].On {
			out[d.Name] = d.On.String()
		}
	}
	return out
}
