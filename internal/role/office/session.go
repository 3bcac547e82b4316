package office

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"wasl/internal/base/errs"
	"wasl/internal/base/web"
	"wasl/internal/domain/identity"
)

// session is who is signed in, and the cookie that says so.
type session struct {
	agent  *identity.Agent
	cookie string
}

type sessionKey struct{}

// sessionOf is the request's session; without one its agent is nil.
func sessionOf(r *http.Request) session {
	s, _ := r.Context().Value(sessionKey{}).(session)
	return s
}

func withSession(r *http.Request, s session) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), sessionKey{}, s))
}

// keyEnded answers a post of nobody who is signed in: the page to sign in,
// which carries on what the form held.
const keyEnded = "session.ended"

// signedIn is the right that every agent has.
const signedIn identity.Permission = "signed-in"

// agent lets in who is signed in and may do p. Who is not signed in is sent to
// sign in; who may not is told that there is nothing here.
func (s *Server) agent(p identity.Permission) web.Rule {
	return web.Rule{Name: "agent " + string(p), Check: func(r *http.Request) (*http.Request, error) {
		l, err := lang(r)
		if err != nil {
			return nil, err
		}
		now := session{cookie: s.site.ReadCookie(r)}
		if now.agent, err = s.roll.Session(r.Context(), now.cookie); err != nil {
			return nil, fmt.Errorf("reading the session: %w", err)
		}
		switch {
		case now.agent == nil && r.Method == http.MethodPost:
			return nil, errs.New(errs.Denied, keyEnded)
		case now.agent == nil:
			return nil, web.Redirect("/" + string(l) + signinPath(reference(r)))
		case p != signedIn && !now.agent.May(p):
			return nil, errs.New(errs.NotFound, web.KeyNotFound)
		}
		return withSession(r, now), nil
	}}
}

// signinPath is the page to sign in that leads on to a case, "" to the queue.
func signinPath(reference string) string {
	if reference == "" {
		return "/signin"
	}
	return "/signin?" + url.Values{"case": {reference}}.Encode()
}

// ownsToken judges a form token from a browser that sends neither
// Sec-Fetch-Site nor Origin.
func (s *Server) ownsToken(r *http.Request, token string) bool {
	return identity.OwnsToken(s.site.ReadCookie(r), token)
}
