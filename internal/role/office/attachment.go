package office

import (
	"io"
	"net/http"
	"slices"
	"strings"

	"wasl/internal/base/web"
)

// maxAttachment bounds a file read for an agent, in bytes; intake takes less.
const maxAttachment = 32 << 20

// inline are the types that a browser shows; others are saved.
var inline = []string{"image/jpeg", "image/png", "image/webp"}

// endings of saved files; what is not here ends in .bin.
var endings = map[string]string{"application/pdf": ".pdf", "image/heic": ".heic"}

// attachment shows an image of the applicant without any right to run, fetch
// or submit, and gives any other file to be saved under a name of ours.
func (s *Server) attachment(w http.ResponseWriter, r *http.Request, a *asked) error {
	ref, content, err := s.office.OpenFile(r.Context(), a.who, a.reference, r.PathValue("envelope"), r.PathValue("file"))
	if err != nil {
		return err
	}
	defer content.Close()
	body, err := io.ReadAll(io.LimitReader(content, maxAttachment))
	if err != nil {
		return err
	}
	sandbox(w)
	if slices.Contains(inline, ref.MediaType) {
		return web.File(w, r, ref.MediaType, "", body)
	}
	name, media := endings[ref.MediaType], ref.MediaType
	if name == "" {
		name, media = ".bin", "application/octet-stream"
	}
	return web.File(w, r, media, fileName(a.reference+"-"+ref.Question)+name, body)
}

// sandbox takes every right from what a page of this site is not. The style is
// the browser's own, of the page it makes for an image.
func sandbox(w http.ResponseWriter) {
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox")
}

// fileName keeps what every system takes in a file's name.
func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, s)
}

// document gives an issued document again.
func (s *Server) document(w http.ResponseWriter, r *http.Request, a *asked) error {
	ref, pdf, err := s.office.OpenDocument(r.Context(), a.who, a.reference, r.PathValue("number"))
	if err != nil {
		return err
	}
	sandbox(w)
	return web.File(w, r, "application/pdf", fileName(ref.Number)+".pdf", pdf)
}
