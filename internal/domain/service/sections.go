package service

import (
	"bytes"
	"encoding/json"
	"fmt"

	"wasl/verify"
)

// Sections returns the answers by sealed section, each a canonical JSON object
// of question id → answer. Every section of the version is present, so that
// the sizes and number of parts tell nothing about the route taken.
func (d *Definition) Sections(r Reading) map[string][]byte {
	parts := make(map[string]map[string]any, len(d.sections))
	for _, id := range d.sections {
		parts[id] = map[string]any{}
	}
	for _, q := range d.order {
		if v := r.Answers[q.ID]; v != nil {
			parts[q.Section][q.ID] = v
		}
	}
	out := make(map[string][]byte, len(parts))
	for id, answers := range parts {
		raw, err := verify.Canonical(answers)
		if err != nil {
			panic(fmt.Sprintf("section %s does not encode: %v", id, err)) // answers are canonical values by construction
		}
		out[id] = raw
	}
	return out
}

// Intake returns what the intake section holds of the answers: the search
// values by index name, and the fees due in centimes.
func (d *Definition) Intake(r Reading) map[string]any {
	search := map[string]any{}
	for field, id := range d.Search {
		if v := r.Answers[id]; v != nil {
			search[field] = v
		}
	}
	fees := []any{}
	for _, f := range r.Fees {
		fees = append(fees, map[string]any{"id": f.ID, "centimes": f.Centimes})
	}
	return map[string]any{"search": search, "fees": fees}
}

// Reopen makes a reading of opened sections again. Sections that are sealed to
// this reader are absent: their questions stay closed. Answers are taken as
// they were judged when filed; only the pages and the missing documents are
// worked out again. What does not decode is left out.
func (d *Definition) Reopen(sections map[string][]byte, files []FileRef) Reading {
	r := Reading{Answers: map[string]any{}, Open: map[string]bool{}}
	for _, raw := range sections {
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.UseNumber()
		var answers map[string]any
		if decoder.Decode(&answers) != nil {
			continue
		}
		for id, v := range answers {
			if q := d.Questions[id]; q != nil {
				r.Answers[id] = plain(v)
			}
		}
	}
	d.reopen(sections, &r)
	return r
}

// plain turns JSON numbers into int64, as Read gives them.
func plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			return v.String()
		}
		return n
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = plain(v[k])
		}
	}
	return v
}
