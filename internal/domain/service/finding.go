package service

import (
	"cmp"
	"slices"
	"strings"

	"wasl/internal/base/i18n"
)

// Severities of a finding: an error stops publication.
const (
	SeverityError   = "error"
	SeverityWarning = "warning"
)

// Finding is one thing wrong with a definition, where it is and how to mend
// it. Message and Mend are in English; In gives them in another language.
type Finding struct {
	Rule     string `json:"rule"`    // stable id
	Article  string `json:"article"` // "55-19 art. 16", or ""
	Severity string `json:"severity"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Message  string `json:"message"`
	Mend     string `json:"mend"`

	message, mend term
}

// In returns the finding with its message and mend in l, one of FindingLangs.
func (f Finding) In(l Lang) Finding {
	f.Message, f.Mend = f.message.in(l), f.mend.in(l)
	return f
}

// SeverityIn is the word for the finding's severity in l.
func (f Finding) SeverityIn(l Lang) string { return word("severity." + f.Severity).in(l) }

// ArticleIn is the finding's article as people write it in l: "loi 55-19,
// art. 16"; "" when no article is behind the rule.
func (f Finding) ArticleIn(l Lang) string {
	law, article, ok := strings.Cut(f.Article, " art. ")
	if !ok {
		return f.Article
	}
	return word("article", "law", law, "article", article).in(l)
}

// HasErrors tells whether a finding stops publication.
func HasErrors(all []Finding) bool {
	return slices.ContainsFunc(all, func(f Finding) bool { return f.Severity == SeverityError })
}

// rule is a stable rule; its id never changes once published. Its mend is the
// text "<id>.mend", or "<id>.<mend>".
type rule struct{ id, article, severity, mend string }

func (r rule) term(said string, args ...any) term { return term{r.id + "." + said, args} }

// findings collects what is wrong in one file.
type findings struct {
	file string
	list *[]Finding
}

func newFindings(file string) *findings { return &findings{file: file, list: &[]Finding{}} }

// in returns a collector for another file with the same list.
func (f *findings) in(file string) *findings { return &findings{file: file, list: f.list} }

// add reports that a rule is broken. The message is the text "<rule>.<said>"
// of findings/; args are the pairs of name and value that fill it.
func (f *findings) add(r rule, line int, said string, args ...any) {
	f.addMend(r, line, term{}, said, args...)
}

// addMend is add with a mend made for the case.
func (f *findings) addMend(r rule, line int, mend term, said string, args ...any) {
	if mend.key == "" {
		mend = r.term(cmp.Or(r.mend, "mend"))
	}
	found := Finding{
		Rule: r.id, Article: r.article, Severity: cmp.Or(r.severity, SeverityError), File: f.file, Line: max(line, 1),
		message: r.term(said, args...), mend: mend,
	}
	*f.list = append(*f.list, found.In(i18n.EN))
}

// sorted returns the findings by file, line and rule.
func (f *findings) sorted() []Finding {
	slices.SortStableFunc(*f.list, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	return *f.list
}

// nearest returns the known word closest to a misspelt one, or "" when none is
// close (more than a third of its letters differ).
func nearest(word string, known []string) string {
	best, least := "", len(word)/3+2
	for _, k := range known {
		if d := distance(word, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance is the Levenshtein distance in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

// suggest is the mend for a word that is none of the known ones.
func suggest(said string, known []string) term {
	if near := nearest(said, known); near != "" {
		return word("nearest", "word", near)
	}
	return word("one_of", "words", known)
}
