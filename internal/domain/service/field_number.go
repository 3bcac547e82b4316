package service

import (
	"fmt"
	"strconv"
	"strings"

	"wasl/internal/base/i18n"
)

const maxNumber = 1 << 53 // canonical JSON holds integers below it

func numberKind() *kind {
	return &kind{
		keys: []string{"min", "max", "decimals", "unit", "else"},
		read: single("missing", func(_ *reader, q *Question, typed string) (any, *fault) {
			n, wrong := fixed(typed, q.Decimals)
			if wrong != nil {
				return nil, wrong
			}
			if wrong := inBounds(q, n, func(b int64) any { return scaled(b, q.Decimals) }); wrong != nil {
				return nil, wrong
			}
			return numberAnswer(q, n), nil
		}),
		put: putNumber,
		schema: func(q *Question) map[string]any {
			if q.Decimals > 0 {
				return map[string]any{"type": "string", "pattern": fmt.Sprintf(`^-?[0-9]+(\.[0-9]{1,%d})?$`, q.Decimals)}
			}
			return bounded(q, map[string]any{"type": "integer"})
		},
		value: intValue, zero: zeroInt,
		show: func(s *shower, q *Question, v any) []Shown {
			return []Shown{s.number(q, v)}
		},
		check: func(c *compiler, q *Question, s *questionSource) {
			if q.Decimals < 0 || q.Decimals > 6 {
				c.f.add(ruleValue, s.Line, "decimals", "id", q.ID)
				q.Decimals = 0
			}
			q.Min, q.Max = c.bound(s.Min, q), c.bound(s.Max, q)
			q.Else = c.elseNumber(s.Else, q)
		},
	}
}

func moneyKind() *kind {
	return &kind{
		keys: []string{"min", "max", "else"},
		read: single("missing", func(_ *reader, q *Question, typed string) (any, *fault) {
			n, wrong := fixed(strings.TrimSpace(withoutCurrency(typed)), 2)
			if wrong != nil {
				return nil, &fault{"money.format", nil}
			}
			if n < 0 && q.Min == nil {
				return nil, &fault{"money.format", nil}
			}
			if wrong := inBounds(q, n, func(b int64) any { return scaled(b, 2) }); wrong != nil {
				return nil, wrong
			}
			return n, nil
		}),
		put: func(p *putter, _ *Question, at string, v any) {
			if n, ok := integer(v); ok {
				p.typed[at] = []string{scaled(n, 2)}
				return
			}
			p.problem(at, "json.money")
		},
		schema: func(q *Question) map[string]any {
			s := bounded(q, map[string]any{"type": "integer"})
			if q.Min == nil {
				s["minimum"] = 0
			}
			return s
		},
		value: intValue, zero: zeroInt,
		show: func(s *shower, _ *Question, v any) []Shown {
			n, _ := integer(v)
			return []Shown{{Kind: ShownText, Text: i18n.Money(s.lang, n)}}
		},
		check: func(c *compiler, q *Question, s *questionSource) {
			q.Min, q.Max = c.bound(s.Min, q), c.bound(s.Max, q)
			q.Else = c.elseNumber(s.Else, q)
		},
	}
}

// fixed reads a number as typed into an integer scaled by 10^decimals. Spaces
// group; of a comma and a point, the last is the decimal mark and the other
// groups by three. "1.200" is refused for a whole number: it may mean either.
func fixed(typed string, decimals int) (int64, *fault) {
	s := numberMarks.Replace(digitsOf(typed))
	sign := int64(1)
	switch {
	case strings.HasPrefix(s, "-"), strings.HasSuffix(s, "-"): // "150-" is a minus sign displaced by direction
		sign, s = -1, strings.Trim(s, "-")
	case strings.HasPrefix(s, "+"):
		s = s[1:]
	}
	whole, fraction, ok := splitNumber(s)
	if !ok {
		return 0, &fault{"number.format", nil}
	}
	if decimals == 0 {
		if len(fraction) > 2 || strings.Trim(fraction, "0") != "" {
			return 0, &fault{"number.whole", nil}
		}
		fraction = ""
	}
	if len(fraction) > decimals {
		return 0, &fault{"number.decimals", []any{"decimals", decimals}}
	}
	digits := strings.TrimLeft(whole+fraction+strings.Repeat("0", decimals-len(fraction)), "0")
	if digits == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n >= maxNumber {
		return 0, &fault{"number.large", nil}
	}
	return sign * n, nil
}

// numberMarks drops what groups digits and maps Arabic marks to Latin ones.
var numberMarks = strings.NewReplacer(" ", "", "'", "", "\u2019", "", "\u066b", ".", "\u066c", "", "\u2212", "-", "\u060c", ",")

// splitNumber cuts unsigned digits at the decimal mark.
func splitNumber(s string) (whole, fraction string, ok bool) {
	i := strings.LastIndexAny(s, ",.")
	if i < 0 {
		return s, "", allDigits(s)
	}
	whole, fraction = s[:i], s[i+1:]
	other := ","
	if s[i] == ',' {
		other = "."
	}
	groups := strings.Split(whole, other)
	for _, g := range groups[1:] {
		if len(g) != 3 {
			return "", "", false
		}
	}
	whole = strings.Join(groups, "")
	return whole, fraction, allDigits(whole) && allDigits(fraction)
}

// scaled writes an integer scaled by 10^decimals with a dot: 1250, 2 → "12.50".
func scaled(n int64, decimals int) string {
	if decimals == 0 {
		return strconv.FormatInt(n, 10)
	}
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	digits := fmt.Sprintf("%0*d", decimals+1, n)
	return sign + digits[:len(digits)-decimals] + "." + digits[len(digits)-decimals:]
}

// numberAnswer is the answer of a number: an integer, or a string with a dot.
func numberAnswer(q *Question, n int64) any {
	if q.Decimals > 0 {
		return scaled(n, q.Decimals)
	}
	return n
}

// unscaled is the reverse of numberAnswer, as conditions read numbers.
func unscaled(q *Question, v any) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case string:
		n, _ := fixed(v, q.Decimals)
		return n
	}
	return 0
}

func withoutCurrency(s string) string {
	upper := strings.ToUpper(strings.TrimSpace(s))
	for _, word := range []string{"MAD", "DHS", "DH", "درهم", "د.م."} {
		if strings.HasSuffix(upper, word) {
			return upper[:len(upper)-len(word)]
		}
	}
	return s
}

func inBounds(q *Question, n int64, write func(int64) any) *fault {
	if q.Min != nil && n < *q.Min {
		return &fault{string(q.Type) + ".min", []any{"min", write(*q.Min)}}
	}
	if q.Max != nil && n > *q.Max {
		return &fault{string(q.Type) + ".max", []any{"max", write(*q.Max)}}
	}
	return nil
}

func bounded(q *Question, s map[string]any) map[string]any {
	if q.Min != nil {
		s["minimum"] = *q.Min
	}
	if q.Max != nil {
		s["maximum"] = *q.Max
	}
	return s
}

// bound reads min or max of a number (in its own decimals) or an amount
// (integer centimes).
func (c *compiler) bound(s Scalar, q *Question) *int64 {
	if s.Text == "" {
		return nil
	}
	n, wrong := fixed(s.Text, q.Decimals)
	if wrong != nil || s.kind != shapeInt && q.Decimals == 0 {
		c.f.add(ruleShape, s.Line, "number", "id", q.ID, "word", s.Text, "decimals", q.Decimals)
		return nil
	}
	return &n
}

func (c *compiler) elseNumber(s Scalar, q *Question) any {
	if n := c.bound(s, q); n != nil {
		return *n
	}
	return nil
}

// number writes a number answer with its unit.
func (s *shower) number(q *Question, v any) Shown {
	text := i18n.Decimal(s.lang, scaled(unscaled(q, v), q.Decimals))
	if unit := q.UnitLabel(s.lang); unit != "" {
		return Shown{Kind: ShownText, Text: text + "\u00a0" + unit}
	}
	return Shown{Kind: ShownLTR, Text: text}
}

// integer reads an int64 answer or a JSON integer.
func integer(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case interface{ Int64() (int64, error) }: // json.Number
		n, err := v.Int64()
		return n, err == nil && n > -maxNumber && n < maxNumber
	}
	return 0, false
}
