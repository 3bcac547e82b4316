package authority

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"wasl/internal/base/i18n"
)

// Levels of the territory, from the widest.
const (
	LevelRegion   = "region"
	LevelProvince = "province"
	LevelCommune  = "commune"
)

// columns of each territory/*.csv, in any order; a region has no parent.
var columns = []string{"code", "parent", "name_fr", "name_ar", "name_zgh", "name_en", "example"}

// Place is a region, province (or prefecture) or commune under its HCP code.
type Place struct {
	Code    string
	Level   string
	Parent  string // code of the place above; "" for a region
	Names   Names
	Example bool // invented, for tests and demonstrations
}

// Territory is regions → provinces → communes.
type Territory struct {
	byCode   map[string]*Place
	children map[string][]*Place // by parent code, in file order
}

// LoadTerritory reads territory/region.csv, province.csv and commune.csv.
func LoadTerritory(fsys fs.FS) (*Territory, error) {
	t := &Territory{byCode: map[string]*Place{}, children: map[string][]*Place{}}
	above := ""
	for _, level := range []string{LevelRegion, LevelProvince, LevelCommune} {
		name := "territory/" + level + ".csv"
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		if err := t.read(data, level, above); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		above = level
	}
	return t, nil
}

func (t *Territory) read(data []byte, level, above string) error {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	head, err := r.Read()
	if err != nil {
		return fmt.Errorf("no header line: %w", err)
	}
	at := map[string]int{}
	for i, column := range head {
		if !slices.Contains(columns, column) {
			return fmt.Errorf("line 1: unknown column %q; known are %v", column, columns)
		}
		at[column] = i
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		line, _ := r.FieldPos(0)
		get := func(column string) string {
			if i, ok := at[column]; ok {
				return row[i]
			}
			return ""
		}
		if err := t.add(get, level, above); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

func (t *Territory) add(get func(string) string, level, above string) error {
	p := &Place{Code: get("code"), Level: level, Parent: get("parent"), Names: Names{}}
	switch get("example") {
	case "true", "yes", "1":
		p.Example = true
	case "", "false", "no", "0":
	default:
		return fmt.Errorf("example is %q; write true or false", get("example"))
	}
	for _, l := range i18n.Langs {
		if p.Names[l] = get("name_" + string(l)); p.Names[l] == "" {
			return fmt.Errorf("no name_%s", l)
		}
	}
	if p.Code == "" || t.byCode[p.Code] != nil {
		return fmt.Errorf("code %q: a code is needed, once in all levels", p.Code)
	}
	if above == "" && p.Parent != "" || above != "" && (t.byCode[p.Parent] == nil || t.byCode[p.Parent].Level != above) {
		return fmt.Errorf("parent %q is not a %s", p.Parent, above)
	}
	t.byCode[p.Code] = p
	t.children[p.Parent] = append(t.children[p.Parent], p)
	return nil
}

// Place returns the place with this code at any level, or nil.
func (t *Territory) Place(code string) *Place {
	if t == nil {
		return nil
	}
	return t.byCode[code]
}

// At returns the place with this code if it is of this level, or nil.
func (t *Territory) At(level, code string) *Place {
	if p := t.Place(code); p != nil && p.Level == level {
		return p
	}
	return nil
}

// Regions lists the regions in file order.
func (t *Territory) Regions() []*Place { return t.Below("") }

// Below lists the places whose parent is code: a region's provinces, a
// province's communes.
func (t *Territory) Below(code string) []*Place {
	if t == nil {
		return nil
	}
	return t.children[code]
}

// Within tells whether the place code is outer or lies inside it; every place
// lies inside "", the whole country.
func (t *Territory) Within(code, outer string) bool {
	if outer == "" {
		return true
	}
	for p := t.Place(code); p != nil; p = t.Place(p.Parent) {
		if p.Code == outer {
			return true
		}
	}
	return false
}

// Above returns the place at a level that holds code (or is it), or nil: the
// province of a commune, for instance.
func (t *Territory) Above(code, level string) *Place {
	for p := t.Place(code); p != nil; p = t.Place(p.Parent) {
		if p.Level == level {
			return p
		}
	}
	return nil
}
