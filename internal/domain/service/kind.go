package service

import (
	"encoding/json"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
)

// kind is what the engine knows about one question type. A type lives in one
// file, which fills its row of the table below.
type kind struct {
	// keys are the keys of service.yaml that the type takes beside id, type,
	// when and optional.
	keys []string
	// parts are the ends of the control names; nil is one control (or none).
	parts []string
	// none: the question has no control.
	none bool

	// read turns what was typed at a control name into the answer. It reports
	// problems itself and returns nil where there is no answer.
	read func(r *reader, q *Question, at string) any
	// put turns an API value into what a person would have typed; the problem
	// key, or "" when the value has the right shape.
	put func(p *putter, q *Question, at string, v any)
	// schema is the JSON Schema of the answer.
	schema func(q *Question) map[string]any
	// value and zero are the answer in conditions; nil type: not readable there.
	value func(q *Question) *cel.Type
	zero  func(q *Question) any
	// show writes an answer for people.
	show func(s *shower, q *Question, v any) []Shown
	// check judges the question's definition.
	check func(c *compiler, q *Question, s *questionSource)
}

// kinds is filled once, below; it is read-only afterwards.
var kinds map[Type]*kind

func init() {
	kinds = map[Type]*kind{
		Text: textKind(false), LongText: textKind(true),
		Number: numberKind(), Money: moneyKind(), Date: dateKind(),
		YesNo: yesnoKind(), Choice: choiceKind(), Choices: choicesKind(), Declaration: declarationKind(),
		Email: codeKind(emailOf, emailSchema), Phone: codeKind(phoneOf, phoneSchema),
		CNIE: codeKind(cnieOf, cnieSchema), ICE: codeKind(iceOf, iceSchema), RIB: codeKind(ribOf, ribSchema),
		Person: personKind(), Address: addressKind(),
		Region: placeKind(), Province: placeKind(), Commune: placeKind(),
		File: fileKind(), Rows: rowsKind(),
		Computed: computedKind(), Statement: statementKind(),
	}
	for t := range kinds {
		typeNames = append(typeNames, string(t))
	}
}

var typeNames []string

// fault is what is wrong with one typed value: a key of the texts "problem.*"
// with its placeholders.
type fault struct {
	key  string
	args []any
}

// single is the read of a type with one control: blank is missing unless
// optional, broken UTF-8 is a problem, and the rest is for parse.
func single(missing string, parse func(r *reader, q *Question, typed string) (any, *fault)) func(*reader, *Question, string) any {
	return func(r *reader, q *Question, at string) any {
		typed := r.typed.first(at)
		if blank(typed) {
			if !q.Optional {
				r.problem(at, missing)
			}
			return nil
		}
		if !utf8.ValidString(typed) {
			r.problem(at, "encoding")
			return nil
		}
		answer, wrong := parse(r, q, typed)
		if wrong != nil {
			r.problem(at, wrong.key, wrong.args...)
			return nil
		}
		return answer
	}
}

// putText is the put of types whose API value is a string.
func putText(p *putter, _ *Question, at string, v any) {
	switch v := v.(type) {
	case string:
		p.typed[at] = []string{v}
	default:
		p.problem(at, "json.text")
	}
}

// putNumber takes a string as typed and a JSON number by its digits.
func putNumber(p *putter, _ *Question, at string, v any) {
	switch v := v.(type) {
	case string:
		p.typed[at] = []string{v}
	case json.Number:
		p.typed[at] = []string{v.String()}
	default:
		p.problem(at, "json.number")
	}
}

func stringValue(*Question) *cel.Type { return cel.StringType }
func intValue(*Question) *cel.Type    { return cel.IntType }
func boolValue(*Question) *cel.Type   { return cel.BoolType }

func zeroString(*Question) any { return "" }
func zeroInt(*Question) any    { return int64(0) }
func zeroBool(*Question) any   { return false }
