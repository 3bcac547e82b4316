package web

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"time"
)

// state is what the site knows of one request.
type state struct {
	page     bool       // answered for a browser
	noCookie bool       // the answer sets no cookie
	quick    bool       // answer without compressing
	leave    bool       // answer without reading the body first
	client   netip.Addr // who asks, behind configured proxies
	body     *body
	form     *stream // begun by the same-site rule
	read     int64   // bytes of the body kept in memory
	held     int64   // those of them that count
	pattern  string
}

type stateKey struct{}

// stateOf is the request's state; a request that came past no Site has an
// empty one of its own.
func stateOf(r *http.Request) *state {
	if st, ok := r.Context().Value(stateKey{}).(*state); ok {
		return st
	}
	return &state{}
}

func withState(r *http.Request, st *state) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), stateKey{}, st))
}

// Client is the address of who asks: the connection's, or behind a configured
// proxy the one it names. It is personal data: never log it.
func Client(r *http.Request) netip.Addr { return stateOf(r).client }

// writer notes the status, drops cookies that may not be set, and gives each
// write the time a slow phone needs.
type writer struct {
	http.ResponseWriter
	st     *state
	status int
	gone   bool // a write failed: nobody reads the answer
	ctl    *http.ResponseController
}

func (w *writer) WriteHeader(status int) {
	if w.status != 0 {
		return
	}
	if w.st.noCookie {
		w.Header().Del("Set-Cookie")
	}
	if status >= 200 {
		w.status = status
		w.st.body.settle(w.st.leave)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *writer) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	allowed := slowWindow + time.Duration(len(p)/slowRate)*time.Second
	_ = w.ctl.SetWriteDeadline(time.Now().Add(allowed)) // a recorder has none
	n, err := w.ResponseWriter.Write(p)
	w.gone = w.gone || err != nil && !errors.Is(err, http.ErrContentLength)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
