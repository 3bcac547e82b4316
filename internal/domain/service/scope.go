package service

import (
	"errors"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// Names of the object types that expressions read.
const (
	personType  = "person"
	addressType = "address"
)

func rowType(q *Question) string { return "row." + q.ID }

// scope is what expressions read while one form is judged: the worth of every
// question so far. It is an activation of the expression language.
type scope struct {
	d      *Definition
	values []ref.Val // by Question.index
}

// prepare fixes what every reading starts from.
func (d *Definition) prepare() {
	d.zeros = make([]ref.Val, len(d.order))
	for i, q := range d.order {
		d.zeros[i] = zeroOf(q)
	}
}

func zeroOf(q *Question) ref.Val {
	switch {
	case q.Type == Computed && q.result == cel.BoolType:
		return types.False
	case q.Type == Computed && q.result == cel.StringType:
		return types.String("")
	case q.Type == Computed:
		return types.Int(0)
	case q.kind.zero == nil:
		return types.NullValue
	}
	return types.DefaultTypeAdapter.NativeToValue(q.kind.zero(q))
}

func (d *Definition) newScope() *scope {
	s := &scope{d: d, values: make([]ref.Val, len(d.zeros))}
	copy(s.values, d.zeros)
	return s
}

// ResolveName gives an expression the worth of a question.
func (s *scope) ResolveName(name string) (any, bool) {
	if q := s.d.Questions[name]; q != nil {
		return s.values[q.index], true
	}
	return nil, false
}

// Parent is nil: there is nothing else to read.
func (s *scope) Parent() cel.Activation { return nil }

// truth works out a condition; none is true. A condition that cannot be worked
// out (a number that does not fit) leaves its question open: nobody is passed
// over by an accident of arithmetic.
func (s *scope) truth(e *expression) bool {
	if e == nil {
		return true
	}
	v, _, err := e.program.Eval(s)
	return err != nil || v != types.False
}

// close gives a question that is not asked its worth: its else, or nothing.
func (s *scope) close(q *Question) {
	if q.Else != nil {
		s.values[q.index] = types.DefaultTypeAdapter.NativeToValue(q.Else)
		return
	}
	s.values[q.index] = s.d.zeros[q.index]
}

// set tells the scope an answer.
func (s *scope) set(q *Question, v any) { s.values[q.index] = worth(q, v) }

// worth is an answer as expressions read it.
func worth(q *Question, v any) ref.Val {
	switch q.Type {
	case Number, Money:
		return types.Int(unscaled(q, v))
	case Choices:
		words := make([]string, 0, len(list(v)))
		for _, o := range list(v) {
			words = append(words, str(o))
		}
		return types.NewStringList(types.DefaultTypeAdapter, words)
	case File:
		names := make([]string, 0, len(list(v)))
		for _, f := range list(v) {
			names = append(names, str(object(f)["name"]))
		}
		return types.NewStringList(types.DefaultTypeAdapter, names)
	case Person, Address:
		parts := make(map[string]any, len(q.kind.parts))
		for _, p := range q.kind.parts {
			parts[p] = str(object(v)[p])
		}
		return types.NewStringInterfaceMap(types.DefaultTypeAdapter, parts)
	case Rows:
		rows := make([]ref.Val, 0, len(list(v)))
		for _, row := range list(v) {
			rows = append(rows, worthOfRow(q, object(row)))
		}
		return types.NewRefValList(types.DefaultTypeAdapter, rows)
	}
	switch v := v.(type) {
	case string:
		return types.String(v)
	case bool:
		return types.Bool(v)
	case int64:
		return types.Int(v)
	}
	return zeroOf(q)
}

func worthOfRow(q *Question, row map[string]any) ref.Val {
	cells := make(map[string]any, len(q.Ask))
	for _, cell := range q.Ask {
		if v := row[cell.ID]; v != nil {
			cells[cell.ID] = worth(cell, v)
		} else {
			cells[cell.ID] = zeroOf(cell)
		}
	}
	return types.NewStringInterfaceMap(types.DefaultTypeAdapter, cells)
}

// compute works out a computed question and tells the scope; false when it
// cannot be worked out.
func (s *scope) compute(q *Question) (any, bool) {
	v, _, err := q.value.program.Eval(s)
	if err != nil {
		return nil, false
	}
	var answer any
	switch v := v.(type) {
	case types.Int:
		if v >= maxNumber || v <= -maxNumber {
			return nil, false
		}
		answer = int64(v)
	case types.Bool:
		answer = bool(v)
	case types.String:
		answer = string(v)
	default:
		return nil, false
	}
	s.values[q.index] = v
	return answer, true
}

// errAmount says that an amount cannot be worked out.
var errAmount = errors.New("the amount cannot be worked out")

// amount works out centimes.
func (s *scope) amount(e *expression) (int64, error) {
	v, _, err := e.program.Eval(s)
	n, ok := v.(types.Int)
	if err != nil || !ok || n >= maxNumber {
		return 0, errAmount
	}
	return int64(n), nil
}

// reopen works out again which questions were asked: in a section that is at
// hand by its condition, elsewhere not at all.
func (d *Definition) reopen(sections map[string][]byte, r *Reading) {
	s := d.newScope()
	for i := range d.Pages {
		page := &d.Pages[i]
		_, atHand := sections[page.Section]
		opened := false
		for _, q := range page.Questions {
			v, answered := r.Answers[q.ID]
			if !answered && (!atHand || !s.truth(q.when)) {
				s.close(q)
				continue
			}
			opened = true
			r.Open[q.ID] = true
			switch {
			case answered:
				s.set(q, v)
			case q.Type == File && q.Later:
				r.Missing = append(r.Missing, q.ID)
			}
		}
		if opened {
			r.Pages = append(r.Pages, page.ID)
		}
	}
}
