package service

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"wasl/internal/base/i18n"
)

// route is a form with a branch, an else, a computed value, rows and sections.
const route = `fees:
  - {id: tax, amount: "royalty", basis: {text: order, article: "1"}}
search: {name: who}
fetch: [{id: extract, from: register, when: "agreed"}]
form:
  - page: one
    ask:
      - {id: who, type: person}
      - {id: use, type: choice, options: [shop, event]}
      - {id: area, type: number, decimals: 1, min: 1, max: 500}
  - page: two
    section: place
    ask:
      - {id: quarters, type: number, min: 1, max: 4, when: "use != 'event'", else: 2}
      - {id: stalls, type: rows, when: "use == 'event'", rows: {min: 1, max: 3}, ask: [{id: length, type: number, min: 1}, {id: name, type: text, optional: true}]}
      - {id: commune, type: commune, optional: true}
  - page: three
    ask:
      - {id: agreed, type: yesno, when: "use == 'shop'"}
  - page: four
    ask:
      - {id: plan, type: file, note: may-come-later, when: "agreed"}
      - {id: front, type: computed, value: "sum(stalls.map(s, s.length))", when: "use == 'event'"}
      - {id: royalty, type: computed, unit: dirham, value: "area * quarters * 600"}
      - {id: note, type: statement}
`

func whoTyped(pairs ...string) Typed {
	t := typed("who.given_ar", "سلمى", "who.family_ar", "المثالي", "who.given_latin", "Salma", "who.family_latin", "Mithali")
	for k, v := range typed(pairs...) {
		t[k] = v
	}
	return t
}

func TestReadRoutes(t *testing.T) {
	d := defined(t, route)
	shop := d.Read(whoTyped("use", "shop", "area", "10.5", "quarters", "3", "agreed", "yes", "stalls.0.length", "9"), nil, today(t))
	if len(shop.Problems) > 0 {
		t.Fatal(shop.Problems)
	}
	if shop.Answers["stalls"] != nil || shop.Open["stalls"] || shop.Answers["front"] != nil {
		t.Errorf("a value of the other branch was read: %v", shop.Answers)
	}
	if got := shop.Answers["royalty"]; got != int64(105*3*600) {
		t.Errorf("royalty = %v", got)
	}
	if shop.Due() != 105*3*600 || !reflect.DeepEqual(shop.Missing, []string{"plan"}) {
		t.Errorf("due %d, missing %v", shop.Due(), shop.Missing)
	}
	event := d.Read(whoTyped("use", "event", "area", "10", "quarters", "4", "stalls.0.length", "2", "stalls.1.length", "5", "agreed", "yes"), nil, today(t))
	if got := event.Answers["front"]; got != int64(7) {
		t.Errorf("front = %v", got)
	}
	if got := event.Answers["royalty"]; got != int64(100*2*600) { // the else of quarters, not what was typed
		t.Errorf("royalty = %v", got)
	}
	if event.Open["agreed"] || event.Open["plan"] || !reflect.DeepEqual(event.Pages, []string{"one", "two", "four"}) {
		t.Errorf("open %v, pages %v", event.Open, event.Pages)
	}
	local := d.Read(whoTyped("use", "shop", "area", "10", "quarters", "1", "agreed", "no"), nil, Env{Fees: map[string]int64{"tax": 5}})
	if n := local.Due(); n != 5 {
		t.Errorf("the offer's fee is %d", n)
	}
}

func TestReadEmpty(t *testing.T) {
	r := defined(t, route).Read(nil, nil, today(t))
	want := "who.given_ar=missing who.family_ar=missing who.given_latin=missing who.family_latin=missing use=missing.choice area=missing quarters=missing"
	if got := keysOfProblems(r); got != want {
		t.Errorf("problems = %s", got)
	}
	if got := len(r.On("two")); got != 1 {
		t.Errorf("page two has %d problems", got)
	}
}

func TestReadOverflow(t *testing.T) {
	d := defined(t, asked("{id: a, type: number}", `{id: b, type: computed, value: "a * a * a"}`))
	r := d.Read(typed("a", "9007199254740991"), nil, today(t))
	if got := keysOfProblems(r); got != "b=computed" {
		t.Errorf("problems = %q", got)
	}
}

func TestSectionsReopen(t *testing.T) {
	d := defined(t, route)
	files := []FileRef{{ID: "f1", Question: "plan", Name: "plan.pdf", MediaType: "application/pdf", Size: 9}}
	r := d.Read(whoTyped("use", "shop", "area", "10.5", "quarters", "3", "agreed", "yes", "commune", "03.999.01"), files, today(t))
	if len(r.Problems) > 0 {
		t.Fatal(r.Problems)
	}
	sections := d.Sections(r)
	if got := string(sections["place"]); got != `{"commune":"03.999.01","quarters":3}` {
		t.Errorf("place = %s", got)
	}
	again := d.Reopen(sections, files)
	if !reflect.DeepEqual(again.Answers, r.Answers) {
		t.Errorf("answers = %v\nwant %v", again.Answers, r.Answers)
	}
	if !reflect.DeepEqual(again.Pages, r.Pages) || !reflect.DeepEqual(again.Open, r.Open) {
		t.Errorf("pages %v open %v", again.Pages, again.Open)
	}
	for _, l := range i18n.Langs {
		want, got := d.Show(l, r), d.Show(l, again.In(territory(t)))
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s shows\n%v\nwant\n%v", l, got, want)
		}
	}
	part := d.Reopen(map[string][]byte{"place": sections["place"]}, nil)
	if len(part.Pages) != 1 || part.Answers["who"] != nil || part.Answers["quarters"] != int64(3) {
		t.Errorf("one section shows %v on %v", part.Answers, part.Pages)
	}
	search := d.Intake(r)["search"].(map[string]any)
	if object(search["name"])["family_latin"] != "Mithali" {
		t.Errorf("search = %v", search)
	}
}

func TestShow(t *testing.T) {
	d := defined(t, route)
	r := d.Read(whoTyped("use", "event", "area", "123.4", "stalls.0.length", "2", "stalls.1.length", "5", "stalls.1.name", "خبز", "commune", "03.999.01"), nil, today(t))
	pages := d.Show(i18n.FR, r)
	var lines []string
	for _, p := range pages {
		for _, a := range p.Answers {
			line := a.Label
			for _, v := range a.Values {
				line += "|" + string(v.Kind) + ":" + v.Text
			}
			lines = append(lines, line)
		}
	}
	want := []string{
		"one.who.label|text:سلمى المثالي|text:Salma Mithali", "one.use.label|text:one.use.options.event", "one.area.label|ltr:123,4",
		"two.stalls.length.label|ltr:2", "two.stalls.name.label", "two.stalls.length.label|ltr:5", "two.stalls.name.label|text:خبز",
		"two.commune.label|text:Zitouna (exemple) (Province d'El Amal (exemple))",
		"four.front.label|ltr:7", "four.royalty.label|text:14.808,00\u00a0DH",
	}
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("shown\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

func TestTakeKeep(t *testing.T) {
	d := defined(t, route)
	p := d.Page("two")
	kept := typed("quarters", "1", "area", "7", "stalls.0.length", "old")
	p.Keep(kept, map[string][]string{"quarters": {"\xff"}, "stalls.1.length": {"2"}, "stalls.x.length": {"2"}, "area": {"9"}, "_token": {"t"}, "stalls.0.other": {"1"}, "who.given_ar": {"x"}})
	want := typed("quarters", "\xff", "area", "7", "stalls.1.length", "2")
	if !reflect.DeepEqual(kept, want) {
		t.Errorf("kept %v, want %v", kept, want)
	}
}

func TestFromJSON(t *testing.T) {
	d := defined(t, route)
	raw := `{"who":{"given_ar":"سلمى","family_ar":"المثالي","given_latin":"Salma","family_latin":"Mithali"},"use":"shop","area":"10.5",
		"quarters":3,"agreed":true,"commune":null,"plan":{"name":"a.pdf","media_type":"application/pdf","data":"aGk="}}`
	in, files, problems := d.FromJSON(json.RawMessage(raw))
	if len(problems) > 0 || len(files) != 1 || string(files[0].Data) != "hi" {
		t.Fatalf("problems %v, files %v", problems, files)
	}
	if r := d.Read(in, []FileRef{{Question: "plan", MediaType: "application/pdf"}}, today(t)); len(r.Problems) > 0 || len(r.Missing) > 0 {
		t.Errorf("problems %v, missing %v", r.Problems, r.Missing)
	}
	bad := map[string]string{
		`[]`: "answers=json.object", `{"x":1}`: "x=json.unknown", `{"quarters":true}`: "quarters=json.number", `{"agreed":"yes"}`: "agreed=json.boolean",
		`{"stalls":{}}`: "stalls=json.list", `{"stalls":[{"q":1}]}`: "stalls.0.q=json.unknown", `{"stalls":[1]}`: "stalls.0=json.object",
		`{"who":"Salma"}`: "who=json.object", `{"who":{"age":"1"}}`: "who.age=json.unknown", `{"use":["shop"]}`: "use=json.text",
		`{"plan":{"name":"a"}}`: "plan=json.file", `{"plan":{"name":"a","media_type":"b","data":"!"}}`: "plan.data=json.base64", `{"royalty":1}`: "",
	}
	for raw, want := range bad {
		_, _, problems := d.FromJSON(json.RawMessage(raw))
		if got := keysOfProblems(Reading{Problems: problems}); got != want {
			t.Errorf("%s: problems = %q, want %q", raw, got, want)
		}
	}
}

func TestRowsEdit(t *testing.T) {
	in := typed("a.0.b", "1", "a.1.b", "2", "a.2.b", "3", "ab.0.b", "x")
	RemoveRow(in, "a", 1)
	if want := typed("a.0.b", "1", "a.1.b", "3", "ab.0.b", "x"); !reflect.DeepEqual(in, want) {
		t.Errorf("removed: %v", in)
	}
	AddRow(in, "a")
	if in.rows("a") != 3 {
		t.Errorf("added: %v", in)
	}
}
