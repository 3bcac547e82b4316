package office

import (
	"net/http"
	"slices"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// asked is a request of a signed-in agent.
type asked struct {
	lang      i18n.Lang
	who       *identity.Agent
	reference string
}

type handler func(w http.ResponseWriter, r *http.Request, a *asked) error

// routes is the whole surface of the office. Its golden file shows any change.
func (s *Server) routes() {
	s.site.Page("GET /{$}", web.Public, s.root)
	s.site.Page("GET /{lang}", web.Public, s.root)
	s.site.Page("GET /{lang}/signin", web.Public, s.signinForm)
	s.site.Page("POST /{lang}/signin", s.tries.Limited(web.Public), s.signin)

	queue, content, decide := s.agent(identity.SeeQueue), s.agent(identity.OpenCase), s.agent(identity.Decide)
	law, change, anyone := s.agent(identity.SeeLaw), s.agent(identity.Law), s.agent(signedIn)
	s.page("POST /{lang}/signout", anyone, s.signout)
	s.page("GET /{lang}/{$}", anyone, s.queue)
	s.page("GET /{lang}/search", queue, s.home)
	s.page("POST /{lang}/search", s.searches.Limited(queue), s.search)
	s.page("GET /{lang}/cases/{reference}", queue, s.showCase)
	s.page("GET /{lang}/cases/{reference}/{act}", queue, s.actAddress)
	s.page("POST /{lang}/cases/{reference}/open", content, s.open)
	s.page("POST /{lang}/cases/{reference}/note", content, s.note)
	s.page("POST /{lang}/cases/{reference}/request", content, s.request)
	s.page("POST /{lang}/cases/{reference}/times", decide, s.times)
	s.page("POST /{lang}/cases/{reference}/decide", decide, s.decide)
	for i := range forms {
		rule := content
		if forms[i].right == identity.Decide {
			rule = decide
		}
		s.page("POST /{lang}/cases/{reference}/"+forms[i].name, rule, s.post(&forms[i]))
	}
	s.page("GET /{lang}/notices", queue, s.notices)
	s.page("GET /{lang}/notices/seen", queue, s.noticesAddress)
	s.page("POST /{lang}/notices/seen", queue, s.seen)
	s.page("GET /{lang}/calendar", law, s.calendar)
	s.page("GET /{lang}/calendar/{act}", law, s.calendarAddress)
	s.page("POST /{lang}/calendar/preview", change, s.previewCalendar)
	s.page("POST /{lang}/calendar/apply", change, s.applyCalendar)
	s.page("GET /{lang}/cases/{reference}/files/{envelope}/{file}", content, s.attachment)
	s.page("GET /{lang}/cases/{reference}/documents/{number}", content, s.document)
	s.site.Health(s.office.Ready)
}

// page adds a route of signed-in agents. A reference is read as people type it.
func (s *Server) page(pattern string, rule web.Rule, h handler) {
	s.site.Page(pattern, rule, func(w http.ResponseWriter, r *http.Request) error {
		l, err := lang(r)
		if err != nil {
			return err
		}
		return h(w, r, &asked{lang: l, who: sessionOf(r).agent, reference: reference(r)})
	})
}

// reference is the one in the address, in its one spelling. One that cannot be
// is kept: asking for it costs the same as for any other.
func reference(r *http.Request) string {
	raw := r.PathValue("reference")
	if ref, err := intake.ParseReference(raw); err == nil {
		return string(ref)
	}
	return raw
}

func lang(r *http.Request) (i18n.Lang, error) {
	l, ok := i18n.ParseLang(r.PathValue("lang"))
	if !ok {
		return "", errs.New(errs.NotFound, web.KeyNotFound)
	}
	return l, nil
}

// root leads from an address without a page to the queue.
func (s *Server) root(w http.ResponseWriter, r *http.Request) error {
	l := i18n.Preferred(r.Header.Get("Accept-Language"))
	if r.PathValue("lang") != "" {
		var err error
		if l, err = lang(r); err != nil {
			return err
		}
	}
	return web.SeeOther(w, r, "/"+string(l)+"/")
}

func (s *Server) home(w http.ResponseWriter, r *http.Request, a *asked) error {
	return web.SeeOther(w, r, "/"+string(a.lang)+"/")
}

// actAddress leads from the address of an act, which a refused form leaves in
// the browser, back to the case.
func (s *Server) actAddress(w http.ResponseWriter, r *http.Request, a *asked) error {
	act := r.PathValue("act")
	if !slices.Contains([]string{"open", "note", "request", "times", "decide"}, act) && formOf(act) == nil {
		return errs.New(errs.NotFound, web.KeyNotFound)
	}
	return s.back(w, r, a, "")
}
