package service

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// services is a tree of one sound service, with one file changed.
func services(t *testing.T, file string, change func(string) string) fstest.MapFS {
	t.Helper()
	b := made(t, asked("{id: a, type: text}"))
	tree := fstest.MapFS{}
	for name, text := range b.files {
		if strings.HasSuffix(name, "/"+file) {
			text = change(text)
		}
		tree[name] = &fstest.MapFile{Data: []byte(text), Mode: fs.FileMode(0o644)}
	}
	return tree
}

// TestBrokenFile shows that a file that is no YAML is told by its line, without
// all that follows from it.
func TestBrokenFile(t *testing.T) {
	for _, file := range []string{"service.yaml", "fr.yaml"} {
		for name, change := range map[string]func(string) string{
			"a list left open": func(s string) string { return s + "\nodd: [a\n" },
			"a key twice":      func(s string) string { return s + "\nodd: a\nodd: b\n" },
			"a tab":            func(s string) string { return s + "\nodd:\n\t- a\n" },
		} {
			found := Check(services(t, file, change))
			for _, f := range found {
				if f.Rule != ruleYAML.id && f.Rule != ruleFile.id && f.Rule != ruleExampleNone.id {
					t.Errorf("%s with %s: also %s:%d %s: %s", file, name, f.File, f.Line, f.Rule, f.Message)
				}
			}
			if len(found) == 0 || !HasErrors(found) {
				t.Errorf("%s with %s has no finding", file, name)
			}
		}
	}
}

// TestByteOrderMark takes files as some editors save them.
func TestByteOrderMark(t *testing.T) {
	for _, file := range []string{"service.yaml", "fr.yaml"} {
		marked := Check(services(t, file, func(s string) string { return "\ufeff" + s }))
		plain := Check(services(t, file, func(s string) string { return s }))
		if len(marked) != len(plain) {
			t.Errorf("%s with a mark: %v", file, marked)
		}
	}
}
