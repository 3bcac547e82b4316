package office

import (
	"strconv"
	"strings"
	"time"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/clock"
)

// latinDigits writes Arabic-Indic digits, of both kinds, as Latin ones.
func latinDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return '0' + r - '٠'
		case r >= '۰' && r <= '۹':
			return '0' + r - '۰'
		}
		return r
	}, s)
}

// readDay reads a date in three parts; its month is a number or a name in any
// of the languages. ok is false for what is no date.
func readDay(day, month, year string) (on clock.Date, ok bool) {
	d, err := strconv.Atoi(latinDigits(strings.TrimSpace(day)))
	y, err2 := strconv.Atoi(latinDigits(strings.TrimSpace(year)))
	m := readMonth(strings.TrimSpace(month))
	if err != nil || err2 != nil || m == 0 || y < 1900 || y > 2199 {
		return clock.NoDate, false
	}
	t := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d || t.Month() != m {
		return clock.NoDate, false
	}
	on, err = clock.ParseDate(t.Format(time.DateOnly))
	return on, err == nil
}

// readMonth is a month by number or name, 0 for none.
func readMonth(s string) time.Month {
	if n, err := strconv.Atoi(latinDigits(s)); err == nil && n >= 1 && n <= 12 {
		return time.Month(n)
	}
	for _, l := range i18n.Langs {
		for m := time.January; m <= time.December; m++ {
			if strings.EqualFold(i18n.Month(l, m), s) {
				return m
			}
		}
	}
	return 0
}

// day reads a control that is a date.
func (t typed) day(name string) (clock.Date, bool) {
	return readDay(t.Get(name+".day"), t.Get(name+".month"), t.Get(name+".year"))
}
