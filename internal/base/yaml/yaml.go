// Package yaml reads small YAML files that people or another zone wrote. It
// knows no domain word. It refuses what is larger or deeper than any such file,
// a key that the type does not have, and anchors and aliases, with which a
// short text stands for an endless one. Every zone may use it.
package yaml

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// Bounds of a file.
const (
	mostBytes = 256 << 10
	mostDeep  = 30
)

// Decode reads one document into a struct.
func Decode(data []byte, into any) (err error) {
	defer func() {
		if recover() != nil { // the parser panics on some malformed documents
			err = errors.New("not YAML")
		}
	}()
	if len(data) > mostBytes || !utf8.Valid(data) {
		return fmt.Errorf("longer than %d bytes, or not UTF-8", mostBytes)
	}
	if err := plain(string(data)); err != nil {
		return err
	}
	return yaml.UnmarshalWithOptions(data, into, yaml.Strict())
}

// plain guards the recursive parser.
func plain(text string) error {
	depth := 0
	for n, line := range strings.Split(text, "\n") {
		depth += strings.Count(line, "[") + strings.Count(line, "{")
		if indent := len(line) - len(strings.TrimLeft(line, " -?:")); depth > mostDeep || indent > 8*mostDeep {
			return Errorf(n+1, "nested more than %d deep", mostDeep)
		}
		depth = max(0, depth-strings.Count(line, "]")-strings.Count(line, "}"))
	}
	for _, t := range lexer.Tokenize(text) {
		if t.Type == token.AnchorType || t.Type == token.AliasType || t.Type == token.MergeKeyType {
			return Errorf(t.Position.Line, "anchors, aliases and merge keys are not taken")
		}
	}
	return nil
}
