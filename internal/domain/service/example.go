package service

import (
	"encoding/json"
	"path"
	"slices"
	"strconv"
	"strings"

	"wasl/internal/domain/authority"
	"wasl/internal/domain/clock"
)

// Example is one worked filing: documentation, test data and law test at once.
type Example struct {
	ID        string
	About     string
	Authority string
	Today     string          // civil date it is filed on, or ""
	Valid     bool            // what the author expects
	Answers   json.RawMessage // as the API takes them

	file   string
	expect expectSource
	lines  map[string]int
	events *node // what happens to it, and what the law then says
	law    *node
}

// exampleSource is examples/<id>.yaml as written.
type exampleSource struct {
	About     string         `yaml:"about"`
	Authority string         `yaml:"authority"`
	Today     string         `yaml:"today"`
	Answers   *node          `yaml:"answers"`
	Expect    expectSource   `yaml:"expect"`
	Events    *node          `yaml:"events"`
	Law       *node          `yaml:"law"`
	Keys      map[string]int `yaml:"-"`
}

// expectSource is what the author says of the filing. Pages, Missing and
// Amounts are compared where they are written; Problems always.
type expectSource struct {
	Valid    bool              `yaml:"valid"`
	Pages    []string          `yaml:"pages"`
	Problems []string          `yaml:"problems"` // fields of the API, or their questions
	Missing  []string          `yaml:"missing"`  // documents that come later
	Mention  string            `yaml:"mention"`  // deposited, being-deposited
	Amounts  map[string]Scalar `yaml:"amounts"`  // fees in centimes and computed questions, by id
	Keys     map[string]int    `yaml:"-"`
}

// Examples lists the bundle's examples by id.
func (d *Definition) Examples() []Example { return d.examples() }

// readExamples reads every example; what is wrong in one is for Check.
func (d *Definition) readExamples() []Example {
	all, _ := d.parseExamples()
	return all
}

func (d *Definition) parseExamples() ([]Example, []Finding) {
	f := newFindings("")
	var all []Example
	for _, name := range d.bundle.Files() {
		id, ok := strings.CutPrefix(name, d.bundle.path("examples")+"/")
		if !ok || path.Ext(id) != ".yaml" || strings.Contains(id, "/") {
			continue
		}
		own := f.in(name)
		root := parseYAML(d.bundle.files[name], own)
		if root == nil {
			continue
		}
		var s exampleSource
		decode(root, &s, own)
		e := Example{ID: strings.TrimSuffix(id, ".yaml"), About: s.About, Authority: s.Authority, Today: s.Today,
			Valid: s.Expect.Valid, file: name, expect: s.Expect, lines: s.Keys, events: s.Events, law: s.Law}
		if s.Answers == nil || s.Answers.shape != shapeTable {
			own.add(ruleExample, s.Keys["answers"], "answers")
			continue
		}
		raw, err := json.Marshal(answersOf(d.Questions, s.Answers))
		if err != nil {
			own.add(ruleExample, s.Keys["answers"], "encoding", "detail", err)
			continue
		}
		e.Answers = raw
		all = append(all, e)
	}
	return all, f.sorted()
}

// answersOf turns YAML answers into JSON, by the types of the questions: a
// number written without quotes is a text where the question asks for one.
func answersOf(questions map[string]*Question, n *node) map[string]any {
	answers := make(map[string]any, len(n.keys))
	for _, e := range n.keys {
		answers[e.key] = answerOf(questions[e.key], e.value)
	}
	return answers
}

func answerOf(q *Question, n *node) any {
	switch n.shape {
	case shapeTable:
		return answersOf(nil, n)
	case shapeList:
		items := make([]any, 0, len(n.items))
		for _, item := range n.items {
			if q != nil && q.Type == Rows && item.shape == shapeTable {
				items = append(items, answersOf(cells(q), item))
				continue
			}
			items = append(items, answerOf(nil, item))
		}
		return items
	case shapeBool:
		return n.text == "true"
	case shapeInt:
		if q != nil && (q.Type == Number && q.Decimals == 0 || q.Type == Money || q.Type == Computed) {
			return json.Number(n.text)
		}
	case shapeNothing:
		return nil
	}
	return n.text
}

func cells(q *Question) map[string]*Question {
	m := make(map[string]*Question, len(q.Ask))
	for _, c := range q.Ask {
		m[c.ID] = c
	}
	return m
}

// exampleDay is the civil date of an example that names none.
const exampleDay = "2026-06-01"

// run judges the example as the API would.
func (e *Example) run(d *Definition, t *authority.Territory) Reading {
	typed, uploads, problems := d.FromJSON(e.Answers)
	files := make([]FileRef, len(uploads))
	for i, u := range uploads {
		files[i] = FileRef{ID: strconv.Itoa(i), Question: u.Question, Name: u.Name, MediaType: u.MediaType, Size: int64(len(u.Data))}
	}
	today := e.Today
	if today == "" {
		today = exampleDay
	}
	r := d.Read(typed, files, Env{Today: today, Territory: t})
	r.Problems = append(problems, r.Problems...)
	return r
}

// checkExamples runs every example and reports where it says something else
// than the engine.
func (d *Definition) checkExamples(p *clock.Profile, b *authority.Book) []Finding {
	all, found := d.parseExamples()
	f := newFindings(d.bundle.path("service.yaml"))
	*f.list = found
	valid := false
	for i := range all {
		e := &all[i]
		valid = valid || e.Valid
		d.checkExample(e, p, b, f.in(e.file))
	}
	if !valid {
		f.add(ruleExampleNone, 1, "none")
	}
	return f.sorted()
}

func (d *Definition) checkExample(e *Example, p *clock.Profile, b *authority.Book, f *findings) {
	var t *authority.Territory
	if b != nil {
		t = b.Territory
		if _, ok := b.Offer(d.ID, e.Authority); !ok && len(b.Offers(d.ID)) > 0 {
			f.add(ruleExample, e.lines["authority"], "authority", "id", e.Authority)
		}
	}
	if e.About == "" {
		f.add(ruleExample, 1, "about")
	}
	r := e.run(d, t)
	line := e.lines["expect"]
	if e.Valid != (len(r.Problems) == 0) {
		f.add(ruleExample, line, "valid", "valid", e.Valid, "problems", problemWords(r.Problems))
		return
	}
	for _, p := range r.Problems {
		if !slices.ContainsFunc(e.expect.Problems, func(want string) bool { return concerns(p.Field, want) }) && !e.Valid {
			f.add(ruleExample, line, "problem", "field", p.Field, "problem", p.Key)
		}
	}
	for _, want := range e.expect.Problems {
		if !slices.ContainsFunc(r.Problems, func(p Problem) bool { return concerns(p.Field, want) }) {
			f.add(ruleExample, line, "no_problem", "field", want)
		}
	}
	compareLists(f, line, e.expect.Keys, "pages", e.expect.Pages, r.Pages)
	compareLists(f, line, e.expect.Keys, "missing", e.expect.Missing, r.Missing)
	d.compareMention(e, &r, f)
	d.compareAmounts(e, &r, f)
	d.checkLaw(e, &r, p, b, f)
}

// concerns tells whether a field is the wanted one or a part of it.
func concerns(field, want string) bool { return field == want || strings.HasPrefix(field, want+".") }

// problemWords names the problems of a filing to an author.
func problemWords(all []Problem) term {
	if len(all) == 0 {
		return word("no_problem")
	}
	words := make([]string, len(all))
	for i, p := range all {
		words[i] = p.Field + ": " + p.Key
	}
	return word("problems", "problems", words)
}

func compareLists(f *findings, line int, keys map[string]int, key string, want, got []string) {
	if _, written := keys[key]; written && !slices.Equal(want, got) {
		f.add(ruleExample, line, "should_be", "key", key, "value", "["+strings.Join(got, ", ")+"]")
	}
}

// Mention is the statutory mention of a receipt (law 55-19 art. 10): deposited,
// or being deposited while a document is still to come.
func (r *Reading) Mention() string {
	if len(r.Missing) > 0 {
		return "being-deposited"
	}
	return "deposited"
}

func (d *Definition) compareMention(e *Example, r *Reading, f *findings) {
	if want := e.expect.Mention; want != "" && want != r.Mention() {
		f.add(ruleExample, e.lines["expect"], "should_be", "key", "mention", "value", r.Mention())
	}
}

// compareAmounts checks fees and computed answers.
func (d *Definition) compareAmounts(e *Example, r *Reading, f *findings) {
	for _, id := range keysOf(e.expect.Amounts) {
		want := e.expect.Amounts[id]
		got, found := int64(0), false
		for _, fee := range r.Fees {
			if fee.ID == id {
				got, found = fee.Centimes, true
			}
		}
		if q := d.Questions[id]; q != nil && !found {
			got, found = integer(r.Answers[id])
		}
		if !found && want.Text == "0" {
			continue
		}
		if !found || strconv.FormatInt(got, 10) != want.Text {
			f.add(ruleExample, want.Line, "should_be", "key", "amounts."+id, "value", strconv.FormatInt(got, 10))
		}
	}
}
