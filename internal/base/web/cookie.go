package web

import (
	"net/http"
	"time"
)

func (s *Site) cookieName() string {
	if s.conf.Secure {
		return "__Host-" + s.conf.Cookie
	}
	return s.conf.Cookie
}

// SetCookie sets the site's one cookie. keep 0 is until the browser closes.
func (s *Site) SetCookie(w http.ResponseWriter, value string, keep time.Duration) {
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(), Value: value, Path: "/", MaxAge: int(keep.Seconds()),
		Secure: s.conf.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// ReadCookie gives the cookie's value, "" when there is none.
func (s *Site) ReadCookie(r *http.Request) string {
	c, err := r.Cookie(s.cookieName())
	if err != nil {
		return ""
	}
	return c.Value
}

// ClearCookie makes the browser forget the cookie.
func (s *Site) ClearCookie(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(), Path: "/", MaxAge: -1,
		Secure: s.conf.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
