package service_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"wasl/internal/base/i18n"
	"wasl/internal/base/yaml"
	"wasl/internal/domain/document"
	"wasl/internal/domain/service"
)

// illegal is one file of testdata/illegal: what to change in the sound service
// of testdata/base so that it breaks one rule, and where that is found.
type illegal struct {
	About    string `yaml:"about"`
	Rule     string `yaml:"rule"`
	Article  string `yaml:"article"`
	Severity string `yaml:"severity"` // error unless said
	At       struct {
		File string `yaml:"file"`
		Line string `yaml:"line"` // words of the line; the first line when empty
	} `yaml:"at"`
	Change []change `yaml:"change"`
}

// change is one change to the files that a pattern names: old becomes new
// wherever it stands, the lines that begin with cut go, or the file does.
type change struct {
	File   string `yaml:"file"`
	Old    string `yaml:"old"`
	New    string `yaml:"new"`
	Cut    string `yaml:"cut"`
	Remove bool   `yaml:"remove"`
}

// sound is the tree of testdata/base, under the law of the repository.
func sound(t *testing.T) fstest.MapFS {
	t.Helper()
	tree := fstest.MapFS{}
	base := os.DirFS("testdata/base")
	err := fs.WalkDir(base, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(base, name)
		tree[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	law, err := os.ReadFile("../../../law/ma.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tree["law/ma.yaml"] = &fstest.MapFile{Data: law}
	return tree
}

// apply changes a tree; a change that changes nothing is an error of the case.
func (c change) apply(t *testing.T, tree fstest.MapFS) {
	t.Helper()
	changed := false
	for name, file := range tree {
		if ok, _ := path.Match(c.File, name); !ok {
			continue
		}
		text := string(file.Data)
		switch {
		case c.Remove:
			delete(tree, name)
			changed = true
			continue
		case c.Cut != "":
			text = without(text, c.Cut)
		default:
			text = strings.ReplaceAll(text, c.Old, c.New)
		}
		changed = changed || text != string(file.Data)
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	if !changed {
		t.Fatalf("%+v changes nothing", c)
	}
}

// without drops the lines that begin with words.
func without(text, words string) string {
	lines := strings.SplitAfter(text, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, words) }), "")
}

// judge is what wasl check says of a tree.
func judge(tree fs.FS) []service.Finding {
	return append(service.Check(tree), document.Check(tree)...)
}

// TestIllegal breaks the sound service one rule at a time: the linter names
// that rule and no other error, at the place, in three languages.
func TestIllegal(t *testing.T) {
	if found := judge(sound(t)); len(found) > 0 {
		t.Fatalf("the sound service has findings: %+v", found)
	}
	files, err := filepath.Glob("testdata/illegal/*.yaml")
	if err != nil || len(files) < 45 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	tried := map[string]bool{}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c := illegal{Severity: service.SeverityError}
		if err := yaml.Decode(data, &c); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		tried[c.Rule+" "+c.Article] = true
		id := strings.TrimSuffix(filepath.Base(name), ".yaml")
		t.Run(id, func(t *testing.T) {
			if c.About == "" || id != c.Rule && !strings.HasPrefix(id, c.Rule+"-") {
				t.Errorf("the case breaks %s: name it so, and say what it is about", c.Rule)
			}
			tree := sound(t)
			for _, change := range c.Change {
				change.apply(t, tree)
			}
			c.judge(t, tree)
		})
	}
	for _, r := range service.Rules() {
		if !tried[r.ID+" "+r.Article] {
			t.Errorf("no case of testdata/illegal breaks %s (%s)", r.ID, r.Article)
		}
	}
}

// judge checks that the rule alone is broken, and at its place.
func (c *illegal) judge(t *testing.T, tree fstest.MapFS) {
	there := false
	for _, f := range judge(tree) {
		if f.Severity != c.Severity && f.Severity == service.SeverityWarning {
			continue // an error may bring warnings
		}
		if f.Rule != c.Rule || f.Article != c.Article || f.Severity != c.Severity {
			t.Errorf("finding %s:%d %s %s (%s): %s", f.File, f.Line, f.Severity, f.Rule, f.Article, f.Message)
			continue
		}
		there = there || f.File == c.At.File && c.holds(tree, f.Line)
		if !there {
			t.Logf("at %s:%d: %s", f.File, f.Line, f.Message)
		}
		spoken(t, f)
	}
	if !there {
		t.Errorf("%s is not found at %s, %q", c.Rule, c.At.File, c.At.Line)
	}
}

// holds tells whether the line of the file is the one that the case names.
func (c *illegal) holds(tree fstest.MapFS, line int) bool {
	file := tree[c.At.File]
	if c.At.Line == "" || file == nil {
		return line == 1
	}
	lines := strings.Split(string(file.Data), "\n")
	return line <= len(lines) && strings.Contains(lines[line-1], c.At.Line)
}

var unfilled = regexp.MustCompile("(^|[^`{<])\\{[a-z_]+\\}|⟦")

// spoken checks that a finding has its words in each language.
func spoken(t *testing.T, f service.Finding) {
	said := map[string]bool{}
	for _, l := range service.FindingLangs {
		in := f.In(l)
		if in.Message == "" || in.Mend == "" || unfilled.MatchString(in.Message+in.Mend) || said[in.Message] || said[in.Mend] {
			t.Errorf("%s in %s: %q, %q", f.Rule, l, in.Message, in.Mend)
		}
		said[in.Message], said[in.Mend] = true, true
		if f.Article != "" && f.ArticleIn(l) == "" || f.SeverityIn(l) == "" {
			t.Errorf("%s in %s: article %q, severity %q", f.Rule, l, f.ArticleIn(l), f.SeverityIn(l))
		}
	}
	if en := f.In(i18n.EN); en.Message != f.Message || en.Mend != f.Mend {
		t.Errorf("%s: %q is not its English", f.Rule, f.Message)
	}
}
