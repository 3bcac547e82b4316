// Package web answers HTTP for a role: routes with their access rules, one
// table from errs.Kind to status, the headers, cookies and same-site rule of
// pages, problem+json for machines, forms read as streams, and the limits that
// keep slow or greedy clients from harming others. It knows no domain word. It
// refuses names it was not given, plain HTTP off loopback, posts from other
// sites and bodies over the limit. Every zone may use it.
package web

import (
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Handler answers a request or returns the error that answers it: an
// *errs.Error, a Redirect, a *Problem, or anything else (500).
type Handler func(w http.ResponseWriter, r *http.Request) error

// Rule says who may call a route. Check may put what it found into the
// request's context; its error is the answer. The name stands in Routes.
type Rule struct {
	Name  string
	Check func(*http.Request) (*http.Request, error)
}

// Public lets everyone in.
var Public = Rule{Name: "public"}

// Config is how one listener answers.
type Config struct {
	// Hosts are the names answered; any other gets 421. A name without a
	// port is answered on every port.
	Hosts []string
	// Secure says that people reach this listener by HTTPS, ended here or by
	// one of Proxies: __Host- cookies and HSTS. Without it only loopback and
	// Unix sockets are served.
	Secure bool
	// Cookie is the cookie's base name, such as "wasl".
	Cookie string
	// Proxies may set X-Forwarded-For and X-Forwarded-Proto, and so may who
	// comes over a Unix socket where there are any; from anyone else these
	// headers count for nothing.
	Proxies []netip.Prefix
	// Log receives faults with their reference numbers; nil is silent.
	Log *slog.Logger
	// Fail renders the error page of a browser route. It answers with
	// Site.HTML(w, r, f.Status, …).
	Fail func(w http.ResponseWriter, r *http.Request, f Failure)
	// Detail words a failure of a machine route; nil gives its key.
	Detail func(f Failure) string
	// Token says whether a posted _token is this visitor's. It is asked only
	// for browsers that send neither Sec-Fetch-Site nor Origin.
	Token func(r *http.Request, token string) bool
	// Style is the CSS between <style> and </style> of every page.
	Style string
	// Policy holds further CSP directives, such as "script-src 'self'".
	Policy []string
	// Busy is how many requests may be worked on at once, those waiting for
	// body bytes not counted; more get 503. 0 means 512.
	Busy int
	// Memory is how many bytes of bodies may rest in memory at once, the first
	// 64 KB of each not counted; more get 503. 0 means 256 MiB.
	Memory int64
	// Observe, when set, is told of each answer: route pattern, status, time.
	Observe func(route string, status int, took time.Duration)
}

// Site is the routes of one listener. Register every route before Handler.
type Site struct {
	conf    Config
	mux     *http.ServeMux
	routes  []string
	csp     string
	working atomic.Int64 // requests being worked on
	held    atomic.Int64 // bytes of bodies in memory
}

// New starts a site without routes.
func New(conf Config) *Site {
	if conf.Log == nil {
		conf.Log = slog.New(slog.DiscardHandler)
	}
	if conf.Busy == 0 {
		conf.Busy = 512
	}
	if conf.Memory == 0 {
		conf.Memory = mostMemory
	}
	return &Site{conf: conf, mux: http.NewServeMux(), csp: policy(conf)}
}

func policy(conf Config) string {
	parts := []string{"default-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "img-src data: 'self'"}
	if conf.Style != "" {
		sum := sha256.Sum256([]byte(conf.Style))
		parts = append(parts, "style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	parts = append(parts, conf.Policy...)
	parts = append(parts, "require-trusted-types-for 'script'")
	if !slices.ContainsFunc(conf.Policy, func(p string) bool { return strings.HasPrefix(p, "trusted-types") }) {
		parts = append(parts, "trusted-types 'none'")
	}
	return strings.Join(parts, "; ")
}

// Page adds a browser route such as "GET /{lang}/track". A GET route answers
// HEAD too. Posts from other sites are refused before the rule is asked.
func (s *Site) Page(pattern string, rule Rule, h Handler) {
	s.add(pattern, rule, func(w http.ResponseWriter, r *http.Request) {
		st := stateOf(r)
		st.page = true
		s.pageHeaders(w.Header())
		if err := s.sameSite(r, st); err != nil {
			st.noCookie = true
			s.fail(w, r, err)
			return
		}
		s.call(w, r, rule, h)
	})
}

// API adds a machine route: errors are problem+json, cookies are not read.
func (s *Site) API(pattern string, rule Rule, h Handler) {
	s.add(pattern, rule, func(w http.ResponseWriter, r *http.Request) {
		st := stateOf(r)
		st.page, st.noCookie = false, true
		w.Header().Del("Cross-Origin-Opener-Policy")
		w.Header().Del("Referrer-Policy")
		apiHeaders(w.Header())
		s.call(w, r, rule, h)
	})
}

func (s *Site) add(pattern string, rule Rule, h http.HandlerFunc) {
	if rule.Name == "" {
		panic("web: route without an access rule: " + pattern)
	}
	s.routes = append(s.routes, pattern+" "+rule.Name)
	s.mux.HandleFunc(pattern, h)
}

func (s *Site) call(w http.ResponseWriter, r *http.Request, rule Rule, h Handler) {
	if rule.Check != nil {
		checked, err := rule.Check(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if checked != nil {
			r = checked
		}
	}
	if err := h(w, r); err != nil {
		s.fail(w, r, err)
	}
}

// Routes lists "METHOD /path rule" for every route, sorted.
func (s *Site) Routes() []string {
	list := slices.Clone(s.routes)
	slices.Sort(list)
	return list
}
