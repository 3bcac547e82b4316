package document

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"wasl/internal/domain/service"
)

// template is the body of a document: documents/<language>.html, parsed. It
// holds one h1, and p and dl blocks; strong and bdi inside them; {placeholders}
// in the text. Anything else is an error.
type template struct{ blocks []block }

type block struct {
	tag    string // h1, p, dl
	pieces []piece
	rows   []row // dl
}

type row struct {
	label  []piece
	values [][]piece
}

// piece is text, or a placeholder when name is set.
type piece struct {
	text, name string
	bold       bool
}

var placeholder = regexp.MustCompile(`\{([a-z][a-z0-9_]*)\}`)

// contained tells which tag may stand in which; "" is the document.
var contained = map[string][]string{
	"":       {"h1", "p", "dl"},
	"h1":     {"bdi"},
	"p":      {"strong", "bdi"},
	"dl":     {"dt", "dd"},
	"dt":     {"bdi"},
	"dd":     {"strong", "bdi"},
	"strong": {"bdi"},
	"bdi":    {},
}

// parser reads a template tag by tag.
type parser struct {
	t    template
	open []string
	line int
}

// fault is what is wrong in a line of a template: a text of the rule
// document-layout and what fills it.
type fault struct {
	line int
	said string
	args []any
}

func wrong(said string, args ...any) error { return &fault{said: said, args: args} }

// finding is the fault in a file.
func (f *fault) finding(file string) service.Finding {
	return service.LayoutFinding(file, f.line, f.said, f.args...)
}

func (f *fault) Error() string { return fmt.Sprintf("line %d: %s", f.line, f.finding("").Message) }

// parseTemplate reads a template; its errors name the line.
func parseTemplate(src string) (*template, error) {
	p := &parser{line: 1}
	z := html.NewTokenizer(strings.NewReader(src))
	for {
		kind := z.Next()
		raw := string(z.Raw())
		p.line += strings.Count(raw[:len(raw)-len(strings.TrimLeft(raw, " \t\r\n"))], "\n")
		var err error
		switch kind {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) {
				return nil, z.Err()
			}
			return p.finish()
		case html.TextToken:
			err = p.text(z.Token().Data)
		case html.StartTagToken:
			err = p.start(z.Token())
		case html.EndTagToken:
			err = p.end(z.Token().Data)
		case html.CommentToken:
		default:
			err = wrong("markup", "markup", strings.TrimSpace(raw))
		}
		if f := (*fault)(nil); errors.As(err, &f) {
			f.line = p.line
			return nil, f
		}
		p.line += strings.Count(strings.TrimLeft(raw, " \t\r\n"), "\n")
	}
}

func (p *parser) finish() (*template, error) {
	if len(p.open) > 0 {
		return nil, &fault{p.line, "open", []any{"tag", p.inside()}}
	}
	headings := 0
	for _, b := range p.t.blocks {
		if b.tag == "h1" {
			headings++
		}
		for _, r := range b.rows {
			if len(r.values) == 0 {
				return nil, &fault{1, "no_dd", nil}
			}
		}
	}
	if headings != 1 {
		return nil, &fault{1, "heading", []any{"count", headings}}
	}
	return &p.t, nil
}

func (p *parser) inside() string {
	if len(p.open) == 0 {
		return ""
	}
	return p.open[len(p.open)-1]
}

func (p *parser) start(t html.Token) error {
	parent := p.inside()
	if !slices.Contains(contained[parent], t.Data) {
		if parent == "" {
			return wrong("tag", "tag", t.Data, "tags", contained[""])
		}
		return wrong("inside", "tag", t.Data, "outer", parent)
	}
	for _, a := range t.Attr {
		if t.Data != "bdi" || a.Key != "dir" || a.Val != "ltr" && a.Val != "rtl" {
			return wrong("attribute", "name", a.Key, "tag", t.Data)
		}
	}
	p.open = append(p.open, t.Data)
	switch t.Data {
	case "h1", "p", "dl":
		p.t.blocks = append(p.t.blocks, block{tag: t.Data})
	case "dt":
		b := &p.t.blocks[len(p.t.blocks)-1]
		b.rows = append(b.rows, row{})
	case "dd":
		b := &p.t.blocks[len(p.t.blocks)-1]
		if len(b.rows) == 0 {
			return wrong("no_dt")
		}
		r := &b.rows[len(b.rows)-1]
		r.values = append(r.values, nil)
	case "bdi":
		mark := "\u2068"
		if len(t.Attr) > 0 {
			mark = map[string]string{"ltr": "\u2066", "rtl": "\u2067"}[t.Attr[0].Val]
		}
		p.put(piece{text: mark})
	}
	return nil
}

func (p *parser) end(tag string) error {
	if tag != p.inside() {
		return wrong("closes", "tag", tag)
	}
	if tag == "bdi" {
		p.put(piece{text: "\u2069"})
	}
	p.open = p.open[:len(p.open)-1]
	return nil
}

// spaces are what HTML takes for one space; a no-break space is not among them.
var spaces = regexp.MustCompile(`[ \t\r\n\f]+`)

func (p *parser) text(s string) error {
	s = spaces.ReplaceAllString(s, " ")
	switch p.inside() {
	case "", "dl":
		if strings.TrimSpace(s) != "" {
			return wrong("outside", "text", strings.TrimSpace(s))
		}
		return nil
	}
	at := 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(s, -1) {
		if err := p.words(s[at:m[0]]); err != nil {
			return err
		}
		p.put(piece{name: s[m[2]:m[3]]})
		at = m[1]
	}
	return p.words(s[at:])
}

func (p *parser) words(s string) error {
	if strings.ContainsAny(s, "{}") {
		return wrong("placeholder", "text", s)
	}
	if s != "" {
		p.put(piece{text: s})
	}
	return nil
}

// put adds a piece to the block that is open.
func (p *parser) put(c piece) {
	c.bold = slices.Contains(p.open, "strong")
	b := &p.t.blocks[len(p.t.blocks)-1]
	switch {
	case b.tag != "dl":
		b.pieces = append(b.pieces, c)
	case slices.Contains(p.open, "dt"):
		r := &b.rows[len(b.rows)-1]
		r.label = append(r.label, c)
	default:
		values := b.rows[len(b.rows)-1].values
		values[len(values)-1] = append(values[len(values)-1], c)
	}
}

// names lists the placeholders, each once.
func (t *template) names() []string {
	var all []string
	add := func(pieces []piece) {
		for _, c := range pieces {
			if c.name != "" && !slices.Contains(all, c.name) {
				all = append(all, c.name)
			}
		}
	}
	for _, b := range t.blocks {
		add(b.pieces)
		for _, r := range b.rows {
			add(r.label)
			for _, v := range r.values {
				add(v)
			}
		}
	}
	slices.Sort(all)
	return all
}
