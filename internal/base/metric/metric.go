// Package metric counts what a role answers and shows it in the text format
// that Prometheus reads, on a listener of its own that only this machine
// reaches. It knows route patterns, statuses and times; it refuses labels made
// from requests, so that no reference or name can come in. Every zone may use it.
package metric

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// bounds of the histogram, in seconds.
var bounds = [...]float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// Registry holds one process's figures. It is safe for concurrent use.
type Registry struct {
	mu     sync.Mutex // guards routes and gauges
	routes map[answer]*series
	gauges map[string]func() float64
}

type answer struct {
	route  string
	status int
}

type series struct {
	buckets [len(bounds)]uint64 // answers within each bound, not cumulated
	count   uint64
	seconds float64
}

// New is a registry with the figures of the Go runtime.
func New() *Registry {
	r := &Registry{routes: map[answer]*series{}, gauges: map[string]func() float64{}}
	r.Gauge("go_goroutines", func() float64 { return float64(runtime.NumGoroutine()) })
	r.Gauge("go_heap_bytes", func() float64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	})
	return r
}

// Gauge adds a figure that is read when asked for, while answers go on being
// counted.
func (r *Registry) Gauge(name string, read func() float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gauges[name] = read
}

// Observe counts an answer: its route's pattern, status and time.
func (r *Registry) Observe(route string, status int, took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := answer{route, status}
	s := r.routes[key]
	if s == nil {
		s = &series{}
		r.routes[key] = s
	}
	s.count++
	s.seconds += took.Seconds()
	if i := slices.IndexFunc(bounds[:], func(b float64) bool { return took.Seconds() <= b }); i >= 0 {
		s.buckets[i]++
	}
}

// ServeHTTP writes every figure. Who reads slowly holds up no answer.
func (r *Registry) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	var out bytes.Buffer
	r.mu.Lock()
	gauges := maps.Clone(r.gauges)
	r.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(gauges)) {
		fmt.Fprintf(&out, "# TYPE %s gauge\n%s %g\n", name, name, gauges[name]())
	}
	r.histogram(&out)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write(out.Bytes()) // the reader may be gone
}

func (r *Registry) histogram(out io.Writer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprint(out, "# TYPE wasl_answer_seconds histogram\n")
	keys := slices.SortedFunc(maps.Keys(r.routes), func(a, b answer) int {
		return strings.Compare(fmt.Sprint(a.route, a.status), fmt.Sprint(b.route, b.status))
	})
	for _, key := range keys {
		r.routes[key].write(out, fmt.Sprintf("route=%q,status=\"%d\"", key.route, key.status))
	}
}

func (s *series) write(w io.Writer, labels string) {
	var sum uint64
	for i, b := range bounds {
		sum += s.buckets[i]
		fmt.Fprintf(w, "wasl_answer_seconds_bucket{%s,le=\"%g\"} %d\n", labels, b, sum)
	}
	fmt.Fprintf(w, "wasl_answer_seconds_bucket{%s,le=\"+Inf\"} %d\n", labels, s.count)
	fmt.Fprintf(w, "wasl_answer_seconds_sum{%s} %g\nwasl_answer_seconds_count{%s} %d\n", labels, s.seconds, labels, s.count)
}

// Serve shows the figures at /metrics of a loopback address until ctx ends;
// any other address is refused. An empty one serves nothing.
func (r *Registry) Serve(ctx context.Context, addr string) error {
	if addr == "" {
		return nil
	}
	at, err := netip.ParseAddrPort(addr)
	if err != nil || !at.Addr().IsLoopback() {
		return fmt.Errorf("metrics: %q is not a loopback address and port", addr)
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", r)
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { srv.Close() })
	go func() {
		if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			ln.Close() // figures are lost, the role goes on
		}
	}()
	return nil
}
