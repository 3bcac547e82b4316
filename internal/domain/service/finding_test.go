package service

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"wasl/internal/base/i18n"
)

// textsInCode are the texts of findings that the code asks for: "<rule>.<said>"
// where the rule is written, "*.<said>" where it is a variable.
type textsInCode struct {
	rules map[string]string // variable → id
	keys  map[string]bool
}

func readCode(t *testing.T) *textsInCode {
	t.Helper()
	s := &textsInCode{rules: map[string]string{}, keys: map[string]bool{}}
	var parsed []*ast.File
	for _, pattern := range []string{"*.go", "../document/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			parsed = append(parsed, f)
		}
	}
	for _, visit := range []func(ast.Node) bool{s.defined, s.called} {
		for _, f := range parsed {
			ast.Inspect(f, visit)
		}
	}
	return s
}

// defined takes "lawFee = rule{id: …, mend: …}".
func (s *textsInCode) defined(n ast.Node) bool {
	spec, ok := n.(*ast.ValueSpec)
	if !ok || len(spec.Values) != 1 {
		return true
	}
	lit, ok := spec.Values[0].(*ast.CompositeLit)
	if !ok || nameOf(lit.Type) != "rule" {
		return true
	}
	id, mend := "", "mend"
	for _, e := range lit.Elts {
		switch pair := e.(*ast.KeyValueExpr); nameOf(pair.Key) {
		case "id":
			id = literalOf(pair.Value)
		case "mend":
			mend = literalOf(pair.Value)
		}
	}
	s.rules[spec.Names[0].Name] = id
	s.keys[id+"."+mend] = true
	return true
}

// called takes f.add(rule, line, "said", …), r.term("said", …), word("key", …)
// and what package document reports.
func (s *textsInCode) called(n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return true
	}
	name, on := nameOf(call.Fun), ""
	if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
		name, on = selector.Sel.Name, nameOf(selector.X)
	}
	at := map[string]int{"add": 2, "addMend": 3, "fail": 2, "term": 0, "word": 0, "wrong": 0, "LayoutFinding": 2}
	i, ok := at[name]
	if !ok || i >= len(call.Args) || literalOf(call.Args[i]) == "" {
		return true
	}
	rule := "*"
	switch name {
	case "term":
		rule = s.rules[on]
	case "word":
		rule = "word"
	case "wrong", "LayoutFinding":
		rule = ruleLayout.id
	default:
		if id := s.rules[nameOf(call.Args[0])]; id != "" {
			rule = id
		}
	}
	s.keys[rule+"."+literalOf(call.Args[i])] = true
	return true
}

func nameOf(e ast.Expr) string {
	if id, ok := e.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

func literalOf(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, _ := strconv.Unquote(lit.Value)
	return s
}

// built are the beginnings of keys that the code puts together.
var built = regexp.MustCompile(`^(word\.(severity|shape|lang|extension|list|fee|fetch|step|reason|page)\b|yaml\.(deep|anchors|merge|twice)$|document-layout\.|law-return\.|law-marks\.|steps-delay\.)`)

// Every text that the code asks for is there, and every text is asked for.
func TestFindingTexts(t *testing.T) {
	code := readCode(t)
	for key := range code.keys {
		rule, said, _ := strings.Cut(key, ".")
		if rule != "*" && !findingTexts().Has(key) && !built.MatchString(key) {
			t.Errorf("findings/ has no text %q", key)
		}
		if rule == "*" && said == "" {
			t.Errorf("a finding says nothing: %q", key)
		}
	}
	for _, key := range findingTexts().Keys() {
		_, said, _ := strings.Cut(key, ".")
		if !code.keys[key] && !code.keys["*."+said] && !built.MatchString(key) {
			t.Errorf("the text %q of findings/ is never used", key)
		}
	}
}

// The mend of a rule is whole without a case.
func TestRuleMends(t *testing.T) {
	for _, r := range Rules() {
		for _, l := range FindingLangs {
			if mend := r.Mend(l); strings.Contains(mend, "⟦") || regexp.MustCompile(`\{[a-z_]+\}`).MatchString(mend) || !strings.HasSuffix(strings.TrimRight(mend, "\u2069"), ".") {
				t.Errorf("%s in %s: %q", r.ID, l, mend)
			}
		}
	}
}

// Codes and numbers keep their order inside Arabic.
func TestFindingsInArabic(t *testing.T) {
	f := newFindings("x")
	f.add(lawCap, 1, "over", "days", 61, "kind", KindNormal, "max", 60)
	f.addMend(ruleType, 1, suggest("zzz", []string{"a", "b"}), "unknown", "id", "q", "type", "zzz")
	tests := []struct {
		l             Lang
		i             int
		message, mend string
	}{
		{i18n.AR, 0, "الأجل \u206861\u2069 يوما؛ والحد الأقصى لقرار من صنف \u2068`normal`\u2069 هو \u206860\u2069", "قصروا الأجل إلى الحد الأقصى: فهو يسري إلى تسليم القرار."},
		{i18n.FR, 0, "le délai est de 61 jours ; pour un acte `normal`, il est de 60 au plus", "Ramenez le délai au plafond : il court jusqu'à la délivrance de l'acte."},
		{i18n.AR, 1, "\u2068`q`\u2069: لا يوجد سؤال من نوع \u2068`zzz`\u2069", "استعملوا إحدى هذه الكلمات: \u2068a\u2069، \u2068b\u2069."},
	}
	for _, tt := range tests {
		got := (*f.list)[tt.i].In(tt.l)
		if got.Message != tt.message || got.Mend != tt.mend {
			t.Errorf("%s: %q, %q", tt.l, got.Message, got.Mend)
		}
	}
	if got := (*f.list)[0].ArticleIn(i18n.AR); got != "القانون \u206855-19\u2069، المادة \u206816\u2069" {
		t.Errorf("article = %q", got)
	}
}
