package service

import (
	"strings"
	"unicode/utf8"
)

// textKind is text (one line) or longtext.
func textKind(long bool) *kind {
	return &kind{
		keys: []string{"minLength", "maxLength"},
		read: single("missing", func(_ *reader, q *Question, typed string) (any, *fault) {
			return proseOf(q, typed, long)
		}),
		put: putText,
		schema: func(q *Question) map[string]any {
			s := map[string]any{"type": "string", "maxLength": q.MaxLength, "minLength": max(q.MinLength, 1)}
			return s
		},
		value: stringValue, zero: zeroString,
		show: func(_ *shower, _ *Question, v any) []Shown { return []Shown{{Kind: ShownText, Text: str(v)}} },
		check: func(c *compiler, q *Question, s *questionSource) {
			if q.MaxLength == 0 {
				q.MaxLength = DefaultMaxLength
			}
			if q.MinLength < 0 || q.MaxLength < max(q.MinLength, 1) || q.MaxLength > 20000 {
				c.f.add(ruleValue, s.Line, "lengths", "id", q.ID, "max", 20000)
			}
		},
	}
}

func proseOf(q *Question, typed string, long bool) (any, *fault) {
	text := prose(typed)
	n := utf8.RuneCountInString(text)
	switch {
	case n > q.MaxLength:
		return nil, &fault{"text.long", []any{"max", q.MaxLength, "length", n}}
	case n < q.MinLength:
		return nil, &fault{"text.short", []any{"min", q.MinLength}}
	case control(text):
		return nil, &fault{"text.control", nil}
	case text == "":
		return nil, &fault{"missing", nil}
	}
	if !long {
		text = strings.ReplaceAll(text, "\n", " ")
	}
	return text, nil
}

func str(v any) string {
	s, _ := v.(string)
	return s
}
