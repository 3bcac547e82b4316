package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"wasl/internal/base/errs"
)

// sameSite is the rule for posts of pages: Sec-Fetch-Site decides when it is
// there, else Origin, else the hidden _token. The token is looked for up to the
// first file of the form, so nothing of a foreign post reaches a handler.
func (s *Site) sameSite(r *http.Request, st *state) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	forged := errs.New(errs.Denied, KeyForged)
	if site, ok := r.Header["Sec-Fetch-Site"]; ok {
		if len(site) == 1 && (site[0] == "same-origin" || site[0] == "none") {
			return nil
		}
		return forged
	}
	if origin, ok := r.Header["Origin"]; ok {
		if len(origin) == 1 && strings.EqualFold(origin[0], s.Origin(r)) {
			return nil
		}
		return forged
	}
	form, err := newStream(r)
	if err != nil {
		return err
	}
	if err := form.texts(); err != nil {
		return err
	}
	st.form = form
	if token := form.values["_token"]; len(token) == 1 && token[0] != "" && s.conf.Token != nil && s.conf.Token(r, token[0]) {
		return nil
	}
	return forged
}

// Origin is the scheme and name by which this request reached the site, such
// as https://portal.example. Its name is one of Config.Hosts.
func (s *Site) Origin(r *http.Request) string {
	if s.conf.Secure {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// transport refuses what may not be served: plain HTTP off loopback, and names
// this listener was not given. It notes who asks.
func (s *Site) transport(r *http.Request, st *state) error {
	peer := addrOf(r.RemoteAddr)
	proxied := s.isProxy(peer) || len(s.conf.Proxies) > 0 && bySocket(r)
	st.client = peer
	if proxied {
		st.client = s.forwardedFor(r, peer)
	}
	if !s.transportSafe(r, proxied) {
		return errs.New(errs.Denied, KeyInsecure)
	}
	if !s.knownHost(r.Host) {
		return errs.New(errs.Denied, KeyHost)
	}
	return nil
}

func (s *Site) transportSafe(r *http.Request, proxied bool) bool {
	if s.conf.Secure {
		return r.TLS != nil || proxied && r.Header.Get("X-Forwarded-Proto") == "https"
	}
	// A request without a local address came past no socket.
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return !ok || local.IP.IsLoopback()
}

// bySocket tells a request that came over a Unix socket, which only this
// machine's own proxy can open.
func bySocket(r *http.Request) bool {
	_, ok := r.Context().Value(http.LocalAddrContextKey).(*net.UnixAddr)
	return ok
}

func (s *Site) isProxy(a netip.Addr) bool {
	for _, p := range s.conf.Proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// forwardedFor is the last address of the list that is no proxy of ours.
func (s *Site) forwardedFor(r *http.Request, peer netip.Addr) netip.Addr {
	list := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(list) - 1; i >= 0; i-- {
		a := addrOf(strings.TrimSpace(list[i]))
		if !a.IsValid() {
			return peer
		}
		if !s.isProxy(a) {
			return a
		}
		peer = a
	}
	return peer
}

// addrOf reads an address with or without a port.
func addrOf(text string) netip.Addr {
	if ap, err := netip.ParseAddrPort(text); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

func (s *Site) knownHost(host string) bool {
	name := host
	if h, port, err := net.SplitHostPort(host); err == nil && strings.Trim(port, "0123456789") == "" {
		name = h
	}
	for _, known := range s.conf.Hosts {
		if strings.EqualFold(known, host) || strings.EqualFold(strings.Trim(known, "[]"), strings.Trim(name, "[]")) {
			return true
		}
	}
	return false
}
