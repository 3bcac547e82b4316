package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

	"wasl/internal/base/errs"
)

// testSite answers like a role: its error page shows the failure's parts.
func testSite(change func(*Config)) *Site {
	var s *Site
	conf := Config{
		Hosts: []string{"wasl.test", "127.0.0.1"}, Cookie: "wasl", Style: "body{margin:0}",
		Token: func(_ *http.Request, token string) bool { return token == "mine" },
		Fail: func(w http.ResponseWriter, r *http.Request, f Failure) {
			s.HTML(w, r, f.Status, fmt.Appendf(nil, "<p role=alert>%d %s %s", f.Status, f.Key, f.Reference))
		},
	}
	if change != nil {
		change(&conf)
	}
	s = New(conf)
	return s
}

func ask(h http.Handler, method, target, body string, headers ...string) *http.Response {
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, "http://wasl.test"+target, in)
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
			continue
		}
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestStatusOfErrors(t *testing.T) {
	var cause error
	s := testSite(nil)
	h := func(http.ResponseWriter, *http.Request) error { return cause }
	s.Page("GET /page", Public, h)
	s.API("GET /api/v1/thing", Public, h)
	for _, c := range []struct {
		name  string
		err   error
		want  int
		retry string
	}{
		{"invalid", errs.New(errs.Invalid, "x"), 422, ""},
		{"not found", fmt.Errorf("looking: %w", errs.New(errs.NotFound, "x")), 404, ""},
		{"denied", errs.New(errs.Denied, "x"), 403, ""},
		{"conflict", errs.New(errs.Conflict, "x"), 409, ""},
		{"expired", errs.New(errs.Expired, "x"), 410, ""},
		{"busy", errs.New(errs.Busy, "x"), 503, "5"},
		{"rate", errs.New(errs.Busy, KeyRate), 429, "60"},
		{"large", errs.New(errs.Invalid, KeyBodyLarge), 413, ""},
		{"broken", errs.New(errs.Invalid, KeyBodyBroken), 400, ""},
		{"unclassified", errors.New("disk"), 500, ""},
		{"problem", &Problem{Status: 418}, 418, ""},
		{"redirect", Redirect("/sign-in"), 303, ""},
		{"redirect elsewhere", Redirect("//evil.test/"), 500, ""},
	} {
		cause = c.err
		for _, path := range []string{"/page", "/api/v1/thing"} {
			r := ask(s.Handler(), "GET", path, "")
			if r.StatusCode != c.want {
				t.Errorf("%s on %s: status = %d, want %d", c.name, path, r.StatusCode, c.want)
			}
			if got := r.Header.Get("Retry-After"); got != c.retry {
				t.Errorf("%s on %s: Retry-After = %q, want %q", c.name, path, got, c.retry)
			}
			kind := "text/html; charset=utf-8"
			if path != "/page" || c.name == "problem" {
				kind = "application/problem+json"
			}
			if got := r.Header.Get("Content-Type"); got != kind && c.want != 303 {
				t.Errorf("%s on %s: Content-Type = %q, want %q", c.name, path, got, kind)
			}
		}
	}
}

func TestPanicGivesReferenceWithoutPersonalText(t *testing.T) {
	var log bytes.Buffer
	s := testSite(func(c *Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	s.Page("GET /{lang}/x/{name}", Public, func(w http.ResponseWriter, r *http.Request) error {
		s.SetCookie(w, "secret", 0)
		panic("Zineb lives in Fes")
	})
	r := ask(s.Handler(), "GET", "/fr/x/Zineb", "")
	body := text(t, r)
	fields := strings.Fields(body)
	reference := fields[len(fields)-1]
	if r.StatusCode != 500 || len(reference) != 10 {
		t.Fatalf("got %d %q, want 500 with a reference number", r.StatusCode, body)
	}
	if got := log.String(); !strings.Contains(got, reference) || strings.Contains(got, "Zineb") {
		t.Errorf("log must hold the reference and nothing personal:\n%s", got)
	}
	if r.Header.Get("Set-Cookie") != "" {
		t.Error("a failed request sets a cookie")
	}
}

func TestPanicInErrorPage(t *testing.T) {
	s := testSite(func(c *Config) {
		c.Fail = func(http.ResponseWriter, *http.Request, Failure) { panic("again") }
	})
	s.Page("GET /x", Public, func(http.ResponseWriter, *http.Request) error { panic("once") })
	if r := ask(s.Handler(), "GET", "/x", ""); r.StatusCode != 500 {
		t.Errorf("status = %d, want 500", r.StatusCode)
	}
}

// leaver is a visitor who goes away while the answer is written.
type leaver struct{ *httptest.ResponseRecorder }

func (leaver) Write([]byte) (int, error) {
	return 0, &net.OpError{Op: "write", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 7), Port: 4711}, Err: errors.New("broken pipe")}
}

func TestErrorAfterTheAnswerBegan(t *testing.T) {
	tests := []struct {
		name string
		to   func(*httptest.ResponseRecorder) http.ResponseWriter
		log  string // what it must hold, "" is nothing at all
	}{
		{"a fault of ours", func(w *httptest.ResponseRecorder) http.ResponseWriter { return w }, "the disk broke"},
		{"the visitor went away", func(w *httptest.ResponseRecorder) http.ResponseWriter { return leaver{w} }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			observed := 0
			s := testSite(func(c *Config) {
				c.Log = slog.New(slog.NewTextHandler(&log, nil))
				c.Observe = func(string, int, time.Duration) { observed++ }
			})
			s.Page("GET /x", Public, func(w http.ResponseWriter, _ *http.Request) error {
				if _, err := io.WriteString(w, "half a file"); err != nil {
					return err
				}
				return errors.New("the disk broke")
			})
			w := httptest.NewRecorder()
			defer func() {
				if got := recover(); got != http.ErrAbortHandler {
					t.Errorf("the handler ended with %v, want a cut connection", got)
				}
				if body := w.Body.String(); strings.Contains(body, "role=alert") {
					t.Errorf("an error page stands behind half a file: %q", body)
				}
				if got := log.String(); (tt.log == "") != (got == "") || !strings.Contains(got, tt.log) || strings.Contains(got, "192.0.2.7") {
					t.Errorf("the log holds %q, want %q", got, tt.log)
				}
				if observed != 1 {
					t.Errorf("observed %d answers, want 1", observed)
				}
			}()
			s.Handler().ServeHTTP(tt.to(w), httptest.NewRequest("GET", "http://wasl.test/x", nil))
		})
	}
}

func TestUnknownRoutes(t *testing.T) {
	s := testSite(nil)
	h := func(w http.ResponseWriter, r *http.Request) error {
		s.HTML(w, r, 200, []byte("page"))
		return nil
	}
	s.Page("GET /{lang}/{$}", Public, h)
	s.Page("POST /{lang}/send", Public, h)
	s.API("GET /api/v1/thing", Public, h)
	for _, c := range []struct {
		method, path string
		want         int
		kind, allow  string
	}{
		{"GET", "/nothing/else", 404, "text/html; charset=utf-8", ""},
		{"GET", "/ar/nothing", 404, "text/html; charset=utf-8", ""},
		{"GET", "/ar%00/", 404, "text/html; charset=utf-8", ""},
		{"GET", "/%ff/", 404, "text/html; charset=utf-8", ""},
		{"GET", "/api/v1/thing%00", 404, "application/problem+json", ""},
		{"GET", "/api/nothing", 404, "application/problem+json", ""},
		{"DELETE", "/ar/", 405, "text/html; charset=utf-8", "GET, HEAD"},
		{"GET", "/ar/send", 405, "text/html; charset=utf-8", "POST"},
		{"PUT", "/api/v1/thing", 405, "application/problem+json", "GET, HEAD"},
		{"HEAD", "/ar/", 200, "text/html; charset=utf-8", ""},
	} {
		r := ask(s.Handler(), c.method, c.path, "")
		if r.StatusCode != c.want || r.Header.Get("Content-Type") != c.kind || r.Header.Get("Allow") != c.allow {
			t.Errorf("%s %s = %d %s allow %q, want %d %s %q", c.method, c.path, r.StatusCode,
				r.Header.Get("Content-Type"), r.Header.Get("Allow"), c.want, c.kind, c.allow)
		}
		if strings.Contains(c.kind, "html") && r.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s %s: no Content-Security-Policy", c.method, c.path)
		}
	}
}

func TestRules(t *testing.T) {
	s := testSite(nil)
	agent := Rule{Name: "agent", Check: func(r *http.Request) (*http.Request, error) {
		if r.Header.Get("X-Agent") == "" {
			return nil, Redirect("/sign-in")
		}
		return r, nil
	}}
	s.Page("GET /cases", agent, func(w http.ResponseWriter, r *http.Request) error {
		return JSON(w, r, 200, "cases")
	})
	s.Health(nil)
	if r := ask(s.Handler(), "GET", "/cases", ""); r.StatusCode != 303 || r.Header.Get("Location") != "/sign-in" {
		t.Errorf("stranger got %d, want 303 to sign-in", r.StatusCode)
	}
	if r := ask(s.Handler(), "GET", "/cases", "", "X-Agent", "1"); r.StatusCode != 200 {
		t.Errorf("agent got %d, want 200", r.StatusCode)
	}
	want := []string{"GET /cases agent", "GET /healthz public", "GET /readyz public"}
	if got := s.Routes(); !slices.Equal(got, want) {
		t.Errorf("Routes = %q, want %q", got, want)
	}
	defer func() {
		if recover() == nil {
			t.Error("a route without a rule was taken")
		}
	}()
	s.Page("GET /open", Rule{}, nil)
}

func TestHealthAnswersUnderAnyName(t *testing.T) {
	down := errors.New("no store")
	s := testSite(nil)
	s.Health(func(context.Context) error { return down })
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 503} {
		if r := ask(s.Handler(), "GET", path, "", "Host", "10.0.0.7:8080"); r.StatusCode != want {
			t.Errorf("%s = %d, want %d", path, r.StatusCode, want)
		}
	}
	down = nil
	if r := ask(s.Handler(), "GET", "/readyz", ""); r.StatusCode != 200 {
		t.Errorf("/readyz = %d, want 200", r.StatusCode)
	}
}

func TestPageHeadersAreFew(t *testing.T) {
	page := []byte(strings.Repeat("<p>صفحة وصل</p>", 500))
	s := testSite(func(c *Config) { c.Secure = true; c.Policy = []string{"font-src 'self'", "script-src 'self'"} })
	s.Page("GET /x", Public, func(w http.ResponseWriter, r *http.Request) error {
		s.SetCookie(w, strings.Repeat("x", 64), 0)
		s.HTML(w, r, 200, page)
		return nil
	})
	srv := httptest.NewTLSServer(s.Handler())
	defer srv.Close()
	req, _ := http.NewRequest("GET", srv.URL+"/x", nil)
	req.Header.Set("Accept-Encoding", "gzip, br")
	resp, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	size := len("HTTP/1.1 200 OK\r\n\r\n")
	for name, values := range resp.Header {
		for _, v := range values {
			size += len(name) + len(v) + len(": \r\n")
		}
	}
	if size > 800 || size < 400 {
		t.Errorf("headers = %d bytes, want at most 800:\n%v", size, resp.Header)
	}
	t.Logf("headers: %d bytes", size)
	got, err := io.ReadAll(brotli.NewReader(resp.Body))
	if err != nil || !bytes.Equal(got, page) {
		t.Errorf("page = %d bytes, %v; want %d", len(got), err, len(page))
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin", "Referrer-Policy": "same-origin",
		"Vary": "Accept-Encoding", "Cache-Control": "no-store", "Content-Encoding": "br", "Server": "",
		"Strict-Transport-Security": "max-age=63072000; includeSubDomains",
	} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	csp := resp.Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
		"style-src 'sha256-", "require-trusted-types-for 'script'", "trusted-types 'none'", "font-src 'self'"} {
		if !strings.Contains(csp, part) {
			t.Errorf("the policy lacks %s: %s", part, csp)
		}
	}
	c := resp.Cookies()[0]
	if c.Name != "__Host-wasl" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
		t.Errorf("cookie = %v", c)
	}
	if resp.ContentLength <= 0 {
		t.Error("no Content-Length")
	}
}

func TestCookieName(t *testing.T) {
	s := testSite(nil)
	s.Page("GET /x", Public, func(w http.ResponseWriter, r *http.Request) error {
		if got := s.ReadCookie(r); got != "v" {
			t.Errorf("ReadCookie = %q, want v", got)
		}
		s.ClearCookie(w)
		return SeeOther(w, r, "/y")
	})
	r := ask(s.Handler(), "GET", "/x", "", "Cookie", "wasl=v; __Host-wasl=w")
	if got := r.Header.Get("Set-Cookie"); got != "wasl=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax" {
		t.Errorf("Set-Cookie = %q", got)
	}
}

func TestAccepted(t *testing.T) {
	for header, want := range map[string]string{
		"": "", "br": "br", "gzip, deflate, br, zstd": "br", "gzip": "gzip", "br;q=0, gzip;q=0.5": "gzip",
		"br; q=0.000": "", "BR": "br", "identity": "", "*": "", "gzip;q=1.0": "gzip",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", header)
		if got := accepted(r); got != want {
			t.Errorf("accepted(%q) = %q, want %q", header, got, want)
		}
	}
}

func TestStatic(t *testing.T) {
	font := bytes.Repeat([]byte("ⵣ"), 400)
	s := testSite(nil)
	s.Static("GET /s/font.1", "font/woff2", font)
	r := ask(s.Handler(), "GET", "/s/font.1", "", "Accept-Encoding", "br")
	got, err := io.ReadAll(brotli.NewReader(r.Body))
	if err != nil || !bytes.Equal(got, font) || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("static: %d bytes, %v, %v", len(got), err, r.Header)
	}
	if r := ask(s.Handler(), "GET", "/s/font.1", ""); text(t, r) != string(font) {
		t.Error("static without compression differs")
	}
}

func BenchmarkCompress(b *testing.B) {
	var page bytes.Buffer
	for i := 0; page.Len() < 12<<10; i++ {
		fmt.Fprintf(&page, `<div class="q"><label for="f%d">الاسم الكامل %d</label><input id="f%d" name="person.%d" autocomplete="name"></div>`, i, i*7919, i, i)
	}
	for _, encoding := range []string{"br", "gzip"} {
		b.Run(encoding, func(b *testing.B) {
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				_ = compressed(encoding, page.Bytes(), func(out []byte, _ string) error { size = len(out); return nil })
			}
			b.ReportMetric(float64(size), "B/page")
		})
	}
}
