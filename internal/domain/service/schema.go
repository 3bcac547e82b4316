package service

import "wasl/internal/base/i18n"

// Schema is the JSON Schema (2020-12) of the service's answers, as the API
// takes them. required lists what every route asks; what a route alone asks is
// in if/then, where its condition can be said in JSON Schema. The caller must
// not change it.
func (d *Definition) Schema() map[string]any { return d.schema() }

// Schema is the JSON Schema of one answer.
func (q *Question) Schema() map[string]any {
	s := q.kind.schema(q)
	s["x-type"] = string(q.Type)
	if q.Unit != "" {
		s["x-unit"] = q.Unit
	}
	if q.When.Text != "" {
		s["x-when"] = q.When.Text
	}
	titles := make(map[string]any, len(i18n.Langs))
	for _, l := range i18n.Langs {
		titles[string(l)] = q.Label(l)
	}
	s["title"], s["x-titles"] = q.Label(i18n.FR), titles
	return s
}

func (d *Definition) makeSchema() map[string]any {
	properties := make(map[string]any, len(d.order))
	required := []any{}
	rules := []any{}
	routes := map[string]map[string]any{} // condition → its if/then
	for _, q := range d.order {
		properties[q.ID] = q.Schema()
		if !q.demanded() {
			continue
		}
		if q.when == nil {
			required = append(required, q.ID)
			continue
		}
		if rule := routes[q.When.Text]; rule != nil {
			then := rule["then"].(map[string]any)
			then["required"] = append(then["required"].([]any), q.ID)
			continue
		}
		cond, ok := d.asSchema(q)
		if !ok {
			continue
		}
		rule := map[string]any{"if": cond, "then": map[string]any{"required": []any{q.ID}}}
		routes[q.When.Text] = rule
		rules = append(rules, rule)
	}
	s := map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
		"title": d.T(i18n.FR, "title"), "properties": properties, "required": required, "additionalProperties": false,
	}
	if len(rules) > 0 {
		s["allOf"] = rules
	}
	return s
}

// demanded tells whether an open question must have an answer for filing.
func (q *Question) demanded() bool {
	switch {
	case q.kind.none, q.Optional, q.Later:
		return false
	case q.Type == Rows:
		return q.RowsMin > 0
	}
	return true
}
