package service

import (
	"regexp"
	"slices"
	"strings"

	"wasl/internal/base/i18n"
)

// DocumentWords are the placeholders of a document that are no question: what
// the office knows when it issues one.
var DocumentWords = []string{"number", "reference", "date", "valid_until", "authority", "unit", "signer", "words", "title", "verify"}

var (
	ruleDocument    = rule{id: "document"}
	rulePlaceholder = rule{id: "placeholder"}
)

var placeholder = regexp.MustCompile(`\{([^{}<>\n]*)\}`)

// lintDocument checks what the granted document shows, in each language, and
// marks the questions it reads as used. Its layout is package document's.
func (d *Definition) lintDocument(f *findings) {
	if d.Outcome.Grant.Document == "" {
		f.add(senseOutcome, d.lines["outcome"], "none")
		return
	}
	for _, l := range i18n.Langs {
		file := d.bundle.path("documents/" + string(l) + ".html")
		text, ok := d.bundle.files[file]
		if !ok {
			f.in(file).add(ruleDocument, 1, "page", "document", d.Outcome.Grant.Document, "language", word("lang."+string(l)))
			continue
		}
		for i, line := range strings.Split(text, "\n") {
			for _, m := range placeholder.FindAllStringSubmatch(line, -1) {
				d.lintPlaceholder(f.in(file), i+1, m[1])
			}
		}
	}
}

func (d *Definition) lintPlaceholder(f *findings, line int, name string) {
	q := d.Questions[name]
	switch {
	case q == nil && slices.Contains(DocumentWords, name):
	case q == nil:
		f.addMend(rulePlaceholder, line, suggest(name, append(keysOf(d.Questions), DocumentWords...)), "unknown", "name", name)
	case slices.Contains(DocumentWords, name):
		f.add(rulePlaceholder, line, "both", "name", name)
	case q.Type == File || q.Type == Statement || q.Type == Declaration:
		f.add(rulePlaceholder, line, "never", "name", name, "type", q.Type)
	default:
		q.used = true
	}
}
