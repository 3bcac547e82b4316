package portal

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
	"golang.org/x/net/html"
)

// browser is one cookie jar before a portal, without a network.
type browser struct {
	t      testing.TB
	h      http.Handler
	cookie string
}

func newBrowser(t testing.TB, s *Server) *browser { return &browser{t: t, h: s.Handler()} }

// answer is one response.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   string
	wire   int // bytes of headers and body as sent
	root   *html.Node
}

func (b *browser) do(r *http.Request) *answer {
	b.t.Helper()
	r.Host = "portal.example"
	if r.Header.Get("Sec-Fetch-Site") == "" {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	r.Header.Set("Accept-Encoding", "br")
	if b.cookie != "" {
		r.Header.Set("Cookie", b.cookie)
	}
	w := httptest.NewRecorder()
	b.h.ServeHTTP(w, r)
	res := w.Result()
	for _, c := range res.Cookies() {
		b.cookie = c.Name + "=" + c.Value
	}
	head, err := httputil.DumpResponse(res, false)
	if err != nil {
		b.t.Fatal(err)
	}
	a := &answer{t: b.t, status: res.StatusCode, header: res.Header, wire: len(head) + w.Body.Len()}
	raw := w.Body.Bytes()
	if res.Header.Get("Content-Encoding") == "br" {
		if raw, err = io.ReadAll(brotli.NewReader(bytes.NewReader(raw))); err != nil {
			b.t.Fatal(err)
		}
	}
	a.body = string(raw)
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		if a.root, err = html.Parse(strings.NewReader(a.body)); err != nil {
			b.t.Fatal(err)
		}
	}
	return a
}

func (b *browser) get(path string) *answer {
	b.t.Helper()
	return b.do(httptest.NewRequest(http.MethodGet, "http://portal.example"+path, nil))
}

func (b *browser) post(path string, form url.Values) *answer {
	b.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://portal.example"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// upload posts a form with files, name → content.
func (b *browser) upload(path string, form url.Values, files map[string][]byte) *answer {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range form {
		for _, v := range values {
			if err := w.WriteField(name, v); err != nil {
				b.t.Fatal(err)
			}
		}
	}
	for name, content := range files {
		part, err := w.CreateFormFile(name, "paper.pdf")
		if err == nil {
			_, err = part.Write(content)
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "http://portal.example"+path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.do(r)
}

// want fails unless the answer has a status.
func (a *answer) want(status int) *answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %.600s", a.status, status, a.text())
	}
	return a
}

// to is where the answer sends the browser.
func (a *answer) to() string {
	a.t.Helper()
	a.want(http.StatusSeeOther)
	path, _, _ := strings.Cut(a.header.Get("Location"), "#")
	return path
}

func (a *answer) text() string {
	if a.root == nil {
		return a.body
	}
	for n := range a.root.Descendants() {
		if n.Data == "main" {
			return textOf(n)
		}
	}
	return textOf(a.root)
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.Data != "style" {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// id is the element with an id, or nil.
func (a *answer) id(id string) *html.Node {
	for n := range a.root.Descendants() {
		if attr(n, "id") == id {
			return n
		}
	}
	return nil
}

// token is the hidden form token.
func (a *answer) token() string {
	for n := range a.root.Descendants() {
		if attr(n, "name") == "_token" {
			return attr(n, "value")
		}
	}
	return ""
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// mapFS is a folder in memory.
func mapFS(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}
