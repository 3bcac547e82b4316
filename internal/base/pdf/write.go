package pdf

import (
	"fmt"
	"strings"

	"golang.org/x/image/math/fixed"
)

// Bytes writes the file. The same calls give the same bytes.
func (d *Document) Bytes() ([]byte, error) {
	if d.err != nil {
		return nil, d.err
	}
	if d.set.err != nil {
		return nil, d.set.err
	}
	w := &file{}
	root, info, tree, folder := w.reserve(), w.reserve(), w.reserve(), w.reserve()
	contents := d.pages()
	fonts, err := d.fonts(w)
	if err != nil {
		return nil, err
	}
	pages := make([]int, len(contents))
	for i := range contents {
		pages[i] = w.reserve()
	}
	for i, c := range contents {
		w.set(pages[i], fmt.Sprintf("<</Type/Page/Parent %d 0 R/MediaBox[0 0 %s %s]/Resources<</Font<<%s>>>>/Contents %d 0 R/StructParents %d/Tabs/S>>",
			folder, number(pageWidth), number(pageHeight), fonts, w.stream("", c.Bytes()), i))
	}
	w.set(folder, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(pages), references(pages)))
	d.tree(w, tree, pages, contents)
	direction := "L2R"
	if d.meta.RightToLeft {
		direction = "R2L"
	}
	w.set(root, fmt.Sprintf("<</Type/Catalog/Pages %d 0 R/Lang(%s)/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R/ViewerPreferences<</DisplayDocTitle true/Direction/%s>>>>",
		folder, plain(d.meta.Language), tree, direction))
	w.set(info, fmt.Sprintf("<</Title%s/Author%s/Creator(Wasl)/CreationDate%s>>", hexText(d.meta.Title), hexText(d.meta.Author), stamp(d.meta.Created)))
	return w.finish(root, info), nil
}

// fonts writes the fonts that were used and lists them as resources.
func (d *Document) fonts(w *file) (string, error) {
	var list strings.Builder
	for _, pair := range d.set.fonts {
		for _, f := range pair {
			if len(f.order) == 0 {
				continue
			}
			n, err := f.write(w)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(&list, "/%s %d 0 R", f.resource(), n)
		}
	}
	return list.String(), nil
}

func (f *usedFont) resource() string { return fmt.Sprintf("F%d%d", f.family, boolIndex(f.bold)) }

// tree writes what each piece of the pages is.
func (d *Document) tree(w *file, root int, pages []int, contents []*content) {
	document := &element{tag: "Document", children: d.root}
	var write func(e *element, parent int)
	write = func(e *element, parent int) {
		e.object = w.reserve()
		var kids []string
		for _, m := range e.marks {
			kids = append(kids, fmt.Sprintf("<</Type/MCR/Pg %d 0 R/MCID %d>>", pages[m.page], m.id))
		}
		for _, c := range e.children {
			write(c, e.object)
			kids = append(kids, fmt.Sprintf("%d 0 R", c.object))
		}
		alt := ""
		if e.alt != "" {
			alt = "/Alt" + hexText(e.alt)
		}
		if e.tag == "TH" {
			alt += "/A<</O/Table/Scope/Row>>"
		}
		w.set(e.object, fmt.Sprintf("<</Type/StructElem/S/%s/P %d 0 R%s/K[%s]>>", e.tag, parent, alt, strings.Join(kids, " ")))
	}
	write(document, root)
	var parents strings.Builder
	for i, c := range contents {
		var owners []int
		for _, e := range c.marks {
			owners = append(owners, e.object)
		}
		fmt.Fprintf(&parents, "%d[%s]", i, references(owners))
	}
	w.set(root, fmt.Sprintf("<</Type/StructTreeRoot/K %d 0 R/ParentTree<</Nums[%s]>>/ParentTreeNextKey %d>>", document.object, parents.String(), len(contents)))
}

func references(objects []int) string {
	all := make([]string, len(objects))
	for i, n := range objects {
		all[i] = fmt.Sprintf("%d 0 R", n)
	}
	return strings.Join(all, " ")
}

// plain keeps what a language tag may hold.
func plain(tag string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, tag)
}

// visible is a cluster's text without invisible runes.
func visible(runes []rune) string {
	var b strings.Builder
	for _, r := range runes {
		if !invisible(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// em turns a shaped measure into thousandths of an em.
func em(v fixed.Int26_6, r *run) int {
	return int(v) * 1000 / 64 / r.font.upem()
}
