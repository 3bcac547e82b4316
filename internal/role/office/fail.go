package office

import (
	"net/http"
	"path"

	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
)

type failPage struct {
	frame
	Text, Reference string
}

// fail is the page of an error. A post of nobody, and one sign-in too many, are
// answered with the page to sign in.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, f web.Failure) {
	l, ok := pathLang(r)
	if !ok {
		l = i18n.Preferred(r.Header.Get("Accept-Language"))
	}
	var err error
	switch {
	case f.Key == keyEnded:
		err = s.signinAgain(w, r, l)
	case f.Key == web.KeyRate && path.Base(r.URL.Path) == "signin":
		err = s.signinLater(w, r, l)
	default:
		err = s.failPage(w, r, l, f)
	}
	if err != nil {
		http.Error(w, http.StatusText(f.Status), f.Status)
	}
}

func (s *Server) failPage(w http.ResponseWriter, r *http.Request, l i18n.Lang, f web.Failure) error {
	key := "fail." + f.Key
	if !texts.Has(key) {
		key = "fail.error.internal"
		if f.Status < http.StatusInternalServerError {
			key = "fail.refused"
		}
	}
	p := failPage{frame: s.frame(r, l, casePath(caseIn(r.PathValue("reference"))), texts.T(l, "fail.title")), Text: texts.T(l, key, f.Args...), Reference: f.Reference}
	p.Rooms = nil // the same for every reference and path
	p.Wrong = true
	if f.Status == http.StatusNotFound { // the same for a stranger and a page that never was
		p.Agent, p.Place, p.Path = "", "", "/"
	}
	return s.render(w, r, l, f.Status, "fail", p)
}

// signinAgain asks who posted without a session to sign in, and carries on
// what they had typed.
func (s *Server) signinAgain(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	p := s.signinPage(r, l, reference(r))
	p.Ended = true
	if form, err := web.Form(r, smallForm, nil); err == nil {
		if p.Typed = typedIn(path.Base(r.URL.Path), form); p.Typed.Form == "" {
			p.Typed = keptIn(form)
		}
	}
	return s.showSignin(w, r, l, http.StatusForbidden, p)
}

// signinLater asks for patience; what a page carried on stays in it.
func (s *Server) signinLater(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	form, err := web.Form(r, smallForm, nil)
	if err != nil {
		form = nil
	}
	return s.refuseSignin(w, r, l, http.StatusTooManyRequests, form, "fail.error.rate")
}
