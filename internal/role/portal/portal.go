package portal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/page"
	"wasl/internal/base/web"
	"wasl/internal/domain/intake"
)

// Config is what a portal needs to answer.
type Config struct {
	// Desk takes filings and opens what a presented code opens.
	Desk *intake.Desk
	// Hosts are the names answered; any other gets 421.
	Hosts []string
	// Secure says that people come by HTTPS.
	Secure bool
	// Proxies may name the client's address and scheme.
	Proxies []netip.Prefix
	// Log receives faults; nil is silent.
	Log *slog.Logger
	// NoLimits lets one address try codes, file and upload as often as it
	// likes: for tests and measurements.
	NoLimits bool
	// Busy is how many requests are worked on at once; 0 is web's default.
	Busy int
	// Observe, when set, is told of each answer.
	Observe func(route string, status int, took time.Duration)
}

// policy is what pages may load beside what every page may. No script runs, so
// connect-src opens nothing; page checkers fetch robots.txt in a page's name.
var policy = []string{"font-src 'self'", "connect-src 'self'"}

// Server answers for one portal. It is safe for concurrent use.
type Server struct {
	desk  *intake.Desk
	site  *web.Site
	pages *page.Set
	log   *slog.Logger
	open  []byte // openapi.json

	tries   *web.Limiter // guesses of codes
	filings *web.Limiter // new drafts and filings
	checks  *web.Limiter // files to verify
}

// New prepares a portal: it parses every template in every language and
// refuses to start on a missing text.
func New(c Config) (*Server, error) {
	if c.Desk == nil {
		return nil, errors.New("portal: no desk")
	}
	s := &Server{desk: c.Desk, log: cmp.Or(c.Log, slog.New(slog.DiscardHandler))}
	if !c.NoLimits {
		// Wide enough for the many phones behind one address of a mobile carrier;
		// codes have 128 random bits, so guessing is not what this stops.
		s.tries = web.NewLimiter(500*time.Millisecond, 240)
		s.filings = web.NewLimiter(100*time.Millisecond, 1200)
		s.checks = web.NewLimiter(500*time.Millisecond, 240)
	}
	var err error
	if s.pages, err = page.Parse(files, texts, style); err != nil {
		return nil, fmt.Errorf("portal pages: %w", err)
	}
	s.site = web.New(web.Config{
		Hosts: c.Hosts, Secure: c.Secure, Cookie: "wasl", Proxies: c.Proxies, Log: c.Log,
		Fail: s.fail, Detail: detail, Token: s.ownsToken, Style: style,
		Policy: policy,
		Busy:   c.Busy, Observe: c.Observe,
	})
	s.routes()
	if s.open, err = s.describe(); err != nil {
		return nil, fmt.Errorf("describing the API: %w", err)
	}
	return s, nil
}

// Handler answers the public listener.
func (s *Server) Handler() http.Handler { return s.site.Handler() }

// Routes lists every public route with its access rule, sorted.
func (s *Server) Routes() []string { return s.site.Routes() }

// visitor reads the visit that the cookie opens; there may be none.
func (s *Server) visitor() web.Rule {
	return web.Rule{Name: "visitor", Check: s.withVisit}
}

// holder reads the visit too: what it guards is opened by a code the visit
// holds, and is 404 to anyone else.
func (s *Server) holder() web.Rule {
	return web.Rule{Name: "code-holder", Check: s.withVisit}
}

type visitKey struct{}

func (s *Server) withVisit(r *http.Request) (*http.Request, error) {
	v, err := s.desk.Visit(r.Context(), s.site.ReadCookie(r))
	if err != nil {
		return nil, fmt.Errorf("reading the visit: %w", err)
	}
	return r.WithContext(context.WithValue(r.Context(), visitKey{}, v)), nil
}

// visit is what the access rule found; nil is a browser without a visit.
func visit(r *http.Request) *intake.Visit {
	v, _ := r.Context().Value(visitKey{}).(*intake.Visit)
	return v
}

// ownsToken judges a form token from a browser that sends neither
// Sec-Fetch-Site nor Origin.
func (s *Server) ownsToken(r *http.Request, token string) bool {
	cookie := s.site.ReadCookie(r)
	if ownsPlainToken(cookie, token) {
		return true
	}
	v, err := s.desk.Visit(r.Context(), cookie)
	return err == nil && v.Owns(token)
}

// lang is the language of the path; another word there is no page.
func lang(r *http.Request) (i18n.Lang, error) {
	l, ok := i18n.ParseLang(r.PathValue("lang"))
	if !ok {
		return "", errs.New(errs.NotFound, web.KeyNotFound)
	}
	return l, nil
}
