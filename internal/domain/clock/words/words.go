// Package words says the legal clock in the four languages: acts, states,
// dates, reasons of refusal, articles and readings of the law. Portal, office
// and `wasl clock` take their texts from here, so that all say the same. It
// holds no rule and no personal data, and fails at start where a language
// lacks a text. Both zones use it.
package words

import (
	"embed"
	"html/template"
	"strings"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/clock"
)

//go:embed texts
var files embed.FS

var catalog = i18n.MustLoad(files, "texts")

// Words is the vocabulary of one language.
type Words struct{ lang i18n.Lang }

// In is the vocabulary of a language.
func In(l i18n.Lang) Words { return Words{l} }

// Lang is the language spoken.
func (w Words) Lang() i18n.Lang { return w.lang }

// Act names an act, as clock.Event.Do writes it: "Correction request".
func (w Words) Act(do string) string { return w.of("act", do) }

// State names a state of a clock: "Clock stopped".
func (w Words) State(s string) string { return w.of("state", s) }

// Turn names who has to act, in the middle of a sentence: "the authority".
func (w Words) Turn(t string) string { return w.of("turn", t) }

// Mention is the statutory mention of a receipt: "ملف مودع".
func (w Words) Mention(m string) string { return w.of("mention", m) }

// Silence says what silence means, without a full stop: "silence means yes".
func (w Words) Silence(means string) string { return w.of("silence", means) }

// Why is the sentence for the reason of a ruling (clock.Ruling.Why).
func (w Words) Why(key string) string { return w.of("why", key) }

// Date labels a date by its name in clock.Clock.Dates: "Due date".
func (w Words) Date(name string) string { return w.of("date", name) }

// Switch is what the law leaves open, after "the law does not say": "on which
// day a decision counts".
func (w Words) Switch(name string) string { return w.of("switch", name) }

// Reading is one value of a switch, after "computed as": "rounded down".
func (w Words) Reading(name, value string) string { return w.of("reading."+name, value) }

// Kind names a kind of service.
func (w Words) Kind(kind string) string { return w.of("kind", kind) }

// Authority names a kind of authority.
func (w Words) Authority(kind string) string { return w.of("authority", kind) }

// Ground names a ground of extension: "a public inquiry".
func (w Words) Ground(ground string) string { return w.of("ground", ground) }

// LawTitle is the subject of a law by its number, "" for one not known here.
func (w Words) LawTitle(number string) string {
	if !catalog.Has("law." + number) {
		return ""
	}
	return w.of("law", number)
}

// Cite names a law and its articles in plain text, numbers isolated: "law
// 55-19, art. 10 and 4(8)". Without articles it names the law, without a law
// it is empty.
func (w Words) Cite(law string, articles ...string) string {
	if law == "" {
		return ""
	}
	return catalog.T(w.lang, citeKey(articles), "text", i18n.Isolate(law), "articles", w.join(articles, i18n.Isolate))
}

// CiteHTML is Cite for a page.
func (w Words) CiteHTML(law string, articles ...string) template.HTML {
	if law == "" {
		return ""
	}
	all := w.join(articles, func(s string) string { return string(i18n.LTR(s)) })
	return catalog.H(w.lang, citeKey(articles), "text", i18n.LTR(law), "articles", template.HTML(all))
}

// Law cites what a ruling rests on: the law and the articles it rests on, plain text.
func (w Words) Law(r clock.Ruling) string { return w.Cite(r.Text, r.Articles...) }

// LawHTML is Law for a page.
func (w Words) LawHTML(r clock.Ruling) template.HTML { return w.CiteHTML(r.Text, r.Articles...) }

func (w Words) of(group, key string) string { return catalog.T(w.lang, group+"."+key) }

func citeKey(articles []string) string {
	switch len(articles) {
	case 0:
		return "cite.law"
	case 1:
		return "cite.one"
	}
	return "cite.many"
}

// join lists articles, with the language's "and" before the last.
func (w Words) join(articles []string, show func(string) string) string {
	shown := make([]string, len(articles))
	for i, a := range articles {
		shown[i] = show(a)
	}
	if len(shown) < 2 {
		return strings.Join(shown, "")
	}
	last := len(shown) - 1
	comma := ", "
	if w.lang == i18n.AR {
		comma = "، "
	}
	return strings.Join(shown[:last], comma) + catalog.T(w.lang, "cite.and") + shown[last]
}
