package service

import (
	"strconv"
	"strings"
	"time"

	"wasl/internal/base/i18n"
)

func dateKind() *kind {
	return &kind{
		keys:  []string{"min", "max", "else"},
		parts: []string{"day", "month", "year"},
		read:  readDate,
		put: func(p *putter, _ *Question, at string, v any) {
			s, ok := v.(string)
			parts := strings.Split(digitsOf(s), "-")
			if !ok || len(parts) != 3 {
				p.problem(at, "json.date")
				return
			}
			p.typed[at+".year"] = []string{parts[0]}
			p.typed[at+".month"] = []string{parts[1]}
			p.typed[at+".day"] = []string{parts[2]}
		},
		schema: func(*Question) map[string]any { return map[string]any{"type": "string", "format": "date"} },
		value:  stringValue, zero: zeroString,
		show: func(s *shower, _ *Question, v any) []Shown {
			return []Shown{{Kind: ShownText, Text: i18n.CivilDate(s.lang, str(v))}}
		},
		check: func(c *compiler, q *Question, s *questionSource) {
			q.from, q.until = c.dateBound(s.Min, q), c.dateBound(s.Max, q)
			if s.Else.Text != "" {
				if _, err := time.Parse(time.DateOnly, s.Else.Text); err != nil {
					c.f.add(ruleShape, s.Else.Line, "else_date", "id", q.ID, "word", s.Else.Text)
				}
				q.Else = s.Else.Text
			}
		},
	}
}

func readDate(r *reader, q *Question, at string) any {
	day, month, year := r.typed.first(at+".day"), r.typed.first(at+".month"), r.typed.first(at+".year")
	if blank(day) && blank(month) && blank(year) {
		if !q.Optional {
			r.partProblem(at, "day", "missing.date")
		}
		return nil
	}
	iso, part, wrong := parseDate(day, month, year)
	if wrong != "" {
		r.partProblem(at, part, wrong)
		return nil
	}
	if lo := q.from.on(r.env.Today); lo != "" && iso < lo {
		r.partProblem(at, "day", "date.min", "min", lo)
		return nil
	}
	if hi := q.until.on(r.env.Today); hi != "" && iso > hi {
		r.partProblem(at, "day", "date.max", "max", hi)
		return nil
	}
	return iso
}

// parseDate reads three typed parts into YYYY-MM-DD. Otherwise it names the
// first wrong part and the problem.
func parseDate(day, month, year string) (iso, part, problem string) {
	d, err := strconv.Atoi(digitsOf(day))
	if err != nil || d < 1 || d > 31 {
		return "", "day", "date.day"
	}
	m := parseMonth(month)
	if m == 0 {
		return "", "month", "date.month"
	}
	y := digitsOf(year)
	if len(y) != 4 || !allDigits(y) || y < "1000" {
		return "", "year", "date.year"
	}
	full, _ := strconv.Atoi(y) // four digits
	t := time.Date(full, m, d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d || t.Month() != m {
		return "", "day", "date.real"
	}
	return t.Format(time.DateOnly), "", ""
}

// parseMonth reads a month as a number or as a name in one of the four
// languages, or 0.
func parseMonth(typed string) time.Month {
	s := strings.TrimSuffix(digitsOf(typed), ".")
	if n, err := strconv.Atoi(s); err == nil {
		if n < 1 || n > 12 {
			return 0
		}
		return time.Month(n)
	}
	if len(s) > 40 {
		return 0
	}
	return monthNames[foldMonth(s)]
}

// foldMonth makes spellings of one name equal: case, French accents, Arabic
// alef and vowel marks.
func foldMonth(s string) string { return monthFolder.Replace(strings.ToLower(s)) }

var monthFolder = strings.NewReplacer(
	"é", "e", "è", "e", "ê", "e", "û", "u", "ü", "u", "ù", "u",
	"e\u0301", "e", "u\u0302", "u", // letters followed by a combining accent
	"أ", "ا", "إ", "ا", "آ", "ا", "\u0640", "",
	"\u064b", "", "\u064c", "", "\u064d", "", "\u064e", "", "\u064f", "", "\u0650", "", "\u0651", "", "\u0652", "", "\u0654", "",
)

// monthNames maps folded names to months: Moroccan and pan-Arab names, French
// with and without abbreviation, Amazigh (CLDR 48), English.
var monthNames = func() map[string]time.Month {
	more := [12]string{
		"jan|janv|كانون الثاني|جانفي", "feb|fev|fevr|شباط|فيفري|فبرائر", "mar|آذار", "apr|avr|نيسان|أفريل",
		"may|مايو|أيار", "jun|يونيه|حزيران|جوان", "jul|juil|يوليو|يوليه|تموز|جويلية", "aug|أغسطس|آب|أوت",
		"sep|sept|سبتمبر|أيلول", "oct|تشرين الأول", "nov|نوفمبر|تشرين الثاني", "dec|ديسمبر|كانون الأول",
	}
	names := map[string]time.Month{}
	for i, spellings := range more {
		m := time.Month(i + 1)
		for _, l := range i18n.Langs {
			names[foldMonth(i18n.Month(l, m))] = m
		}
		for _, name := range strings.Split(spellings, "|") {
			names[foldMonth(name)] = m
		}
	}
	return names
}()

// dateBound is a bound of a date: a date, or today with an offset, such as
// "today", "today-18y", "today+30d".
type dateBound struct {
	date                string
	today               bool
	years, months, days int
}

// on returns the bound as YYYY-MM-DD on a civil day; "" is no bound.
func (b dateBound) on(today string) string {
	if !b.today {
		return b.date
	}
	if b.years == 0 && b.months == 0 && b.days == 0 {
		return today
	}
	t, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return ""
	}
	return t.AddDate(b.years, b.months, b.days).Format(time.DateOnly)
}

func (c *compiler) dateBound(s Scalar, q *Question) dateBound {
	if s.Text == "" {
		return dateBound{}
	}
	if _, err := time.Parse(time.DateOnly, s.Text); err == nil {
		return dateBound{date: s.Text}
	}
	rest, ok := strings.CutPrefix(strings.ReplaceAll(s.Text, " ", ""), "today")
	b := dateBound{today: true}
	if ok && rest != "" {
		n, err := strconv.Atoi(rest[:len(rest)-1])
		switch ok = err == nil; rest[len(rest)-1] {
		case 'y':
			b.years = n
		case 'm':
			b.months = n
		case 'd':
			b.days = n
		default:
			ok = false
		}
	}
	if !ok {
		c.f.addMend(ruleShape, s.Line, ruleShape.term("mend_date"), "date", "id", q.ID, "word", s.Text)
		return dateBound{}
	}
	return b
}
