package web

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener of in-memory connections, so that tests run on
// synctest's clock.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func newPipes() *pipes { return &pipes{make(chan net.Conn), make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	select {
	case <-p.closed:
	default:
		close(p.closed)
	}
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

func (p *pipes) dial() net.Conn {
	client, server := net.Pipe()
	p.conns <- server
	return client
}

// bubble serves a site with one form inside synctest; use gets a way to dial.
func bubble(t *testing.T, use func(dial func() net.Conn)) {
	synctest.Test(t, func(t *testing.T) {
		s := testSite(nil)
		s.Page("POST /x", Public, func(w http.ResponseWriter, r *http.Request) error {
			files := 0
			_, err := Form(r, Limits{}, func(_, _ string, r io.Reader) error {
				n, err := io.Copy(io.Discard, r)
				files += int(n)
				return err
			})
			if err != nil {
				return err
			}
			s.HTML(w, r, 200, fmt.Appendf(nil, "got %d", files))
			return nil
		})
		ctx, cancel := context.WithCancel(t.Context())
		ln := newPipes()
		done := make(chan error, 1)
		go func() { done <- Serve(ctx, ln, s.Handler(), ServeOptions{}) }()
		use(ln.dial)
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve = %v, want nil after a graceful stop", err)
		}
	})
}

func TestHeadersHaveFifteenSeconds(t *testing.T) {
	bubble(t, func(dial func() net.Conn) {
		c := dial()
		defer c.Close()
		start := time.Now()
		closed := make(chan struct{})
		go func() { io.Copy(io.Discard, c); close(closed) }()
		head := "POST /x HTTP/1.1\r\nHost: wasl.test\r\n" + strings.Repeat("X-Pad: x\r\n", 100)
		for _, b := range []byte(head) { // one byte a second
			if _, err := c.Write([]byte{b}); err != nil {
				break
			}
			time.Sleep(time.Second)
		}
		<-closed
		if took := time.Since(start); took < 15*time.Second || took > 17*time.Second {
			t.Errorf("cut after %v, want 15 s", took)
		}
	})
}

// send writes a multipart body of n file bytes at rate bytes a second and
// returns the status, 0 when the connection was cut, and the time it took.
func send(c net.Conn, n, rate int) (int, time.Duration) {
	start := time.Now()
	body, kind := multi("f@x", strings.Repeat("x", n))
	head := fmt.Sprintf("POST /x HTTP/1.1\r\nHost: wasl.test\r\nSec-Fetch-Site: same-origin\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", kind, len(body))
	status := make(chan int, 1)
	go func() {
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			status <- 0
			return
		}
		status <- resp.StatusCode
	}()
	if _, err := io.WriteString(c, head); err != nil {
		return <-status, time.Since(start)
	}
	for in := []byte(body); len(in) > 0; {
		step := min(rate, len(in))
		if _, err := c.Write(in[:step]); err != nil {
			break
		}
		in = in[step:]
		if len(in) > 0 {
			time.Sleep(time.Second)
		}
	}
	return <-status, time.Since(start)
}

func TestSlowBodies(t *testing.T) {
	for _, c := range []struct {
		name    string
		n, rate int
		want    int
		cut     time.Duration
	}{
		{"20 kbit/s for 20 minutes", 3_000_000, 2500, 200, 0},
		{"just over 1 KB/s", 200_000, 1100, 200, 0},
		{"half a KB a second", 200_000, 500, 408, 30 * time.Second},
		{"one byte a second", 200, 1, 408, 30 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(dial func() net.Conn) {
				conn := dial()
				defer conn.Close()
				got, took := send(conn, c.n, c.rate)
				if got != c.want {
					t.Errorf("status = %d after %v, want %d", got, took, c.want)
				}
				if c.cut > 0 && (took < c.cut || took > c.cut+5*time.Second) {
					t.Errorf("cut after %v, want %v", took, c.cut)
				}
			})
		})
	}
}

// A client that sends too much still gets to read why.
func TestLargeBodyIsAnswered(t *testing.T) {
	s := testSite(nil)
	s.Page("POST /x", Public, func(w http.ResponseWriter, r *http.Request) error {
		_, err := Form(r, Limits{Body: 1 << 20}, nil)
		return err
	})
	s.API("POST /api/x", Public, func(w http.ResponseWriter, r *http.Request) error {
		_, err := Body(r, 1<<20)
		return err
	})
	url := start(t, s)
	body, kind := multi("f@x", strings.Repeat("x", 20<<20))
	for _, path := range []string{"/x", "/api/x"} {
		for _, length := range []bool{true, false} {
			var in io.Reader = strings.NewReader(body)
			if !length {
				in = io.MultiReader(in)
			}
			req, _ := http.NewRequest("POST", url+path, in)
			req.Header.Set("Content-Type", kind)
			req.Header.Set("Sec-Fetch-Site", "same-origin")
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			if resp.Body.Close(); resp.StatusCode != 413 {
				t.Errorf("%s: status = %d, want 413", path, resp.StatusCode)
			}
		}
	}
}

// start serves a site on loopback for the test's time.
func start(t *testing.T, s *Site) (url string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, ln, s.Handler(), ServeOptions{Grace: 2 * time.Second}) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return "http://" + ln.Addr().String()
}

func TestOverloadIsRefusedBeforeTheBody(t *testing.T) {
	s := testSite(func(c *Config) { c.Busy = 1 })
	release, working := make(chan struct{}), make(chan struct{})
	s.Page("GET /long", Public, func(w http.ResponseWriter, r *http.Request) error {
		close(working)
		<-release
		return nil
	})
	read := false
	s.API("POST /api/x", Public, func(w http.ResponseWriter, r *http.Request) error {
		read = true
		return nil
	})
	url := start(t, s)
	first := make(chan struct{})
	go func() {
		if resp, err := http.Get(url + "/long"); err == nil {
			resp.Body.Close()
		}
		close(first)
	}()
	<-working
	resp, err := http.Post(url+"/api/x", "application/json", bytes.NewReader(make([]byte, 100)))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 503 || resp.Header.Get("Retry-After") == "" || read {
		t.Errorf("status = %d, Retry-After %q, handler called %v; want 503", resp.StatusCode, resp.Header.Get("Retry-After"), read)
	}
	if health, err := http.Get(url + "/healthz"); err == nil {
		health.Body.Close()
	}
	close(release)
	<-first
	if resp, err = http.Post(url+"/api/x", "application/json", bytes.NewReader(make([]byte, 100))); err != nil || resp.StatusCode != 200 {
		t.Errorf("after the load: %v %v, want 200", resp, err)
	}
}

// A request waiting for its body does not count as work.
func TestSlowSendersDoNotBlockOthers(t *testing.T) {
	s := testSite(func(c *Config) { c.Busy = 1 })
	began := make(chan struct{}, 8)
	s.API("POST /api/x", Public, func(w http.ResponseWriter, r *http.Request) error {
		began <- struct{}{}
		_, err := Body(r, 1<<20)
		return err
	})
	s.Page("GET /x", Public, func(http.ResponseWriter, *http.Request) error { return nil })
	url := start(t, s)
	for range 4 {
		c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, "POST /api/x HTTP/1.1\r\nHost: wasl.test\r\nContent-Length: 5000\r\n\r\nhalf")
		<-began
		time.Sleep(20 * time.Millisecond)
	}
	resp, err := http.Get(url + "/x")
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body.Close(); resp.StatusCode != 200 {
		t.Errorf("status = %d, want 200", resp.StatusCode)
	}
}
