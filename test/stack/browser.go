package stack

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// Browser is one person's browser without scripts.
type Browser struct {
	t      testing.TB
	client *http.Client
}

// NewBrowser is a browser with an empty cookie jar.
func NewBrowser(t testing.TB) *Browser {
	jar, _ := cookiejar.New(nil) // never fails without options
	return &Browser{t: t, client: &http.Client{Jar: jar, Timeout: time.Minute}}
}

// Through makes every request go by way of what wrap makes of the transport.
func (b *Browser) Through(wrap func(http.RoundTripper) http.RoundTripper) *Browser {
	b.client.Transport = wrap(http.DefaultTransport)
	return b
}

// Page is what a request was answered with, redirects followed.
type Page struct {
	URL    *url.URL
	Status int
	Header http.Header
	Body   []byte
	root   *html.Node
	by     *Browser
}

// Get opens an address.
func (b *Browser) Get(address string) *Page {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(req)
}

func (b *Browser) do(req *http.Request) *Page {
	b.t.Helper()
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	return &Page{URL: res.Request.URL, Status: res.StatusCode, Header: res.Header, Body: body, root: root, by: b}
}

// File is a file to upload.
type File struct {
	Name string
	Data []byte
}

// Submit sends the form whose action ends in action with the given values, and
// whatever it holds already; a missing form fails the test. An "" action is
// the form that has the control named first.
func (p *Page) Submit(action string, values url.Values, files map[string]File) *Page {
	p.by.t.Helper()
	form := p.form(action, values, files)
	if form == nil {
		p.by.t.Fatalf("%s has no form to %q:\n%s", p.URL, action, p.Text())
	}
	data := p.held(form)
	for name, v := range values {
		data[name] = v
	}
	to, err := p.URL.Parse(attribute(form, "action"))
	if err != nil {
		p.by.t.Fatal(err)
	}
	var body bytes.Buffer
	kind := "application/x-www-form-urlencoded"
	if attribute(form, "enctype") == "multipart/form-data" {
		m := multipart.NewWriter(&body)
		for name, list := range data {
			for _, v := range list {
				m.WriteField(name, v)
			}
		}
		for name, f := range files {
			w, err := m.CreateFormFile(name, f.Name)
			if err != nil {
				p.by.t.Fatal(err)
			}
			w.Write(f.Data)
		}
		m.Close()
		kind = m.FormDataContentType()
	} else {
		body.WriteString(data.Encode())
	}
	req, err := http.NewRequestWithContext(p.by.t.Context(), http.MethodPost, to.String(), &body)
	if err != nil {
		p.by.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	return p.by.do(req)
}

func (p *Page) form(action string, values url.Values, files map[string]File) (found *html.Node) {
	p.each(p.root, func(n *html.Node) {
		if n.Data != "form" || found != nil || attribute(n, "method") != "post" {
			return
		}
		to, _, _ := strings.Cut(attribute(n, "action"), "?")
		if action != "" && strings.HasSuffix(to, action) {
			found = n
		}
		if action == "" && p.holds(n, values, files) {
			found = n
		}
	})
	return found
}

// holds tells whether a form has every control named.
func (p *Page) holds(form *html.Node, values url.Values, files map[string]File) bool {
	names := map[string]bool{}
	p.each(form, func(n *html.Node) { names[attribute(n, "name")] = true })
	for name := range values {
		if !names[name] {
			return false
		}
	}
	for name := range files {
		if !names[name] {
			return false
		}
	}
	return true
}

// held is what a form would send as it stands.
func (p *Page) held(form *html.Node) url.Values {
	data := url.Values{}
	p.each(form, func(n *html.Node) {
		name := attribute(n, "name")
		if name == "" {
			return
		}
		switch kind := attribute(n, "type"); {
		case n.Data == "input" && (kind == "radio" || kind == "checkbox"):
			if has(n, "checked") {
				data.Add(name, attribute(n, "value"))
			}
		case n.Data == "input" && kind != "file":
			data.Add(name, attribute(n, "value"))
		case n.Data == "textarea":
			data.Add(name, text(n))
		case n.Data == "select":
			data.Add(name, p.selected(n))
		}
	})
	return data
}

// selected is the value of a list's chosen option, else of its first.
func (p *Page) selected(list *html.Node) string {
	var first, chosen *html.Node
	p.each(list, func(n *html.Node) {
		if n.Data != "option" {
			return
		}
		if first == nil {
			first = n
		}
		if has(n, "selected") {
			chosen = n
		}
	})
	if chosen == nil {
		chosen = first
	}
	if chosen == nil {
		return ""
	}
	return attribute(chosen, "value")
}

// Link is the address of the first link whose own address holds part.
func (p *Page) Link(part string) string {
	p.by.t.Helper()
	found := ""
	p.each(p.root, func(n *html.Node) {
		if href := attribute(n, "href"); found == "" && (n.Data == "a" || n.Data == "link") && strings.Contains(href, part) {
			found = href
		}
	})
	if found == "" {
		p.by.t.Fatalf("%s has no link to %q:\n%s", p.URL, part, p.Text())
	}
	to, err := p.URL.Parse(found)
	if err != nil {
		p.by.t.Fatal(err)
	}
	return to.String()
}

// Follow opens the first link whose address holds part.
func (p *Page) Follow(part string) *Page {
	p.by.t.Helper()
	return p.by.Get(p.Link(part))
}

// Reload asks for the same page until it holds a text, ten seconds at most.
func (p *Page) Reload(want string) *Page {
	p.by.t.Helper()
	limit := time.Now().Add(10 * time.Second)
	for {
		again := p.by.Get(p.URL.String())
		if strings.Contains(again.Text(), want) {
			return again
		}
		if time.Now().After(limit) {
			p.by.t.Fatalf("%s does not show %q:\n%s", p.URL, want, again.Text())
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// Has fails the test unless the page shows every text.
func (p *Page) Has(texts ...string) *Page {
	p.by.t.Helper()
	shown := p.Text()
	for _, want := range texts {
		if !strings.Contains(shown, want) {
			p.by.t.Errorf("%s does not show %q:\n%s", p.URL, want, shown)
		}
	}
	return p
}

// Text is the page's words as read, spaces folded.
func (p *Page) Text() string { return strings.Join(strings.Fields(text(p.root)), " ") }

// ByID is the text of an element by its id.
func (p *Page) ByID(id string) string {
	found := ""
	p.each(p.root, func(n *html.Node) {
		if attribute(n, "id") == id {
			found = strings.TrimSpace(text(n))
		}
	})
	return found
}

func (p *Page) each(n *html.Node, do func(*html.Node)) {
	if n.Type == html.ElementNode {
		do(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.each(c, do)
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	if n.Type == html.ElementNode && (n.Data == "style" || n.Data == "script") {
		return ""
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		fmt.Fprint(&b, text(c), " ")
	}
	return b.String()
}
