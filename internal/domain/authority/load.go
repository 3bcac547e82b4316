package authority

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"wasl/internal/base/i18n"
	"wasl/internal/base/yaml"
)

// Load reads authorities/*.yaml and territory/*.csv below fsys. Every fault
// of one file is an error that names the file and what is wrong in it.
func Load(fsys fs.FS) (*Book, error) {
	b := &Book{byID: map[string]*Authority{}}
	var err error
	if b.Territory, err = LoadTerritory(fsys); err != nil {
		return nil, err
	}
	files, err := fs.Glob(fsys, "authorities/*.yaml")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		a, err := read(fsys, name)
		if err != nil {
			return nil, err
		}
		b.byID[a.ID] = a
		b.authorities = append(b.authorities, a)
	}
	slices.SortFunc(b.authorities, func(x, y *Authority) int { return cmp.Compare(x.ID, y.ID) })
	for _, a := range b.authorities {
		if err := b.check(a); err != nil {
			return nil, fmt.Errorf("authorities/%s.yaml: %w", a.ID, err)
		}
	}
	return b, nil
}

func read(fsys fs.FS, name string) (*Authority, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	a := &Authority{}
	if err := yaml.Decode(data, a); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if want := strings.TrimSuffix(path.Base(name), ".yaml"); a.ID != want {
		return nil, fmt.Errorf("%s: id is %q; it must be the file's name, %q", name, a.ID, want)
	}
	for i := range a.Offering {
		a.Offering[i].Authority = a.ID
	}
	return a, nil
}

func (b *Book) check(a *Authority) error {
	if !slices.Contains(kinds, a.Kind) {
		return fmt.Errorf("kind %q is none of %s", a.Kind, strings.Join(kinds, ", "))
	}
	if a.Parent != "" && b.byID[a.Parent] == nil {
		return fmt.Errorf("parent %q is no authority", a.Parent)
	}
	if a.Territory != "" && b.Territory.Place(a.Territory) == nil {
		return fmt.Errorf("territory %q is in none of territory/*.csv", a.Territory)
	}
	texts := []struct {
		what     string
		names    Names
		required bool
	}{
		{"names", a.Names, true}, {"appeal", a.Appeal, true},
		{"contact.address", a.Contact.Address, false}, {"contact.hours", a.Contact.Hours, false},
	}
	for _, t := range texts {
		if err := complete(t.what, t.names, t.required); err != nil {
			return err
		}
	}
	return a.checkOffers()
}

func (a *Authority) checkOffers() error {
	seen := map[string]bool{}
	for _, u := range a.Units {
		if u.ID == "" || seen[u.ID] {
			return fmt.Errorf("unit %q: an id is needed, once", u.ID)
		}
		seen[u.ID] = true
		if err := complete("unit "+u.ID, u.Names, true); err != nil {
			return err
		}
	}
	offered := map[string]bool{}
	for _, o := range a.Offering {
		if o.Service == "" || offered[o.Service] {
			return fmt.Errorf("offer %q: a service is needed, once", o.Service)
		}
		offered[o.Service] = true
		if !seen[o.Unit] {
			return fmt.Errorf("offer %s: unit %q is not a unit of %s", o.Service, o.Unit, a.ID)
		}
		for _, day := range o.ClosingDays {
			if _, err := time.Parse(time.DateOnly, day); err != nil {
				return fmt.Errorf("offer %s: closed: %q is no date YYYY-MM-DD", o.Service, day)
			}
		}
		for id, amount := range o.Fees {
			if amount < 0 {
				return fmt.Errorf("offer %s: fee %s is negative", o.Service, id)
			}
		}
	}
	return nil
}

func complete(what string, n Names, required bool) error {
	if len(n) == 0 && !required {
		return nil
	}
	for _, l := range i18n.Langs {
		if strings.TrimSpace(n[l]) == "" {
			return fmt.Errorf("%s: no text in %s", what, l)
		}
	}
	for l := range n {
		if !slices.Contains(i18n.Langs, l) {
			return fmt.Errorf("%s: %q is none of ar, fr, zgh, en", what, l)
		}
	}
	return nil
}
