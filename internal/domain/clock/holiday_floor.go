package clock

import (
	"fmt"
	"strconv"
	"strings"
)

// mostWarned bounds how early a warning may be, in days.
const mostWarned = 60

// WarnDays is how many days before a date of the office its people are told:
// seven, three and one where the profile does not say.
func (p *Profile) WarnDays() []int {
	if len(p.Warn) == 0 {
		return []int{7, 3, 1}
	}
	return p.Warn
}

// Floor keeps a last day that was told to an applicant: a law that comes to the
// case later may move it on, never bring it forward. It names the term by the
// day from which it runs, its length and its way of counting.
type Floor struct {
	From  Date
	Days  int
	Count string
	On    Date // the day that was told
}

type floorKey struct {
	from  Date
	days  int
	count string
}

// String is a floor as actions and facts keep it: 2026-03-01+30full=2026-04-02.
func (f Floor) String() string {
	return fmt.Sprintf("%s+%d%s=%s", f.From, f.Days, f.Count, f.On)
}

// ParseFloor reads what String wrote.
func ParseFloor(text string) (Floor, error) {
	term, on, _ := strings.Cut(text, "=")
	from, rest, _ := strings.Cut(term, "+")
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	days, err := strconv.Atoi(rest[:digits])
	if err != nil {
		return Floor{}, fmt.Errorf("not a floor: %q", text)
	}
	f := Floor{Days: days, Count: rest[digits:]}
	if f.From, err = ParseDate(from); err != nil {
		return Floor{}, err
	}
	f.On, err = ParseDate(on)
	return f, err
}

// AtLeast is the profile as it counts where days were told that may not come
// earlier. It is the same law, and keeps its hash.
func (p *Profile) AtLeast(floors []Floor) *Profile {
	if len(floors) == 0 {
		return p
	}
	own := *p
	own.floors = make(map[floorKey]Date)
	for k, on := range p.floors {
		own.floors[k] = on
	}
	for _, f := range floors {
		k := floorKey{f.From, f.Days, f.Count}
		own.floors[k] = max(own.floors[k], f.On)
	}
	return &own
}

// Floors lists what a change of law from old to p must not take from an
// applicant: the windows, the appeal and the court whose last day would come
// earlier. Both clocks are of the same events on the same day.
func Floors(p *Profile, old, changed Clock) []Floor {
	var out []Floor
	keep := func(from Date, t Term, told, now Date) {
		if from != NoDate && now != NoDate && now < told {
			out = append(out, Floor{from, t.Days, t.Count, told})
		}
	}
	keep(changed.FiledOn, p.Rules.Missing, old.MissingLast, changed.MissingLast)
	for i := range min(len(old.Requests), len(changed.Requests)) {
		was, now := &old.Requests[i], &changed.Requests[i]
		if now.AnsweredOn == NoDate {
			keep(now.ReceivedOn, p.Rules.Replacement, was.WindowLast, now.WindowLast)
		}
	}
	for _, from := range appealStarts(changed) {
		keep(from, p.Rules.Appeal, old.AppealLast, changed.AppealLast)
		keep(from, p.Rules.InfoComplaint, old.ComplaintLast, changed.ComplaintLast)
	}
	for _, rule := range p.Courts {
		if rule.ValidFrom == NoDate { // not in force
			continue
		}
		keep(changed.RefusalReceivedOn, Term{Days: rule.Notice, Count: rule.Count}, old.CourtLast, changed.CourtLast)
		keep(changed.AppealSilenceLast, Term{Days: rule.AfterAppeal, Count: rule.Count}, old.CourtLast, changed.CourtLast)
	}
	return out
}

// appealStarts are the days from which an appeal may be counted: the refusal,
// or the silence in either reading (art. 21).
func appealStarts(c Clock) []Date {
	switch {
	case c.RefusalReceivedOn != NoDate:
		return []Date{c.RefusalReceivedOn}
	case c.DueOn == NoDate:
		return nil
	}
	return []Date{c.DueOn, c.DueOn + 1}
}

// floorKeys is how the floors of an action or a fact are named: floor_1 and so on.
const floorKeys = "floor_"

// FloorsIn are the floors among an action's or a fact's data.
func FloorsIn(data map[string]string) []Floor {
	var out []Floor
	for key, text := range data {
		if strings.HasPrefix(key, floorKeys) {
			if f, err := ParseFloor(text); err == nil {
				out = append(out, f)
			}
		}
	}
	return out
}

// PutFloors writes floors into an action's data.
func PutFloors(data map[string]string, floors []Floor) {
	for i, f := range floors {
		data[floorKeys+strconv.Itoa(i+1)] = f.String()
	}
}
