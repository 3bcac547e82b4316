package service

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/checker"
	"cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// expression is one compiled expression: a condition, a computed value, an
// amount. It reads answers by the ids of their questions.
type expression struct {
	text    string
	line    int
	ast     *cel.Ast
	program cel.Program
	reads   []string // question ids, each once
}

// maxCost bounds an expression before it is ever run (by the sizes that the
// form allows) and again while it runs.
const maxCost = 200_000

// celReserved are words that an id in an expression cannot be.
var celReserved = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields("as break const continue else false for function if import in let loop namespace null package return true var void while size sum bool bytes double duration dyn int list map string timestamp type uint") {
		m[w] = true
	}
	return m
}()

// The language: comparison, logic, whole-number arithmetic, text search, lists
// of rows, sum. Nothing that is a float, a date of today, a regular expression
// or of unknown type.
var celFunctions = strings.Fields("_&&_ _||_ !_ _?_:_ _==_ _!=_ _<_ _<=_ _>_ _>=_ _+_ _-_ _*_ _/_ _%_ -_ @in size contains startsWith endsWith @not_strictly_false")

var baseEnv = lazily(func() *cel.Env {
	subset := &env.LibrarySubset{IncludeMacros: []string{"all", "exists", "exists_one", "filter", "map"}}
	for _, name := range celFunctions {
		subset.IncludeFunctions = append(subset.IncludeFunctions, env.NewFunction(name))
	}
	e, err := cel.NewCustomEnv(
		cel.StdLib(cel.StdLibSubset(subset)),
		cel.ParserExpressionSizeLimit(2000), cel.ParserRecursionLimit(60),
		cel.Function("sum", cel.Overload("sum_list_int", []*cel.Type{cel.ListType(cel.IntType)}, cel.IntType, cel.UnaryBinding(sum))),
	)
	if err != nil {
		panic(fmt.Sprintf("the expression language does not start: %v", err)) // fixed above, found by any test
	}
	return e
})

// sum adds whole numbers; a sum that does not fit is an error.
func sum(v ref.Val) ref.Val {
	var total types.Int
	for it := v.(traits.Iterable).Iterator(); it.HasNext() == types.True; {
		n, ok := it.Next().(types.Int)
		if !ok {
			return types.NewErr("sum takes whole numbers")
		}
		if n > 0 && total > math.MaxInt64-n || n < 0 && total < math.MinInt64-n {
			return types.NewErr("the sum does not fit")
		}
		total += n
	}
	return total
}

// expressions compiles every expression in page order, so that each reads only
// what was asked before it.
func (c *compiler) expressions() {
	c.formEnv()
	for _, q := range c.d.order {
		f := c.f.in(q.File)
		if q.When.Text != "" {
			q.when = c.expression(f, word("condition", "id", q.ID), q.When, q.index, cel.BoolType)
		}
		if q.Type == Computed && q.Value.Text != "" {
			if q.value = c.expression(f, word("value", "id", q.ID), q.Value, q.index, cel.IntType, cel.BoolType, cel.StringType); q.value != nil {
				q.result = q.value.ast.OutputType()
				c.declare(cel.Variable(q.ID, q.result))
			}
		}
	}
	end := len(c.d.order)
	for i := range c.d.Fees {
		fee := &c.d.Fees[i]
		if fee.Amount.Text == "" {
			c.f.add(ruleRequired, fee.Line, "amount", "id", fee.ID)
			continue
		}
		fee.amount = c.expression(c.f, word("amount", "id", fee.ID), fee.Amount, end, cel.IntType)
	}
	for i := range c.d.Fetch {
		fetch := &c.d.Fetch[i]
		if fetch.When.Text != "" {
			fetch.when = c.expression(c.f, word("condition", "id", fetch.ID), fetch.When, end, cel.BoolType)
		}
	}
	c.d.prepare()
}

// formEnv declares every question but the computed ones, whose types are
// known only once they are compiled.
func (c *compiler) formEnv() {
	p := &formTypes{Registry: baseEnv().CELTypeProvider(), rows: map[string]*Question{}}
	opts := []cel.EnvOption{cel.CustomTypeProvider(p)}
	for _, q := range c.d.order {
		if q.kind.value == nil {
			continue
		}
		if q.Type == Rows {
			p.rows[rowType(q)] = q
		}
		opts = append(opts, cel.Variable(q.ID, q.kind.value(q)))
	}
	c.env = baseEnv()
	c.declare(opts...)
}

func (c *compiler) declare(opts ...cel.EnvOption) {
	e, err := c.env.Extend(opts...)
	if err != nil {
		c.f.add(ruleCEL, 1, "questions", "detail", err)
		return
	}
	c.env = e
}

// expression compiles one expression for the question at index before; it
// returns nil after reporting what is wrong.
func (c *compiler) expression(f *findings, what term, s Scalar, before int, takes ...*cel.Type) *expression {
	ast, issues := c.env.Compile(s.Text)
	if issues.Err() != nil {
		for _, e := range issues.Errors() {
			c.issue(f, what, s, e)
		}
		return nil
	}
	e := &expression{text: s.Text, line: s.Line, ast: ast}
	w := &walker{c: c, f: f, what: what, line: s.Line, e: e}
	w.walk(ast.NativeRep().Expr(), nil)
	if w.failed {
		return nil
	}
	for _, id := range e.reads {
		q := c.d.Questions[id]
		q.used = true
		if q.index >= before {
			f.add(ruleAhead, s.Line, "asked", "what", what, "id", id)
			return nil
		}
	}
	if got := ast.OutputType(); !slices.ContainsFunc(takes, got.IsExactType) {
		f.addMend(ruleCEL, s.Line, ruleCEL.term("mend_gives", "types", typeWords(takes)), "gives", "what", what, "type", typeWord(got))
		return nil
	}
	if !c.program(f, what, e) {
		return nil
	}
	return e
}

// program bounds the cost and plans the evaluation.
func (c *compiler) program(f *findings, what term, e *expression) bool {
	cost, err := c.env.EstimateCost(e.ast, sizes{c.d})
	if err != nil || cost.Max > maxCost {
		f.add(ruleCost, e.line, "cost", "what", what, "steps", cost.Max, "max", maxCost)
		return false
	}
	opts := []cel.ProgramOption{cel.EvalOptions(cel.OptOptimize)}
	if cost.Max > 1000 {
		opts = append(opts, cel.CostLimit(maxCost))
	}
	if e.program, err = c.env.Program(e.ast, opts...); err != nil {
		f.add(ruleCEL, e.line, "planned", "what", what, "detail", err)
		return false
	}
	return true
}

var undeclared = regexp.MustCompile(`undeclared reference to '([^']+)'`)

// issue words one error of the expression's checker for an author.
func (c *compiler) issue(f *findings, what term, s Scalar, e *cel.Error) {
	m := undeclared.FindStringSubmatch(e.Message)
	switch {
	case strings.Contains(e.Message, "double"):
		f.addMend(ruleCEL, s.Line, ruleCEL.term("mend_whole"), "point", "what", what)
	case m == nil:
		f.add(ruleCEL, s.Line, "syntax", "what", what, "at", e.Location.Column()+1, "detail", strings.ReplaceAll(e.Message, " (in container '')", ""))
	case c.d.Questions[m[1]] != nil && c.d.Questions[m[1]].Type == Statement:
		f.add(ruleCEL, s.Line, "statement", "what", what, "id", m[1])
	case c.d.Questions[m[1]] != nil:
		f.add(ruleAhead, s.Line, "computed", "what", what, "id", m[1])
	default:
		f.addMend(ruleCEL, s.Line, suggest(m[1], keysOf(c.d.Questions)), "unknown", "what", what, "id", m[1])
	}
}

func typeWord(t *cel.Type) term {
	switch t.Kind() {
	case types.BoolKind:
		return shapeBool.term()
	case types.IntKind:
		return shapeInt.term()
	case types.StringKind:
		return shapeText.term()
	case types.ListKind:
		return shapeList.term()
	}
	return word("key", "key", t.String())
}

func typeWords(all []*cel.Type) []term {
	words := make([]term, len(all))
	for i, t := range all {
		words[i] = typeWord(t)
	}
	return words
}

// formTypes gives the fields of persons, addresses and rows to the checker.
type formTypes struct {
	Registry types.Provider
	rows     map[string]*Question
}

var errNoLiteral = errors.New("answers cannot be written in an expression")

func (p *formTypes) EnumValue(name string) ref.Val               { return types.NewErr("unknown name %q", name) }
func (p *formTypes) FindIdent(string) (ref.Val, bool)            { return nil, false }
func (p *formTypes) NewValue(string, map[string]ref.Val) ref.Val { return types.WrapErr(errNoLiteral) }

func (p *formTypes) fields(structType string) map[string]*cel.Type {
	fields := map[string]*cel.Type{}
	switch q := p.rows[structType]; {
	case q != nil:
		for _, cell := range q.Ask {
			if cell.kind.value != nil {
				fields[cell.ID] = cell.kind.value(cell)
			}
		}
	case structType == personType:
		for _, part := range personParts {
			fields[part] = cel.StringType
		}
	case structType == addressType:
		for _, part := range addressParts {
			fields[part] = cel.StringType
		}
	default:
		return nil
	}
	return fields
}

func (p *formTypes) FindStructType(structType string) (*types.Type, bool) {
	if p.fields(structType) == nil {
		return nil, false
	}
	return types.NewTypeTypeWithParam(types.NewObjectType(structType)), true
}

func (p *formTypes) FindStructFieldNames(structType string) ([]string, bool) {
	fields := p.fields(structType)
	return keysOf(fields), fields != nil
}

func (p *formTypes) FindStructFieldType(structType, field string) (*types.FieldType, bool) {
	t, ok := p.fields(structType)[field]
	if !ok {
		return nil, false
	}
	return &types.FieldType{Type: t}, true
}

// sizes tells the cost estimator how long answers can be.
type sizes struct{ d *Definition }

func (s sizes) EstimateCallCost(function, overload string, _ *checker.AstNode, args []checker.AstNode) *checker.CallEstimate {
	if overload != "sum_list_int" || len(args) != 1 {
		return nil
	}
	size := args[0].ComputedSize()
	if size == nil {
		size = s.EstimateSize(args[0])
	}
	if size == nil {
		return nil
	}
	return &checker.CallEstimate{CostEstimate: size.MultiplyByCostFactor(1)}
}

func (s sizes) EstimateSize(n checker.AstNode) *checker.SizeEstimate {
	path := n.Path()
	if len(path) == 0 {
		return nil
	}
	q := s.d.Questions[path[0]]
	if q == nil {
		return nil
	}
	for _, step := range path[1:] {
		if step == "@items" {
			if q.Type != Rows {
				return upTo(100) // an option's or a file's name
			}
			continue
		}
		for _, cell := range q.Ask {
			if cell.ID == step {
				q = cell
			}
		}
	}
	return upTo(q.longest())
}

func upTo(n int) *checker.SizeEstimate { return &checker.SizeEstimate{Max: uint64(n)} }

// longest is the most characters or items that an answer can have.
func (q *Question) longest() int {
	switch q.Type {
	case Rows:
		return q.RowsMax
	case Choices:
		return len(q.Options)
	case File:
		return q.MaxFiles
	case Text, LongText:
		return q.MaxLength
	case Computed:
		return DefaultMaxLength
	}
	return 300
}
