package service

import (
	"slices"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
)

func yesnoKind() *kind {
	return &kind{
		keys: []string{"else"},
		read: single("missing.choice", func(_ *reader, _ *Question, typed string) (any, *fault) {
			switch typed {
			case "yes":
				return true, nil
			case "no":
				return false, nil
			}
			return nil, &fault{"choice.unknown", nil}
		}),
		put: func(p *putter, _ *Question, at string, v any) {
			yes, ok := v.(bool)
			if !ok {
				p.problem(at, "json.boolean")
				return
			}
			p.typed[at] = []string{map[bool]string{true: "yes", false: "no"}[yes]}
		},
		schema: func(*Question) map[string]any { return map[string]any{"type": "boolean"} },
		value:  boolValue, zero: zeroBool,
		show: func(s *shower, _ *Question, v any) []Shown {
			return []Shown{{Kind: ShownText, Text: Word(s.lang, map[bool]string{true: "yes", false: "no"}[v == true])}}
		},
		check: func(c *compiler, q *Question, s *questionSource) {
			if s.Else.Text != "" {
				if s.Else.kind != shapeBool {
					c.f.add(ruleShape, s.Else.Line, "else_bool", "id", q.ID)
				}
				q.Else = s.Else.Text == "true"
			}
		},
	}
}

// declarationKind is a checkbox that must be ticked: "yes" in forms, true in
// the API.
func declarationKind() *kind {
	return &kind{
		read: single("missing.declaration", func(_ *reader, _ *Question, typed string) (any, *fault) {
			if typed != "yes" {
				return nil, &fault{"missing.declaration", nil}
			}
			return true, nil
		}),
		put: func(p *putter, _ *Question, at string, v any) {
			switch v {
			case true:
				p.typed[at] = []string{"yes"}
			case false: // not declared: the same as nothing
			default:
				p.problem(at, "json.boolean")
			}
		},
		schema: func(*Question) map[string]any { return map[string]any{"type": "boolean", "const": true} },
		value:  boolValue, zero: zeroBool,
		show: func(s *shower, _ *Question, _ any) []Shown {
			return []Shown{{Kind: ShownText, Text: Word(s.lang, "declared")}}
		},
	}
}

func choiceKind() *kind {
	return &kind{
		keys: []string{"options", "else"},
		read: single("missing.choice", func(_ *reader, q *Question, typed string) (any, *fault) {
			if !slices.Contains(q.Options, typed) {
				return nil, &fault{"choice.unknown", nil}
			}
			return typed, nil
		}),
		put: putText,
		schema: func(q *Question) map[string]any {
			return map[string]any{"type": "string", "enum": anySlice(q.Options)}
		},
		value: stringValue, zero: zeroString,
		show: func(s *shower, q *Question, v any) []Shown {
			return []Shown{{Kind: ShownText, Text: q.OptionLabel(s.lang, str(v))}}
		},
		check: func(c *compiler, q *Question, s *questionSource) {
			c.options(q, s)
			if s.Else.Text != "" {
				if !slices.Contains(q.Options, s.Else.Text) {
					c.f.addMend(ruleReference, s.Else.Line, suggest(s.Else.Text, q.Options), "else", "id", q.ID, "word", s.Else.Text)
				}
				q.Else = s.Else.Text
			}
		},
	}
}

func choicesKind() *kind {
	return &kind{
		keys: []string{"options", "min", "max"},
		read: readChoices,
		put:  putChoices,
		schema: func(q *Question) map[string]any {
			s := map[string]any{"type": "array", "uniqueItems": true, "items": map[string]any{"type": "string", "enum": anySlice(q.Options)}}
			if !q.Optional {
				s["minItems"] = 1
			}
			if q.Min != nil {
				s["minItems"] = *q.Min
			}
			if q.Max != nil {
				s["maxItems"] = *q.Max
			}
			return s
		},
		value: func(*Question) *cel.Type { return cel.ListType(cel.StringType) },
		zero:  func(*Question) any { return []string{} },
		show: func(s *shower, q *Question, v any) []Shown {
			var all []Shown
			for _, option := range list(v) {
				all = append(all, Shown{Kind: ShownText, Text: q.OptionLabel(s.lang, str(option))})
			}
			return all
		},
		check: func(c *compiler, q *Question, s *questionSource) {
			c.options(q, s)
			q.Min, q.Max = c.bound(s.Min, q), c.bound(s.Max, q)
		},
	}
}

// putChoices takes a list of option ids.
func putChoices(p *putter, _ *Question, at string, v any) {
	list, ok := v.([]any)
	if !ok {
		p.problem(at, "json.list")
		return
	}
	for _, item := range list {
		s, ok := item.(string)
		if !ok || len(p.typed[at]) > 1000 {
			p.problem(at, "json.list")
			return
		}
		p.typed[at] = append(p.typed[at], s)
	}
}

// readChoices gives the options chosen, in the definition's order.
func readChoices(r *reader, q *Question, at string) any {
	chosen := []any{}
	typed := r.typed[at]
	for _, one := range typed {
		switch {
		case blank(one):
		case !utf8.ValidString(one):
			r.problem(at, "encoding")
			return nil
		case !slices.Contains(q.Options, one):
			r.problem(at, "choice.unknown")
			return nil
		}
	}
	for _, option := range q.Options {
		if slices.Contains(typed, option) {
			chosen = append(chosen, option)
		}
	}
	switch n := int64(len(chosen)); {
	case n == 0:
		if !q.Optional {
			r.problem(at, "missing.choices")
		}
		return nil
	case q.Min != nil && n < *q.Min:
		r.problem(at, "choices.few", "min", *q.Min)
		return nil
	case q.Max != nil && n > *q.Max:
		r.problem(at, "choices.many", "max", *q.Max)
		return nil
	}
	return chosen
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func anySlice(words []string) []any {
	all := make([]any, len(words))
	for i, w := range words {
		all[i] = w
	}
	return all
}
