package portal

import (
	"strings"

	"wasl/internal/base/i18n"
	"wasl/internal/base/page"
	"wasl/internal/domain/authority"
)

// Names of the controls that narrow a list of places. They are no questions
// and may stay empty.
const (
	narrowRegion   = "_region"
	narrowProvince = "_province"
)

// placesAtOnce is how many places one list shows; more are narrowed first.
const placesAtOnce = 40

// narrowing is what the narrowing controls of a page hold.
func narrowing(form map[string][]string) map[string]string {
	held := map[string]string{}
	for name, values := range form {
		if len(values) > 0 && (strings.HasPrefix(name, narrowRegion) || strings.HasPrefix(name, narrowProvince)) {
			held[name] = values[0]
		}
	}
	return held
}

// place makes the field of a region, province or commune: one control with the
// place's code, after the lists that narrow it where it would be too long.
func (b *builder) place(f *field, level, at string) {
	f.Shape = "place"
	suffix := ""
	if b.placed {
		suffix = "." + at
	}
	b.placed = true
	if level == authority.LevelRegion {
		f.Options = placeOptions(b.lang, b.territory.Regions(), f.Value)
		return
	}
	region, province := b.narrow[narrowRegion+suffix], b.narrow[narrowProvince+suffix]
	if chosen := b.territory.At(level, f.Value); chosen != nil && region == "" {
		region, province = codeAbove(b.territory, chosen.Code, authority.LevelRegion), codeAbove(b.territory, chosen.Code, authority.LevelProvince)
	}
	b.list(f, level, suffix, region, province)
}

func codeAbove(t *authority.Territory, code, level string) string {
	if p := t.Above(code, level); p != nil {
		return p.Code
	}
	return ""
}

func (b *builder) list(f *field, level, suffix, region, province string) {
	if all := below(b.territory, "", level); len(all) <= placesAtOnce {
		f.Options = grouped(b.lang, b.territory, all, f.Value)
		return
	}
	f.Parts = append(f.Parts, b.narrowField(narrowRegion+suffix, "place.region", b.territory.Regions(), region))
	inside := region
	if level == authority.LevelCommune {
		provinces := b.territory.Below(region)
		if region == "" {
			provinces = nil
		}
		f.Parts = append(f.Parts, b.narrowField(narrowProvince+suffix, "place.province", provinces, province))
		if b.territory.Within(province, region) {
			inside = province
		} else {
			inside = ""
		}
	}
	if inside != "" {
		f.Options = grouped(b.lang, b.territory, below(b.territory, inside, level), f.Value)
	}
}

func (b *builder) narrowField(name, label string, places []*authority.Place, chosen string) field {
	return field{Shape: "select", ID: name, Label: b.t(label), Options: placeOptions(b.lang, places, chosen)}
}

// below lists the places of a level inside code ("" is everywhere).
func below(t *authority.Territory, code, level string) []*authority.Place {
	var found []*authority.Place
	for _, p := range t.Below(code) {
		if p.Level == level {
			found = append(found, p)
		} else {
			found = append(found, below(t, p.Code, level)...)
		}
	}
	return found
}

func placeOptions(l i18n.Lang, places []*authority.Place, chosen string) []option {
	list := make([]option, 0, len(places))
	for _, p := range places {
		list = append(list, option{Value: p.Code, Label: page.Plain(p.Names.In(l)), On: p.Code == chosen})
	}
	return list
}

// grouped is placeOptions under the names of the places above.
func grouped(l i18n.Lang, t *authority.Territory, places []*authority.Place, chosen string) []option {
	list := placeOptions(l, places, chosen)
	for i, p := range places {
		if i > 0 && places[i-1].Parent == p.Parent {
			continue
		}
		if parent := t.Place(p.Parent); parent != nil {
			list[i].Group = page.Plain(parent.Names.In(l))
		}
		if i > 0 {
			list[i-1].End = true
		}
	}
	if len(list) > 0 {
		list[len(list)-1].End = true
	}
	return list
}
