package arch

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "wasl"

// source is one Go file as its imports show it. Parsing happens here, in the
// test's own process: a test that runs `go list` is answered from the cache
// while a rule is broken.
type source struct {
	file, dir string // from the root, with slashes
	test      bool
	imports   []string // full import paths
	doc       string   // package comment
	pkg       string
}

func root(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func sources(t testing.TB) []source {
	t.Helper()
	base := root(t)
	var all []source
	err := filepath.WalkDir(base, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			if n := e.Name(); n != "." && strings.HasPrefix(n, ".") || n == "node_modules" || n == "testdata" || n == "var" {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(base, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		s := source{file: rel, dir: path.Dir(rel), test: strings.HasSuffix(rel, "_test.go"), pkg: f.Name.Name}
		if f.Doc != nil {
			s.doc = f.Doc.Text()
		}
		for _, i := range f.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			s.imports = append(s.imports, p)
		}
		all = append(all, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// ban forbids imports: files of a folder (and below) may not import these
// prefixes, except the ones listed. Tests are held to it unless free.
type ban struct {
	in, never string
	except    []string
	testsFree bool
	why       string
}

var bans = []ban{
	{in: "verify", never: "wasl/", why: "anybody must be able to take verify alone and check us with it"},
	{in: "internal/base", never: "wasl/internal/domain", why: "base has no domain words"},
	{in: "internal/base", never: "wasl/internal/crypt", why: "base is below the cryptography"},
	{in: "internal/base", never: "wasl/internal/role", why: "base is below the roles"},
	{in: "internal/crypt", never: "wasl/internal/domain", why: "seals know bytes, not procedures"},
	{in: "internal/crypt", never: "wasl/internal/role", why: "arrows point down"},
	{in: "internal/domain", never: "wasl/internal/role", why: "arrows point down"},
	{in: "internal/domain", never: "net/http", testsFree: true, why: "rules do not know the web"},
	{in: "internal/role/portal", never: "wasl/internal/domain/casework", why: "the portal must not reach what opens filings"},
	{in: "internal/role/portal", never: "wasl/internal/domain/identity", why: "agents are the office's"},
	{in: "internal/role/portal", never: "wasl/internal/role", except: []string{"wasl/internal/role/portal"}, why: "no role imports another"},
	{in: "internal/role/office", never: "wasl/internal/role", except: []string{"wasl/internal/role/office"}, why: "no role imports another"},
	{in: "internal/role/worker", never: "wasl/internal/role", except: []string{"wasl/internal/role/worker"}, testsFree: true, why: "no role imports another"},
	{in: "internal/role", never: "wasl/internal/crypt", except: []string{"wasl/internal/crypt/ledger"}, testsFree: true, why: "a role asks the domain, which holds the keys"},
	{in: "internal/domain/intake", never: "wasl/internal/domain/casework", why: "the portal's domain knows nothing of the office's"},
	{in: "internal/domain/service", never: "wasl/internal/base/db", testsFree: true, why: "definitions are pure"},
	{in: "internal/domain/clock", never: "wasl/internal", except: []string{"wasl/internal/base/yaml", "wasl/internal/base/i18n", "wasl/internal/domain/clock"}, why: "the legal clock is pure"},
	{in: "cmd/wasl-portal", never: "wasl/internal/domain/casework", why: "the portal's binary must not contain it"},
	{in: "cmd/wasl-portal", never: "wasl/internal/crypt/unseal", why: "the portal's binary must not contain it"},
	{in: "internal", never: "testing", testsFree: true, except: []string{"testing/fstest"}, why: "a program does not carry its tests"},
}

// keepers may import a package that others may not.
var keepers = map[string][]string{
	"wasl/internal/crypt/unseal": {"internal/domain/casework", "cmd/wasl"},
	"wasl/internal/crypt/reopen": {"internal/domain/intake"},
}

func TestImports(t *testing.T) {
	for _, s := range sources(t) {
		for _, broken := range judge(s) {
			t.Error(broken)
		}
	}
}

// judge lists the rules a file breaks.
func judge(s source) []string {
	var broken []string
	for _, imp := range s.imports {
		for _, b := range bans {
			if below(s.dir, b.in) && below(imp, strings.TrimSuffix(b.never, "/")) && !(s.test && b.testsFree) && !allowed(s, imp, b) {
				broken = append(broken, s.file+" imports "+imp+": "+b.why)
			}
		}
		if who, ok := keepers[imp]; ok && !s.test && !slices.Contains(who, s.dir) && s.dir != strings.TrimPrefix(imp, "wasl/") {
			broken = append(broken, s.file+" imports "+imp+": only "+strings.Join(who, " and ")+" may")
		}
		if strings.HasPrefix(imp, "wasl/internal/adapter") && !below(s.dir, "cmd") && !below(s.dir, "internal/adapter") {
			broken = append(broken, s.file+" imports "+imp+": nobody imports an adapter but cmd")
		}
	}
	return broken
}

func allowed(s source, imp string, b ban) bool {
	if strings.HasSuffix(s.dir, "test") && b.never == "testing" { // …test packages serve tests
		return true
	}
	if b.in == "internal/domain/clock" && strings.HasPrefix(imp, "wasl/internal/domain/clock") || b.in == "verify" && below(imp, "wasl/verify") {
		return true
	}
	return slices.ContainsFunc(b.except, func(e string) bool { return below(imp, e) })
}

func below(p, prefix string) bool { return p == prefix || strings.HasPrefix(p, prefix+"/") }

// The rules must bite: each of these is refused.
func TestImportRulesBite(t *testing.T) {
	for _, s := range []source{
		{file: "verify/x.go", dir: "verify", imports: []string{"wasl/internal/base/errs"}},
		{file: "internal/role/portal/x.go", dir: "internal/role/portal", imports: []string{"wasl/internal/domain/casework"}},
		{file: "internal/role/portal/x.go", dir: "internal/role/portal", imports: []string{"wasl/internal/crypt/unseal"}},
		{file: "internal/role/office/x.go", dir: "internal/role/office", imports: []string{"wasl/internal/role/portal"}},
		{file: "internal/domain/intake/x.go", dir: "internal/domain/intake", imports: []string{"net/http"}},
		{file: "internal/domain/document/x.go", dir: "internal/domain/document", imports: []string{"wasl/internal/crypt/unseal"}},
		{file: "internal/base/web/x.go", dir: "internal/base/web", imports: []string{"wasl/internal/domain/service"}},
		{file: "cmd/wasl-portal/x.go", dir: "cmd/wasl-portal", imports: []string{"wasl/internal/crypt/unseal"}},
	} {
		if len(judge(s)) == 0 {
			t.Errorf("%s importing %s is let through", s.dir, s.imports)
		}
	}
}

func TestPackageComments(t *testing.T) {
	docs, files := map[string]string{}, map[string]int{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		files[s.dir]++
		if s.doc != "" {
			docs[s.dir] += s.doc
		}
	}
	for dir := range files {
		doc := docs[dir]
		if lines := strings.Count(doc, "\n"); lines < 2 && !strings.HasPrefix(dir, "test") || doc == "" {
			t.Errorf("%s: the package comment does not say what it knows, what it refuses and which zone may use it", dir)
		}
	}
}

func TestFilesHoldOneIdea(t *testing.T) {
	for _, s := range sources(t) {
		data, err := os.ReadFile(filepath.Join(root(t), s.file))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(data), "\n"); n > 600 {
			t.Errorf("%s has %d lines; 600 at the most", s.file, n)
		}
	}
}
