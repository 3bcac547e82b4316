package office

import (
	"net/http"
	"net/url"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

type signinPage struct {
	frame
	Name  string
	Ended bool   // the session had ended
	Case  string // where to go on, "" the queue
	Typed typed  // in a form of that case
}

// smallForm bounds a form without files.
var smallForm = web.Limits{Body: 512 << 10, Values: 256 << 10, Fields: 400, Files: 1, File: 1}

func (s *Server) signinPage(r *http.Request, l i18n.Lang, reference string) *signinPage {
	return &signinPage{frame: s.frame(r, l, signinPath(reference), texts.T(l, "signin.title")), Case: reference}
}

// showSignin gives a browser without a cookie one, for its form token.
func (s *Server) showSignin(w http.ResponseWriter, r *http.Request, l i18n.Lang, status int, p *signinPage) error {
	if p.Token == "" {
		cookie := identity.NewVisit()
		s.site.SetCookie(w, cookie, 0)
		p.Token = identity.FormToken(cookie)
	}
	return s.render(w, r, l, status, "signin", p)
}

func (s *Server) signinForm(w http.ResponseWriter, r *http.Request) error {
	l, err := lang(r)
	if err != nil {
		return err
	}
	who, err := s.roll.Session(r.Context(), s.site.ReadCookie(r))
	if err != nil {
		return err
	}
	on := caseIn(r.URL.Query().Get("case"))
	if who != nil {
		return web.SeeOther(w, r, "/"+string(l)+casePath(on))
	}
	return s.showSignin(w, r, l, http.StatusOK, s.signinPage(r, l, on))
}

// caseIn is a reference that a form or query names, "" when it is none.
func caseIn(given string) string {
	ref, err := intake.ParseReference(given)
	if err != nil {
		return ""
	}
	return string(ref)
}

// casePath is the address of a case, after the language; of the queue for "".
func casePath(reference string) string {
	if reference == "" {
		return "/"
	}
	return "/cases/" + reference
}

// signin starts a session and leads on to where the agent was; a wrong name
// and a wrong password read the same.
func (s *Server) signin(w http.ResponseWriter, r *http.Request) error {
	l, err := lang(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r, smallForm, nil)
	if err != nil {
		return err
	}
	on, t := caseIn(form.Get(kept+"case")), keptIn(form)
	who, cookie, err := s.roll.SignIn(r.Context(), form.Get("name"), form.Get("password"))
	if errs.KindOf(err) == errs.Denied {
		return s.refuseSignin(w, r, l, http.StatusUnprocessableEntity, form, "signin.wrong")
	}
	if err != nil {
		return err
	}
	if err := s.roll.SignOut(r.Context(), s.site.ReadCookie(r)); err != nil { // whose it was before
		return err
	}
	s.site.SetCookie(w, cookie, 0)
	if on == "" || t.Form == "" {
		return web.SeeOther(w, r, "/"+string(l)+casePath(on))
	}
	return s.casePage(w, withSession(r, session{who, cookie}), &asked{lang: l, who: who, reference: on}, shown{typed: t})
}

// refuseSignin shows the page again with what is wrong and all but the password.
func (s *Server) refuseSignin(w http.ResponseWriter, r *http.Request, l i18n.Lang, status int, form url.Values, why string) error {
	p := s.signinPage(r, l, caseIn(form.Get(kept+"case")))
	p.Name, p.Typed = text(form.Get("name")), keptIn(form)
	p.Wrong, p.Faults = true, []fault{{"name", texts.T(l, why)}}
	return s.showSignin(w, r, l, status, p)
}

func (s *Server) signout(w http.ResponseWriter, r *http.Request, a *asked) error {
	if _, err := web.Form(r, smallForm, nil); err != nil {
		return err
	}
	if err := s.roll.SignOut(r.Context(), s.site.ReadCookie(r)); err != nil {
		return err
	}
	s.site.ClearCookie(w)
	return web.SeeOther(w, r, "/"+string(a.lang)+"/signin")
}
