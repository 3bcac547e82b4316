package service

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"wasl/internal/base/i18n"
)

var update = flag.Bool("update", false, "write schema/service.schema.json anew")

const (
	editorFile = "../../../schema/service.schema.json"
	guideFile  = "../../../docs/authoring.md"
)

// keyWords explains every key of service.yaml to an author; editors show it.
var keyWords = map[string]string{
	"source.service":    "The id of the service: the name of its folder.",
	"source.version":    "1, then one more at each change that is published.",
	"source.offered_by": "The kind of authority that decides; an offer names which one.",
	"source.unit":       "The team whose key opens the filings.",
	"source.audience":   "Who it is for.",
	"source.example":    "true for an invented service, shown as an example.",
	"source.kind":       "Which legal clock runs; normal unless said.",
	"source.law":        "The legal card of the act (law 55-19 art. 6).",
	"source.filing":     "How it can be filed.",
	"source.fees":       "What is due on filing.",
	"source.form":       "The pages, in order.",
	"source.fetch":      "Documents that the administration gets by itself, with consent.",
	"source.steps":      "The stages of the review; they never suspend the delay.",
	"source.outcome":    "What a decision gives.",
	"source.search":     "Which answers find the file: number, phone, name.",

	"Law.act":                "The act's entry in law/lists.yaml, where a list decides: silence: consent, an extension.",
	"Law.basis":              "The texts and articles that provide for the act; their titles are the texts basis.<text>.",
	"Law.delay":              "The legal delay.",
	"Law.silence":            "What silence at the end of the delay means.",
	"Law.appeal":             "Who hears an appeal.",
	"Law.extension":          "The case in which the delay may be extended once; false for none.",
	"Law.correction":         "The applicant's time to supply or correct a document; the law gives 30 days.",
	"Law.returns":            "Which requests, unanswered in that time, let the authority return the file: missing, correction.",
	"Law.retention":          "How long a file is kept.",
	"Law.data":               "The personal-data notice (law 09-08).",
	"Article.text":           "The id of the text, such as law-31-13.",
	"Article.article":        "Its article, in quotes.",
	"Correction.days":        "Days: 30 (law 55-19 art. 10).",
	"Delay.days":             "Days; working days for kind: information.",
	"Retention.years":        "Years.",
	"Retention.after":        "From when.",
	"DataRule.notice":        "The number of the receipt that the CNDP gave.",
	"DataRule.authorisation": "The number of the CNDP's prior authorisation, or requested: for the number of the national card, what is fetched, sensitive data.",
	"DataRule.sensitive":     "true when answers hold sensitive data.",
	"Fee.id":                 "Its words are the text fees.<id>.",
	"Fee.amount":             "Whole centimes, or an expression that gives them.",
	"Fee.basis":              "The text that sets it.",
	"Fetch.id":               "Its words are the text fetch.<id>.",
	"Fetch.from":             "The administration that holds it.",
	"Fetch.when":             "A condition that reads the applicant's consent.",
	"Fetch.approve":          "true: the applicant approves the copy before it is used.",
	"Step.id":                "Its words are the text steps.<id>.",
	"Step.kind":              "What is done.",
	"Step.role":              "Who does it.",
	"Step.unit":              "Or the other unit that does it.",
	"Step.sees":              "The sections it may see; all unless said.",
	"Step.days":              "How long it may take.",
	"Step.suspends":          "Never true: a step does not suspend the delay (law 55-19 art. 16).",
	"Step.asks":              "Never written: what is asked of the applicant is asked in the form.",
	"Outcome.automatic":      "What is decided without a person: grant at most.",
	"Outcome.grant":          "What is given.",
	"Outcome.refuse":         "Why it may be refused.",
	"Grant.document":         "The id of the document.",
	"Grant.valid":            "How long it is valid; without end unless said.",
	"Validity.days":          "Days.", "Validity.months": "Months.", "Validity.years": "Years.",
	"Refuse.reasons": "Their words are the texts refuse.<reason>.",

	"pageSource.page":    "The page's id; its texts are <page>.title and <page>.hint.",
	"pageSource.section": "What is sealed together, so that a step may see it alone; main unless said.",
	"pageSource.ask":     "The questions.",

	"questionSource.use":       "A shared block, as name@version.",
	"questionSource.as":        "A prefix for the block's ids: as: agent makes agent_name.",
	"questionSource.id":        "The id of the question, stable for ever; its texts are <page>.<id>.label and .hint.",
	"questionSource.type":      "The type of the answer.",
	"questionSource.when":      "The condition on which it is asked.",
	"questionSource.else":      "What it is worth in other expressions when it is not asked.",
	"questionSource.optional":  "true when it may stay empty.",
	"questionSource.options":   "The ids of the options; their words are the texts <page>.<id>.options.<option>.",
	"questionSource.min":       "The least number, amount in centimes, date or number of choices.",
	"questionSource.max":       "The greatest number, amount in centimes, date or number of choices.",
	"questionSource.minLength": "The fewest characters.",
	"questionSource.maxLength": "The most characters; 5000 unless said.",
	"questionSource.decimals":  "Digits after the point; expressions read the number scaled.",
	"questionSource.unit":      "m, m2, ha, km, kg, t, day, month, year, person, or dirham for an amount.",
	"questionSource.accept":    "What files may be: pdf, image.",
	"questionSource.max_files": "The most files; 1 unless said, 40 at most.",
	"questionSource.note":      "may-come-later: the document may follow the filing.",
	"questionSource.rows":      "How many rows.",
	"questionSource.ask":       "The questions of each row.",
	"questionSource.value":     "The expression that gives the value.",
	"rowsSource.min":           "The fewest rows; 1 unless said.",
	"rowsSource.max":           "The most rows; 20 unless said, 200 at most.",
}

// keyOf lists the words that some keys take.
func keyOf() map[string][]string {
	fields := keysOf(searchFields)
	return map[string][]string{
		"source.offered_by": offeredBy, "source.audience": audiences, "source.kind": serviceKinds, "source.filing": filingModes,
		"Law.silence": silences, "Law.appeal": appeals, "Law.extension": extensions, "Retention.after": retainedAfter,
		"Law.returns": requests, "Outcome.automatic": outcomes, "Step.kind": stepKinds, "Step.role": stepRoles, "questionSource.type": slices.Sorted(slices.Values(typeNames)),
		"questionSource.accept": {"pdf", "image"}, "questionSource.note": {NoteLater}, "source.search": fields,
	}
}

// editorSchema says the shape of service.yaml to editors, from the same types
// and tables that the engine reads it with.
func editorSchema(t *testing.T) map[string]any {
	s := shapeOf(t, reflect.TypeFor[source]())
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "A service of Wasl (services/<id>/service.yaml)"
	s["required"] = []string{"service", "version", "offered_by", "unit", "law", "filing", "form", "steps", "outcome"}
	question := shapeOf(t, reflect.TypeFor[questionSource]())
	question["oneOf"] = []any{map[string]any{"required": []string{"use"}}, map[string]any{"required": []string{"id", "type"}}}
	var rules []any
	for _, name := range keyOf()["questionSource.type"] {
		k := kinds[Type(name)]
		not := map[string]any{}
		for key := range question["properties"].(map[string]any) {
			if !contains(append([]string{"id", "type", "when"}, k.keys...), key) && (key != "optional" || k.none) {
				not[key] = false
			}
		}
		rules = append(rules, map[string]any{
			"if":   map[string]any{"properties": map[string]any{"type": map[string]any{"const": name}}, "required": []string{"type"}},
			"then": map[string]any{"properties": not},
		})
	}
	question["allOf"] = rules
	s["$defs"] = map[string]any{"questionSource": question}
	return s
}

func shapeOf(t *testing.T, typ reflect.Type) map[string]any {
	switch {
	case typ == reflect.TypeFor[Scalar]():
		return map[string]any{"type": []string{"string", "number", "boolean"}}
	case typ.Kind() == reflect.Slice:
		if typ.Elem() == reflect.TypeFor[questionSource]() {
			return map[string]any{"type": "array", "items": map[string]any{"$ref": "#/$defs/questionSource"}}
		}
		return map[string]any{"type": "array", "items": shapeOf(t, typ.Elem())}
	case typ.Kind() == reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "string"}}
	case typ.Kind() == reflect.Struct:
		return structShape(t, typ)
	}
	return map[string]any{"type": map[reflect.Kind]string{reflect.String: "string", reflect.Int: "integer", reflect.Bool: "boolean"}[typ.Kind()]}
}

func structShape(t *testing.T, typ reflect.Type) map[string]any {
	properties := map[string]any{}
	for i := range typ.NumField() {
		tag := typ.Field(i).Tag.Get("yaml")
		if tag == "" || tag == "-" {
			continue
		}
		key := typ.Name() + "." + tag
		s := shapeOf(t, typ.Field(i).Type)
		if s["description"] = keyWords[key]; keyWords[key] == "" {
			t.Errorf("the key %s is not explained", key)
		}
		if words := keyOf()[key]; words != nil {
			switch s["type"] {
			case "array":
				s["items"] = map[string]any{"enum": words}
			case "object":
				s["propertyNames"] = map[string]any{"enum": words}
			default:
				s["enum"] = words
				if slices.Contains(words, "false") { // extension: false
					s = map[string]any{"enum": []any{"expertise", "inquiry", "any", false}, "description": s["description"]}
				}
			}
		}
		properties[tag] = s
	}
	return map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
}

func TestEditorSchema(t *testing.T) {
	want, err := json.MarshalIndent(editorSchema(t), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.MkdirAll("../../../schema", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(editorFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(editorFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("schema/service.schema.json is stale: go test ./internal/domain/service -run TestEditorSchema -update")
	}
	var doc map[string]any
	if err := json.Unmarshal(got, &doc); err != nil {
		t.Fatal(err)
	}
	s := schemaOf(t, doc)
	for _, id := range List(tree) {
		b, _ := ReadBundle(tree, id)
		raw, err := json.Marshal(jsonOfNode(parseYAML(b.files[b.path("service.yaml")], newFindings(""))))
		if err != nil {
			t.Fatal(err)
		}
		if err := validates(t, s, raw); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	if validates(t, s, []byte(`{"service":"x","version":1,"offered_by":"any","unit":"u","law":{},"filing":[],"steps":[],"outcome":{},"form":[{"page":"a","ask":[{"id":"b","type":"text","options":["x"]}]}]}`)) == nil {
		t.Error("a text with options passes")
	}
}

func jsonOfNode(n *node) any {
	switch n.shape {
	case shapeTable:
		m := map[string]any{}
		for _, e := range n.keys {
			m[e.key] = jsonOfNode(e.value)
		}
		return m
	case shapeList:
		all := []any{}
		for _, item := range n.items {
			all = append(all, jsonOfNode(item))
		}
		return all
	case shapeInt, shapeFloat:
		return json.Number(n.text)
	case shapeBool:
		return n.text == "true"
	}
	return n.text
}

// withRules writes the table of the rules of law or form between its marks.
func withRules(t *testing.T, guide, of string) string {
	mark, end := "<!-- rules of "+of+": go test ./internal/domain/service -run TestGuide -update -->\n", "<!-- end -->"
	head, rest, ok := strings.Cut(guide, mark)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("docs/authoring.md has no place for the rules of %s", of)
	}
	table := "| rule | article | | mend |\n|---|---|---|---|\n"
	if of == "form" {
		table = "| rule | | mend |\n|---|---|---|\n"
	}
	for _, r := range Rules() {
		switch {
		case of == "law" && r.Article != "":
			table += "| `" + r.ID + "` | " + r.Article + " | " + r.Severity + " | " + r.Mend(i18n.EN) + " |\n"
		case of == "form" && r.Article == "":
			table += "| `" + r.ID + "` | " + r.Severity + " | " + r.Mend(i18n.EN) + " |\n"
		}
	}
	return head + mark + table + end + tail
}

// The guide names every key, type, word and rule.
func TestGuide(t *testing.T) {
	raw, err := os.ReadFile(guideFile)
	if err != nil {
		t.Fatal(err)
	}
	guide := string(raw)
	for _, of := range []string{"law", "form"} {
		guide = withRules(t, guide, of)
	}
	if *update {
		if err := os.WriteFile(guideFile, []byte(guide), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if guide != string(raw) {
		t.Error("the rules in docs/authoring.md are stale: go test ./internal/domain/service -run TestGuide -update")
	}
	var words []string
	for key := range keyWords {
		words = append(words, key[strings.Index(key, ".")+1:])
	}
	for _, known := range keyOf() {
		words = append(words, known...)
	}
	for _, r := range Rules() {
		words = append(words, r.ID)
	}
	slices.Sort(words)
	for _, w := range slices.Compact(words) {
		if !strings.Contains(guide, "`"+w+"`") && !strings.Contains(guide, w+":") {
			t.Errorf("docs/authoring.md does not name %q", w)
		}
	}
}

// Rules lists every rule there is, each id once for each severity and article.
func TestRules(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".go") && !strings.HasSuffix(f.Name(), "_test.go") {
			raw, err := os.ReadFile(f.Name())
			if err != nil {
				t.Fatal(err)
			}
			n += strings.Count(string(raw), "rule{id: ")
		}
	}
	if got := len(everyRule()); got != n {
		t.Errorf("everyRule lists %d rules; the files define %d", got, n)
	}
}
