// Package page turns a role's templates, texts and style sheet into pages: one
// template set per language, parsed at start, so that no request can see
// another's language. It refuses a template that names a text which is not
// there. It has no domain words and reads no request; every zone may use it.
package page

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"time"

	"wasl/internal/base/i18n"
)

// Set is a role's templates in every language.
type Set struct {
	texts *i18n.Catalog
	langs map[i18n.Lang]*template.Template
}

// inserted is a text of the catalog standing in a template: [[home.title]].
var inserted = regexp.MustCompile(`\[\[([a-z0-9._-]+)\]\]`)

// Parse reads templates/*.tmpl below fsys. Texts without values are put into
// the templates here, once; [[style]] stands for the style sheet.
func Parse(fsys fs.FS, texts *i18n.Catalog, style string) (*Set, error) {
	names, err := fs.Glob(fsys, "templates/*.tmpl")
	if err != nil {
		return nil, err
	}
	s := &Set{texts: texts, langs: map[i18n.Lang]*template.Template{}}
	for _, l := range i18n.Langs {
		t := template.New("").Funcs(functions(l, texts))
		for _, name := range names {
			raw, err := fs.ReadFile(fsys, name)
			if err != nil {
				return nil, err
			}
			text, err := s.insert(l, string(raw), style)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			if _, err := t.New(path.Base(name)).Parse(text); err != nil {
				return nil, err
			}
		}
		s.langs[l] = t
	}
	return s, nil
}

// Render writes the page of a template name.tmpl in a language.
func (s *Set) Render(l i18n.Lang, name string, data any) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(16 << 10)
	if err := s.langs[l].ExecuteTemplate(&out, name+".tmpl", data); err != nil {
		return nil, fmt.Errorf("rendering %s: %w", name, err)
	}
	return out.Bytes(), nil
}

// Template is one language's set, for tests.
func (s *Set) Template(l i18n.Lang) *template.Template { return s.langs[l] }

// spaces between tags that no reader sees.
var spaces = regexp.MustCompile(`\n\s*`)

func (s *Set) insert(l i18n.Lang, source, style string) (string, error) {
	var missing []string
	source = spaces.ReplaceAllString(source, "\n")
	for _, pair := range [][2]string{{">\n<", "><"}, {"}}\n<", "}}<"}, {">\n{{", ">{{"}, {"}}\n{{", "}}{{"}} {
		source = strings.ReplaceAll(source, pair[0], pair[1])
	}
	source = inserted.ReplaceAllStringFunc(source, func(m string) string {
		key := m[2 : len(m)-2]
		switch {
		case key == "style":
			return style
		case !s.texts.Has(key) || strings.Contains(s.texts.T(l, key), "{"):
			missing = append(missing, key)
		}
		return string(Words(s.texts.T(l, key)))
	})
	if len(missing) > 0 {
		return "", fmt.Errorf("no plain text %s", strings.Join(missing, ", "))
	}
	if _, rest, left := strings.Cut(source, "[["); left {
		return "", fmt.Errorf("not a key: [[%.30s", rest)
	}
	return source, nil
}

// lawNumber is the number of a law, or another chain of numbers, which must
// keep its order in Arabic.
var lawNumber = regexp.MustCompile(`\b[0-9]{1,3}[-.][0-9]{2,3}([-.][0-9]+)*\b`)

// tagOrNumber finds law numbers and the tags whose attributes they may not be
// looked for in.
var tagOrNumber = regexp.MustCompile(`<[^>]*>|` + lawNumber.String())

// Words escapes a text for HTML and isolates the law numbers in it.
func Words(text string) template.HTML { return isolated(template.HTMLEscapeString(text)) }

func isolated(escaped string) template.HTML {
	return template.HTML(tagOrNumber.ReplaceAllStringFunc(escaped, func(found string) string {
		if found[0] == '<' { // a value that is markup already, such as a <time>
			return found
		}
		return `<bdi dir="ltr">` + found + `</bdi>`
	}))
}

// Plain is Words for <title> and <option>: isolates U+2066 … U+2069.
func Plain(text string) string { return lawNumber.ReplaceAllString(text, "\u2066$0\u2069") }

func functions(l i18n.Lang, texts *i18n.Catalog) template.FuncMap {
	return template.FuncMap{
		"words": Words,
		"plain": Plain,
		"ltr":   i18n.LTR,
		"t":     func(key string, args ...any) template.HTML { return isolated(string(texts.H(l, key, args...))) },
		"date":  func(t time.Time) template.HTML { return Time(i18n.Civil(t).Format(time.DateOnly), i18n.Date(l, t)) },
		"hour": func(t time.Time) template.HTML {
			return Time(i18n.Civil(t).Format(time.RFC3339), i18n.DateTime(l, t))
		},
		"day":   func(iso string) template.HTML { return Time(iso, i18n.CivilDate(l, iso)) },
		"money": func(centimes int64) string { return i18n.Money(l, centimes) },
		"days":  func(n int) string { return i18n.Days(l, n) },
		"size":  func(n int64) template.HTML { return i18n.LTR(i18n.Size(l, n)) }, // its unit is Latin everywhere
		"langs": func() []i18n.Lang { return i18n.Langs },
		"add":   func(a, b int) int { return a + b },
	}
}

// Time is a <time> with its machine form.
func Time(machine, people string) template.HTML {
	return template.HTML(`<time datetime="` + template.HTMLEscapeString(machine) + `">` + template.HTMLEscapeString(people) + `</time>`)
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpace   = regexp.MustCompile(`\s+`)
	cssAround  = regexp.MustCompile(`\s*([{};,>])\s*`)
	cssColon   = regexp.MustCompile(`:\s+`)
)

// Minify takes comments and idle spaces out of a style sheet that stands in
// every page.
func Minify(css string) string {
	css = cssComment.ReplaceAllString(css, "")
	css = cssSpace.ReplaceAllString(css, " ")
	css = cssAround.ReplaceAllString(css, "$1")
	css = cssColon.ReplaceAllString(css, ":")
	return strings.TrimSpace(strings.ReplaceAll(css, ";}", "}"))
}
