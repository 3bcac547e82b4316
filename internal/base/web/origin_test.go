package web

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestSameSite(t *testing.T) {
	for _, c := range []struct {
		name    string
		body    string
		headers []string
		want    int
	}{
		{"same origin", "a=1", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"typed in", "a=1", []string{"Sec-Fetch-Site", "none"}, 200},
		{"same site", "a=1", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"cross site", "a=1", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"cross site with token", "_token=mine", []string{"Sec-Fetch-Site", "cross-site", "Origin", "http://wasl.test"}, 403},
		{"empty metadata", "_token=mine", []string{"Sec-Fetch-Site", ""}, 403},
		{"metadata twice", "a=1", []string{"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Site", "cross-site"}, 403},
		{"same origin beats odd Origin", "a=1", []string{"Sec-Fetch-Site", "same-origin", "Origin", "null"}, 200},
		{"own Origin", "a=1", []string{"Origin", "http://wasl.test"}, 200},
		{"other port", "a=1", []string{"Origin", "http://wasl.test:81"}, 403},
		{"other scheme", "_token=mine", []string{"Origin", "https://wasl.test"}, 403},
		{"null Origin", "_token=mine", []string{"Origin", "null"}, 403},
		{"only token", "a=1&_token=mine", nil, 200},
		{"wrong token", "a=1&_token=other", nil, 403},
		{"two tokens", "_token=mine&_token=other", nil, 403},
		{"nothing", "a=1", nil, 403},
		{"no body", "", nil, 403},
	} {
		called := false
		s := testSite(nil)
		s.Page("POST /x", Public, func(w http.ResponseWriter, r *http.Request) error {
			called = true
			values, err := Form(r, Limits{}, nil)
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			if got := len(values); got == 0 {
				t.Errorf("%s: the form is empty", c.name)
			}
			w.WriteHeader(200)
			return nil
		})
		fail := s.conf.Fail
		s.conf.Fail = func(w http.ResponseWriter, r *http.Request, f Failure) {
			s.SetCookie(w, "new", 0)
			fail(w, r, f)
		}
		r := ask(s.Handler(), "POST", "/x", c.body, c.headers...)
		if r.StatusCode != c.want || called != (c.want == 200) {
			t.Errorf("%s: status = %d, handler called %v; want %d", c.name, r.StatusCode, called, c.want)
		}
		if c.want == 403 && r.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: the refusal sets a cookie", c.name)
		}
	}
}

func TestSameSiteOfMachines(t *testing.T) {
	s := testSite(nil)
	s.API("POST /api/x", Public, func(w http.ResponseWriter, r *http.Request) error {
		s.SetCookie(w, "never", 0)
		return JSON(w, r, 201, "ok")
	})
	r := ask(s.Handler(), "POST", "/api/x", "{}", "Sec-Fetch-Site", "cross-site", "Origin", "https://app.test")
	if r.StatusCode != 201 || r.Header.Get("Set-Cookie") != "" {
		t.Errorf("got %d %v, want 201 without a cookie", r.StatusCode, r.Header)
	}
}

func TestHost(t *testing.T) {
	s := testSite(func(c *Config) { c.Hosts = []string{"localhost", "127.0.0.1:8080", "[::1]"} })
	s.Page("GET /x", Public, func(w http.ResponseWriter, r *http.Request) error { return nil })
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8080": 200, "LOCALHOST:9": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "[::1]": 200,
		"127.0.0.1:8081": 421, "127.0.0.1": 421, "evil.test": 421, "": 421, "localhost.evil.test": 421, "localhost:8080@evil.test": 421,
	} {
		if r := ask(s.Handler(), "GET", "/x", "", "Host", host); r.StatusCode != want {
			t.Errorf("Host %q = %d, want %d", host, r.StatusCode, want)
		}
	}
}

func TestTransport(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}
	for _, c := range []struct {
		name       string
		secure     bool
		local      net.Addr
		peer       string
		tls        bool
		proto, fwd string
		want       int
		client     string
	}{
		{"plain loopback", false, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, "127.0.0.1:9", false, "", "", 200, "127.0.0.1"},
		{"plain elsewhere", false, &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1)}, "10.0.0.9:9", false, "", "", 403, ""},
		{"plain claims https", false, &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1)}, "10.0.0.9:9", false, "https", "", 403, ""},
		{"unix socket", false, &net.UnixAddr{Name: "s"}, "@", false, "", "", 200, "invalid IP"},
		{"proxy's socket", true, &net.UnixAddr{Name: "s"}, "@", false, "https", "41.0.0.1", 200, "41.0.0.1"},
		{"proxy's socket, plain outside", true, &net.UnixAddr{Name: "s"}, "@", false, "http", "41.0.0.1", 403, ""},
		{"TLS", true, &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1)}, "10.0.0.9:9", true, "", "41.0.0.1", 200, "10.0.0.9"},
		{"proxy", true, &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1)}, "10.1.0.9:9", false, "https", "6.6.6.6, 41.0.0.1, 10.1.0.8", 200, "41.0.0.1"},
		{"proxy, plain outside", true, &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1)}, "10.1.0.9:9", false, "http", "41.0.0.1", 403, ""},
		{"not the proxy", true, &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1)}, "10.2.0.9:9", false, "https", "41.0.0.1", 403, ""},
		{"plain loopback, secure", true, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, "127.0.0.1:9", false, "https", "", 403, ""},
		{"proxy, IPv6 client", true, nil, "[::ffff:10.1.0.9]:9", false, "https", "2001:db8::1", 200, "2001:db8::1"},
	} {
		s := testSite(func(conf *Config) { conf.Secure, conf.Proxies = c.secure, proxies })
		got := ""
		s.Page("GET /x", Public, func(w http.ResponseWriter, r *http.Request) error {
			got = Client(r).String()
			return nil
		})
		r := httptest.NewRequest("GET", "http://wasl.test/x", nil)
		r.RemoteAddr = c.peer
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		if c.local != nil {
			r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, c.local))
		}
		r.Header.Set("X-Forwarded-Proto", c.proto)
		r.Header.Set("X-Forwarded-For", c.fwd)
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if w.Code != c.want || got != c.client {
			t.Errorf("%s: %d client %q, want %d %q", c.name, w.Code, got, c.want, c.client)
		}
	}
}

func TestLimiter(t *testing.T) {
	s := testSite(nil)
	l := NewLimiter(3600e9, 2)
	s.Page("GET /x", l.Limited(Public), func(http.ResponseWriter, *http.Request) error { return nil })
	for i, want := range []int{200, 200, 429} {
		if r := ask(s.Handler(), "GET", "/x", ""); r.StatusCode != want {
			t.Errorf("request %d = %d, want %d", i, r.StatusCode, want)
		}
	}
	var off *Limiter
	if err := off.Allow(httptest.NewRequest("GET", "/", nil)); err != nil {
		t.Errorf("a nil limiter refuses: %v", err)
	}
}
