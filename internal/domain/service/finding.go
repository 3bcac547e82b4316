package service

import (
	"cmp"
	"fmt"
	"slices"
)

// Severities of a finding: an error stops publication.
const (
	SeverityError   = "error"
	SeverityWarning = "warning"
)

// Finding is one thing wrong with a definition, where it is and how to mend it.
type Finding struct {
	Rule     string `json:"rule"`    // stable id
	Article  string `json:"article"` // "55-19 art. 16", or ""
	Severity string `json:"severity"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Message  string `json:"message"`
	Mend     string `json:"mend"`
}

// HasErrors tells whether a finding stops publication.
func HasErrors(all []Finding) bool {
	return slices.ContainsFunc(all, func(f Finding) bool { return f.Severity == SeverityError })
}

// rule is a stable rule; its id never changes once published.
type rule struct{ id, article, severity, mend string }

// findings collects what is wrong in one file.
type findings struct {
	file string
	list *[]Finding
}

func newFindings(file string) *findings { return &findings{file: file, list: &[]Finding{}} }

// in returns a collector for another file with the same list.
func (f *findings) in(file string) *findings { return &findings{file: file, list: f.list} }

func (f *findings) add(r rule, line int, format string, args ...any) {
	*f.list = append(*f.list, Finding{
		Rule: r.id, Article: r.article, Severity: cmp.Or(r.severity, SeverityError),
		File: f.file, Line: max(line, 1), Message: fmt.Sprintf(format, args...), Mend: r.mend,
	})
}

// addMend is add with a mend made for the case.
func (f *findings) addMend(r rule, line int, mend, format string, args ...any) {
	r.mend = cmp.Or(mend, r.mend)
	f.add(r, line, format, args...)
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
func suggest(word string, known []string) string {
	if near := nearest(word, known); near != "" {
		return fmt.Sprintf("Did you mean %q?", near)
	}
	return fmt.Sprintf("Use one of: %s.", joined(known))
}
