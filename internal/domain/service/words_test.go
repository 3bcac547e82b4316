package service

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"wasl/internal/base/i18n"
)

// Every key that the engine or the intake reports has words, and every word is
// used.
func TestProblemWords(t *testing.T) {
	var code strings.Builder
	for _, pattern := range []string{"*.go", "../intake/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			code.Write(raw)
		}
	}
	for _, m := range regexp.MustCompile(`(?:problem\(at|problem\(name|partProblem\(at, [a-z"]+|problem\(field[^,]*|fault\{|problem = )[,]? ?"([a-z.0-9]+)"`).FindAllStringSubmatch(code.String(), -1) {
		if !words().Has("problem." + m[1]) {
			t.Errorf("no words for the problem %q", m[1])
		}
	}
	computedKeys := []string{"number.min", "number.max", "money.min", "money.max", "cnie.format"}
	for _, key := range words().Keys() {
		id, ok := strings.CutPrefix(key, "problem.")
		if ok && !strings.Contains(code.String(), `"`+id+`"`) && !contains(computedKeys, id) {
			t.Errorf("the words of %q are never used", key)
		}
	}
}

func TestMessage(t *testing.T) {
	tests := []struct {
		l    i18n.Lang
		p    Problem
		want string
	}{
		{i18n.FR, Problem{Key: "date.max", Args: []any{"max", "2008-06-01"}}, "La date ne peut pas être après le 1er\u00a0juin\u00a02008."},
		{i18n.EN, Problem{Key: "money.max", Args: []any{"max", "100000.00"}}, "The amount must be at most 100,000.00 dirhams."},
		{i18n.AR, Problem{Key: "number.min", Args: []any{"min", int64(1)}}, "يجب ألا يقل العدد عن \u20661\u2069."},
		{i18n.FR, Problem{Key: "text.long", Args: []any{"max", 5000, "length", 5001}}, "Ce texte compte 5.001 caractères ; 5.000 au plus."},
	}
	for _, tt := range tests {
		if got := tt.p.Message(tt.l); got != tt.want {
			t.Errorf("%s %s = %q, want %q", tt.l, tt.p.Key, got, tt.want)
		}
	}
}
