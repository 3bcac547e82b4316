package office

import (
	"net/http"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/identity"
)

type signinPage struct {
	frame
	Name string
}

// smallForm bounds a form without files.
var smallForm = web.Limits{Body: 256 << 10, Values: 256 << 10, Fields: 200, Files: 1, File: 1}

func (s *Server) signinForm(w http.ResponseWriter, r *http.Request) error {
	l, err := lang(r)
	if err != nil {
		return err
	}
	p := signinPage{frame: s.frame(r, l, texts.T(l, "signin.title"))}
	if p.Token == "" {
		cookie := identity.NewVisit()
		s.site.SetCookie(w, cookie, 0)
		p.Token = identity.FormToken(cookie)
	}
	return s.render(w, r, l, http.StatusOK, "signin", p)
}

// signin starts a session; a wrong name and a wrong password read the same.
func (s *Server) signin(w http.ResponseWriter, r *http.Request) error {
	l, err := lang(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r, smallForm, nil)
	if err != nil {
		return err
	}
	name := form.Get("name")
	_, cookie, err := s.roll.SignIn(r.Context(), name, form.Get("password"))
	if err != nil {
		if kind := errs.KindOf(err); kind != errs.Denied {
			return err
		}
		return s.refuseSignin(w, r, l, name)
	}
	s.site.SetCookie(w, cookie, 0)
	return web.SeeOther(w, r, "/"+string(l)+"/")
}

func (s *Server) refuseSignin(w http.ResponseWriter, r *http.Request, l i18n.Lang, name string) error {
	p := signinPage{frame: s.frame(r, l, texts.T(l, "signin.title")), Name: name}
	p.Path, p.Wrong = "/signin", true
	p.Faults = []fault{{"name", texts.T(l, "signin.wrong")}}
	return s.render(w, r, l, http.StatusUnprocessableEntity, "signin", p)
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
