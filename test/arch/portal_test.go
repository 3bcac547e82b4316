package arch

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// closure lists every package of this module that a command links, computed
// from the sources of its own packages.
func closure(t *testing.T, command string) []string {
	t.Helper()
	imports := map[string][]string{}
	for _, s := range sources(t) {
		if ok, err := build.Default.MatchFile(filepath.Join(root(t), s.dir), filepath.Base(s.file)); err != nil || !ok || s.test {
			continue
		}
		imports[s.dir] = append(imports[s.dir], s.imports...)
	}
	seen := map[string]bool{}
	var walk func(dir string)
	walk = func(dir string) {
		if seen[dir] {
			return
		}
		seen[dir] = true
		for _, imp := range imports[dir] {
			if strings.HasPrefix(imp, module+"/") {
				walk(strings.TrimPrefix(imp, module+"/"))
			}
		}
	}
	walk(command)
	var all []string
	for dir := range seen {
		all = append(all, dir)
	}
	slices.Sort(all)
	return all
}

func TestPortalBinaryHoldsNoOpener(t *testing.T) {
	linked := closure(t, "cmd/wasl-portal")
	if !slices.Contains(linked, "internal/domain/intake") {
		t.Fatalf("the portal links %v: the list cannot be right", linked)
	}
	for _, never := range []string{"internal/crypt/unseal", "internal/domain/casework", "internal/domain/identity"} {
		if slices.Contains(linked, never) {
			t.Errorf("wasl-portal links %s", never)
		}
	}
	if !slices.Contains(closure(t, "cmd/wasl"), "internal/crypt/unseal") {
		t.Error("wasl links no opener: this test would not notice one in the portal")
	}
}

// openers are what turns an HPKE or ML-KEM private key into use.
var openers = []string{"NewRecipient", "NewPrivateKey", "DeriveKeyPair", "Decapsulate", "NewDecapsulationKey768", "NewDecapsulationKey1024",
	"NewHybridPrivateKey", "NewDHKEMPrivateKey", "GenerateKey768", "GenerateKey1024"}

// callsOpener tells whether a file calls one of the openers of crypto/hpke or
// crypto/mlkem.
func callsOpener(f *ast.File) (found string) {
	locals := map[string]bool{}
	for _, i := range f.Imports {
		p := strings.Trim(i.Path.Value, `"`)
		if p != "crypto/hpke" && p != "crypto/mlkem" {
			continue
		}
		name := p[strings.LastIndex(p, "/")+1:]
		if i.Name != nil {
			name = i.Name.Name
		}
		locals[name] = true
	}
	ast.Inspect(f, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && locals[x.Name] && (slices.Contains(openers, sel.Sel.Name) || sel.Sel.Name == "Open") {
			found = x.Name + "." + sel.Sel.Name
		}
		return true
	})
	return found
}

func TestOnlyUnsealOpens(t *testing.T) {
	in := 0
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root(t), s.file), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		call := callsOpener(f)
		switch {
		case call != "" && s.dir == "internal/crypt/unseal":
			in++
		case call != "":
			t.Errorf("%s calls %s: only internal/crypt/unseal opens", s.file, call)
		}
	}
	if in == 0 {
		t.Error("internal/crypt/unseal calls no opener: this test sees nothing")
	}
}

func TestOnlyUnsealOpensBites(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\nimport h \"crypto/hpke\"\nvar _ = h.NewRecipient", 0)
	if err != nil {
		t.Fatal(err)
	}
	if callsOpener(f) == "" {
		t.Error("a renamed import hides an opener")
	}
}
