package web

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Bodies kept in memory share a bound: clients who let them lie there get no
// more, plain forms are taken all the same, and what ended is given back.
func TestBodiesInMemoryAreBounded(t *testing.T) {
	s := testSite(func(c *Config) { c.Memory = 1 << 20 })
	s.API("POST /api/x", Public, func(w http.ResponseWriter, r *http.Request) error {
		_, err := Body(r, 4<<20)
		return err
	})
	s.Page("POST /x", Public, func(w http.ResponseWriter, r *http.Request) error {
		_, err := Form(r, Limits{}, nil)
		return err
	})
	address := start(t, s)
	var idle []net.Conn
	for range 2 {
		c, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, "POST /api/x HTTP/1.1\r\nHost: wasl.test\r\nContent-Length: 700000\r\n\r\n%s", bytes.Repeat([]byte("x"), 500_000))
		idle = append(idle, c)
	}
	for limit := time.Now().Add(5 * time.Second); s.held.Load() < 800_000 && time.Now().Before(limit); {
		time.Sleep(time.Millisecond)
	}
	post := func(path, kind string, n int) int {
		body := bytes.Repeat([]byte("x"), n)
		req, err := http.NewRequest(http.MethodPost, address+path, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode == 503 && resp.Header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
		return resp.StatusCode
	}
	if got := post("/api/x", "application/json", 500_000); got != 503 {
		t.Errorf("a large body beside others: status %d, want 503", got)
	}
	if got := post("/x", "application/x-www-form-urlencoded", 500_000); got != 503 {
		t.Errorf("a large form beside others: status %d, want 503", got)
	}
	for path, kind := range map[string]string{"/api/x": "application/json", "/x": "application/x-www-form-urlencoded"} {
		if got := post(path, kind, 60_000); got != 200 {
			t.Errorf("%s: a plain body beside others: status %d, want 200", path, got)
		}
	}
	for _, c := range idle {
		c.Close()
	}
	for limit := time.Now().Add(5 * time.Second); s.held.Load() > 0 && time.Now().Before(limit); {
		time.Sleep(time.Millisecond)
	}
	if got := post("/api/x", "application/json", 900_000); got != 200 || s.held.Load() != 0 {
		t.Errorf("after they left: status %d, %d bytes held", got, s.held.Load())
	}
	r := ask(s.Handler(), "POST", "/x", url.Values{"a": {strings.Repeat("x", 100_000)}}.Encode(), "Sec-Fetch-Site", "same-origin")
	if r.StatusCode != 200 || s.held.Load() != 0 {
		t.Errorf("status %d, %d bytes held at the end", r.StatusCode, s.held.Load())
	}
}
