package service

import (
	"wasl/internal/domain/authority"
)

// placeKind is region, province or commune: the answer is the place's code.
func placeKind() *kind {
	return &kind{
		read: single("missing.choice", func(r *reader, q *Question, typed string) (any, *fault) {
			s := digitsOf(typed)
			if r.env.Territory.At(string(q.Type), s) == nil {
				return nil, &fault{"place.unknown", nil}
			}
			return s, nil
		}),
		put: putText,
		schema: func(*Question) map[string]any {
			return map[string]any{"type": "string", "minLength": 1, "maxLength": 40}
		},
		value: stringValue, zero: zeroString,
		show: func(s *shower, _ *Question, v any) []Shown {
			place := s.territory.Place(str(v))
			if place == nil {
				return []Shown{{Kind: ShownLTR, Text: str(v)}}
			}
			text := place.Names.In(s.lang)
			if place.Level == authority.LevelCommune {
				if province := s.territory.Place(place.Parent); province != nil {
					text += " (" + province.Names.In(s.lang) + ")"
				}
			}
			return []Shown{{Kind: ShownText, Text: text}}
		},
	}
}
