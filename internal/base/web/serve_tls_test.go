package web

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// A listener that ends TLS itself: requests know it, HTTP/2 works, and a place
// that was left is free again.
func TestServeTLS(t *testing.T) {
	lender := httptest.NewUnstartedServer(nil) // for its certificate
	lender.StartTLS()
	defer lender.Close()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	conf := &tls.Config{Certificates: lender.TLS.Certificates, NextProtos: []string{"h2", "http/1.1"}}
	go func() {
		done <- Serve(ctx, tls.NewListener(ln, conf), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, r.TLS != nil)
		}), ServeOptions{Conns: 1})
	}()
	for _, tt := range []struct {
		http2 bool
		proto string
	}{{true, "HTTP/2.0"}, {false, "HTTP/1.1"}, {true, "HTTP/2.0"}} {
		tr := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: tt.http2}
		c := &http.Client{Transport: tr, Timeout: 10 * time.Second}
		res, err := c.Get("https://" + ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		var saw bool
		if _, err := fmt.Fscan(res.Body, &saw); err != nil || !saw || res.Proto != tt.proto {
			t.Errorf("%s, TLS seen %v (%v); want %s, seen", res.Proto, saw, err, tt.proto)
		}
		res.Body.Close()
		tr.CloseIdleConnections()
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("stopping: %v", err)
	}
}
