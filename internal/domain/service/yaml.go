package service

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// shape is what a YAML node is.
type shape byte

const (
	shapeNothing shape = iota
	shapeText          // quoted, or neither number nor yes/no
	shapeInt
	shapeFloat
	shapeBool
	shapeList
	shapeTable
)

var shapeNames = map[shape]string{
	shapeNothing: "nothing", shapeText: "text", shapeInt: "int", shapeFloat: "float", shapeBool: "bool", shapeList: "list", shapeTable: "table",
}

// term names the shape to an author.
func (s shape) term() term { return word("shape." + shapeNames[s]) }

// node is a YAML value with its line. Scalars keep the text as written, so
// that nothing passes through a float.
type node struct {
	line  int
	shape shape
	text  string
	items []*node
	keys  []entry
}

// entry is one key of a table.
type entry struct {
	key   string
	line  int
	value *node
}

// get returns the value of a key, or nil.
func (n *node) get(key string) *node {
	if n != nil {
		for _, e := range n.keys {
			if e.key == key {
				return e.value
			}
		}
	}
	return nil
}

// Scalar is one written value with its line: an expression or a bound.
type Scalar struct {
	Text string
	Line int
	kind shape
}

const (
	maxYAML  = 1 << 20
	maxDepth = 30
)

// parseYAML reads one document. Anchors, aliases, tags and merge keys are
// refused: there is one way to say each thing.
func parseYAML(text string, f *findings) (root *node) {
	defer func() {
		if recover() != nil { // the parser panics on some malformed documents
			f.add(ruleYAML, 1, "broken")
			root = nil
		}
	}()
	if len(text) > maxYAML || !utf8.ValidString(text) {
		f.add(ruleFile, 1, "unreadable")
		return nil
	}
	text = strings.TrimPrefix(text, "\ufeff") // some editors put a mark first
	if line := tooDeep(text); line > 0 {
		f.add(ruleYAML, line, "deep", "max", maxDepth)
		return nil
	}
	file, err := parser.ParseBytes([]byte(text), 0)
	if err != nil {
		line, message := 1, err.Error()
		var syntax yaml.Error
		if errors.As(err, &syntax) {
			message = syntax.GetMessage()
			if t := syntax.GetToken(); t != nil && t.Position != nil {
				line = t.Position.Line
			}
		}
		f.add(ruleYAML, line, "syntax", "detail", message)
		return nil
	}
	docs := file.Docs
	if len(docs) > 1 {
		f.add(ruleYAML, 1, "several")
		return nil
	}
	if len(docs) == 0 || docs[0].Body == nil {
		return &node{line: 1, shape: shapeTable}
	}
	n, err := convert(docs[0].Body, 0)
	if err != nil {
		var at *lineError
		if errors.As(err, &at) {
			f.add(ruleYAML, at.line, at.said, at.args...)
		}
		return nil
	}
	return n
}

// tooDeep guards the recursive parser: it returns the line where flow brackets
// or indentation nest too deep, or 0.
func tooDeep(text string) int {
	depth := 0
	for i, line := range strings.Split(text, "\n") {
		indent := len(line) - len(strings.TrimLeft(line, " -?:"))
		for _, r := range line {
			switch r {
			case '[', '{':
				depth++
			case ']', '}':
				depth = max(depth-1, 0)
			}
		}
		if depth > maxDepth || indent > 8*maxDepth {
			return i + 1
		}
	}
	return 0
}

// lineError is what is wrong in a line: a text of the rule yaml.
type lineError struct {
	line int
	said string
	args []any
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.said) }

func convert(from ast.Node, depth int) (*node, error) {
	line := 1
	if t := from.GetToken(); t != nil && t.Position != nil {
		line = t.Position.Line
	}
	if depth > maxDepth {
		return nil, &lineError{line, "deep", []any{"max", maxDepth}}
	}
	switch v := from.(type) {
	case *ast.MappingNode:
		return table(v.Values, line, depth)
	case *ast.MappingValueNode:
		return table([]*ast.MappingValueNode{v}, line, depth)
	case *ast.SequenceNode:
		n := &node{line: line, shape: shapeList}
		for _, item := range v.Values {
			child, err := convert(item, depth+1)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, child)
		}
		return n, nil
	case *ast.StringNode:
		return &node{line: line, shape: shapeText, text: v.Value}, nil
	case *ast.LiteralNode:
		return &node{line: line, shape: shapeText, text: v.Value.Value}, nil
	case *ast.IntegerNode:
		return number(v.Token.Value, line), nil
	case *ast.FloatNode:
		return &node{line: line, shape: shapeFloat, text: v.Token.Value}, nil
	case *ast.BoolNode:
		return &node{line: line, shape: shapeBool, text: strings.ToLower(v.Token.Value)}, nil
	case *ast.NullNode:
		return &node{line: line}, nil
	}
	return nil, &lineError{line, "anchors", nil}
}

func table(values []*ast.MappingValueNode, line, depth int) (*node, error) {
	n := &node{line: line, shape: shapeTable}
	if len(values) > 0 {
		n.line = values[0].Key.GetToken().Position.Line
	}
	for _, v := range values {
		token := v.Key.GetToken()
		if v.Key.IsMergeKey() || v.Value == nil {
			return nil, &lineError{token.Position.Line, "merge", nil}
		}
		child, err := convert(v.Value, depth+1)
		if err != nil {
			return nil, err
		}
		if n.get(token.Value) != nil {
			return nil, &lineError{token.Position.Line, "twice", []any{"key", token.Value}}
		}
		if child.shape == shapeNothing {
			child.line = token.Position.Line
		}
		n.keys = append(n.keys, entry{key: token.Value, line: token.Position.Line, value: child})
	}
	return n, nil
}

// number keeps as text what is not a plain decimal integer, such as 0612345678:
// a phone number written without quotes must not turn octal.
func number(text string, line int) *node {
	digits := strings.TrimPrefix(text, "-")
	plain := digits == "0" || digits != "" && digits[0] != '0' && len(digits) < 17 && strings.Trim(digits, "0123456789") == ""
	if plain {
		return &node{line: line, shape: shapeInt, text: text}
	}
	return &node{line: line, shape: shapeText, text: text}
}
