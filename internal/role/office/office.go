package office

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"wasl/internal/base/errs"
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
		s.tries = web.NewLimiter(5*time.Second, 20)
		s.searches = web.NewLimiter(time.Second, 60)
	}
	var err error
	if s.pages, err = page.Parse(files, texts, style); err != nil {
		return nil, fmt.Errorf("office pages: %w", err)
	}
	s.site = web.New(web.Config{Hosts: c.Hosts, Secure: c.Secure, Cookie: "wasl_office", Proxies: c.Proxies, Log: c.Log,
		Fail: s.fail, Token: s.ownsToken, Style: style, Policy: []string{"frame-src 'self'"}})
	s.routes()
	return s, nil
}

// Handler answers the agents' listener.
func (s *Server) Handler() http.Handler { return s.site.Handler() }

// Routes lists every route with its access rule, sorted.
func (s *Server) Routes() []string { return s.site.Routes() }

type handler func(w http.ResponseWriter, r *http.Request, a *asked) error

// asked is a request of a signed-in agent.
type asked struct {
	lang      i18n.Lang
	who       *identity.Agent
	reference string
}

// routes is the whole surface of the office. Its golden file shows any change.
func (s *Server) routes() {
	s.site.Page("GET /{$}", web.Public, func(w http.ResponseWriter, r *http.Request) error {
		return web.SeeOther(w, r, "/"+string(preferred(r))+"/")
	})
	s.site.Page("GET /{lang}/signin", web.Public, s.signinForm)
	s.site.Page("POST /{lang}/signin", s.tries.Limited(web.Public), s.signin)
	s.page("POST /{lang}/signout", s.agent(identity.SeeQueue), s.signout)
	s.page("GET /{lang}/{$}", s.agent(identity.SeeQueue), s.queue)
	s.page("POST /{lang}/search", s.searches.Limited(s.agent(identity.SeeQueue)), s.search)
	s.page("GET /{lang}/cases/{reference}", s.agent(identity.SeeQueue), s.showCase)
	s.page("POST /{lang}/cases/{reference}/open", s.agent(identity.OpenCase), s.open)
	s.page("POST /{lang}/cases/{reference}/request", s.agent(identity.OpenCase), s.request)
	s.page("POST /{lang}/cases/{reference}/note", s.agent(identity.OpenCase), s.note)
	s.page("POST /{lang}/cases/{reference}/times", s.agent(identity.OpenCase), s.times)
	s.page("POST /{lang}/cases/{reference}/decide", s.agent(identity.Decide), s.decide)
	s.page("GET /{lang}/cases/{reference}/files/{envelope}/{file}", s.agent(identity.OpenCase), s.attachment)
	s.page("GET /{lang}/cases/{reference}/documents/{number}", s.agent(identity.OpenCase), s.document)
	s.site.Health(s.office.Ready)
}

func (s *Server) page(pattern string, rule web.Rule, h handler) {
	s.site.Page(pattern, rule, func(w http.ResponseWriter, r *http.Request) error {
		l, err := lang(r)
		if err != nil {
			return err
		}
		return h(w, r, &asked{lang: l, who: who(r), reference: r.PathValue("reference")})
	})
}

type agentKey struct{}

// agent lets in who is signed in and may do p. Who is not signed in is sent to
// sign in; who may not is told that there is nothing here.
func (s *Server) agent(p identity.Permission) web.Rule {
	return web.Rule{Name: "agent " + string(p), Check: func(r *http.Request) (*http.Request, error) {
		a, err := s.roll.Session(r.Context(), s.site.ReadCookie(r))
		if err != nil {
			return nil, fmt.Errorf("reading the session: %w", err)
		}
		if a == nil {
			l, err := lang(r)
			if err != nil {
				return nil, err
			}
			return nil, web.Redirect("/" + string(l) + "/signin")
		}
		if !a.May(p) {
			return nil, errs.New(errs.NotFound, web.KeyNotFound)
		}
		return r.WithContext(context.WithValue(r.Context(), agentKey{}, a)), nil
	}}
}

func who(r *http.Request) *identity.Agent {
	a, _ := r.Context().Value(agentKey{}).(*identity.Agent)
	return a
}

func lang(r *http.Request) (i18n.Lang, error) {
	l, ok := i18n.ParseLang(r.PathValue("lang"))
	if !ok {
		return "", errs.New(errs.NotFound, web.KeyNotFound)
	}
	return l, nil
}

// preferred is the first of our languages that the browser asks for, Arabic
// otherwise.
func preferred(r *http.Request) i18n.Lang {
	for item := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(item), ";")
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if l, ok := i18n.ParseLang(primary); ok {
			return l
		}
	}
	return i18n.AR
}

// ownsToken judges a form token from a browser that sends neither
// Sec-Fetch-Site nor Origin.
func (s *Server) ownsToken(r *http.Request, token string) bool {
	return identity.OwnsToken(s.site.ReadCookie(r), token)
}
