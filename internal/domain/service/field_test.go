package service

import (
	"encoding/json"
	"strings"
	"testing"
)

// Every type on what people type: the canonical answer, or the problem.
func TestFields(t *testing.T) {
	long := strings.Repeat("é", 41)
	tests := []struct {
		name, question string
		typed          Typed
		want           string // JSON of the answer, "" for none
		problems       string // part=key
	}{
		{"text", "{id: a, type: text}", typed("a", "  deux\r\nlignes "), `"deux lignes"`, ""},
		{"text missing", "{id: a, type: text}", nil, "", "a=missing"},
		{"text blank", "{id: a, type: text}", typed("a", " \u200f\u00a0"), "", "a=missing"},
		{"text optional", "{id: a, type: text, optional: true}", typed("a", " "), "", ""},
		{"text too long", "{id: a, type: text, maxLength: 40}", typed("a", long), "", "a=text.long"},
		{"text just fits", "{id: a, type: text, maxLength: 40}", typed("a", long[2:]), `"` + long[2:] + `"`, ""},
		{"text default limit", "{id: a, type: longtext}", typed("a", strings.Repeat("x", 5001)), "", "a=text.long"},
		{"text too short", "{id: a, type: text, minLength: 3}", typed("a", "ab"), "", "a=text.short"},
		{"text broken", "{id: a, type: text}", typed("a", "a\xffb"), "", "a=encoding"},
		{"text control", "{id: a, type: text}", typed("a", "a\x00b"), "", "a=text.control"},
		{"text override dropped", "{id: a, type: text}", typed("a", "abc\u202ecba"), `"abccba"`, ""},
		{"longtext keeps lines", "{id: a, type: longtext}", typed("a", "un\r\ndeux"), `"un\ndeux"`, ""},

		{"number", "{id: a, type: number}", typed("a", " 1 250 "), "1250", ""},
		{"number Arabic digits", "{id: a, type: number}", typed("a", "\u0661\u0662\u0665"), "125", ""},
		{"number negative", "{id: a, type: number}", typed("a", "-3"), "-3", ""},
		{"number ambiguous", "{id: a, type: number}", typed("a", "1.200"), "", "a=number.whole"},
		{"number fraction", "{id: a, type: number}", typed("a", "12.5"), "", "a=number.whole"},
		{"number words", "{id: a, type: number}", typed("a", "twelve"), "", "a=number.format"},
		{"number exponent", "{id: a, type: number}", typed("a", "1e3"), "", "a=number.format"},
		{"number below", "{id: a, type: number, min: 5}", typed("a", "4"), "", "a=number.min"},
		{"number above", "{id: a, type: number, max: 5}", typed("a", "6"), "", "a=number.max"},
		{"number huge", "{id: a, type: number}", typed("a", "99999999999999999999"), "", "a=number.large"},
		{"decimal comma", "{id: a, type: number, decimals: 1}", typed("a", "12,5"), `"12.5"`, ""},
		{"decimal Arabic", "{id: a, type: number, decimals: 2}", typed("a", "\u0661\u0662\u066b\u0665"), `"12.50"`, ""},
		{"decimal grouped", "{id: a, type: number, decimals: 2}", typed("a", "1.234,56"), `"1234.56"`, ""},
		{"decimal too fine", "{id: a, type: number, decimals: 1}", typed("a", "1.25"), "", "a=number.decimals"},
		{"decimal above", "{id: a, type: number, decimals: 1, max: 500}", typed("a", "500.1"), "", "a=number.max"},
		{"decimal at bound", "{id: a, type: number, decimals: 1, max: 500}", typed("a", "500"), `"500.0"`, ""},

		{"money", "{id: a, type: money}", typed("a", "1 500,50 DH"), "150050", ""},
		{"money whole", "{id: a, type: money}", typed("a", "1500"), "150000", ""},
		{"money negative", "{id: a, type: money}", typed("a", "-1"), "", "a=money.format"},
		{"money below", "{id: a, type: money, min: 100000}", typed("a", "999.99"), "", "a=money.min"},
		{"money three decimals", "{id: a, type: money}", typed("a", "1.234"), "", "a=money.format"},

		{"date", "{id: a, type: date}", typed("a.day", "1", "a.month", "2", "a.year", "2026"), `"2026-02-01"`, ""},
		{"date Arabic digits", "{id: a, type: date}", typed("a.day", "\u0661\u0665", "a.month", "\u0662", "a.year", "\u0662\u0660\u0662\u0666"), `"2026-02-15"`, ""},
		{"date month ar", "{id: a, type: date}", typed("a.day", "3", "a.month", "غشت", "a.year", "2026"), `"2026-08-03"`, ""},
		{"date month pan-Arab", "{id: a, type: date}", typed("a.day", "3", "a.month", "أغسطس", "a.year", "2026"), `"2026-08-03"`, ""},
		{"date month fr", "{id: a, type: date}", typed("a.day", "3", "a.month", "Août", "a.year", "2026"), `"2026-08-03"`, ""},
		{"date month fr short", "{id: a, type: date}", typed("a.day", "3", "a.month", "févr.", "a.year", "2026"), `"2026-02-03"`, ""},
		{"date month zgh", "{id: a, type: date}", typed("a.day", "3", "a.month", "ⵖⵓⵛⵜ", "a.year", "2026"), `"2026-08-03"`, ""},
		{"date month en", "{id: a, type: date}", typed("a.day", "3", "a.month", "AUGUST", "a.year", "2026"), `"2026-08-03"`, ""},
		{"date missing", "{id: a, type: date}", nil, "", "a.day=missing.date"},
		{"date half", "{id: a, type: date}", typed("a.day", "3"), "", "a.month=date.month"},
		{"date 30 February", "{id: a, type: date}", typed("a.day", "30", "a.month", "2", "a.year", "2026"), "", "a.day=date.real"},
		{"date year of two digits", "{id: a, type: date}", typed("a.day", "3", "a.month", "2", "a.year", "26"), "", "a.year=date.year"},
		{"date future", "{id: a, type: date, max: today}", typed("a.day", "2", "a.month", "6", "a.year", "2026"), "", "a.day=date.max"},
		{"date today", "{id: a, type: date, max: today}", typed("a.day", "1", "a.month", "6", "a.year", "2026"), `"2026-06-01"`, ""},
		{"date 18 today", "{id: a, type: date, max: today-18y}", typed("a.day", "1", "a.month", "6", "a.year", "2008"), `"2008-06-01"`, ""},
		{"date 18 tomorrow", "{id: a, type: date, max: today-18y}", typed("a.day", "2", "a.month", "6", "a.year", "2008"), "", "a.day=date.max"},
		{"date broken", "{id: a, type: date}", typed("a.day", "\xff", "a.month", "2", "a.year", "2026"), "", "a.day=date.day"},

		{"yesno", "{id: a, type: yesno}", typed("a", "no"), "false", ""},
		{"yesno other", "{id: a, type: yesno}", typed("a", "maybe"), "", "a=choice.unknown"},
		{"declaration", "{id: a, type: declaration}", typed("a", "yes"), "true", ""},
		{"declaration not ticked", "{id: a, type: declaration}", nil, "", "a=missing.declaration"},
		{"declaration no", "{id: a, type: declaration}", typed("a", "no"), "", "a=missing.declaration"},
		{"choice", "{id: a, type: choice, options: [x, y]}", typed("a", "y"), `"y"`, ""},
		{"choice unknown", "{id: a, type: choice, options: [x, y]}", typed("a", "z"), "", "a=choice.unknown"},
		{"choices in order", "{id: a, type: choices, options: [x, y, z]}", typed("a", "z", "a", "x", "a", "z"), `["x","z"]`, ""},
		{"choices none", "{id: a, type: choices, options: [x, y]}", nil, "", "a=missing.choices"},
		{"choices unknown", "{id: a, type: choices, options: [x, y]}", typed("a", "x", "a", "q"), "", "a=choice.unknown"},
		{"choices too many", "{id: a, type: choices, options: [x, y], max: 1}", typed("a", "x", "a", "y"), "", "a=choices.many"},

		{"cnie", "{id: a, type: cnie}", typed("a", " ab 12-34.56 "), `"AB123456"`, ""},
		{"cnie Arabic digits", "{id: a, type: cnie}", typed("a", "k\u0664\u0665\u0666\u0667\u0668"), `"K45678"`, ""},
		{"cnie eleven digits", "{id: a, type: cnie}", typed("a", "AB12345678901"), "", "a=cnie.format"},
		{"cnie without letter", "{id: a, type: cnie}", typed("a", "123456"), "", "a=cnie.format"},
		{"ice", "{id: a, type: ice}", typed("a", "001 234 567 000 012"), `"001234567000012"`, ""},
		{"ice short", "{id: a, type: ice}", typed("a", "00123456700001"), "", "a=ice.format"},
		{"rib", "{id: a, type: rib}", typed("a", "011 780 0000012345678901 41"), "", "a=rib.key"},
		{"rib short", "{id: a, type: rib}", typed("a", "011780"), "", "a=rib.format"},
		{"phone", "{id: a, type: phone}", typed("a", "06 12 34 56 78"), `"+212612345678"`, ""},
		{"phone Arabic digits", "{id: a, type: phone}", typed("a", "\u0660\u0666\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668"), `"+212612345678"`, ""},
		{"phone international", "{id: a, type: phone}", typed("a", "+212 (0)6-12.34.56.78"), `"+212612345678"`, ""},
		{"phone abroad", "{id: a, type: phone}", typed("a", "0033 6 12 34 56 78"), `"+33612345678"`, ""},
		{"phone displaced plus", "{id: a, type: phone}", typed("a", "212612345678+"), `"+212612345678"`, ""},
		{"phone nine digits", "{id: a, type: phone}", typed("a", "061234567"), "", "a=phone.format"},
		{"phone letters", "{id: a, type: phone}", typed("a", "06 12 AB 56 78"), "", "a=phone.format"},
		{"email", "{id: a, type: email}", typed("a", " Salma@Example.ORG "), `"Salma@example.org"`, ""},
		{"email half", "{id: a, type: email}", typed("a", "salma@example"), "", "a=email.format"},
		{"code endless", "{id: a, type: cnie}", typed("a", strings.Repeat("1", 2000)), "", "a=cnie.format"},

		{"person", "{id: a, type: person}", typed("a.given_ar", "سلمى", "a.family_ar", "المثالي", "a.given_latin", " Salma ", "a.family_latin", "El  Mithali"),
			`{"family_ar":"المثالي","family_latin":"El Mithali","given_ar":"سلمى","given_latin":"Salma"}`, ""},
		{"person wrong script", "{id: a, type: person}", typed("a.given_ar", "Salma", "a.family_ar", "المثالي", "a.given_latin", "سلمى", "a.family_latin", "X"),
			"", "a.given_ar=person.arabic a.given_latin=person.latin"},
		{"person half", "{id: a, type: person}", typed("a.given_ar", "سلمى"), "", "a.family_ar=missing a.given_latin=missing a.family_latin=missing"},
		{"address", "{id: a, type: address}", typed("a.place", "Douar 3", "a.postcode", "99 001"), `{"place":"Douar 3","postcode":"99001"}`, ""},
		{"address postcode", "{id: a, type: address}", typed("a.place", "Douar 3", "a.postcode", "9900"), "", "a.postcode=address.postcode"},
		{"address missing", "{id: a, type: address}", nil, "", "a.place=missing"},

		{"commune", "{id: a, type: commune}", typed("a", "03.999.01"), `"03.999.01"`, ""},
		{"commune unknown", "{id: a, type: commune}", typed("a", "99.999.99"), "", "a=place.unknown"},
		{"commune of another level", "{id: a, type: commune}", typed("a", "03.999"), "", "a=place.unknown"},
		{"statement", "{id: a, type: statement}", typed("a", "x"), "", ""},
		{"computed", `{id: a, type: computed, value: "1 + 2"}`, typed("a", "9"), "3", ""},

		{"rows", "{id: a, type: rows, ask: [{id: b, type: number}]}", typed("a.0.b", "1", "a.1.b", "2"), `[{"b":1},{"b":2}]`, ""},
		{"rows blank between", "{id: a, type: rows, ask: [{id: b, type: number}]}", typed("a.0.b", "1", "a.2.b", "2"), `[{"b":1},{"b":2}]`, ""},
		{"rows none", "{id: a, type: rows, ask: [{id: b, type: number}]}", nil, "", "a.0.b=missing"},
		{"rows too many", "{id: a, type: rows, rows: {max: 1}, ask: [{id: b, type: number}]}", typed("a.0.b", "1", "a.1.b", "2"), "", "a=rows.many"},
		{"rows bad cell", "{id: a, type: rows, ask: [{id: b, type: number}]}", typed("a.0.b", "x"), "", "a.0.b=number.format"},
		{"rows huge index", "{id: a, type: rows, optional: true, ask: [{id: b, type: number}]}", typed("a.99999.b", "1"), "", ""},
	}
	e := today(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := defined(t, asked(tt.question, "{id: z, type: declaration, optional: true}"))
			r := d.Read(tt.typed, nil, e)
			got := ""
			if v := r.Answers["a"]; v != nil {
				raw, err := json.Marshal(v)
				if err != nil {
					t.Fatal(err)
				}
				got = string(raw)
			}
			if got != tt.want {
				t.Errorf("answer = %s, want %s", got, tt.want)
			}
			if got := keysOfProblems(r); got != tt.problems {
				t.Errorf("problems = %s, want %s", got, tt.problems)
			}
		})
	}
}

// A sound RIB is made here: its key is 97 - (the first 22 digits × 100 mod 97).
func TestRIB(t *testing.T) {
	first := "0117800000123456789012"
	rest := 0
	for _, c := range first + "00" {
		rest = (rest*10 + int(c-'0')) % 97
	}
	key := 97 - rest
	rib := first + string(rune('0'+key/10)) + string(rune('0'+key%10))
	for _, in := range []string{rib, rib[:3] + " " + rib[3:6] + " " + rib[6:22] + " " + rib[22:], "MA64 " + rib} {
		if got, wrong := ribOf(in); wrong != nil || got != rib {
			t.Errorf("ribOf(%q) = %q, %v", in, got, wrong)
		}
	}
}

func TestFiles(t *testing.T) {
	d := defined(t, asked("{id: a, type: file, accept: [pdf], max_files: 40}", "{id: b, type: file, note: may-come-later}"))
	given := func(n int, media string) []FileRef {
		var all []FileRef
		for range n {
			all = append(all, FileRef{ID: "f", Question: "a", Name: "x.pdf", MediaType: media})
		}
		return all
	}
	tests := []struct {
		name  string
		files []FileRef
		want  string
	}{
		{"none", nil, "a=missing.file"},
		{"one", given(1, "application/pdf"), ""},
		{"forty", given(40, "application/pdf"), ""},
		{"forty-one", given(41, "application/pdf"), "a=file.many"},
		{"image", given(1, "image/png"), "a=file.type"},
	}
	for _, tt := range tests {
		r := d.Read(nil, tt.files, today(t))
		if got := keysOfProblems(r); got != tt.want {
			t.Errorf("%s: problems = %q, want %q", tt.name, got, tt.want)
		}
		if len(r.Missing) != 1 || r.Missing[0] != "b" || r.Mention() != "being-deposited" {
			t.Errorf("%s: missing = %v, mention %s", tt.name, r.Missing, r.Mention())
		}
	}
}
