package service

import (
	"strings"

	"wasl/internal/domain/authority"
)

// Typed is what a person typed, control name → values, exactly: drafts keep
// it and pages show it again.
type Typed map[string][]string

func (t Typed) first(name string) string {
	if v := t[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func (t Typed) blankParts(at string, parts []string) bool {
	for _, part := range parts {
		if !blank(t.first(at + "." + part)) {
			return false
		}
	}
	return true
}

// FileRef is a file given for a question; the bytes are sealed elsewhere.
type FileRef struct {
	ID, Question, Name, MediaType string
	Size                          int64
}

// Env is what an answer is judged against beside the definition.
type Env struct {
	Today     string // civil date YYYY-MM-DD in Africa/Casablanca
	Territory *authority.Territory
	Fees      map[string]int64 // centimes that the chosen offer sets instead of the service's amount
}

// Reading is what the typed data means.
type Reading struct {
	Answers  map[string]any  // question id → answer, of open questions only; canonical JSON values
	Problems []Problem       // in page order
	Pages    []string        // open pages in order
	Open     map[string]bool // open question ids
	Fees     []FeeDue        // what is to be paid
	Missing  []string        // documents that may come later and were not given

	territory *authority.Territory
}

// FeeDue is a fee with its amount.
type FeeDue struct {
	ID       string
	Centimes int64
}

// Problem is one thing wrong with the typed data. Key and Args are turned into
// words by Message.
type Problem struct {
	Page    string
	Control string // id of the HTML control, or of the fieldset of a group or date
	Part    string // first wrong part of a date ("born.month"), else Control
	Field   string // the API's name of the field
	Key     string
	Args    []any // pairs of placeholder name and value
}

// reader reads one form.
type reader struct {
	typed    Typed
	files    []FileRef
	env      Env
	page     string
	problems []Problem
	missing  []string
}

func (r *reader) problem(at, key string, args ...any) {
	r.problems = append(r.problems, Problem{Page: r.page, Control: at, Part: at, Field: at, Key: key, Args: args})
}

func (r *reader) partProblem(at, part, key string, args ...any) {
	r.problem(at, key, args...)
	r.problems[len(r.problems)-1].Part = at + "." + part
}

// Read judges everything typed, page by page. A question whose condition is
// false gives no answer and no problem, whatever was typed for it; in later
// conditions it is worth its else, or nothing ("" 0 false []).
func (d *Definition) Read(t Typed, files []FileRef, env Env) Reading {
	r := &reader{typed: t, files: files, env: env}
	s := d.newScope()
	out := Reading{Answers: make(map[string]any, len(d.order)), Open: make(map[string]bool, len(d.order)), territory: env.Territory}
	for i := range d.Pages {
		page := &d.Pages[i]
		r.page = page.ID
		opened := false
		for _, q := range page.Questions {
			if !s.truth(q.when) {
				s.close(q)
				continue
			}
			opened = true
			out.Open[q.ID] = true
			if answer := s.answer(r, q); answer != nil {
				out.Answers[q.ID] = answer
			}
		}
		if opened {
			out.Pages = append(out.Pages, page.ID)
		}
	}
	out.Problems, out.Missing = r.problems, r.missing
	d.fees(s, env, &out)
	return out
}

// answer reads or computes one open question and tells the scope its worth.
func (s *scope) answer(r *reader, q *Question) any {
	if q.Type == Computed {
		v, ok := s.compute(q)
		if !ok {
			r.problem(q.ID, "computed")
			return nil
		}
		return v
	}
	v := q.kind.read(r, q, q.ID)
	if v != nil {
		s.set(q, v)
	}
	return v
}

// fees works out what is due. A fee that cannot be worked out from otherwise
// sound answers is a problem: nobody files at an unknown price.
func (d *Definition) fees(s *scope, env Env, out *Reading) {
	for _, fee := range d.Fees {
		n, err := s.amount(fee.amount)
		if err != nil {
			if len(out.Problems) == 0 && len(d.Pages) > 0 {
				last := d.Pages[len(d.Pages)-1].ID
				out.Problems = append(out.Problems, Problem{Page: last, Control: last, Part: last, Field: fee.ID, Key: "fee"})
			}
			continue
		}
		if local, ok := env.Fees[fee.ID]; ok && n > 0 {
			n = local
		}
		if n > 0 {
			out.Fees = append(out.Fees, FeeDue{ID: fee.ID, Centimes: n})
		}
	}
}

// Due is the sum of the fees, in centimes.
func (r *Reading) Due() int64 {
	var sum int64
	for _, f := range r.Fees {
		sum += f.Centimes
	}
	return sum
}

// On returns the problems of one page.
func (r *Reading) On(page string) []Problem {
	var found []Problem
	for _, p := range r.Problems {
		if p.Page == page {
			found = append(found, p)
		}
	}
	return found
}

// Take returns what a posted form holds for this page's questions, exactly as
// typed. Names that are not asked on the page, and those starting with "_",
// are left out; file parts are not form values.
func (p *Page) Take(form map[string][]string) Typed {
	taken := Typed{}
	for name, values := range form {
		if p.asks(name) {
			taken[name] = values
		}
	}
	return taken
}

// Keep replaces in t what this page asks by what was posted.
func (p *Page) Keep(t Typed, form map[string][]string) {
	for name := range t {
		if p.owns(name) {
			delete(t, name)
		}
	}
	for name, values := range p.Take(form) {
		t[name] = values
	}
}

// owns tells whether a stored name belongs to one of the page's questions.
func (p *Page) owns(name string) bool {
	id, _, _ := strings.Cut(name, ".")
	for _, q := range p.Questions {
		if q.ID == id {
			return true
		}
	}
	return false
}

// asks tells whether a posted name is a control of this page.
func (p *Page) asks(name string) bool {
	id, rest, inside := strings.Cut(name, ".")
	for _, q := range p.Questions {
		if q.ID == id {
			return q.has(rest, inside)
		}
	}
	return false
}

// has tells whether the question has a control with this end of name.
func (q *Question) has(rest string, inside bool) bool {
	switch {
	case q.kind.none || q.Type == File:
		return false
	case q.Type == Rows:
		_, cell, ok := rowIndex(q.ID+"."+rest, q.ID)
		if !inside || !ok {
			return false
		}
		if cell == rowMark {
			return true
		}
		id, part, deeper := strings.Cut(cell, ".")
		for _, c := range q.Ask {
			if c.ID == id {
				return c.has(part, deeper)
			}
		}
		return false
	case q.kind.parts == nil:
		return !inside
	}
	return inside && contains(q.kind.parts, rest)
}
