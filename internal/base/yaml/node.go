package yaml

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Kind is what a Node is.
type Kind byte

// Kinds of nodes.
const (
	Nothing Kind = iota
	Text         // a number or a quoted word too: Text holds it as written
	Bool
	List
	Table
)

// Node is a YAML value with its line, for a reader that points at mistakes.
type Node struct {
	Line  int
	Kind  Kind
	Text  string
	Items []*Node // of a List
	Keys  []Entry // of a Table, in the order written
}

// Entry is one key of a Table.
type Entry struct {
	Key   string
	Line  int
	Value *Node
}

// Get is the value of a key, or nil; also of no node.
func (n *Node) Get(key string) *Node {
	if n != nil {
		for _, e := range n.Keys {
			if e.Key == key {
				return e.Value
			}
		}
	}
	return nil
}

// Error is a mistake in a line of a file.
type Error struct {
	Line int
	Said string
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Said) }

// Errorf is a mistake in a line.
func Errorf(line int, format string, args ...any) *Error {
	return &Error{Line: line, Said: fmt.Sprintf(format, args...)}
}

// Parse reads one document of at most the given bytes into nodes. Its errors
// are *Error. An empty document is a Table without keys.
func Parse(data []byte, most int) (root *Node, err error) {
	defer func() {
		if recover() != nil { // the parser panics on some malformed documents
			root, err = nil, Errorf(1, "not YAML")
		}
	}()
	if len(data) > most || !utf8.Valid(data) {
		return nil, Errorf(1, "longer than %d bytes, or not UTF-8", most)
	}
	text := strings.TrimPrefix(string(data), "\ufeff") // some editors put a mark first
	if err := plain(text); err != nil {
		return nil, err
	}
	if err := few(text); err != nil {
		return nil, err
	}
	file, err := parser.ParseBytes([]byte(text), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, syntax(err)
	}
	switch {
	case len(file.Docs) > 1:
		return nil, Errorf(1, "several documents in one file")
	case len(file.Docs) == 0 || file.Docs[0].Body == nil:
		return &Node{Line: 1, Kind: Table}, nil
	}
	return convert(file.Docs[0].Body, 0)
}

// mostKeys bounds a table: the parser takes quadratic time over its keys.
const mostKeys = 4000

// few refuses a table of very many keys before the parser sees it.
func few(text string) error {
	var open []keyCount
	flow := 0
	for _, t := range lexer.Tokenize(text) {
		column := t.Position.Column
		if prev := t.Prev; t.Type == token.MappingValueType && prev != nil && prev.Position.Line == t.Position.Line {
			column = prev.Position.Column
		}
		column += flow << 20 // deeper than every block
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			flow++
		case token.MappingEndType, token.SequenceEndType:
			flow = max(flow-1, 0)
			open = closed(open, flow<<20|1<<19)
		case token.SequenceEntryType:
			open = closed(open, column)
		case token.MappingValueType, token.MappingKeyType:
			if flow > 0 {
				column = flow << 20
			}
			if open = closed(open, column); len(open) == 0 || open[len(open)-1].column < column {
				open = append(open, keyCount{column: column})
			}
			last := &open[len(open)-1]
			if last.keys++; last.keys > mostKeys {
				return Errorf(t.Position.Line, "a table of more than %d keys", mostKeys)
			}
		}
	}
	return nil
}

// keyCount counts the keys of a table that is still open, by their column.
type keyCount struct{ column, keys int }

// closed drops the tables that stand further right than a column.
func closed(open []keyCount, column int) []keyCount {
	for len(open) > 0 && open[len(open)-1].column > column {
		open = open[:len(open)-1]
	}
	return open
}

// syntax gives a parser's error its line.
func syntax(err error) error {
	var at yaml.Error
	if !errors.As(err, &at) {
		return Errorf(1, "%v", err)
	}
	line := 1
	if t := at.GetToken(); t != nil && t.Position != nil {
		line = t.Position.Line
	}
	return Errorf(line, "%s", at.GetMessage())
}

func convert(from ast.Node, depth int) (*Node, error) {
	line := 1
	if t := from.GetToken(); t != nil && t.Position != nil {
		line = t.Position.Line
	}
	if depth > mostDeep {
		return nil, Errorf(line, "nested more than %d deep", mostDeep)
	}
	switch v := from.(type) {
	case *ast.MappingNode:
		return table(v.Values, line, depth)
	case *ast.MappingValueNode:
		return table([]*ast.MappingValueNode{v}, line, depth)
	case *ast.SequenceNode:
		n := &Node{Line: line, Kind: List}
		for _, item := range v.Values {
			child, err := convert(item, depth+1)
			if err != nil {
				return nil, err
			}
			n.Items = append(n.Items, child)
		}
		return n, nil
	case *ast.StringNode:
		return &Node{Line: line, Kind: Text, Text: v.Value}, nil
	case *ast.LiteralNode:
		return &Node{Line: line, Kind: Text, Text: v.Value.Value}, nil
	case *ast.IntegerNode:
		return &Node{Line: line, Kind: Text, Text: v.Token.Value}, nil
	case *ast.FloatNode:
		return &Node{Line: line, Kind: Text, Text: v.Token.Value}, nil
	case *ast.BoolNode:
		return &Node{Line: line, Kind: Bool, Text: strings.ToLower(v.Token.Value)}, nil
	case *ast.NullNode:
		return &Node{Line: line}, nil
	}
	return nil, Errorf(line, "anchors, aliases and tags are not taken")
}

func table(values []*ast.MappingValueNode, line, depth int) (*Node, error) {
	n := &Node{Line: line, Kind: Table}
	if len(values) > 0 {
		n.Line = values[0].Key.GetToken().Position.Line
	}
	seen := make(map[string]bool, len(values))
	for _, v := range values {
		token := v.Key.GetToken()
		if v.Key.IsMergeKey() || v.Value == nil {
			return nil, Errorf(token.Position.Line, "merge keys are not taken")
		}
		child, err := convert(v.Value, depth+1)
		if err != nil {
			return nil, err
		}
		if seen[token.Value] {
			return nil, Errorf(token.Position.Line, "%s is written twice", token.Value)
		}
		seen[token.Value] = true
		if child.Kind == Nothing {
			child.Line = token.Position.Line
		}
		n.Keys = append(n.Keys, Entry{Key: token.Value, Line: token.Position.Line, Value: child})
	}
	return n, nil
}
