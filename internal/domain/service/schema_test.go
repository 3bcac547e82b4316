package service

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemaOf compiles a schema with its own validator, formats asserted.
func schemaOf(t testing.TB, s map[string]any) *jsonschema.Schema {
	t.Helper()
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("mem:answers", doc); err != nil {
		t.Fatal(err)
	}
	out, err := c.Compile("mem:answers")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func validates(t testing.TB, s *jsonschema.Schema, answers []byte) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(answers))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

// What the engine takes fits the schema, and the schema refuses it again when
// a required answer is taken out.
func TestSchemaExamples(t *testing.T) {
	for _, id := range List(tree) {
		d := compiled(t, id)
		s := schemaOf(t, d.Schema())
		for _, e := range d.Examples() {
			if !e.Valid {
				continue
			}
			if err := validates(t, s, e.Answers); err != nil {
				t.Errorf("%s %s: %v", id, e.ID, err)
			}
			var answers map[string]any
			if err := json.Unmarshal(e.Answers, &answers); err != nil {
				t.Fatal(err)
			}
			for _, q := range d.order {
				if _, given := answers[q.ID]; !given || !q.demanded() {
					continue
				}
				less := map[string]any{}
				for k, v := range answers {
					if k != q.ID {
						less[k] = v
					}
				}
				raw, err := json.Marshal(less)
				if err != nil {
					t.Fatal(err)
				}
				if validates(t, s, raw) == nil {
					t.Errorf("%s %s: the schema does not miss %s", id, e.ID, q.ID)
				}
			}
		}
	}
}

// Conditions in JSON Schema agree with the conditions themselves.
func TestSchemaConditions(t *testing.T) {
	form := func(when string) string {
		return asked("{id: use, type: choice, options: [shop, event, works], optional: true}", "{id: ok, type: yesno, when: \"use != 'event'\", optional: true}",
			"{id: n, type: number, when: \"use == 'event'\", else: 7, optional: true}", "{id: wants, type: choices, options: [x, y], optional: true}", fmt.Sprintf("{id: a, type: choice, options: [z], when: %q}", when))
	}
	answers := []string{`{}`, `{"use":"shop"}`, `{"use":"event"}`, `{"use":"shop","ok":true}`, `{"use":"event","ok":true}`, `{"use":"shop","ok":false}`,
		`{"use":"event","n":3}`, `{"use":"shop","n":3}`, `{"use":"event","n":9}`, `{"wants":["x"]}`, `{"wants":["y","x"],"use":"works"}`}
	for _, when := range []string{
		"use == 'shop'", "use != 'shop'", "ok", "!ok", "ok && use == 'shop'", "ok || n > 5", "n <= 3", "n == 7", "n != 7", "use in ['event', 'works']", "'x' in wants",
		"!('x' in wants) && use != ''", "use == ''", "true",
	} {
		d := defined(t, form(when))
		s := schemaOf(t, d.Schema())
		for _, raw := range answers {
			in, _, problems := d.FromJSON(json.RawMessage(raw))
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			missing := len(d.Read(in, nil, today(t)).Problems) > 0
			if refused := validates(t, s, []byte(raw)) != nil; refused != missing {
				t.Errorf("%s with %s: the schema refuses: %v, the engine: %v", when, raw, refused, missing)
			}
		}
	}
}

func TestSchemaTypes(t *testing.T) {
	d := defined(t, route)
	s := d.Schema()
	for _, q := range d.order {
		p := object(object(s["properties"])[q.ID])
		if p["x-type"] != string(q.Type) {
			t.Errorf("%s has x-type %v", q.ID, p["x-type"])
		}
	}
	if got := fmt.Sprint(s["required"]); got != "[who use area]" {
		t.Errorf("required = %s", got)
	}
}
