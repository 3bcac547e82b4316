package document

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/service"
)

// Check reads the document templates of every service below fsys, in each
// language, and finds what service.Check leaves to this package: an unknown
// tag, and a language that shows other answers than the first.
func Check(fsys fs.FS) []service.Finding {
	var found []service.Finding
	for _, id := range service.List(fsys) {
		b, _ := service.ReadBundle(fsys, id)
		if b == nil {
			continue // service.Check tells why
		}
		if def, _ := b.Compile(); def != nil {
			found = append(found, checkOne(def)...)
		}
	}
	return found
}

func checkOne(def *service.Definition) []service.Finding {
	var found []service.Finding
	var first []string
	for _, l := range i18n.Langs {
		src, ok := def.Bundle().File(path(def, l))
		if !ok {
			continue // service.Check
		}
		t, err := parseTemplate(src)
		var f *fault
		switch {
		case errors.As(err, &f):
			found = append(found, f.finding(path(def, l)))
			continue
		case err != nil:
			found = append(found, service.LayoutFinding(path(def, l), 1, "broken", "detail", err))
			continue
		}
		if first == nil {
			first = t.names()
		} else if !slices.Equal(first, t.names()) {
			found = append(found, service.LayoutFinding(path(def, l), 1, "differs", "names", t.names(), "others", first))
		}
	}
	return found
}

func path(def *service.Definition, l i18n.Lang) string {
	return "services/" + def.ID + "/documents/" + string(l) + ".html"
}

func load(def *service.Definition, l i18n.Lang) (*template, error) {
	src, ok := def.Bundle().File(path(def, l))
	if !ok {
		return nil, fmt.Errorf("%s: there is no such file", path(def, l))
	}
	t, err := parseTemplate(src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path(def, l), err)
	}
	return t, nil
}
