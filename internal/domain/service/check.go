package service

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"wasl/internal/domain/authority"
)

// Check judges every service and block below fsys: form, law, sense and
// examples. law/*.yaml, authorities/ and territory/ of the same tree are used
// where they are there: the caps of delays, who offers what, place codes.
func Check(fsys fs.FS) []Finding {
	f := newFindings("services")
	ids := List(fsys)
	if len(ids) == 0 {
		f.add(ruleFile, 1, "no_service")
	}
	law := readLaw(fsys, f)
	book := readBook(fsys, f)
	used := map[string]bool{}
	for _, id := range ids {
		b, found := ReadBundle(fsys, id)
		*f.list = append(*f.list, found...)
		if b == nil {
			continue
		}
		for _, name := range b.uses() {
			used[name] = true
		}
		*f.list = append(*f.list, b.check(law, book)...)
	}
	for _, name := range blockNames(fsys) {
		if !used[name] {
			checkBlock(fsys, name, f)
		}
	}
	return causes(unique(f.sorted()))
}

// causes drops what only follows from a file that cannot be read: in that file,
// and, where it is the definition, in the whole service.
func causes(all []Finding) []Finding {
	broken := map[string]bool{}
	for _, f := range all {
		if f.Rule == ruleYAML.id {
			broken[f.File] = true
		}
	}
	return slices.DeleteFunc(all, func(f Finding) bool {
		parts := strings.SplitN(f.File, "/", 3)
		follows := broken[f.File] || len(parts) == 3 && parts[0] == "services" && broken[parts[0]+"/"+parts[1]+"/service.yaml"]
		return follows && f.Rule != ruleYAML.id
	})
}

// check is everything there is to say about one bundle.
func (b *Bundle) check(law *legal, book *authority.Book) []Finding {
	c := b.compile()
	all := append(slices.Clone(c.f.sorted()), c.lintLaw(law)...)
	if HasErrors(*c.f.list) {
		return all
	}
	all = append(all, c.d.lint(book)...)
	return append(all, c.d.checkExamples(law.profile, book)...)
}

func readBook(fsys fs.FS, f *findings) *authority.Book {
	if _, err := fs.Stat(fsys, "authorities"); err != nil {
		return nil
	}
	b, err := authority.Load(fsys)
	if err != nil {
		f.in("authorities").add(ruleFile, 1, "authorities", "detail", err)
		return nil
	}
	return b
}

func blockNames(fsys fs.FS) []string {
	found, _ := fs.Glob(fsys, "blocks/*/block.yaml") // the pattern is well formed
	for i := range found {
		found[i] = path.Base(path.Dir(found[i]))
	}
	return found
}

// checkBlock judges a block that no service uses, in a service made for it.
func checkBlock(fsys fs.FS, name string, f *findings) {
	own := newFindings("")
	b := &Bundle{ID: "block", files: map[string]string{}}
	b.readFolder(fsys, "blocks/"+name, own)
	version := "1"
	if n := parseYAML(b.files["blocks/"+name+"/block.yaml"], newFindings("")).get("version"); n != nil {
		version = n.text
	}
	b.files[b.path("service.yaml")] = "service: block\nversion: 1\nunit: none\nform: [{page: block, ask: [{use: " + name + "@" + version + "}]}]\n"
	_, found := b.Compile()
	for _, x := range append(*own.list, found...) {
		if strings.HasPrefix(x.File, "blocks/") {
			*f.list = append(*f.list, x)
		}
	}
}

// unique drops what was found twice: a block's faults come once for each
// service that uses it.
func unique(all []Finding) []Finding {
	slices.SortStableFunc(all, func(a, b Finding) int { return strings.Compare(a.File, b.File) })
	type place struct {
		rule, severity, file string
		line                 int
		message              string
	}
	seen := map[place]bool{}
	return slices.DeleteFunc(all, func(f Finding) bool {
		p := place{f.Rule, f.Severity, f.File, f.Line, f.Message}
		twice := seen[p]
		seen[p] = true
		return twice
	})
}
