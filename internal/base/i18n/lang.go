// Package i18n knows the four languages, their texts and how they write
// numbers, amounts, dates and durations.
//
// It holds message catalogs (one YAML file per language, complete or refused
// at load), formatting tables for Morocco, and the helpers that keep
// left-to-right pieces readable inside Arabic. It has no domain words and
// reads no request; both zones may use it.
package i18n

import "strings"

// Lang is one of the languages of the product, as it stands in URLs.
type Lang string

// The languages, in the order in which language lists show them.
const (
	AR  Lang = "ar"
	FR  Lang = "fr"
	ZGH Lang = "zgh"
	EN  Lang = "en"
)

// Langs lists every language; a text that lacks one of them is incomplete.
var Langs = []Lang{AR, FR, ZGH, EN}

// ParseLang returns the language written s and whether there is one.
func ParseLang(s string) (Lang, bool) {
	for _, l := range Langs {
		if string(l) == s {
			return l, true
		}
	}
	return "", false
}

// Preferred returns the first of our languages that an Accept-Language header
// asks for, Arabic when there is none. Names of Amazigh languages mean ZGH.
func Preferred(header string) Lang {
	for item := range strings.SplitSeq(header, ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(item), ";")
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		switch primary {
		case "tzm", "ber", "shi":
			return ZGH
		}
		if l, ok := ParseLang(primary); ok {
			return l
		}
	}
	return AR
}

// Tag returns the BCP 47 tag for the lang attribute.
func (l Lang) Tag() string {
	switch l {
	case AR, FR:
		return string(l) + "-MA"
	}
	return string(l)
}

// Dir returns "rtl" for Arabic and "ltr" for the others.
func (l Lang) Dir() string {
	if l == AR {
		return "rtl"
	}
	return "ltr"
}

// Name returns the language's name in itself.
func (l Lang) Name() string {
	switch l {
	case AR:
		return "العربية"
	case FR:
		return "Français"
	case ZGH:
		return "ⵜⴰⵎⴰⵣⵉⵖⵜ"
	}
	return "English"
}
