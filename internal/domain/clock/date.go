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
	y, m, day := t.In(p.zone).Date()
	return Date(time.Date(y, m, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Working tells whether offices are open that civil day.
func (p *Profile) Working(d Date) bool {
	return !p.weekend[d.Time().Weekday()] && !p.holidays[d]
}

// roll moves a last day that is a rest day to the next working day.
func (p *Profile) roll(d Date) Date {
	for !p.Working(d) {
		d++
	}
	return d
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
