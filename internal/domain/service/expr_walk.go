package service

import (
	"slices"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// walker refuses what types alone do not: floats, answers written as
// literals, a division that may be by nought, an option that does not exist.
// It lists what the expression reads.
type walker struct {
	c      *compiler
	f      *findings
	what   term
	line   int
	e      *expression
	failed bool
}

func (w *walker) fail(r rule, mend term, said string, args ...any) {
	w.failed = true
	w.f.addMend(r, w.line, mend, said, append([]any{"what", w.what}, args...)...)
}

// walk visits an expression; bound are the names that a comprehension binds.
func (w *walker) walk(e ast.Expr, bound []string) {
	switch e.Kind() {
	case ast.IdentKind:
		id := e.AsIdent()
		if !slices.Contains(bound, id) && w.c.d.Questions[id] != nil && !slices.Contains(w.e.reads, id) {
			w.e.reads = append(w.e.reads, id)
		}
	case ast.LiteralKind:
		switch e.AsLiteral().(type) {
		case types.Int, types.String, types.Bool:
		default:
			w.fail(ruleCEL, ruleCEL.term("mend_whole"), "literal", "value", e.AsLiteral())
		}
	case ast.SelectKind:
		w.walk(e.AsSelect().Operand(), bound)
	case ast.ListKind:
		for _, item := range e.AsList().Elements() {
			w.walk(item, bound)
		}
	case ast.CallKind:
		call := e.AsCall()
		w.call(call)
		if call.IsMemberFunction() {
			w.walk(call.Target(), bound)
		}
		for _, arg := range call.Args() {
			w.walk(arg, bound)
		}
	case ast.ComprehensionKind:
		loop := e.AsComprehension()
		w.walk(loop.IterRange(), bound)
		inner := append(slices.Clone(bound), loop.IterVar(), loop.AccuVar())
		w.walk(loop.AccuInit(), inner)
		w.walk(loop.LoopCondition(), inner)
		w.walk(loop.LoopStep(), inner)
		w.walk(loop.Result(), inner)
	default:
		w.fail(ruleCEL, term{}, "object")
	}
}

func (w *walker) call(call ast.CallExpr) {
	args := call.Args()
	switch call.FunctionName() {
	case operators.Divide, operators.Modulo:
		if n, ok := literal(args[1]).(types.Int); !ok || n == 0 {
			w.fail(ruleCEL, ruleCEL.term("mend_divide"), "divides")
		}
	case operators.Equals, operators.NotEquals:
		w.option(args[0], args[1])
		w.option(args[1], args[0])
	case operators.In:
		if args[1].Kind() == ast.ListKind {
			for _, item := range args[1].AsList().Elements() {
				w.option(args[0], item)
			}
			return
		}
		w.option(args[1], args[0])
	}
}

// option checks that a text compared with a choice is one of its options.
func (w *walker) option(answer, word ast.Expr) {
	text, ok := literal(word).(types.String)
	q := w.choice(answer)
	if !ok || q == nil || text == "" || slices.Contains(q.Options, string(text)) {
		return
	}
	w.fail(ruleReference, suggest(string(text), q.Options), "option", "id", q.ID, "word", string(text))
}

// choice is the choice question that an expression names, or nil.
func (w *walker) choice(e ast.Expr) *Question {
	if e.Kind() != ast.IdentKind {
		return nil
	}
	if q := w.c.d.Questions[e.AsIdent()]; q != nil && (q.Type == Choice || q.Type == Choices) {
		return q
	}
	return nil
}

func literal(e ast.Expr) any {
	if e.Kind() != ast.LiteralKind {
		return nil
	}
	return e.AsLiteral()
}
