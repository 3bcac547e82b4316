package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	gobuild "go/build"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// mutant is one thing to flip.
type mutant struct {
	id   int
	at   string // file and function
	what string
	n    int // of the same in one function, from 1
}

func (m mutant) String() string {
	s := m.at + ": " + m.what
	if m.n > 1 {
		s += " #" + strconv.Itoa(m.n)
	}
	return s
}

// editor replaces expressions by ones that can be flipped while the program runs.
type editor struct {
	fset    *token.FileSet
	info    *types.Info
	pkg     *types.Package
	src     []byte
	at      string
	mutants []mutant
	seen    map[string]int
	edits   []edit
}

// edit replaces the bytes from start to end; several may nest.
type edit struct {
	start, end int
	before     string
	after      string
	whole      string // instead of what stands there, when not ""
}

// rewrite writes a copy of the engine whose every mutant sleeps until the
// environment names it, and the overlay file that puts it in the place of the
// engine.
func rewrite(dir string) ([]mutant, string, error) {
	fset := token.NewFileSet()
	files, paths, err := parse(fset)
	if err != nil {
		return nil, "", err
	}
	root, err := exec.Command("go", "env", "GOROOT").Output() // a program built with -trimpath does not know
	if err != nil {
		return nil, "", fmt.Errorf("asking go for its root: %w", err)
	}
	gobuild.Default.GOROOT = strings.TrimSpace(string(root))
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	pkg, err := conf.Check("wasl/"+engine, fset, files, info)
	if err != nil {
		return nil, "", fmt.Errorf("checking the engine: %w", err)
	}
	e := &editor{fset: fset, info: info, pkg: pkg, seen: map[string]int{}}
	replace := map[string]string{}
	for i, f := range files {
		out, err := e.file(f, paths[i])
		if err != nil {
			return nil, "", err
		}
		if err := put(dir, replace, paths[i], out); err != nil {
			return nil, "", err
		}
	}
	if err := put(dir, replace, engine+"/mutation.go", []byte(support)); err != nil {
		return nil, "", err
	}
	mutants := append(e.mutants, e.profile()...)
	raw, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return mutants, overlay, os.WriteFile(overlay, raw, 0o600)
}

// parse reads the engine without its tests.
func parse(fset *token.FileSet) (files []*ast.File, paths []string, err error) {
	names, err := filepath.Glob(engine + "/*.go")
	if err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, nil, err
		}
		files, paths = append(files, f), append(paths, name)
	}
	return files, paths, nil
}

func put(dir string, replace map[string]string, path string, body []byte) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	copied := filepath.Join(dir, filepath.Base(path))
	replace[abs] = copied
	return os.WriteFile(copied, body, 0o600)
}

func (e *editor) file(f *ast.File, path string) ([]byte, error) {
	var err error
	if e.src, err = os.ReadFile(path); err != nil {
		return nil, err
	}
	e.edits = nil
	for _, decl := range f.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		e.at = filepath.Base(path) + " " + fn.Name.Name
		ast.Inspect(fn.Body, e.visit)
		if fn.Name.Name == "ParseProfile" {
			start := e.offset(fn.Name.Pos())
			e.edits = append(e.edits, edit{start: start, end: start + len("ParseProfile"), whole: "parseProfileAsWritten"})
		}
	}
	out, err := format.Source(apply(e.src, e.edits))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return out, nil
}

func (e *editor) offset(p token.Pos) int { return e.fset.Position(p).Offset }

func (e *editor) text(n ast.Node) string {
	return strings.Join(strings.Fields(string(e.src[e.offset(n.Pos()):e.offset(n.End())])), " ")
}

// add numbers a mutant; the same flip twice in a function gets a count.
func (e *editor) add(what string) int {
	e.seen[e.at+what]++
	e.mutants = append(e.mutants, mutant{id: len(e.mutants) + 1, at: e.at, what: what, n: e.seen[e.at+what]})
	return len(e.mutants)
}

// wrap puts text around an expression.
func (e *editor) wrap(n ast.Node, before, after string) {
	e.edits = append(e.edits, edit{start: e.offset(n.Pos()), end: e.offset(n.End()), before: before, after: after})
}

func (e *editor) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		e.binary(n)
	case *ast.UnaryExpr:
		if n.Op == token.NOT {
			e.wrap(n, "(", fmt.Sprintf(" != mutOn(%d))", e.add(e.text(n)+" → "+e.text(n.X))))
		}
	case *ast.BasicLit:
		e.literal(n)
	case *ast.CallExpr:
		e.call(n)
	case *ast.IfStmt:
		e.condition(n.Cond)
	case *ast.SwitchStmt:
		if n.Tag == nil {
			for _, clause := range n.Body.List {
				for _, cond := range clause.(*ast.CaseClause).List {
					e.condition(cond)
				}
			}
		}
	case *ast.ArrayType:
		return false
	}
	return true
}

// condition negates a condition that is a name or a call; operators have
// mutants of their own.
func (e *editor) condition(cond ast.Expr) {
	switch cond.(type) {
	case *ast.Ident, *ast.SelectorExpr, *ast.CallExpr:
		e.wrap(cond, "((", fmt.Sprintf(") != mutOn(%d))", e.add(e.text(cond)+" → !"+e.text(cond))))
	}
}

func (e *editor) binary(n *ast.BinaryExpr) {
	if tv := e.info.Types[n]; tv.Value != nil { // a constant
		return
	}
	a, b := e.text(n.X), e.text(n.Y)
	turn := func(op string) int {
		return e.add(a + " " + n.Op.String() + " " + b + " → " + a + " " + op + " " + b)
	}
	switch n.Op {
	case token.EQL:
		e.wrap(n, "((", fmt.Sprintf(") != mutOn(%d))", turn("!=")))
	case token.NEQ:
		e.wrap(n, "((", fmt.Sprintf(") != mutOn(%d))", turn("==")))
	case token.LSS:
		e.wrap(n, "((", fmt.Sprintf(") || mutOn(%d) && (%s) == (%s))", turn("<="), a, b))
	case token.GTR:
		e.wrap(n, "((", fmt.Sprintf(") || mutOn(%d) && (%s) == (%s))", turn(">="), a, b))
	case token.LEQ:
		e.wrap(n, "((", fmt.Sprintf(") && !(mutOn(%d) && (%s) == (%s)))", turn("<"), a, b))
	case token.GEQ:
		e.wrap(n, "((", fmt.Sprintf(") && !(mutOn(%d) && (%s) == (%s)))", turn(">"), a, b))
	case token.LAND:
		e.wrap(n, "((", fmt.Sprintf(") || mutOn(%d) && ((%s) || (%s)))", turn("||"), a, b))
	case token.LOR:
		e.wrap(n, "((", fmt.Sprintf(") && (!mutOn(%d) || (%s) && (%s)))", turn("&&"), a, b))
	case token.ADD, token.SUB:
		e.sum(n, turn)
	}
}

// sum turns + into - and back, on numbers.
func (e *editor) sum(n *ast.BinaryExpr, turn func(string) int) {
	t, ok := e.info.Types[n].Type.Underlying().(*types.Basic)
	if !ok || t.Info()&types.IsInteger == 0 {
		return
	}
	name := types.TypeString(e.info.Types[n].Type, types.RelativeTo(e.pkg))
	sign, op := "1", "-"
	if n.Op == token.SUB {
		sign, op = "-1", "+"
	}
	id := turn(op)
	e.edits = append(e.edits, edit{start: e.offset(n.X.Pos()), end: e.offset(n.X.End()), before: fmt.Sprintf("mutSum[%s](%d, %s, (", name, id, sign), after: "), ("},
		edit{start: e.offset(n.OpPos), end: e.offset(n.OpPos) + 1, whole: " "},
		edit{start: e.offset(n.Y.Pos()), end: e.offset(n.Y.End()), after: "))"})
}

// literal makes a number one more.
func (e *editor) literal(n *ast.BasicLit) {
	tv := e.info.Types[n]
	if n.Kind != token.INT || tv.Type == nil {
		return
	}
	if t, ok := tv.Type.Underlying().(*types.Basic); !ok || t.Info()&types.IsInteger == 0 || t.Info()&types.IsUntyped != 0 {
		return
	}
	name := types.TypeString(tv.Type, types.RelativeTo(e.pkg))
	e.wrap(n, fmt.Sprintf("mutInt[%s](%d, ", name, e.add(n.Value+" → "+n.Value+"+1")), ")")
}

// call changes the articles of a refusal, and turns max and min about.
func (e *editor) call(n *ast.CallExpr) {
	switch fn := n.Fun.(type) {
	case *ast.SelectorExpr:
		if fn.Sel.Name != "no" || len(n.Args) < 2 {
			return
		}
		for _, arg := range n.Args[1:] {
			if lit, ok := arg.(*ast.BasicLit); ok {
				e.wrap(lit, fmt.Sprintf("mutText(%d, ", e.add("article "+lit.Value+" → another")), ")")
			}
		}
	case *ast.Ident:
		other := map[string]string{"max": "min", "min": "max"}[fn.Name]
		if other == "" || len(n.Args) != 2 || e.info.Types[n].Value != nil {
			return
		}
		name := types.TypeString(e.info.Types[n].Type, types.RelativeTo(e.pkg))
		id := e.add(e.text(n) + " → " + other)
		start := e.offset(fn.Pos())
		e.edits = append(e.edits, edit{start: start, end: start + 3, whole: fmt.Sprintf("mut%s[%s]", map[string]string{"max": "Max", "min": "Min"}[fn.Name], name)},
			edit{start: e.offset(n.Lparen), end: e.offset(n.Lparen) + 1, whole: fmt.Sprintf("(%d, ", id)})
	}
}
