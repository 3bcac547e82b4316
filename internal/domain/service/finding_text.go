package service

import (
	"embed"
	"fmt"
	"strings"

	"wasl/internal/base/i18n"
)

// FindingLangs are the languages of findings: authors read one of these.
var FindingLangs = []Lang{i18n.AR, i18n.FR, i18n.EN}

//go:embed findings
var findingFiles embed.FS

// findingTexts are the messages and mends of every rule. Codes stand between
// backquotes, so that Arabic keeps them whole.
var findingTexts = lazily(func() *i18n.Catalog {
	return i18n.MustLoad(findingFiles, "findings", FindingLangs...)
})

// term is one of the texts of findings/ with what fills it: pairs of name and
// value. A value may be a term, a list of terms (one or the other), a list of
// words, a number or a word.
type term struct {
	key  string
	args []any
}

// word is a term that belongs to no rule.
func word(key string, args ...any) term { return term{"word." + key, args} }

// in writes the term in l.
func (t term) in(l Lang) string {
	if t.key == "" {
		return ""
	}
	pieces := strings.Split(findingTexts().T(l, t.key), "`")
	var out strings.Builder
	for i, piece := range pieces {
		if code := i%2 == 1; code {
			out.WriteString(aside(l, "`"+t.fill(i18n.EN, piece)+"`"))
			continue
		}
		out.WriteString(t.fill(l, piece))
	}
	return out.String()
}

// fill puts the values in a piece of the text.
func (t term) fill(l Lang, piece string) string {
	if !strings.Contains(piece, "{") {
		return piece
	}
	pairs := make([]string, 0, len(t.args))
	for i := 0; i+1 < len(t.args); i += 2 {
		pairs = append(pairs, fmt.Sprintf("{%v}", t.args[i]), valueIn(l, t.args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(piece)
}

// valueIn is one value as l writes it.
func valueIn(l Lang, v any) string {
	switch v := v.(type) {
	case term:
		return v.in(l)
	case []term:
		all := make([]string, len(v))
		for i, t := range v {
			all[i] = t.in(l)
		}
		return strings.Join(all, word("or").in(l))
	case []string:
		all := make([]string, len(v))
		for i, w := range v {
			all[i] = aside(l, w)
		}
		return strings.Join(all, word("comma").in(l))
	case int:
		return aside(l, i18n.Number(l, int64(v)))
	}
	return aside(l, fmt.Sprint(v))
}

// aside keeps what is not Arabic in its own order inside Arabic.
func aside(l Lang, s string) string {
	if l == i18n.AR {
		return "\u2068" + s + "\u2069"
	}
	return s
}
