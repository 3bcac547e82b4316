package portal

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

// keptOnPhone is how long a browser keeps its cookie where the person said
// "this is my phone"; the store's own limit is the same.
const keptOnPhone = 30 * 24 * time.Hour

type laterPage struct {
	frame
	Draft    draftBar
	Continue string
	Days     int
	Kept     bool
}

// later shows the resume code, for going on another day or another phone.
func (s *Server) later(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	v := visit(r)
	dr, err := s.draft(r.Context(), v, l, r.PathValue("service"), "")
	if err != nil {
		return err
	}
	page := laterPage{
		frame: frameOf(r, l, texts.T(l, "later.title")), Draft: barOf(l, dr), Kept: v.Keep,
		Continue: s.unfinished(l, dr, s.desk.Read(dr), false), Days: int(intake.DraftKept / (24 * time.Hour)),
	}
	return s.render(w, r, l, http.StatusOK, "later", page)
}

// draftFile gives back a file that the draft keeps.
func (s *Server) draftFile(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	dr, err := s.draft(r.Context(), visit(r), l, r.PathValue("service"), "")
	if err != nil {
		return err
	}
	return sendFile(w, r, func(ctx context.Context) (service.FileRef, io.ReadCloser, error) {
		return s.desk.OpenFile(ctx, dr, r.PathValue("file"))
	})
}

// sendFile streams a person's own file back as a download. The name is not
// repeated in the headers: it may hold personal data.
func sendFile(w http.ResponseWriter, r *http.Request, open func(context.Context) (service.FileRef, io.ReadCloser, error)) error {
	ref, body, err := open(r.Context())
	if err != nil {
		return err
	}
	defer body.Close()
	h := w.Header()
	h.Set("Content-Type", ref.MediaType)
	h.Set("Content-Disposition", "attachment")
	h.Set("Content-Length", strconv.FormatInt(ref.Size, 10))
	if r.Method == http.MethodHead {
		return nil
	}
	_, err = io.Copy(w, body)
	if err != nil {
		return errs.Wrap(errs.Internal, web.KeyInternal, err)
	}
	return nil
}

type phonePage struct {
	frame
	Token      string
	Kept, Held bool
}

// phoneForm asks whether this phone is the visitor's own.
func (s *Server) phoneForm(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	v := visit(r)
	page := phonePage{frame: frameOf(r, l, texts.T(l, "phone.title")), Held: v != nil, Kept: v != nil && v.Keep, Token: v.Token()}
	return s.render(w, r, l, http.StatusOK, "phone", page)
}

// phone keeps the codes on this phone for a month, or clears them.
func (s *Server) phone(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	values, err := web.Form(r, wordLimits, nil)
	if err != nil {
		return err
	}
	v := visit(r)
	switch values.Get("phone") {
	case "keep", "session":
		if v == nil {
			break
		}
		keep := values.Get("phone") == "keep"
		if err := s.desk.KeepOnPhone(r.Context(), v, keep); err != nil {
			return err
		}
		age := time.Duration(0)
		if keep {
			age = keptOnPhone
		}
		s.site.SetCookie(w, s.site.ReadCookie(r), age)
	case "clear":
		if err := s.desk.Leave(r.Context(), v); err != nil {
			return err
		}
		s.site.ClearCookie(w)
	}
	return web.SeeOther(w, r, "/"+string(l)+"/phone")
}
