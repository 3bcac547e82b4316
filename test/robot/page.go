package robot

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// page is a parsed HTML page.
type page struct {
	root *html.Node
	ids  map[string]*html.Node
	twin []string // ids written twice
}

func newPage(root *html.Node) *page {
	p := &page{root: root, ids: map[string]*html.Node{}}
	for n := range root.Descendants() {
		if id := attr(n, "id"); id != "" {
			if p.ids[id] != nil {
				p.twin = append(p.twin, id)
			}
			p.ids[id] = n
		}
	}
	return p
}

func (p *page) byID(id string) *html.Node { return p.ids[id] }

// all finds elements by name under n, in order; "*" is every element.
func all(n *html.Node, names ...string) []*html.Node {
	var found []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && (names[0] == "*" || slices.Contains(names, d.Data)) {
			found = append(found, d)
		}
	}
	return found
}

// first is the first element of a name under n, or nil.
func first(n *html.Node, name string) *html.Node {
	if list := all(n, name); len(list) > 0 {
		return list[0]
	}
	return nil
}

func attr(n *html.Node, name string) string {
	value, _ := lookup(n, name)
	return value
}

func lookup(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func has(n *html.Node, name string) bool {
	_, ok := lookup(n, name)
	return ok
}

// textOf is the text under n with its white space made single.
func textOf(n *html.Node) string {
	var b strings.Builder
	if n.Type == html.TextNode {
		b.WriteString(n.Data)
	}
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
			continue
		}
		b.WriteByte(' ')
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// within finds the nearest ancestor of a name, or nil.
func within(n *html.Node, name string) *html.Node {
	for a := range n.Ancestors() {
		if a.Type == html.ElementNode && a.Data == name {
			return a
		}
	}
	return nil
}

func (p *page) title() string {
	if t := first(p.root, "title"); t != nil {
		return textOf(t)
	}
	return ""
}

// form is one HTML form with the controls that belong to it.
type form struct {
	node     *html.Node
	controls []*html.Node // inputs, selects, textareas with a name
	buttons  []*html.Node // submit buttons
}

func (p *page) forms() []*form {
	var forms []*form
	for _, n := range all(p.root, "form") {
		forms = append(forms, &form{node: n})
	}
	for _, n := range all(p.root, "input", "select", "textarea", "button") {
		for _, f := range forms {
			if owner := attr(n, "form"); owner != "" && owner == attr(f.node, "id") || owner == "" && within(n, "form") == f.node {
				f.take(n)
			}
		}
	}
	return forms
}

func (f *form) take(n *html.Node) {
	kind := attr(n, "type")
	switch {
	case n.Data == "button" && (kind == "" || kind == "submit"), n.Data == "input" && (kind == "submit" || kind == "image"):
		f.buttons = append(f.buttons, n)
	case n.Data != "button" && kind != "button" && kind != "reset" && attr(n, "name") != "" && !has(n, "disabled"):
		f.controls = append(f.controls, n)
	}
}

// main is the form of the page: the POST form in <main> with the most
// controls, the one with id "file" first.
func (p *page) main() *form {
	var best *form
	for _, f := range p.forms() {
		if !strings.EqualFold(attr(f.node, "method"), "post") {
			continue
		}
		if attr(f.node, "id") == "file" {
			return f
		}
		if within(f.node, "main") != nil && (best == nil || len(f.controls) > len(best.controls)) {
			best = f
		}
	}
	return best
}

// send is the button a person presses to go on: the first that is no helper.
func (f *form) send() *html.Node {
	for _, b := range f.buttons {
		if !strings.HasPrefix(attr(b, "name"), "_") {
			return b
		}
	}
	return nil
}

// helpers are the _add or _remove buttons, by value.
func (f *form) helpers(name string) map[string]*html.Node {
	found := map[string]*html.Node{}
	for _, b := range f.buttons {
		if attr(b, "name") == name {
			found[attr(b, "value")] = b
		}
	}
	return found
}

// names lists the control names that are questions, each once, in order.
func (f *form) names() []string {
	var names []string
	for _, c := range f.controls {
		if name := attr(c, "name"); !strings.HasPrefix(name, "_") && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// shown is what the form holds of a name now.
func (f *form) shown(name string) []string {
	var values []string
	for _, c := range f.controls {
		if attr(c, "name") != name {
			continue
		}
		values = append(values, current(c)...)
	}
	return values
}

// current is what a control holds as the page shows it.
func current(c *html.Node) []string {
	switch c.Data {
	case "textarea":
		var b strings.Builder
		for d := range c.Descendants() {
			if d.Type == html.TextNode {
				b.WriteString(d.Data)
			}
		}
		return []string{b.String()}
	case "select":
		var values []string
		options := all(c, "option")
		for _, o := range options {
			if has(o, "selected") {
				values = append(values, optionValue(o))
			}
		}
		if len(values) == 0 && len(options) > 0 && !has(c, "multiple") {
			values = append(values, optionValue(options[0]))
		}
		return values
	}
	switch attr(c, "type") {
	case "radio", "checkbox":
		if !has(c, "checked") {
			return nil
		}
		if !has(c, "value") {
			return []string{"on"}
		}
	case "file":
		return nil
	}
	return []string{attr(c, "value")}
}

func optionValue(o *html.Node) string {
	if v, ok := lookup(o, "value"); ok {
		return v
	}
	return textOf(o)
}
