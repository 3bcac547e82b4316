package arch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// Few dependencies, each with a line that says why.
func TestDependenciesAreExplained(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root(t), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(root(t), "docs", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	direct := 0
	for _, r := range mod.Require {
		if r.Indirect {
			continue
		}
		direct++
		path := r.Mod.Path
		short := strings.TrimPrefix(path, "github.com/")
		if !strings.Contains(string(page), path) && !strings.Contains(string(page), strings.TrimSuffix(short, "/v6")) && !strings.Contains(string(page), path[strings.LastIndexByte(path, '/')+1:]) {
			t.Errorf("docs/dependencies.md does not say why there is %s", path)
		}
	}
	if direct > 20 {
		t.Errorf("%d direct dependencies; 20 at the most", direct)
	}
	if len(mod.Replace) > 0 {
		t.Error("go.mod replaces modules: a newcomer's build would differ")
	}
}

// forbidden words would tie the tree to a place where it was written. The
// words are put together here so that this file does not hold them.
var forbidden = []string{"proxy." + "golang.org", "registry." + "npmjs", "deb." + "debian.org", "/wo" + "rk/"}

func TestNothingNamesAMachine(t *testing.T) {
	err := filepath.WalkDir(root(t), func(name string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch n := e.Name(); {
		case e.IsDir() && (n == ".git" || n == "node_modules" || n == "bin" || n == "demo" || n == "fonts"):
			return filepath.SkipDir
		case e.IsDir() || n == ".git": // a file in a linked work tree
			return nil
		}
		if info, err := e.Info(); err != nil || info.Size() > 1<<20 || e.Name() == "go.sum" {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, word := range forbidden {
			if strings.Contains(string(data), word) {
				t.Errorf("%s names %s", name, word)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
