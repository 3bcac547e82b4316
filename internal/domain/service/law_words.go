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

// phrase finds a demand in one language.
type phrase struct {
	asks   *regexp.Regexp
	denies *regexp.Regexp // not a demand in a clause that denies it
	spares *regexp.Regexp // nor in a clause that holds this
}

// lawPatterns are the expressions of law_words.yaml: word → language → expression.
var lawPatterns = lazily(func() map[string]map[Lang]*regexp.Regexp {
	var raw map[string]map[Lang]string
	if err := yaml.Unmarshal(lawWordsYAML, &raw); err != nil {
		panic(err) // embedded, found by any test
	}
	all := map[string]map[Lang]*regexp.Regexp{}
	for word, patterns := range raw {
		all[word] = map[Lang]*regexp.Regexp{}
		for l, pattern := range patterns {
			all[word][l] = regexp.MustCompile(fold(pattern))
		}
	}
	return all
})

// denials are how each language says that something is not asked.
func denials() map[Lang]*regexp.Regexp { return lawPatterns()["deny"] }

// lawWords are the phrases by word and language.
var lawWords = lazily(func() map[string]map[Lang]*phrase {
	all := map[string]map[Lang]*phrase{}
	for word, patterns := range lawPatterns() {
		all[word] = map[Lang]*phrase{}
		for l, asks := range patterns {
			all[word][l] = &phrase{asks: asks, denies: denials()[l]}
			if word == "public" { // only what does not concern the person
				all[word][l].spares = lawPatterns()["own"][l]
			}
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
		if said := p.asks.FindString(clause); said != "" && !holds(p.denies, clause) && !holds(p.spares, clause) {
			return strings.TrimSpace(said)
		}
	}
	return ""
}

// asWritten is where a text says what demand found, in its own letters and to
// the end of the word.
func asWritten(text, said string) string {
	var folded strings.Builder
	var at []int // by byte of folded: the byte of text it comes from
	for i, r := range text {
		f := fold(string(r))
		folded.WriteString(f)
		for range len(f) {
			at = append(at, i)
		}
	}
	i := strings.Index(folded.String(), said)
	if i < 0 || said == "" {
		return said
	}
	end := len(text)
	if i+len(said) < len(at) {
		end = at[i+len(said)]
	}
	rest := strings.IndexFunc(text[end:], func(r rune) bool { return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) })
	if rest < 0 {
		rest = len(text) - end
	}
	return text[at[i] : end+rest]
}

func holds(p *regexp.Regexp, clause string) bool { return p != nil && p.MatchString(clause) }

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
