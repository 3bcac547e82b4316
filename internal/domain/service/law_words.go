package service

import (
	_ "embed"
	"regexp"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/unicode/norm"
)

//go:embed law_words.yaml
var lawWordsYAML []byte

// phrase finds a forbidden demand in one language.
type phrase struct{ asks, denies *regexp.Regexp }

// lawWords reads the phrases once: rule → language → phrase.
var lawWords = lazily(func() map[string]map[Lang]*phrase {
	var raw map[string]map[Lang]string
	if err := yaml.Unmarshal(lawWordsYAML, &raw); err != nil {
		panic(err) // embedded, found by any test
	}
	denies := map[Lang]*regexp.Regexp{}
	for l, pattern := range raw["deny"] {
		denies[l] = regexp.MustCompile(fold(pattern))
	}
	all := map[string]map[Lang]*phrase{}
	for word, patterns := range raw {
		all[word] = map[Lang]*phrase{}
		for l, pattern := range patterns {
			all[word][l] = &phrase{asks: regexp.MustCompile(fold(pattern)), denies: denies[l]}
		}
	}
	return all
})

// clauses end where a denial ends.
var clauses = regexp.MustCompile(`[.;:!?,؛،؟\n()]|\b(mais|but)\b|\sبل\s|\sلكن\s`)

// demand returns the words that ask for it, folded, or "".
func (p *phrase) demand(text string) string {
	if p == nil {
		return ""
	}
	for _, clause := range clauses.Split(fold(text), -1) {
		if said := p.asks.FindString(clause); said != "" && (p.denies == nil || !p.denies.MatchString(clause)) {
			return said
		}
	}
	return ""
}

// fold makes spellings equal: capitals, accents, Arabic marks and letter forms.
func fold(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case 'أ', 'إ', 'آ', 'ٱ':
			return 'ا'
		case 'ى':
			return 'ي'
		case 'ة':
			return 'ه'
		case 'ـ':
			return -1
		case '\u2019':
			return '\''
		case '\u00a0', '\u202f':
			return ' '
		}
		return unicode.ToLower(r)
	}, s)
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || bidi(r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}
