package lawcase

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wasl/internal/domain/clock"
)

// Difference is one expected value that the engine does not give. Key is as in
// expect, after "alternative SWITCH=VALUE: " where it is another reading's.
type Difference struct {
	Key  string `json:"key"`
	Got  string `json:"got"`
	Want string `json:"want"`
	Line int    `json:"line"`
}

func (d Difference) String() string {
	return fmt.Sprintf("%s: got %s, want %s", d.Key, or(d.Got, "none"), or(d.Want, "none"))
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// Check computes a case and lists what comes out otherwise than it expects,
// also under the readings that it names.
func (c *Case) Check(p *clock.Profile) ([]Difference, error) {
	own, err := c.Profile(p)
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", c.ID, err)
	}
	var all []Difference
	if c.Expect != nil {
		all = c.compare(own, c.Expect)
	}
	for _, a := range c.Alternatives {
		if len(a.Set) == 0 || a.Expect == nil {
			continue
		}
		other, err := a.Profile(own)
		if err != nil {
			return nil, fmt.Errorf("case %s: %w", c.ID, err)
		}
		for _, d := range c.compare(other, a.Expect) {
			d.Key = "alternative " + a.String() + ": " + d.Key
			all = append(all, d)
		}
	}
	return all, nil
}

// Profile is a profile under the alternative's reading.
func (a *Alternative) Profile(p *clock.Profile) (*clock.Profile, error) {
	for _, s := range a.Set {
		var err error
		if p, err = p.Set(s.Switch, s.Value); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// String is the alternative's settings: "half=ceil, roll=false".
func (a *Alternative) String() string {
	parts := make([]string, len(a.Set))
	for i, s := range a.Set {
		parts[i] = s.Switch + "=" + s.Value
	}
	return strings.Join(parts, ", ")
}

func (c *Case) compare(p *clock.Profile, e *Expect) []Difference {
	now := c.Clock(p)
	var all []Difference
	differ := func(name string, line int, got, want string) {
		if got != want {
			all = append(all, Difference{name, got, want, line})
		}
	}
	for _, k := range e.keys {
		switch k.name {
		case keyStates:
			for _, s := range k.states {
				differ("states."+s.on.String(), k.line, clock.Compute(p, c.Terms, c.Events, s.on).State, s.state)
			}
		case keyTries:
			all = append(all, c.compareTries(p, k)...)
		case keyWindows:
			got, want := k.windows.compare(now.Requests)
			differ(k.name, k.line, got, want)
		default:
			differ(k.name, k.line, value(&now, k.name), k.text)
		}
	}
	if (e.told || !e.only) && unlike(e.refused, now.Refused) {
		all = append(all, Difference{keyRefused, rulings(now.Refused), verdicts(e.refused), e.Line})
	}
	return all
}

// value is what a clock gives for a key, "" for none.
func value(now *clock.Clock, name string) string {
	switch name {
	case keyMention:
		return now.Mention
	case keyMeans:
		return now.SilenceMeans
	case keySuspended:
		return strconv.Itoa(now.SuspendedDays)
	}
	for _, d := range now.Dates() {
		if d.Name == name {
			return d.On.String()
		}
	}
	return ""
}

func (c *Case) compareTries(p *clock.Profile, k key) []Difference {
	var have []clock.Ruling
	for _, act := range c.Tries {
		have = append(have, clock.Try(p, c.Terms, c.Events, act))
	}
	if len(have) != len(k.rulings) {
		return []Difference{{keyTries, rulings(have), verdicts(k.rulings), k.line}}
	}
	var all []Difference
	for i, want := range k.rulings {
		if !want.matches(have[i]) {
			all = append(all, Difference{keyTries + "." + strconv.Itoa(i), got(have[i]), want.String(), k.line})
		}
	}
	return all
}

// compare shows the windows of the replacement requests, in the shape that is
// wanted, and what is wanted.
func (w windows) compare(requests []clock.Request) (got, want string) {
	var have []clock.Request
	for _, r := range requests {
		if r.Kind == clock.RequestReplacement {
			have = append(have, r)
		}
	}
	var mine []string
	if w.byDoc == nil {
		if w.one && len(have) > 1 {
			have = have[len(have)-1:]
		}
		for _, r := range have {
			mine = append(mine, r.WindowLast.String())
		}
		var theirs []string
		for _, day := range w.list {
			theirs = append(theirs, day.String())
		}
		return strings.Join(mine, ", "), strings.Join(theirs, ", ")
	}
	docs := make([]string, 0, len(w.byDoc))
	for doc := range w.byDoc {
		docs = append(docs, doc)
	}
	slices.Sort(docs)
	var theirs []string
	for _, doc := range docs {
		day := clock.NoDate
		for _, r := range have {
			if slices.Contains(r.Docs, doc) {
				day = r.WindowLast
			}
		}
		mine, theirs = append(mine, doc+" "+day.String()), append(theirs, doc+" "+w.byDoc[doc].String())
	}
	return strings.Join(mine, ", "), strings.Join(theirs, ", ")
}

func rulings(all []clock.Ruling) string {
	shown := make([]string, len(all))
	for i, r := range all {
		shown[i] = got(r)
	}
	return strings.Join(shown, " ")
}

func verdicts(all []Verdict) string {
	shown := make([]string, len(all))
	for i, v := range all {
		shown[i] = v.String()
	}
	return strings.Join(shown, " ")
}
