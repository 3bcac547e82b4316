package attack

import (
	"bytes"
	"html"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// client is a browser that follows nothing and shows the bytes it got.
type client struct {
	t       testing.TB
	base    string
	cookies map[string]string
}

func newClient(t testing.TB, base string) *client {
	return &client{t: t, base: base, cookies: map[string]string{}}
}

// copy is another browser with the same cookies.
func (c *client) copy() *client {
	return &client{t: c.t, base: c.base, cookies: maps.Clone(c.cookies)}
}

// reply is one answer, bytes as they came.
type reply struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	body   string
}

var transport = &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 32}

// send makes a request; head is pairs of header names and values, "Host" too.
func (c *client) send(method, path, body string, head ...string) *reply {
	c.t.Helper()
	address, err := url.Parse(c.base)
	if err != nil {
		c.t.Fatal(err)
	}
	address.RawPath, address.RawQuery, _ = strings.Cut(path, "?") // as it is, not made clean
	if address.Path, err = url.PathUnescape(address.RawPath); err != nil {
		c.t.Fatal(err)
	}
	req := (&http.Request{Method: method, URL: address, Header: http.Header{}}).WithContext(c.t.Context())
	if body != "" {
		req.Body, req.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	}
	for i := 0; i < len(head); i += 2 {
		if head[i] == "Host" {
			req.Host = head[i+1]
			continue
		}
		req.Header[textproto.CanonicalMIMEHeaderKey(head[i])] = []string{head[i+1]}
	}
	var jar []string
	for name, value := range c.cookies {
		jar = append(jar, name+"="+value)
	}
	if jar != nil {
		req.Header.Set("Cookie", strings.Join(jar, "; "))
	}
	res, err := transport.RoundTrip(req)
	if err != nil {
		c.t.Fatalf("%s %.80s: %v", method, path, err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatalf("%s %.80s: %v", method, path, err)
	}
	for _, k := range res.Cookies() {
		c.cookies[k.Name] = k.Value
	}
	res.Header.Del("Date")
	return &reply{t: c.t, what: method + " " + path, status: res.StatusCode, header: res.Header, body: string(raw)}
}

func (c *client) get(path string) *reply {
	c.t.Helper()
	return c.send("GET", path, "")
}

// post sends a form from a page of the site.
func (c *client) post(path string, form url.Values) *reply {
	c.t.Helper()
	return c.send("POST", path, form.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin")
}

// upload sends a form with files, control → files of name and bytes.
func (c *client) upload(path string, form url.Values, files ...[3]string) *reply {
	c.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, list := range form {
		for _, v := range list {
			m.WriteField(name, v)
		}
	}
	for _, f := range files {
		w, err := m.CreateFormFile(f[0], f[1])
		if err != nil {
			c.t.Fatal(err)
		}
		io.WriteString(w, f[2])
	}
	m.Close()
	return c.send("POST", path, body.String(), "Content-Type", m.FormDataContentType(), "Sec-Fetch-Site", "same-origin")
}

// want fails the test on another status.
func (r *reply) want(status int) *reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("%s: status %d, want %d: %.300s", r.what, r.status, status, r.text())
	}
	return r
}

func (r *reply) to() string { r.t.Helper(); return r.want(303).header.Get("Location") }

var (
	tag   = regexp.MustCompile(`(?s)<style.*?</style>|<[^>]*>`)
	alert = regexp.MustCompile(`(?s)<div[^>]*role="alert".*?</div>`)
)

func (r *reply) text() string {
	return html.UnescapeString(strings.Join(strings.Fields(tag.ReplaceAllString(r.body, " ")), " "))
}

// element is the opening tag of an element by its id, "" when there is none.
func (r *reply) element(id string) string {
	return regexp.MustCompile(`<[a-z]+[^>]*\sid="` + regexp.QuoteMeta(id) + `"[^>]*>`).FindString(r.body)
}

// attr is an attribute of an opening tag, as a reader sees it.
func attr(element, name string) string {
	m := regexp.MustCompile(`\s` + name + `="([^"]*)"`).FindStringSubmatch(element)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

// shown is what a control holds.
func (r *reply) shown(id string) string {
	at := r.element(id)
	if !strings.HasPrefix(at, "<textarea") {
		return attr(at, "value")
	}
	_, rest, _ := strings.Cut(r.body, at)
	text, _, _ := strings.Cut(rest, "</textarea>")
	return html.UnescapeString(strings.TrimPrefix(text, "\n"))
}

func (r *reply) token() string {
	return attr(regexp.MustCompile(`<input[^>]*name="_token"[^>]*>`).FindString(r.body), "value")
}

func (r *reply) inside(id string) string {
	m := regexp.MustCompile(`id="` + id + `"[^>]*>([^<]*)<`).FindStringSubmatch(r.body)
	if m == nil {
		return ""
	}
	return m[1]
}

// same fails the test unless two answers agree in status, headers and body,
// but for what was typed and the form token.
func same(t testing.TB, what string, a, b *reply, echoed ...string) {
	t.Helper()
	strip := func(r *reply) (string, []string) {
		body := regexp.MustCompile(`name="_token" value="[^"]*"`).ReplaceAllString(r.body, "")
		for _, e := range echoed {
			if e != "" {
				body = strings.ReplaceAll(body, html.EscapeString(e), "…")
			}
		}
		var head []string
		for name, values := range r.header {
			switch name {
			case "Set-Cookie":
				values = []string{"…"}
			case "Content-Length": // of what was typed
				continue
			}
			head = append(head, name+": "+strings.Join(values, ", "))
		}
		slices.Sort(head)
		return body, head
	}
	bodyA, headA := strip(a)
	bodyB, headB := strip(b)
	if a.status != b.status || bodyA != bodyB || !slices.Equal(headA, headB) {
		t.Errorf("%s: %s and %s are told apart: %d %d\n%v\n%v", what, a.what, b.what, a.status, b.status, headA, headB)
	}
}
