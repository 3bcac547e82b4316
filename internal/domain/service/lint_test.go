package service

import (
	"strings"
	"testing"
	"testing/fstest"

	"wasl/internal/base/i18n"
)

// judged is every finding of a bundle beside those about its examples.
func judged(t *testing.T, b *Bundle) map[string]Finding {
	t.Helper()
	all := map[string]Finding{}
	for _, f := range b.check(readLaw(tree, newFindings("")), nil) {
		if f.Rule != ruleExampleNone.id {
			all[f.Rule] = f
		}
	}
	return all
}

// changed is a sound service with one thing changed in service.yaml.
func changed(t *testing.T, form, old, new string) *Bundle {
	t.Helper()
	b := made(t, form)
	file := b.path("service.yaml")
	if !strings.Contains(b.files[file], old) {
		t.Fatalf("%q is not in the service", old)
	}
	b.files[file] = strings.Replace(b.files[file], old, new, 1)
	return b
}

func TestLintCard(t *testing.T) {
	plain := asked("{id: a, type: text}")
	fee := "fees: [{id: tax, amount: 100, basis: {text: order, article: \"1\"}}]\n" + plain
	fetch := "fetch: [{id: x, from: register, when: \"ok\", approve: true}]\n" + asked("{id: a, type: text}", "{id: ok, type: yesno}")
	if all := judged(t, made(t, fee)); len(all) > 0 {
		t.Fatalf("the sound service has findings: %v", all)
	}
	tests := []struct{ name, form, old, new, rule, article string }{
		{"no basis", plain, `basis: [{text: law-1, article: "2"}]`, "basis: []", "law-basis", "55-19 art. 3, 6"},
		{"no authority", plain, "offered_by: commune\n", "", "law-authority", "55-19 art. 6 (2)"},
		{"no filing", plain, "filing: [online, counter]", "filing: []", "law-filing", "55-19 art. 6 (3), 30"},
		{"no paper", plain, "filing: [online, counter]", "filing: [online]", "law-filing", "55-19 art. 6 (3), 30"},
		{"fee without text", fee, `, basis: {text: order, article: "1"}`, "", "law-fee", "55-19 art. 6 (4)"},
		{"no delay", plain, "  delay: {days: 30}\n", "", "law-delay", "55-19 art. 16"},
		{"delay of 61", plain, "days: 30", "days: 61", "law-delay-cap", "55-19 art. 16"},
		{"investment of 31", plain, `law:
  basis: [{text: law-1, article: "2"}]
  delay: {days: 30}`, "kind: investment\nlaw:\n  basis: [{text: law-1, article: \"2\"}]\n  delay: {days: 31}", "law-delay-cap", "55-19 art. 16"},
		{"information of 21", plain, `law:
  basis: [{text: law-1, article: "2"}]
  delay: {days: 30}`, "kind: information\nlaw:\n  basis: [{text: law-1, article: \"2\"}]\n  delay: {days: 21}", "law-delay-cap", "31-13 art. 16"},
		{"no silence", plain, "  silence: appeal\n", "", "law-silence", "55-19 art. 6 (6)"},
		{"consent unlisted", plain, "silence: appeal", "silence: consent", "law-silence-list", "55-19 art. 19"},
		{"no appeal", plain, "  appeal: commune\n", "", "law-appeal", "55-19 art. 6 (6)"},
		{"endless extension", plain, "  appeal: commune\n", "  appeal: commune\n  extension: any\n", "law-extension", "55-19 art. 6 (7)"},
		{"no retention", plain, "  retention: {years: 2, after: closed}\n", "", "law-retention", "09-08 art. 3"},
		{"no notice", plain, "  data: {notice: example-1, authorisation: example-2}\n", "", "law-notice", "09-08 art. 5"},
		{"sensitive", plain, "authorisation: example-2", "sensitive: true", "law-sensitive", "09-08 art. 12"},
		{"no reasons", plain, "reasons: [wrong]", "reasons: []", "law-reasons", "55-19 art. 18"},
		{"fetch without consent", fetch, `, when: "ok"`, "", "law-fetch-consent", "55-19 art. 24"},
		{"nothing granted", plain, "grant: {document: paper}", "grant: {}", "outcome", ""},
		{"slow steps", plain, "days: 5", "days: 50", "steps-delay", "55-19 art. 16"},
		{"nobody", plain, "steps: [{id: look, kind: review, role: caseworker, days: 5}]", "steps: []", "law-authority", "55-19 art. 6 (2)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := judged(t, changed(t, tt.form, tt.old, tt.new))[tt.rule]
			if tt.rule == senseOutcome.id { // texts of what was removed are too many
				return
			}
			if !ok || got.Article != tt.article || got.Line < 1 || got.Mend == "" {
				t.Errorf("finding = %+v", got)
			}
		})
	}
}

// The caps, the window and the lists come from law/ of the tree.
func TestReadLaw(t *testing.T) {
	f := newFindings("")
	law := readLaw(tree, f)
	for kind, days := range map[string]int{KindNormal: 60, KindInvestment: 30, KindListedSilence: 60, KindInformation: 20} {
		if got := law.caps[kind]; got.Days != days {
			t.Errorf("cap of %s = %+v", kind, got)
		}
	}
	if law.window != 30 || law.lists.Silence.act("build") == nil || law.lists.knows("bakery") || len(*f.list) > 0 {
		t.Errorf("law = %+v, findings %v", law, *f.list)
	}
	for _, text := range []string{"silence: {}", "held: {documents: [{id: x, source: y, state: confirmed, words: {fr: '('}}]}", "extension: {acts: [{id: x, source: y, state: sure}]}"} {
		f := newFindings("")
		readLists(fstest.MapFS{listsFile: {Data: []byte(text)}}, f)
		if len(*f.list) != 1 || (*f.list)[0].Rule != ruleFile.id {
			t.Errorf("%s: %v", text, *f.list)
		}
	}
}

// Words that ask for what the law forbids, and words that say it is not asked.
func TestLawWords(t *testing.T) {
	tests := []struct {
		l          Lang
		rule, text string
		asks       bool
	}{
		{i18n.FR, "legalised", "Contrat de bail avec signature légalisée", true},
		{i18n.FR, "legalised", "Signature non légalisée", false},
		{i18n.FR, "legalised", "La légalisation n'est pas demandée", false},
		{i18n.FR, "legalised", "Pas de timbre, mais signature légalisée", true},
		{i18n.FR, "certified", "Une copie certifiée conforme à l'original", true},
		{i18n.FR, "certified", "Copie légalisée de la CIN", true},
		{i18n.FR, "certified", "Une copie simple suffit, sans certification", false},
		{i18n.FR, "copies", "Deux copies du plan", true},
		{i18n.FR, "copies", "3 exemplaires du dossier", true},
		{i18n.FR, "copies", "Une copie du plan", false},
		{i18n.FR, "beside_cnie", "Extrait d'acte de naissance", true},
		{i18n.FR, "beside_cnie", "Certificat de résidence récent", true},
		{i18n.FR, "beside_cnie", "Date de naissance", false},
		{i18n.FR, "held", "Attestation de régularité fiscale", true},
		{i18n.FR, "public", "Copie du Bulletin officiel", true},
		{i18n.EN, "legalised", "A notarised signature", true},
		{i18n.EN, "legalised", "A plain signature, not legalised", false},
		{i18n.EN, "certified", "Certified true copy of the lease", true},
		{i18n.EN, "copies", "The form, in triplicate", true},
		{i18n.EN, "beside_cnie", "Your birth certificate", true},
		{i18n.AR, "legalised", "عقد كراء مصادق على إمضائه", true},
		{i18n.AR, "legalised", "التزام مصادق عليه", true},
		{i18n.AR, "legalised", "رسالة موقعة، دون المصادقة على التوقيع", false},
		{i18n.AR, "legalised", "التزام مصحح الإمضاء", true},
		{i18n.AR, "legalised", "التزام غير مصحح الإمضاء", false},
		{i18n.AR, "certified", "نسخة مطابقة للأصل", true},
		{i18n.AR, "certified", "نسخة مُصادق عليها", true},
		{i18n.AR, "certified", "نسخة عادية بدون مطابقة للأصل", false},
		{i18n.AR, "copies", "ثلاث نسخ من التصميم", true},
		{i18n.AR, "copies", "نسختان من التصميم", true},
		{i18n.AR, "beside_cnie", "نسخة موجزة من رسم الولادة", true},
		{i18n.AR, "beside_cnie", "شهادة السكنى", true},
		{i18n.AR, "beside_cnie", "تاريخ الازدياد", false},
	}
	for _, tt := range tests {
		if got := lawWords()[tt.rule][tt.l].demand(tt.text) != ""; got != tt.asks {
			t.Errorf("%s %s %q: asks = %v", tt.l, tt.rule, tt.text, got)
		}
	}
}

// A finding quotes what is written, to the end of the word.
func TestAsWritten(t *testing.T) {
	tests := []struct {
		l                Lang
		rule, text, want string
	}{
		{i18n.FR, "certified", "Une Copie certifiée conforme du bail", "Copie certifiée"},
		{i18n.FR, "legalised", "Signature légalisée", "légalisée"},
		{i18n.AR, "certified", "نسخة مُصادق عليها", "نسخة مُصادق"},
		{i18n.AR, "beside_cnie", "شهادة السكنى", "شهادة السكنى"},
	}
	for _, tt := range tests {
		if got := asWritten(tt.text, lawWords()[tt.rule][tt.l].demand(tt.text)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.text, got, tt.want)
		}
	}
	if got := asWritten("a", "b"); got != "b" {
		t.Errorf("of another text: %q", got)
	}
}

func TestLintDocuments(t *testing.T) {
	b := made(t, asked("{id: card, type: cnie}", "{id: paper, type: file}", "{id: other, type: file}"))
	fr := b.path("fr.yaml")
	b.files[fr] = strings.Replace(b.files[fr], `one.paper.label: "one.paper.label"`, `one.paper.label: "Deux copies légalisées de l'extrait de naissance"`, 1)
	line := 0
	for i, l := range strings.Split(b.files[fr], "\n") {
		if strings.HasPrefix(l, "one.paper.label") {
			line = i + 1
		}
	}
	all := judged(t, b)
	for _, rule := range []string{"law-copies", "law-certified", "law-legalised", "law-beside-cnie"} {
		if f, ok := all[rule]; !ok || f.File != fr || f.Line != line || f.Severity != SeverityError {
			t.Errorf("%s: %+v", rule, f)
		}
	}
	b.files[fr] = strings.Replace(b.files[fr], "Deux copies légalisées de l'extrait de naissance", "Extrait du registre de commerce", 1)
	if f := judged(t, b)["law-held-elsewhere"]; f.Severity != SeverityWarning {
		t.Errorf("held elsewhere: %+v", f)
	}
}

func TestLintConditions(t *testing.T) {
	use := "{id: use, type: choice, options: [x, y]}"
	tests := []struct{ when, rule, severity string }{
		{"use == 'x' && use == 'y'", "never-asked", SeverityError},
		{"use == 'x' || use == 'y'", "always-asked", SeverityWarning},
		{"n > 10", "never-asked", SeverityWarning},
		{"n > 3", "", ""},
		{"many == 'x'", "never-asked", SeverityError}, // many is asked only when it cannot be x
		{"text == 'word'", "", ""},
		{"size(stalls) > 0 && stalls.exists(s, s.b > 5)", "", ""},
		{"'x' in set && !('y' in set)", "", ""},
		{"twice > 8", "", ""},
	}
	for _, tt := range tests {
		form := "form:\n  - page: one\n    ask:\n      - " + strings.Join([]string{use, "{id: n, type: number, min: 0, max: 5}", "{id: text, type: text}",
			"{id: set, type: choices, options: [x, y]}", "{id: stalls, type: rows, rows: {min: 0}, ask: [{id: b, type: number}]}",
			`{id: twice, type: computed, value: "n * 2"}`}, "\n      - ") +
			"\n  - page: two\n    ask:\n      - {id: many, type: choice, options: [x, y], when: \"use == 'x' && use == 'y'\"}\n  - page: three\n    ask:\n      - {id: a, type: text, when: \"" + tt.when + "\"}\n"
		var got Finding
		for _, f := range made(t, form).check(readLaw(tree, newFindings("")), nil) {
			if strings.HasPrefix(f.Message, "`a`") {
				got = f
			}
		}
		if got.Rule != tt.rule || got.Severity != tt.severity {
			t.Errorf("%s: %+v", tt.when, got)
		}
	}
}

func TestLintUse(t *testing.T) {
	form := "form:\n  - page: one\n    ask: [{id: a, type: text}, {id: b, type: yesno}]\n  - page: two\n    section: place\n    ask: [{id: c, type: text, when: \"b\"}]\n"
	all := judged(t, changed(t, form, "role: caseworker", "role: caseworker, sees: [place]"))
	if f := all["unused-question"]; !strings.HasPrefix(f.Message, "`a` is asked") {
		t.Errorf("unused: %+v", f)
	}
	all = judged(t, made(t, asked("{id: b, type: yesno}", `{id: c, type: text, when: "b"}`)))
	if f := all["same-page"]; f.Severity != SeverityWarning {
		t.Errorf("same page: %+v", f)
	}
	all = judged(t, made(t, "form:\n  - page: one\n    ask: [{id: n, type: statement}]\n"))
	if f := all["path-empty"]; f.Severity != SeverityError {
		t.Errorf("empty path: %+v", f)
	}
}

func TestExamplesJudged(t *testing.T) {
	good := "about: x\nanswers: {a: 5, b: 12.5}\nexpect: {valid: true, pages: [one], amounts: {c: 10, tax: 10}}\n"
	form := "fees: [{id: tax, amount: \"c\", basis: {text: order, article: \"1\"}}]\n" +
		asked("{id: a, type: number}", "{id: b, type: number, decimals: 1}", `{id: c, type: computed, value: "a * 2"}`)
	tests := []struct{ name, old, new, want string }{
		{"sound", "x", "x", ""},
		{"not valid", "valid: true", "valid: false", "`valid` is false"},
		{"other pages", "[one]", "[one, two]", "`pages` should be `[one]`"},
		{"other amount", "c: 10", "c: 11", "`amounts.c` should be `10`"},
		{"other fee", "tax: 10", "tax: 0", "`amounts.tax` should be `10`"},
		{"bad answer", "a: 5", "a: x", "a: number.format"},
		{"unknown answer", "a: 5", "a: 5, z: 1", "z: json.unknown"},
		{"misspelt key", "valid: true", "valid: true, vaild: true", "no key"},
		{"missing", "pages: [one]", "missing: [b]", "`missing` should be `[]`"},
		{"mention", "pages: [one]", "mention: being-deposited", "`mention` should be `deposited`"},
		{"no about", "about: x\n", "", "what it is about"},
	}
	for _, tt := range tests {
		b := made(t, form, "services/test/examples/one.yaml", strings.Replace(good, tt.old, tt.new, 1))
		all := b.check(readLaw(tree, newFindings("")), nil)
		if tt.want == "" && len(all) > 0 || tt.want != "" && (len(all) == 0 || !strings.Contains(all[0].Message, tt.want)) {
			t.Errorf("%s: %+v", tt.name, all)
		}
	}
}

func TestLintDocument(t *testing.T) {
	b := made(t, asked("{id: who, type: person}", "{id: paper, type: file}"))
	fr := b.path("documents/fr.html")
	tests := []struct{ page, rule, message string }{
		{"<h1>x</h1>\n<p>{who} {number}</p>", "", ""},
		{"<h1>x</h1>\n<p>{whom}</p>", "placeholder", "`{whom}` is no question"},
		{"<h1>x</h1>\n<p>{paper}</p>", "placeholder", "which no document shows"},
	}
	for _, tt := range tests {
		b.files[fr] = tt.page
		got := judged(t, b)[rulePlaceholder.id]
		if got.Rule != tt.rule || !strings.Contains(got.Message, tt.message) || tt.rule != "" && (got.File != fr || got.Line != 2) {
			t.Errorf("%s: %+v", tt.page, got)
		}
	}
	delete(b.files, fr)
	if got := judged(t, b)["document"]; got.File != fr {
		t.Errorf("no page in French: %+v", got)
	}
}
