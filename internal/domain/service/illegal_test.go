package service

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"wasl/internal/base/i18n"
	"wasl/internal/base/yaml"
)

// illegal is one thing changed in the sound service of testdata/base.
type illegal struct {
	ID     string   `yaml:"id"`
	Rule   string   `yaml:"rule"`
	Warns  bool     `yaml:"warns"`
	In     string   `yaml:"in"`
	At     string   `yaml:"at"`
	Change []change `yaml:"change"`
}

// change replaces a text in one file, in the words of all four languages
// (in: texts), or deletes a file.
type change struct {
	In     string `yaml:"in"`
	Find   string `yaml:"find"`
	Put    string `yaml:"put"`
	Delete bool   `yaml:"delete"`
}

const stall = "services/stall/"

func illegals(t *testing.T) []illegal {
	t.Helper()
	raw, err := os.ReadFile("testdata/illegal.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []illegal `yaml:"cases"`
	}
	if err := yaml.Decode(raw, &file); err != nil {
		t.Fatal(err)
	}
	return file.Cases
}

// soundTree is testdata/base in memory.
func soundTree(t *testing.T) fstest.MapFS {
	t.Helper()
	tree := fstest.MapFS{}
	base := os.DirFS("testdata/base")
	err := fs.WalkDir(base, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(base, path)
		tree[path] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func (c change) apply(t *testing.T, tree fstest.MapFS) {
	t.Helper()
	files := []string{c.In}
	switch c.In {
	case "":
		files = []string{stall + "service.yaml"}
	case "texts":
		files = nil
		for _, l := range i18n.Langs {
			files = append(files, stall+string(l)+".yaml")
		}
	}
	for _, name := range files {
		file, ok := tree[name]
		if !ok {
			t.Fatalf("there is no file %s", name)
		}
		if c.Delete {
			delete(tree, name)
			continue
		}
		if !strings.Contains(string(file.Data), c.Find) {
			t.Fatalf("%s does not hold %q", name, c.Find)
		}
		tree[name] = &fstest.MapFile{Data: []byte(strings.Replace(string(file.Data), c.Find, c.Put, 1))}
	}
}

func TestSoundServiceHasNoFindings(t *testing.T) {
	if all := Check(soundTree(t)); len(all) > 0 {
		t.Fatalf("findings in the sound service: %+v", all)
	}
}

// TestIllegal changes one thing at a time: exactly its rule is reported, where
// the fault is, in three languages, with a way to mend it; no other error.
func TestIllegal(t *testing.T) {
	for _, c := range illegals(t) {
		t.Run(c.ID, func(t *testing.T) {
			tree := soundTree(t)
			for _, ch := range c.Change {
				ch.apply(t, tree)
			}
			var mine, others []Finding
			for _, f := range Check(tree) {
				if f.Rule == c.Rule {
					mine = append(mine, f)
				} else if f.Severity == SeverityError {
					others = append(others, f)
				}
			}
			if len(mine) == 0 || len(others) > 0 {
				t.Fatalf("found %+v and beside it %+v", mine, others)
			}
			c.judge(t, tree, mine[0])
		})
	}
}

func (c illegal) judge(t *testing.T, tree fstest.MapFS, f Finding) {
	t.Helper()
	if want := map[bool]string{true: SeverityWarning, false: SeverityError}[c.Warns]; f.Severity != want {
		t.Errorf("severity = %s, want %s", f.Severity, want)
	}
	if want := c.In; want != "" && f.File != want || want == "" && f.File != stall+"service.yaml" && !strings.HasPrefix(f.File, "services/stall") {
		t.Errorf("file = %s, want %s", f.File, want)
	}
	if c.At != "" {
		lines := strings.Split(string(tree[f.File].Data), "\n")
		if f.Line < 1 || f.Line > len(lines) || !strings.Contains(lines[f.Line-1], c.At) {
			t.Errorf("line %d does not hold %q", f.Line, c.At)
		}
	}
	if strings.HasPrefix(f.Rule, "law-") && f.Article == "" {
		t.Error("a rule of law without its article")
	}
	said := map[string]bool{}
	for _, l := range FindingLangs {
		in := f.In(l)
		if in.Message == "" || in.Mend == "" || said[in.Message] {
			t.Errorf("in %s: %q, %q", l, in.Message, in.Mend)
		}
		said[in.Message] = true
	}
}

// TestEveryRuleIsBroken keeps the list whole: each rule has its illegal
// definition, each id is used once, and there are forty at least.
func TestEveryRuleIsBroken(t *testing.T) {
	broken, ids := map[string]bool{"document-layout": true}, map[string]bool{} // package document tests that one
	for _, c := range illegals(t) {
		if ids[c.ID] {
			t.Errorf("two cases are called %s", c.ID)
		}
		broken[c.Rule], ids[c.ID] = true, true
	}
	for _, r := range Rules() {
		if !broken[r.ID] {
			t.Errorf("no illegal definition breaks %s", r.ID)
		}
	}
	if len(ids) < 40 {
		t.Errorf("%d illegal definitions", len(ids))
	}
}
