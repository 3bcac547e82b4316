package service

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"wasl/internal/domain/authority"
	"wasl/internal/domain/clock"
)

// Check judges every service and block below fsys: form, law, sense and
// examples. law/*.yaml, authorities/ and territory/ of the same tree are used
// where they are there: the caps of delays, who offers what, place codes.
func Check(fsys fs.FS) []Finding {
	f := newFindings("services")
	ids := List(fsys)
	if len(ids) == 0 {
		f.add(ruleFile, 1, "there is no service: services/<id>/service.yaml")
	}
	caps := readCaps(fsys, f)
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
		*f.list = append(*f.list, b.check(caps, book)...)
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
func (b *Bundle) check(caps map[string]clock.CapRule, book *authority.Book) []Finding {
	c := b.compile()
	all := append(slices.Clone(c.f.sorted()), c.lintLaw(caps)...)
	if HasErrors(*c.f.list) {
		return all
	}
	all = append(all, c.d.lint(book)...)
	return append(all, c.d.checkExamples(book)...)
}

// readCaps reads the longest delays from the legal profile of the tree.
func readCaps(fsys fs.FS, f *findings) map[string]clock.CapRule {
	files, _ := fs.Glob(fsys, "law/*.yaml") // the pattern is well formed
	for _, name := range files {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			continue
		}
		p, err := clock.ParseProfile(raw)
		if err != nil {
			f.in(name).add(ruleFile, 1, "%v", err)
			continue
		}
		caps := p.Caps
		if p.Rules.InfoAnswer.Days > 0 {
			caps[KindInformation] = clock.CapRule{Days: p.Rules.InfoAnswer.Days, Article: p.Rules.InfoAnswer.Article}
		}
		return caps
	}
	return map[string]clock.CapRule{ // law 55-19 art. 16, law 31-13 art. 16
		KindNormal: {Days: 60, Article: "16"}, KindInvestment: {Days: 30, Article: "16"},
		KindListedSilence: {Days: 60, Article: "16"}, KindInformation: {Days: 20, Article: "16"},
	}
}

func readBook(fsys fs.FS, f *findings) *authority.Book {
	if _, err := fs.Stat(fsys, "authorities"); err != nil {
		return nil
	}
	b, err := authority.Load(fsys)
	if err != nil {
		f.in("authorities").add(ruleFile, 1, "%v", err)
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
	seen := map[Finding]bool{}
	return slices.DeleteFunc(all, func(f Finding) bool {
		twice := seen[f]
		seen[f] = true
		return twice
	})
}
