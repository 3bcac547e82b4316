package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
	"strconv"

	"wasl/internal/base/errs"
)

// Keys of the errors this package makes; each role has a text for all of them.
const (
	KeyInternal   = "error.internal"  // 500, shown with its reference number
	KeyNotFound   = "error.notfound"  // 404 for a path that is no route
	KeyMethod     = "error.method"    // 405
	KeyForged     = "error.forged"    // 403, posted from another site
	KeyHost       = "error.host"      // 421
	KeyInsecure   = "error.insecure"  // 403, plain HTTP off loopback
	KeyBusy       = "error.busy"      // 503
	KeyRate       = "error.rate"      // 429
	KeyBodyLarge  = "body.large"      // 413
	KeyBodyBroken = "body.broken"     // 400
	KeyBodyType   = "body.type"       // 415
	KeyBodyFiles  = "body.files"      // 422, more files than the limit
	KeyFileLarge  = "body.file-large" // 422, one file over the limit
	KeyBodySlow   = "body.slow"       // 408, cut for slowness
)

// Keys lists the keys above, for a role's test that it has their texts.
func Keys() []string {
	return []string{KeyInternal, KeyNotFound, KeyMethod, KeyForged, KeyHost, KeyInsecure, KeyBusy, KeyRate,
		KeyBodyLarge, KeyBodyBroken, KeyBodyType, KeyBodyFiles, KeyFileLarge, KeyBodySlow}
}

// Failure is what an error page shows.
type Failure struct {
	Status    int
	Key       string // message key, as given to errs
	Args      []any
	Reference string // number that finds the fault in the log; only with 500
}

// Redirect is an error that sends the visitor to a path of this site (303).
type Redirect string

func (to Redirect) Error() string { return "redirect" }

var statusOfKind = map[errs.Kind]int{
	errs.Internal: http.StatusInternalServerError,
	errs.Invalid:  http.StatusUnprocessableEntity,
	errs.NotFound: http.StatusNotFound,
	errs.Denied:   http.StatusForbidden,
	errs.Conflict: http.StatusConflict,
	errs.Expired:  http.StatusGone,
	errs.Busy:     http.StatusServiceUnavailable,
}

// statusOfKey holds the exceptions of the HTTP layer itself.
var statusOfKey = map[string]int{
	KeyMethod:     http.StatusMethodNotAllowed,
	KeyHost:       http.StatusMisdirectedRequest,
	KeyRate:       http.StatusTooManyRequests,
	KeyBodyLarge:  http.StatusRequestEntityTooLarge,
	KeyBodyBroken: http.StatusBadRequest,
	KeyBodyType:   http.StatusUnsupportedMediaType,
	KeyBodySlow:   http.StatusRequestTimeout,
}

// FailureOf tells how an error is answered, by the one table. It gives no
// reference number: only Site does, when it logs the fault.
func FailureOf(err error) Failure {
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind == errs.Internal {
		return Failure{Status: http.StatusInternalServerError, Key: KeyInternal}
	}
	f := Failure{Status: statusOfKind[e.Kind], Key: e.Key, Args: e.Args}
	if status, ok := statusOfKey[e.Key]; ok {
		f.Status = status
	}
	return f
}

// fail answers an error, once. An answer that had begun is cut instead: no
// second one may stand behind its first bytes. A visitor who went away is no
// fault, and the error of writing to them names their address.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	if begun, ok := w.(*writer); ok && begun.status != 0 {
		if !begun.gone {
			s.logFault(r, rand.Text()[:10], err)
		}
		panic(http.ErrAbortHandler)
	}
	var to Redirect
	var problem *Problem
	switch {
	case errors.As(err, &to):
		err = SeeOther(w, r, string(to))
	case errors.As(err, &problem):
		WriteProblem(w, problem.Status, *problem)
		return
	}
	if err != nil {
		s.answer(w, r, FailureOf(err), err)
	}
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request, f Failure, cause any) {
	st := stateOf(r)
	if f.Status == http.StatusInternalServerError {
		f.Reference = rand.Text()[:10]
		s.logFault(r, f.Reference, cause)
	}
	h := w.Header()
	for _, name := range []string{"Content-Type", "Content-Length", "Content-Encoding", "Content-Disposition", "Etag", "Last-Modified"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	switch f.Status {
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "5")
	case http.StatusTooManyRequests:
		h.Set("Retry-After", "60")
	case http.StatusInternalServerError:
		h.Del("Set-Cookie")
	}
	if !st.page {
		detail := f.Key
		if s.conf.Detail != nil {
			detail = s.conf.Detail(f)
		}
		WriteProblem(w, f.Status, Problem{Detail: detail, Reference: f.Reference})
		return
	}
	if s.conf.Fail == nil {
		plain(w, f)
		return
	}
	s.conf.Fail(w, r, f)
}

func (s *Site) logFault(r *http.Request, reference string, cause any) {
	if err, ok := cause.(error); ok && r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // the visitor went away
	}
	s.conf.Log.Error("request failed", "reference", reference, "method", r.Method, "route", stateOf(r).pattern, "cause", cause)
}

func plain(w http.ResponseWriter, f Failure) {
	text := strconv.Itoa(f.Status) + " " + http.StatusText(f.Status)
	if f.Reference != "" {
		text += " " + f.Reference
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)+1))
	w.WriteHeader(f.Status)
	fmt.Fprintln(w, text)
}

// fault is a panic made fit for the log: a runtime error's own text, else only
// the type of the value, and where it happened.
type fault struct {
	value any
	stack []byte
}

func (f fault) String() string {
	what := fmt.Sprintf("panic of type %T", f.value)
	if e, ok := f.value.(runtime.Error); ok {
		what = e.Error()
	}
	return what + "\n" + string(bytes.TrimSpace(f.stack))
}

// recovered answers a panic with 500, or cuts the connection when an answer
// had begun.
func (s *Site) recovered(w *writer, r *http.Request, value any) {
	if value == http.ErrAbortHandler {
		panic(value)
	}
	cause := fault{value, debug.Stack()}
	if w.status != 0 {
		s.logFault(r, rand.Text()[:10], cause.String())
		panic(http.ErrAbortHandler)
	}
	defer func() {
		if again := recover(); again != nil {
			s.logFault(r, "error page", fault{again, debug.Stack()}.String())
			if w.status == 0 {
				plain(w, Failure{Status: http.StatusInternalServerError})
			}
		}
	}()
	s.answer(w, r, Failure{Status: http.StatusInternalServerError, Key: KeyInternal}, cause.String())
}
