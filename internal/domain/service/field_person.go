package service

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
)

// Every person is a pair of names, Arabic and Latin, as on the national card.
const maxName = 100

var personParts = []string{"given_ar", "family_ar", "given_latin", "family_latin"}

func personKind() *kind {
	return &kind{
		parts: personParts,
		read: func(r *reader, q *Question, at string) any {
			return readParts(r, q, at, personParts, nil, func(part, text string) string {
				switch {
				case utf8.RuneCountInString(text) > maxName:
					return "name.long"
				case strings.HasSuffix(part, "_ar") && !written(text, unicode.Arabic):
					return "person.arabic"
				case strings.HasSuffix(part, "_latin") && !written(text, unicode.Latin):
					return "person.latin"
				}
				return ""
			})
		},
		put: func(p *putter, _ *Question, at string, v any) { p.object(at, v, personParts) },
		schema: func(*Question) map[string]any {
			return objectSchema(personParts, personParts, maxName)
		},
		value: func(*Question) *cel.Type { return cel.ObjectType(personType) },
		zero:  func(*Question) any { return emptyParts(personParts) },
		show: func(_ *shower, _ *Question, v any) []Shown {
			p := object(v)
			return []Shown{
				{Kind: ShownText, Text: str(p["given_ar"]) + " " + str(p["family_ar"])},
				{Kind: ShownText, Text: str(p["given_latin"]) + " " + str(p["family_latin"])},
			}
		},
	}
}

// An address is a place (street, quarter, douar) and a landmark: most have no
// street number.
var (
	addressParts    = []string{"place", "landmark", "postcode"}
	addressRequired = []string{"place"}
)

const maxAddressPart = 300

func addressKind() *kind {
	return &kind{
		parts: addressParts,
		read: func(r *reader, q *Question, at string) any {
			return readParts(r, q, at, addressParts, addressParts[1:], func(part, text string) string {
				switch {
				case utf8.RuneCountInString(text) > maxAddressPart:
					return "name.long"
				case part == "postcode" && (len(code(text)) != 5 || !allDigits(code(text))):
					return "address.postcode"
				}
				return ""
			})
		},
		put: func(p *putter, _ *Question, at string, v any) { p.object(at, v, addressParts) },
		schema: func(*Question) map[string]any {
			return objectSchema(addressParts, addressRequired, maxAddressPart)
		},
		value: func(*Question) *cel.Type { return cel.ObjectType(addressType) },
		zero:  func(*Question) any { return emptyParts(addressParts) },
		show: func(_ *shower, _ *Question, v any) []Shown {
			a := object(v)
			var all []Shown
			for _, part := range addressParts {
				kind := ShownText
				if part == "postcode" {
					kind = ShownLTR
				}
				if text := str(a[part]); text != "" {
					all = append(all, Shown{Kind: kind, Text: text})
				}
			}
			return all
		},
	}
}

// readParts reads a group of one-line texts into an object. A part in
// optional may be blank; all blank is no answer for an optional question.
func readParts(r *reader, q *Question, at string, parts, optional []string, judge func(part, text string) string) any {
	if q.Optional && r.typed.blankParts(at, parts) {
		return nil
	}
	answer := make(map[string]any, len(parts))
	sound := true
	for _, part := range parts {
		name := at + "." + part
		typed := r.typed.first(name)
		problem := ""
		switch {
		case blank(typed):
			if !contains(optional, part) {
				problem = "missing"
			}
		case !utf8.ValidString(typed):
			problem = "encoding"
		default:
			text := strings.Join(strings.Fields(prose(typed)), " ")
			if part == "postcode" {
				text = code(text)
			}
			if problem = judge(part, text); problem == "" && control(text) {
				problem = "text.control"
			}
			answer[part] = text
		}
		if problem != "" {
			r.problem(name, problem, "max", maxPart(q))
			sound = false
		}
	}
	if !sound {
		return nil
	}
	return answer
}

func maxPart(q *Question) int {
	if q.Type == Address {
		return maxAddressPart
	}
	return maxName
}

func contains(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}

// written tells whether the letters of a name are all of one script and there
// is at least one; marks, spaces, hyphens and apostrophes may join them.
func written(s string, script *unicode.RangeTable) bool {
	letters := 0
	for _, r := range s {
		switch {
		case unicode.Is(script, r):
			letters++
		case unicode.IsMark(r), bidi(r):
		case strings.ContainsRune(" -'’ʼʻ‘.ـ", r):
		default:
			return false
		}
	}
	return letters > 0
}

func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func emptyParts(parts []string) map[string]any {
	m := make(map[string]any, len(parts))
	for _, p := range parts {
		m[p] = ""
	}
	return m
}

func objectSchema(parts, required []string, maxLength int) map[string]any {
	properties := map[string]any{}
	for _, p := range parts {
		properties[p] = map[string]any{"type": "string", "maxLength": maxLength}
	}
	for _, p := range required {
		properties[p].(map[string]any)["minLength"] = 1
	}
	return map[string]any{"type": "object", "properties": properties, "required": anySlice(required), "additionalProperties": false}
}
