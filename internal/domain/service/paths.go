package service

import (
	"slices"
	"strconv"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// maxTries bounds how many combinations of answers one condition is tried on.
const maxTries = 20_000

// reach is what trying a condition showed. Whole tells that every combination
// of answers was tried, so that "never" is proven.
type reach struct{ asked, passed, whole bool }

// reach tries the question's condition on the answers it depends on.
func (d *Definition) reach(q *Question) reach {
	var out reach
	out.whole = d.tries([]*expression{q.when}, func(s *scope) bool {
		if s.truth(q.when) {
			out.asked = true
		} else {
			out.passed = true
		}
		return !out.asked || !out.passed
	})
	return out
}

// together tells whether some answers fulfil both conditions; none is always
// fulfilled.
func (d *Definition) together(a, b *expression) bool {
	met := false
	d.tries([]*expression{a, b}, func(s *scope) bool {
		met = s.truth(a) && s.truth(b)
		return !met
	})
	return met
}

// tries visits combinations of the answers that expressions depend on, until
// visit is done; it tells whether these are all there can be.
func (d *Definition) tries(over []*expression, visit func(*scope) bool) bool {
	needs := d.needs(over...)
	literals := d.literals(needs, over)
	choices := make([][]ref.Val, len(needs))
	whole, total := true, 1
	for i, n := range needs {
		var finite bool
		choices[i], finite = d.samples(n, literals)
		whole = whole && finite
		total *= max(len(choices[i]), 1)
		if total > maxTries {
			whole, total = false, maxTries
		}
	}
	for try := range total {
		s := d.newScope()
		rest := try
		for i, n := range needs {
			v := choices[i]
			d.try(s, n, v, rest)
			if len(v) > 0 {
				rest /= len(v)
			}
		}
		if !visit(s) {
			break
		}
	}
	return whole
}

// try gives one question of a combination its worth.
func (d *Definition) try(s *scope, n *Question, choices []ref.Val, turn int) {
	switch {
	case !s.truth(n.when):
		s.close(n)
	case n.Type == Computed:
		s.compute(n)
	case len(choices) > 0:
		s.values[n.index] = choices[turn%len(choices)]
	}
}

// needs lists the questions that expressions depend on, in page order.
func (d *Definition) needs(over ...*expression) []*Question {
	var found []*Question
	var follow func(*expression)
	follow = func(e *expression) {
		if e == nil {
			return
		}
		for _, id := range e.reads {
			q := d.Questions[id]
			if slices.Contains(found, q) {
				continue
			}
			found = append(found, q)
			follow(q.when)
			follow(q.value)
		}
	}
	for _, e := range over {
		follow(e)
	}
	slices.SortFunc(found, func(a, b *Question) int { return a.index - b.index })
	return found
}

// samples are answers worth trying for a question, and whether they are all
// the answers there can be.
func (d *Definition) samples(n *Question, literals []ref.Val) ([]ref.Val, bool) {
	switch n.Type {
	case Choice:
		all := textVals(n.Options)
		if n.Optional {
			all = append(all, types.String(""))
		}
		return all, true
	case YesNo:
		return []ref.Val{types.True, types.False}, true
	case Declaration:
		if n.Optional {
			return []ref.Val{types.True, types.False}, true
		}
		return []ref.Val{types.True}, true
	case Choices:
		return d.sampleChoices(n), len(n.Options) <= 1
	case Computed:
		return nil, true
	case Number, Money:
		return sampleNumbers(n, literals), false
	case Rows, File, Person, Address:
		return []ref.Val{d.zeros[n.index], worth(n, sampleOf(n))}, false
	}
	all := []ref.Val{types.String(""), types.String("x"), types.String("1900-01-01"), types.String("2100-01-01")}
	for _, l := range literals {
		if s, ok := l.(types.String); ok {
			all = append(all, s)
		}
	}
	return all, false
}

func textVals(words []string) []ref.Val {
	all := make([]ref.Val, len(words))
	for i, w := range words {
		all[i] = types.String(w)
	}
	return all
}

func (d *Definition) sampleChoices(n *Question) []ref.Val {
	sets := [][]string{n.Options}
	if n.Optional {
		sets = append(sets, nil)
	}
	for _, o := range n.Options {
		sets = append(sets, []string{o})
	}
	all := make([]ref.Val, len(sets))
	for i, set := range sets {
		all[i] = types.NewStringList(types.DefaultTypeAdapter, set)
	}
	return all
}

// sampleNumbers are the bounds and the numbers about those that conditions name.
func sampleNumbers(n *Question, literals []ref.Val) []ref.Val {
	values := []int64{0, 1, 1000}
	if n.Min != nil {
		values = append(values, *n.Min)
	}
	if n.Max != nil {
		values = append(values, *n.Max)
	}
	for _, l := range literals {
		if i, ok := l.(types.Int); ok {
			values = append(values, int64(i)-1, int64(i), int64(i)+1)
		}
	}
	var all []ref.Val
	for _, v := range values {
		if (n.Min == nil || v >= *n.Min) && (n.Max == nil || v <= *n.Max) {
			all = append(all, types.Int(v))
		}
	}
	return all
}

// sampleOf is an answer with something in every part.
func sampleOf(n *Question) any {
	switch n.Type {
	case File:
		return []any{map[string]any{"name": "x"}}
	case Rows:
		row := map[string]any{}
		for _, cell := range n.Ask {
			switch {
			case cell.Max != nil:
				row[cell.ID] = numberAnswer(cell, *cell.Max)
			case cell.Type == Number || cell.Type == Money:
				row[cell.ID] = numberAnswer(cell, 1000)
			case len(cell.Options) > 0:
				row[cell.ID] = cell.Options[0]
			case cell.Type == YesNo:
				row[cell.ID] = true
			default:
				row[cell.ID] = "x"
			}
		}
		return []any{row}
	}
	parts := map[string]any{}
	for i, p := range n.kind.parts {
		parts[p] = "x" + strconv.Itoa(i)
	}
	return parts
}

// literals lists what expressions and those they depend on compare with.
func (d *Definition) literals(needs []*Question, over []*expression) []ref.Val {
	var all []ref.Val
	add := func(e *expression) {
		if e == nil {
			return
		}
		ast.PostOrderVisit(e.ast.NativeRep().Expr(), ast.NewExprVisitor(func(x ast.Expr) {
			if x.Kind() == ast.LiteralKind {
				all = append(all, x.AsLiteral())
			}
		}))
	}
	for _, e := range over {
		add(e)
	}
	for _, n := range needs {
		add(n.when)
		add(n.value)
	}
	return all
}
