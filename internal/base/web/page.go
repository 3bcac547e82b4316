package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"wasl/internal/base/errs"
)

func (s *Site) pageHeaders(h http.Header) {
	h.Set("Content-Security-Policy", s.csp)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

func apiHeaders(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
}

// HTML answers with a rendered page: whole, compressed, with its length. Pages
// are no-store unless the handler set Cache-Control before.
func (s *Site) HTML(w http.ResponseWriter, r *http.Request, status int, page []byte) {
	_ = Bytes(w, r, status, "text/html; charset=utf-8", page) // the visitor may be gone
}

// Bytes answers with a whole text body, compressed when the client takes it.
func Bytes(w http.ResponseWriter, r *http.Request, status int, contentType string, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Vary", "Accept-Encoding")
	send := func(out []byte, encoding string) error {
		if encoding != "" {
			h.Set("Content-Encoding", encoding)
		}
		h.Set("Content-Length", strconv.Itoa(len(out)))
		w.WriteHeader(status)
		_, err := w.Write(out)
		return err
	}
	if stateOf(r).quick || len(body) < 256 {
		return send(body, "")
	}
	return compressed(accepted(r), body, send)
}

// File answers with a download as it stands, never compressed. The name is
// the one offered for saving; empty shows the file in the browser.
func File(w http.ResponseWriter, _ *http.Request, contentType, name string, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", contentType)
	if name != "" {
		if strings.ContainsAny(name, "\"\\\r\n;%") {
			return errs.New(errs.Internal, KeyInternal)
		}
		h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(body)
	return err
}

// Static adds a route for a file that is part of the program, compressed once.
// Its path should hold a hash: browsers keep it for a year.
func (s *Site) Static(pattern, contentType string, body []byte) {
	forms := map[string][]byte{"": body}
	for _, encoding := range []string{"br", "gzip"} {
		if small := best(encoding, body); len(small) < len(body)*9/10 {
			forms[encoding] = small
		}
	}
	s.Page(pattern, Public, func(w http.ResponseWriter, r *http.Request) error {
		encoding := accepted(r)
		out, ok := forms[encoding]
		if !ok {
			encoding, out = "", body
		}
		h := w.Header()
		h.Set("Cache-Control", "public, max-age="+strconv.Itoa(int((365*24*time.Hour).Seconds()))+", immutable")
		h.Set("Content-Type", contentType)
		h.Set("Vary", "Accept-Encoding")
		if encoding != "" {
			h.Set("Content-Encoding", encoding)
		}
		h.Set("Content-Length", strconv.Itoa(len(out)))
		w.WriteHeader(http.StatusOK)
		_, err := w.Write(out)
		return err
	})
}

// SeeOther sends the visitor to a path of this site with 303. Any other
// address is refused as a fault of the caller.
func SeeOther(w http.ResponseWriter, _ *http.Request, url string) error {
	if !strings.HasPrefix(url, "/") || strings.HasPrefix(url, "//") || strings.ContainsAny(url, "\\\r\n") {
		return errs.New(errs.Internal, KeyInternal)
	}
	w.Header().Set("Location", url)
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusSeeOther)
	return nil
}
