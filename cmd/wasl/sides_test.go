package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"wasl/internal/base/boot"
)

// A side that ends TLS itself has a certificate for its public name, and is
// asked by the address of this machine.
func TestAwaitTLS(t *testing.T) {
	var asked atomic.Int64
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" || asked.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if s := (&side{url: server.URL}); !s.await(ctx) {
		t.Error("a ready side behind TLS was not seen")
	}
	if got := asked.Load(); got != 3 {
		t.Errorf("asked %d times, want 3", got)
	}
}

func TestAwaitSocket(t *testing.T) {
	e := boot.Endpoint{Listen: "unix:" + filepath.Join(t.TempDir(), "s")}
	ln, err := e.Open()
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})}
	go server.Serve(ln)
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if s := (&side{url: local(e)}); !s.await(ctx) {
		t.Error("a ready side behind a Unix socket was not seen")
	}
}
