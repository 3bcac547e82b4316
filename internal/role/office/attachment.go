package office

import (
	"io"
	"net/http"
	"strings"

	"wasl/internal/base/web"
)

// maxAttachment bounds a file read for an agent, in bytes; intake takes less.
const maxAttachment = 32 << 20

// attachment shows an image of the applicant without any right to run or
// fetch, and gives any other file to be saved, under a name of ours.
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
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	if strings.HasPrefix(ref.MediaType, "image/") {
		return web.File(w, r, ref.MediaType, "", body)
	}
	return web.File(w, r, ref.MediaType, a.reference+"-"+ref.Question+".pdf", body)
}

// document gives an issued document again.
func (s *Server) document(w http.ResponseWriter, r *http.Request, a *asked) error {
	ref, pdf, err := s.office.OpenDocument(r.Context(), a.who, a.reference, r.PathValue("number"))
	if err != nil {
		return err
	}
	return web.File(w, r, "application/pdf", ref.Number+".pdf", pdf)
}
