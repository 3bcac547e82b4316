package service

import (
	"cel.dev/cel-go/cel"

	"wasl/internal/base/i18n"
)

// UnitMoney is the unit of a computed amount in centimes.
const UnitMoney = "dirham"

// computedKind is a value the service works out; nobody types it, so a value
// sent for it is passed over.
func computedKind() *kind {
	return &kind{
		keys: []string{"value", "unit", "decimals"}, none: true,
		read: func(*reader, *Question, string) any { return nil },
		put:  func(*putter, *Question, string, any) {},
		schema: func(q *Question) map[string]any {
			types := map[*cel.Type]string{cel.IntType: "integer", cel.BoolType: "boolean", cel.StringType: "string"}
			s := map[string]any{"readOnly": true}
			if t, ok := types[q.result]; ok {
				s["type"] = t
			}
			return s
		},
		show: func(s *shower, q *Question, v any) []Shown {
			switch v := v.(type) {
			case int64:
				if q.Unit == UnitMoney {
					return []Shown{{Kind: ShownText, Text: i18n.Money(s.lang, v)}}
				}
				return []Shown{s.number(q, v)}
			case bool:
				return []Shown{{Kind: ShownText, Text: Word(s.lang, map[bool]string{true: "yes", false: "no"}[v])}}
			}
			return []Shown{{Kind: ShownText, Text: str(v)}}
		},
		check: func(c *compiler, q *Question, s *questionSource) {
			if q.Value.Text == "" {
				c.f.add(ruleRequired, s.Line, "value", "id", q.ID)
			}
			if q.Decimals < 0 || q.Decimals > 6 {
				c.f.add(ruleValue, s.Line, "decimals", "id", q.ID)
				q.Decimals = 0
			}
		},
	}
}

// statementKind is text to read, without an answer.
func statementKind() *kind {
	return &kind{
		none:   true,
		read:   func(*reader, *Question, string) any { return nil },
		put:    func(*putter, *Question, string, any) {},
		schema: func(*Question) map[string]any { return map[string]any{"readOnly": true} },
		show:   func(*shower, *Question, any) []Shown { return nil },
	}
}
