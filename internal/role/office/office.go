package office

import (
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"wasl/internal/base/i18n"
	"wasl/internal/base/page"
	"wasl/internal/base/web"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/identity"
)

//go:embed texts templates/*.tmpl
var files embed.FS

//go:embed style.css
var styleSource string

var texts = i18n.MustLoad(files, "texts")

// Config is what an office needs to answer its agents.
type Config struct {
	Office *casework.Office
	Roll   *identity.Roll
	// Hosts are the names answered; any other gets 421.
	Hosts []string
	// Secure says that agents come by HTTPS.
	Secure bool
	// Proxies may name the client's address and scheme.
	Proxies []netip.Prefix
	// Log receives faults; nil is silent.
	Log *slog.Logger
	// Busy is how many requests are worked on at once; 0 is web's default.
	Busy int
	// Observe, when set, is told of each answer.
	Observe func(route string, status int, took time.Duration)
	// NoLimits lets one address try passwords and search as often as it likes.
	NoLimits bool
}

// Server answers the agents of one office. It is safe for concurrent use.
type Server struct {
	office *casework.Office
	roll   *identity.Roll
	site   *web.Site
	pages  *page.Set

	tries    *web.Limiter // passwords
	searches *web.Limiter
}

// New prepares an office; a missing text or template is an error.
func New(c Config) (*Server, error) {
	if c.Office == nil || c.Roll == nil {
		return nil, errors.New("office: no casework or no roll of agents")
	}
	style := page.Minify(styleSource)
	s := &Server{office: c.Office, roll: c.Roll}
	if !c.NoLimits {
		s.tries = web.NewLimiter(2*time.Second, 60)
		s.searches = web.NewLimiter(time.Second, 60)
	}
	var err error
	if s.pages, err = page.Parse(files, texts, style); err != nil {
		return nil, fmt.Errorf("office pages: %w", err)
	}
	s.site = web.New(web.Config{Hosts: c.Hosts, Secure: c.Secure, Cookie: "wasl_office", Proxies: c.Proxies, Log: c.Log,
		Fail: s.fail, Token: s.ownsToken, Style: style, Busy: c.Busy, Observe: c.Observe})
	s.routes()
	return s, nil
}

// Handler answers the agents' listener.
func (s *Server) Handler() http.Handler { return s.site.Handler() }

// Routes lists every route with its access rule, sorted.
func (s *Server) Routes() []string { return s.site.Routes() }
