package authority

import (
	"strings"
	"testing"
	"testing/fstest"

	"wasl/internal/base/i18n"
)

const csvHead = "code,parent,name_fr,name_ar,name_zgh,name_en,example\n"

func folder() fstest.MapFS {
	return fstest.MapFS{
		"territory/region.csv":   {Data: []byte(csvHead + "90,,Région,جهة,ⵜⴰⵎⵏⴰⴹⵜ,Region,true\n")},
		"territory/province.csv": {Data: []byte(csvHead + "90.001,90,Province,إقليم,ⵜⴰⵙⴳⴰ,Province,true\n")},
		"territory/commune.csv":  {Data: []byte(csvHead + "90.001.01,90.001,Aïn,عين,ⵄⵉⵏ,Ain,true\n")},
		"authorities/ain.yaml": {Data: []byte(`id: ain
kind: commune
territory: "90.001.01"
names: {ar: جماعة, fr: Commune, zgh: ⵜⴰⵖⵔⵎⵜ, en: Commune}
appeal: {ar: الرئيس, fr: Le président, zgh: ⴰⵏⵙⵙⵉⵅⴼ, en: The president}
units:
  - {id: town, names: {ar: مصلحة, fr: Service, zgh: ⵜⴰⵏⴰⴼⵓⵜ, en: Unit}}
offers:
  - {service: residence, unit: town, fees: {stamp: 2000}, closed: ["2026-12-24"]}
`)},
	}
}

func TestLoad(t *testing.T) {
	b, err := Load(folder())
	if err != nil {
		t.Fatal(err)
	}
	offers := b.Offers("residence")
	if len(offers) != 1 || offers[0].Authority != "ain" || offers[0].Fees["stamp"] != 2000 {
		t.Errorf("Offers = %+v", offers)
	}
	if _, ok := b.Offer("residence", "elsewhere"); ok {
		t.Error("an unknown authority offers a service")
	}
	if got := b.Authority("ain").Unit("town").Names.In(i18n.FR); got != "Service" {
		t.Errorf("unit name = %q", got)
	}
	if got := b.Territory.Above("90.001.01", LevelRegion); got == nil || got.Code != "90" {
		t.Errorf("Above = %+v", got)
	}
	if !b.Territory.Within("90.001.01", "90.001") || b.Territory.Within("90", "90.001") || !b.Territory.Within("90", "") {
		t.Error("Within is wrong")
	}
	if b.Territory.At(LevelCommune, "90") != nil {
		t.Error("a region passed for a commune")
	}
	if n := len(b.Territory.Below("90")); n != 1 {
		t.Errorf("Below(90) has %d places", n)
	}
}

func TestLoadRefuses(t *testing.T) {
	tests := map[string]struct{ file, old, new, want string }{
		"unknown key":        {"authorities/ain.yaml", "kind:", "kin: x\nkind:", "kin"},
		"unknown kind":       {"authorities/ain.yaml", "kind: commune", "kind: duchy", "duchy"},
		"missing name":       {"authorities/ain.yaml", "names: {ar: جماعة, ", "names: {", "no text in ar"},
		"unknown unit":       {"authorities/ain.yaml", "unit: town", "unit: moon", "moon"},
		"unknown territory":  {"authorities/ain.yaml", `"90.001.01"`, `"77"`, "77"},
		"unknown parent":     {"authorities/ain.yaml", "kind: commune", "kind: commune\nparent: nobody", "nobody"},
		"bad closing day":    {"authorities/ain.yaml", "2026-12-24", "2026-13-24", "2026-13-24"},
		"wrong id":           {"authorities/ain.yaml", "id: ain\n", "id: other\n", "file's name"},
		"orphan commune":     {"territory/commune.csv", "90.001.01,90.001,", "90.001.01,90.002,", "90.002"},
		"commune in region":  {"territory/commune.csv", "90.001.01,90.001,", "90.001.01,90,", "not a province"},
		"code twice":         {"territory/commune.csv", "90.001.01,90.001,", "90.001,90.001,", "once"},
		"no Amazigh name":    {"territory/commune.csv", "ⵄⵉⵏ", "", "name_zgh"},
		"unknown csv column": {"territory/region.csv", "example", "exemple", "exemple"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			fsys := folder()
			before := string(fsys[tt.file].Data)
			after := strings.Replace(before, tt.old, tt.new, 1)
			if before == after {
				t.Fatal("the test changes nothing")
			}
			fsys[tt.file].Data = []byte(after)
			_, err := Load(fsys)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("err = %v, want one about %q", err, tt.want)
			}
		})
	}
}

func FuzzTerritory(f *testing.F) {
	f.Add([]byte(csvHead + "1,,a,b,c,d,true\n"))
	f.Add([]byte("code\n\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		tr := &Territory{byCode: map[string]*Place{}, children: map[string][]*Place{}}
		if tr.read(data, LevelRegion, "") != nil {
			return
		}
		for _, p := range tr.Regions() {
			if p.Code == "" || tr.Place(p.Code) != p {
				t.Errorf("accepted a place that cannot be found: %+v", p)
			}
		}
	})
}
