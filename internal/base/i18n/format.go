package i18n

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the civil clock must not depend on the machine
)

// months follows CLDR 48 for ar-MA, fr-MA, zgh-MA and en.
var months = map[Lang][12]string{
	AR:  {"يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو", "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"},
	FR:  {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	ZGH: {"ⵉⵏⵏⴰⵢⵔ", "ⴱⵕⴰⵢⵕ", "ⵎⴰⵕⵚ", "ⵉⴱⵔⵉⵔ", "ⵎⴰⵢⵢⵓ", "ⵢⵓⵏⵢⵓ", "ⵢⵓⵍⵢⵓⵣ", "ⵖⵓⵛⵜ", "ⵛⵓⵜⴰⵏⴱⵉⵔ", "ⴽⵜⵓⴱⵔ", "ⵏⵓⵡⴰⵏⴱⵉⵔ", "ⴷⵓⵊⴰⵏⴱⵉⵔ"},
	EN:  {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

const nbsp = "\u00a0"

var casablanca = func() *time.Location {
	loc, err := time.LoadLocation("Africa/Casablanca")
	if err != nil {
		panic(err)
	}
	return loc
}()

// Civil returns t on the clock of Africa/Casablanca, the one legal dates use.
func Civil(t time.Time) time.Time { return t.In(casablanca) }

// Today returns the civil date of t in Africa/Casablanca as YYYY-MM-DD.
func Today(t time.Time) string { return Civil(t).Format(time.DateOnly) }

// Month returns the name of a month.
func Month(l Lang, m time.Month) string { return months[l][m-1] }

// separators returns the grouping and decimal marks of l (CLDR 48, Morocco).
func separators(l Lang) (group, decimal string) {
	switch l {
	case AR, FR:
		return ".", ","
	case ZGH:
		return nbsp, ","
	}
	return ",", "."
}

// Number writes n with Latin digits and the language's grouping.
func Number(l Lang, n int64) string { return Decimal(l, strconv.FormatInt(n, 10)) }

// Decimal writes a number given as "1234.50" with the language's marks.
// Anything that is not such a number comes back unchanged.
func Decimal(l Lang, s string) string {
	whole, fraction, hasFraction := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "\u2212", whole[1:]
	}
	if !digits(whole) || hasFraction && !digits(fraction) {
		return s
	}
	group, decimal := separators(l)
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(group)
		}
		b.WriteRune(d)
	}
	if hasFraction {
		b.WriteString(decimal + fraction)
	}
	return b.String()
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// Money writes an amount in centimes as dirhams with two decimals.
func Money(l Lang, centimes int64) string {
	sign := ""
	if centimes < 0 {
		sign, centimes = "-", -centimes
	}
	amount := Decimal(l, fmt.Sprintf("%s%d.%02d", sign, centimes/100, centimes%100))
	switch l {
	case AR:
		return amount + nbsp + "درهم"
	case FR:
		return amount + nbsp + "DH"
	}
	return amount + nbsp + "MAD"
}

// Date writes the civil date of t in Africa/Casablanca, month in letters.
func Date(l Lang, t time.Time) string {
	t = Civil(t)
	day := strconv.Itoa(t.Day())
	if l == FR && t.Day() == 1 {
		day = "1er"
	}
	return day + nbsp + Month(l, t.Month()) + nbsp + strconv.Itoa(t.Year())
}

// CivilDate writes a date given as YYYY-MM-DD; what is not one comes back
// unchanged.
func CivilDate(l Lang, s string) string {
	t, err := time.ParseInLocation(time.DateOnly, s, casablanca)
	if err != nil {
		return s
	}
	return Date(l, t)
}

// DateTime writes the civil date and hour of t in Africa/Casablanca.
func DateTime(l Lang, t time.Time) string {
	hour := Civil(t).Format("15:04")
	switch l {
	case AR:
		return Date(l, t) + "، الساعة" + nbsp + hour
	case FR:
		return Date(l, t) + " à" + nbsp + hour
	}
	return Date(l, t) + ", " + hour
}

// Days writes a number of days. Arabic has its four forms; Amazigh has no
// plural rules in CLDR, so its noun stays in the plural after a number.
func Days(l Lang, n int) string {
	number := Number(l, int64(n))
	switch l {
	case AR:
		switch r := n % 100; {
		case n == 1:
			return "يوم واحد"
		case n == 2:
			return "يومان"
		case r >= 3 && r <= 10:
			return number + nbsp + "أيام"
		case r >= 11:
			return number + nbsp + "يوما"
		}
		return number + nbsp + "يوم"
	case FR:
		if n < 2 {
			return number + nbsp + "jour"
		}
		return number + nbsp + "jours"
	case ZGH:
		if n == 1 {
			return number + nbsp + "ⵡⴰⵙⵙ"
		}
		return number + nbsp + "ⵡⵓⵙⵙⴰⵏ"
	}
	if n == 1 {
		return number + nbsp + "day"
	}
	return number + nbsp + "days"
}

// Size writes a number of bytes for people, rounded up: KB below a million
// bytes, MB above.
func Size(l Lang, n int64) string {
	unit := [2]string{"KB", "MB"}
	if l == FR || l == ZGH {
		unit = [2]string{"Ko", "Mo"}
	}
	if n < 1_000_000 {
		return Number(l, (n+999)/1000) + nbsp + unit[0]
	}
	tenths := (n + 99_999) / 100_000
	return Decimal(l, fmt.Sprintf("%d.%d", tenths/10, tenths%10)) + nbsp + unit[1]
}

// LTR marks an identifier, phone number, amount, ISO date, address or hash so
// that it keeps its order inside right-to-left text.
func LTR(s string) template.HTML {
	return template.HTML(`<bdi dir="ltr">` + template.HTMLEscapeString(s) + `</bdi>`)
}

// Isolate is LTR for plain text (titles, options, mail, PDF): U+2066 … U+2069.
func Isolate(s string) string { return "\u2066" + s + "\u2069" }
