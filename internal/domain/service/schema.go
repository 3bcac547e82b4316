package service

// Schema is the JSON Schema (2020-12) of the service's answers, as the API
// takes them.
func (d *Definition) Schema() map[string]any { return d.schema() }

// Schema is the JSON Schema of one answer.
func (q *Question) Schema() map[string]any {
	s := q.kind.schema(q)
	s["x-type"] = string(q.Type)
	return s
}

func (d *Definition) makeSchema() map[string]any { return nil }
