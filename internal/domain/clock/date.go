package clock

import (
	"fmt"
	"time"
	_ "time/tzdata" // legal dates must not depend on the machine's zone files
)

// Date is a civil day: days since 1970-01-01. The zero Date means "no date".
type Date int

// NoDate is the absence of a date; its String is empty.
const NoDate Date = 0

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return NoDate, fmt.Errorf("not a date YYYY-MM-DD: %q", s)
	}
	return Date(t.Unix() / 86400), nil
}

// UnmarshalYAML reads a date from its text form.
func (d *Date) UnmarshalYAML(b []byte) (err error) {
	s := string(b)
	if len(s) >= 2 && (s[0] == '\'' || s[0] == '"') {
		s = s[1 : len(s)-1]
	}
	*d, err = ParseDate(s)
	return err
}

// MarshalText is the date as YYYY-MM-DD.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD, or nothing for NoDate.
func (d *Date) UnmarshalText(b []byte) (err error) {
	if *d = NoDate; len(b) > 0 {
		*d, err = ParseDate(string(b))
	}
	return err
}

// Time is midnight UTC of the civil day, for formatting only.
func (d Date) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String is YYYY-MM-DD, or "" for NoDate.
func (d Date) String() string {
	if d == NoDate {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// DateOf is the civil day of an instant in the profile's zone.
func (p *Profile) DateOf(t time.Time) Date {
	return civil(t.In(p.zone).Date())
}

// civil is the day of a year, month and day of the month.
func civil(y int, m time.Month, day int) Date {
	return Date(time.Date(y, m, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Working tells whether offices are open that civil day.
func (p *Profile) Working(d Date) bool {
	return !p.weekend[(int(d)%7+11)%7] && !p.holidays[d] // 1970-01-01 was a Thursday
}

// roll moves a last day that is a rest day to the next working day.
func (p *Profile) roll(d Date) Date {
	if !p.Reading.Roll {
		return d
	}
	for !p.Working(d) {
		d++
	}
	return d
}

// full is the last useful day of a term of n full days: neither the first day
// nor the last is counted, and a rest day moves it on (art. 31).
func (p *Profile) full(from Date, n int) Date { return p.roll(p.rawFull(from, n)) }

// rawFull is a full term before it is rolled.
func (p *Profile) rawFull(from Date, n int) Date {
	if p.Reading.Full {
		n++
	}
	return from + Date(n)
}

// addWorking counts n working days after d.
func (p *Profile) addWorking(d Date, n int) Date {
	for n > 0 {
		if d++; p.Working(d) {
			n--
		}
	}
	return d
}

// after is the last useful day of a term that starts on a day, and no day
// before one that was told to the applicant.
func (p *Profile) after(from Date, t Term) Date {
	last := p.count(from, t)
	if p.floors == nil {
		return last
	}
	return max(last, p.roll(p.floors[floorKey{from, t.Days, t.Count}]))
}

// count is the last useful day of a term that starts on a day.
func (p *Profile) count(from Date, t Term) Date {
	switch {
	case t.Count == CountWorking && p.Reading.InfoFull:
		return p.addWorking(from, t.Days+1)
	case t.Count == CountWorking:
		return p.addWorking(from, t.Days)
	case t.Count == CountPlain && p.Reading.InfoFull:
		return p.roll(from + Date(t.Days+1))
	case t.Count == CountPlain:
		return p.roll(from + Date(t.Days))
	}
	return p.full(from, t.Days)
}

func yearEnd(d Date) Date {
	return civil(d.Time().Year(), time.December, 31)
}

// tentative tells whether a last day may still move, because a feast that is
// only expected lies on it, on the day before or after it, or on the rest days
// that it was rolled over.
func (p *Profile) tentative(d Date) bool {
	if d == NoDate {
		return false
	}
	if p.expected[d] || p.expected[d+1] {
		return true
	}
	for d--; ; d-- {
		if p.expected[d] {
			return true
		}
		if p.Working(d) {
			return false
		}
	}
}
