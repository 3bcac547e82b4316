package service

import (
	"bytes"
	"encoding/json"
	"strings"
)

// putter turns API answers into typed data.
type putter struct {
	typed    Typed
	files    []UploadedFile
	problems []Problem
	page     string
}

func (p *putter) problem(field, key string, args ...any) {
	p.problems = append(p.problems, Problem{Page: p.page, Control: field, Part: field, Field: field, Key: key, Args: args})
}

// FromJSON turns the API's answers object into what a person would have typed,
// to be judged by Read. Money is integer centimes, a date ISO, yes/no and a
// declaration booleans, a file {name, media_type, data}; strings are taken as
// typed. An unknown field and a value of another JSON type are problems; null
// is no answer.
func (d *Definition) FromJSON(raw json.RawMessage) (Typed, []UploadedFile, []Problem) {
	p := &putter{typed: Typed{}}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var answers map[string]any
	if err := decoder.Decode(&answers); err != nil || answers == nil || decoder.More() {
		p.problem("answers", "json.object")
		return p.typed, nil, p.problems
	}
	for i := range d.Pages {
		p.page = d.Pages[i].ID
		p.known("", d.Pages[i].Questions, answers)
	}
	p.page = ""
	p.unknown("", d.Questions, answers)
	return p.typed, p.files, p.problems
}

func (p *putter) known(prefix string, questions []*Question, answers map[string]any) {
	for _, q := range questions {
		if v, ok := answers[q.ID]; ok && v != nil {
			q.kind.put(p, q, prefix+q.ID, v)
		}
	}
}

func (p *putter) unknown(prefix string, known map[string]*Question, answers map[string]any) {
	for name := range answers {
		if known[name] == nil {
			p.problem(prefix+fieldName(name), "json.unknown")
		}
	}
}

// fieldName is a name that came from outside, as a problem may repeat it.
func fieldName(name string) string {
	if name == "" {
		return `""`
	}
	return strings.ToValidUTF8(name, "\ufffd")
}

// questions puts the cells of one row.
func (p *putter) questions(prefix string, questions []*Question, answers map[string]any) {
	known := make(map[string]*Question, len(questions))
	for _, q := range questions {
		known[q.ID] = q
	}
	p.known(prefix, questions, answers)
	p.unknown(prefix, known, answers)
}

// object puts the string parts of a person or an address.
func (p *putter) object(at string, v any, parts []string) {
	fields, ok := v.(map[string]any)
	if !ok {
		p.problem(at, "json.object")
		return
	}
	for name, value := range fields {
		text, isText := value.(string)
		switch {
		case !contains(parts, name):
			p.problem(at+"."+fieldName(name), "json.unknown")
		case value == nil:
		case !isText:
			p.problem(at+"."+name, "json.text")
		default:
			p.typed[at+"."+name] = []string{text}
		}
	}
}
