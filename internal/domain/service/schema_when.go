package service

import (
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// asSchema says a question's condition in JSON Schema; false where it cannot
// be said, so that the schema asks too little rather than too much.
func (d *Definition) asSchema(q *Question) (map[string]any, bool) {
	return d.condition(q.when.ast.NativeRep().Expr())
}

func (d *Definition) condition(e ast.Expr) (map[string]any, bool) {
	switch e.Kind() {
	case ast.LiteralKind:
		return map[string]any{}, e.AsLiteral() == types.True
	case ast.IdentKind:
		return d.compare(e, map[string]any{"const": true}, func(v ref.Val) bool { return v == types.True })
	case ast.CallKind:
		return d.call(e.AsCall())
	}
	return nil, false
}

func (d *Definition) call(call ast.CallExpr) (map[string]any, bool) {
	args := call.Args()
	switch call.FunctionName() {
	case operators.LogicalAnd, operators.LogicalOr:
		word := map[string]string{operators.LogicalAnd: "allOf", operators.LogicalOr: "anyOf"}[call.FunctionName()]
		parts := make([]any, 0, len(args))
		for _, arg := range args {
			part, ok := d.condition(arg)
			if !ok {
				return nil, false
			}
			parts = append(parts, part)
		}
		return map[string]any{word: parts}, true
	case operators.LogicalNot:
		inner, ok := d.condition(args[0])
		return map[string]any{"not": inner}, ok
	case operators.NotEquals:
		inner, ok := d.equals(args)
		return map[string]any{"not": inner}, ok
	case operators.Equals:
		return d.equals(args)
	case operators.In:
		return d.within(args)
	case operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals:
		return d.ordered(call.FunctionName(), args)
	}
	return nil, false
}

func (d *Definition) equals(args []ast.Expr) (map[string]any, bool) {
	value, ok := jsonOf(args[1])
	if !ok {
		return nil, false
	}
	want := literal(args[1])
	return d.compare(args[0], map[string]any{"const": value}, func(v ref.Val) bool { return v == want })
}

// within is "answer in [a, b]" or "a in choices".
func (d *Definition) within(args []ast.Expr) (map[string]any, bool) {
	if args[1].Kind() == ast.ListKind {
		var values []any
		wants := map[any]bool{}
		for _, item := range args[1].AsList().Elements() {
			value, ok := jsonOf(item)
			if !ok {
				return nil, false
			}
			values = append(values, value)
			wants[literal(item)] = true
		}
		return d.compare(args[0], map[string]any{"enum": values}, func(v ref.Val) bool { return wants[v] })
	}
	value, ok := jsonOf(args[0])
	q := d.named(args[1])
	if !ok || q == nil || q.Type != Choices {
		return nil, false
	}
	return d.compare(args[1], map[string]any{"contains": map[string]any{"const": value}}, func(ref.Val) bool { return false })
}

var bounds = map[string]string{
	operators.Less: "exclusiveMaximum", operators.LessEquals: "maximum",
	operators.Greater: "exclusiveMinimum", operators.GreaterEquals: "minimum",
}

// ordered compares a whole number; scaled numbers and dates are strings in
// JSON, which has no order for them.
func (d *Definition) ordered(function string, args []ast.Expr) (map[string]any, bool) {
	n, ok := literal(args[1]).(types.Int)
	q := d.named(args[0])
	if !ok || q == nil || !(q.Type == Money || q.Type == Number && q.Decimals == 0) {
		return nil, false
	}
	return d.compare(args[0], map[string]any{bounds[function]: int64(n)}, func(v ref.Val) bool {
		have, _ := v.(types.Int)
		switch function {
		case operators.Less:
			return have < n
		case operators.LessEquals:
			return have <= n
		case operators.Greater:
			return have > n
		}
		return have >= n
	})
}

// compare says "this answer fits value". An answer that is not there is worth
// its nought; a question that is not asked its else, whatever was sent for it.
func (d *Definition) compare(e ast.Expr, value map[string]any, holds func(ref.Val) bool) (map[string]any, bool) {
	q := d.named(e)
	if q == nil || q.kind.none {
		return nil, false
	}
	fits := map[string]any{"properties": map[string]any{q.ID: value}}
	if !holds(d.zeros[q.index]) {
		fits["required"] = []any{q.ID}
	}
	if q.when == nil {
		return fits, true
	}
	open, ok := d.asSchema(q)
	if !ok {
		return nil, false
	}
	s := d.newScope()
	s.close(q)
	if holds(s.values[q.index]) {
		return map[string]any{"anyOf": []any{fits, map[string]any{"not": open}}}, true
	}
	return map[string]any{"allOf": []any{open, fits}}, true
}

func (d *Definition) named(e ast.Expr) *Question {
	if e.Kind() != ast.IdentKind {
		return nil
	}
	return d.Questions[e.AsIdent()]
}

// jsonOf is a literal as the API writes it.
func jsonOf(e ast.Expr) (any, bool) {
	switch v := literal(e).(type) {
	case types.String:
		return string(v), true
	case types.Bool:
		return bool(v), true
	case types.Int:
		return int64(v), true
	}
	return nil, false
}
