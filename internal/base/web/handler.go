package web

import (
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"wasl/internal/base/errs"
)

// Handler answers requests by the routes registered so far.
func (s *Site) Handler() http.Handler { return http.HandlerFunc(s.serve) }

func (s *Site) serve(rw http.ResponseWriter, r *http.Request) {
	start := time.Now()
	st := &state{page: !strings.HasPrefix(r.URL.Path, "/api/")}
	w := &writer{ResponseWriter: rw, st: st, ctl: http.NewResponseController(rw)}
	_ = w.ctl.SetWriteDeadline(time.Time{}) // none left from the answer before
	r = withState(r, st)
	if r.Body != nil && r.Body != http.NoBody {
		st.body = &body{ReadCloser: r.Body, site: s, ctl: w.ctl, waits: r.Header.Get("Expect") != ""}
		r.Body = st.body
	}
	s.working.Add(1)
	defer s.working.Add(-1)
	defer s.letGo(st)
	defer func() {
		if s.conf.Observe != nil {
			s.conf.Observe(st.pattern, w.status, time.Since(start))
		}
	}()
	defer func() {
		if value := recover(); value != nil {
			s.recovered(w, r, value)
		}
	}()
	s.baseHeaders(w.Header())
	s.route(w, r, st)
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
}

func (s *Site) baseHeaders(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	if s.conf.Secure {
		h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
}

func (s *Site) route(w *writer, r *http.Request, st *state) {
	handler, pattern := s.mux.Handler(r)
	st.pattern = pattern
	if pattern == healthz || pattern == readyz {
		s.mux.ServeHTTP(w, r)
		return
	}
	if st.page { // the mux itself answers some paths with a redirect
		s.pageHeaders(w.Header())
	} else {
		apiHeaders(w.Header())
	}
	refuse := func(err error) {
		st.noCookie = true
		s.fail(w, r, err)
	}
	if err := s.transport(r, st); err != nil {
		st.leave = true
		refuse(err)
		return
	}
	if s.working.Load() > int64(s.conf.Busy) {
		st.quick, st.leave = true, true
		refuse(errs.New(errs.Busy, KeyBusy))
		return
	}
	if oddPath(r.URL.Path) {
		refuse(errs.New(errs.NotFound, KeyNotFound))
		return
	}
	if pattern == "" {
		refuse(unrouted(w, r, handler))
		return
	}
	s.mux.ServeHTTP(w, r)
}

// oddPath tells a path with bytes that are no text, which no store would take
// to look anything up: nothing has such a name.
func oddPath(path string) bool { return !utf8.ValidString(path) || strings.ContainsRune(path, 0) }

// unrouted tells an unknown path from a known one with another method.
func unrouted(w http.ResponseWriter, r *http.Request, handler http.Handler) error {
	probe := &probe{header: http.Header{}}
	handler.ServeHTTP(probe, r)
	if probe.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", probe.header.Get("Allow"))
		return errs.New(errs.Invalid, KeyMethod)
	}
	return errs.New(errs.NotFound, KeyNotFound)
}

// probe keeps the status and headers of an answer that is not sent.
type probe struct {
	header http.Header
	status int
}

func (p *probe) Header() http.Header         { return p.header }
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }
func (p *probe) WriteHeader(status int)      { p.status = status }
