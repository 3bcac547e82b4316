package portal

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/intake"
)

// codePage is a form that asks for a code, and its refusal.
type codePage struct {
	frame
	Token     string
	Tracks    bool // asks the reference too
	Reference string
	Code      string
	Kept      []hidden // carried on to where it was typed
	Problems  []problemLine
}

// Err is the refusal's text, "" before any.
func (p codePage) Err() string {
	if len(p.Problems) > 0 {
		return p.Problems[0].Text
	}
	return ""
}

// plainToken binds a form outside drafts to the browser's cookie, whether or
// not that cookie opens a visit.
func plainToken(cookie string) string {
	if cookie == "" {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(cookie))
	mac.Write([]byte("wasl plain form token"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

func ownsPlainToken(cookie, token string) bool {
	return cookie != "" && token != "" && hmac.Equal([]byte(token), []byte(plainToken(cookie)))
}

// formToken is the token of a form outside drafts. A browser that does not say
// where its posts come from gets a cookie to hold the token against.
func (s *Server) formToken(w http.ResponseWriter, r *http.Request) string {
	cookie := s.site.ReadCookie(r)
	if cookie == "" && r.Header.Get("Sec-Fetch-Site") == "" && r.Method == http.MethodGet {
		secret := make([]byte, 32)
		rand.Read(secret)
		cookie = base64.RawURLEncoding.EncodeToString(secret)
		s.site.SetCookie(w, cookie, 0)
	}
	return plainToken(cookie)
}

func (s *Server) resumeForm(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	return s.renderResume(w, r, l, http.StatusOK, codePage{})
}

// resume opens a draft, or what was filed, with its code alone. A wrong code
// is the same 404 whether or not it ever existed.
func (s *Server) resume(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	values, err := web.Form(r, keptLimits, nil)
	if err != nil {
		return err
	}
	code := values.Get("resume_code")
	dr, cookie, err := s.desk.Resume(r.Context(), visit(r), code)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return s.renderResume(w, r, l, http.StatusNotFound, codePage{Code: code, Kept: carriedIn(values).hidden(), Problems: []problemLine{{At: "resume_code", Label: texts.T(l, "code.label"), Text: texts.T(l, "resume.unknown")}}})
	}
	if err != nil {
		return err
	}
	s.setVisit(w, r, cookie)
	if answered, err := s.restore(w, r, l, dr, carriedIn(values)); answered || err != nil {
		return err
	}
	if dr.Filed != "" {
		return web.SeeOther(w, r, casePath(l, dr.Filed, ""))
	}
	return web.SeeOther(w, r, s.unfinished(l, dr, s.desk.Read(dr), false))
}

// setVisit gives the browser the cookie of its visit, "" for the one it has:
// for a month where the person said "this is my phone".
func (s *Server) setVisit(w http.ResponseWriter, r *http.Request, cookie string) {
	age := time.Duration(0)
	if v := visit(r); v != nil && v.Keep {
		age = keptOnPhone
	}
	if cookie != "" {
		s.site.SetCookie(w, cookie, age)
	}
}

func (s *Server) renderResume(w http.ResponseWriter, r *http.Request, l i18n.Lang, status int, p codePage) error {
	p.frame = frameOf(r, l, texts.T(l, "resume.title")).describe(texts.T(l, "resume.about"))
	p.Path = "/resume" // also where another page asks the code
	p.Wrong = len(p.Problems) > 0
	p.Token = s.formToken(w, r)
	return s.render(w, r, l, status, "resume", p)
}

func (s *Server) trackForm(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	return s.renderTrack(w, r, l, http.StatusOK, codePage{Reference: r.URL.Query().Get("reference")})
}

// track opens a filed case with its reference and code. A stranger and a wrong
// reference get the same 404.
func (s *Server) track(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	values, err := web.Form(r, wordLimits, nil)
	if err != nil {
		return err
	}
	reference, code := values.Get("reference"), values.Get("resume_code")
	cookie, err := s.desk.Track(r.Context(), visit(r), reference, code)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return s.renderTrack(w, r, l, http.StatusNotFound, codePage{Reference: reference, Code: code, Problems: []problemLine{{At: "reference", Label: texts.T(l, "reference.label"), Text: texts.T(l, "track.unknown")}}})
	}
	if err != nil {
		return err
	}
	s.setVisit(w, r, cookie)
	ref, err := intake.ParseReference(reference)
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, casePath(l, string(ref), ""))
}

func (s *Server) renderTrack(w http.ResponseWriter, r *http.Request, l i18n.Lang, status int, p codePage) error {
	p.frame, p.Tracks = frameOf(r, l, texts.T(l, "track.title")).describe(texts.T(l, "track.about")), true
	if given := r.URL.Query().Get("reference"); given != "" { // as the receipt's QR code has it
		p.Path += "?reference=" + url.QueryEscape(given)
	}
	p.Wrong = len(p.Problems) > 0
	p.Token = s.formToken(w, r)
	return s.render(w, r, l, status, "track", p)
}
