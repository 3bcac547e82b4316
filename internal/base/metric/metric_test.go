package metric

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestFigures(t *testing.T) {
	r := New()
	r.Gauge("wasl_lag", func() float64 { return 3 })
	r.Observe("GET /{lang}/", 200, 2*time.Millisecond)
	r.Observe("GET /{lang}/", 200, 30*time.Second)
	w := httptest.NewRecorder()
	r.ServeHTTP(w, nil)
	for _, want := range []string{
		"# TYPE wasl_lag gauge\nwasl_lag 3\n",
		`wasl_answer_seconds_bucket{route="GET /{lang}/",status="200",le="0.001"} 0` + "\n",
		`wasl_answer_seconds_bucket{route="GET /{lang}/",status="200",le="0.0025"} 1` + "\n",
		`wasl_answer_seconds_bucket{route="GET /{lang}/",status="200",le="10"} 1` + "\n",
		`wasl_answer_seconds_bucket{route="GET /{lang}/",status="200",le="+Inf"} 2` + "\n",
		`wasl_answer_seconds_count{route="GET /{lang}/",status="200"} 2` + "\n",
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %q in:\n%s", want, w.Body)
		}
	}
}

func TestServe(t *testing.T) {
	r := New()
	for _, addr := range []string{"0.0.0.0:9999", "192.0.2.1:1", "nonsense"} {
		if err := r.Serve(t.Context(), addr); err == nil {
			t.Errorf("%s was served", addr)
		}
	}
	if err := r.Serve(t.Context(), ""); err != nil {
		t.Error(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0") // for a port that is free
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	ln.Close()
	if err := r.Serve(t.Context(), addr); err != nil {
		t.Fatal(err)
	}
	res, err := http.Get("http://" + addr + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if b, err := io.ReadAll(res.Body); err != nil || !strings.Contains(string(b), "go_goroutines") {
		t.Errorf("got %q, %v", b, err)
	}
}
