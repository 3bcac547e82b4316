package portal

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/intake"
)

type letterPage struct {
	frame
	Reference, Back string
	Heading         string
	Outcome         string // of a decision
	At              time.Time
	Tag, Dir        string // of the text
	Text            string
	Reasons         []string
	Sound           bool
	NewDue          string // YYYY-MM-DD of an extension, or ""
	Signed          string // its file, "" where no signature stands
}

// letter shows one message of the office and whether its signature stands.
func (s *Server) letter(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	c, m, err := s.message(r)
	if err != nil {
		return err
	}
	written := i18n.Lang(cmp.Or(m.Letter.Language, c.Receipt.Language)) // a statement is in the applicant's
	title := letterText(l, m)
	p := letterPage{frame: frameOf(r, l, title), Reference: c.Reference, Back: casePath(l, c.Reference, ""), Heading: title,
		At: m.At, Tag: written.Tag(), Dir: written.Dir(), Text: m.Letter.Text, Sound: m.Sound}
	if due, err := clock.ParseDate(m.Letter.NewDue); err == nil {
		p.NewDue = due.String()
	}
	if m.Signed != nil {
		p.Signed = casePath(l, c.Reference, "/letters/"+r.PathValue("n")+"/signed")
	}
	if m.Letter.Outcome != "" {
		p.Outcome = word(l, "decision.", m.Letter.Outcome)
	}
	for _, id := range m.Letter.Reasons {
		p.Reasons = append(p.Reasons, c.Service.T(l, "refuse."+id))
	}
	return s.render(w, r, l, http.StatusOK, "letter", p)
}

// letterText names a letter by what it tells.
func letterText(l i18n.Lang, m *intake.Message) string {
	if texts.Has("event."+m.Letter.About) || clock.Known(m.Letter.About) {
		return eventText(l, m.Letter.About)
	}
	return word(l, "letter.", m.Kind)
}

// message is the letter that the path numbers, from 1.
func (s *Server) message(r *http.Request) (*intake.Case, *intake.Message, error) {
	c, err := s.held(r)
	if err != nil {
		return nil, nil, err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 1 || n > len(c.Messages) {
		return nil, nil, errs.New(errs.NotFound, web.KeyNotFound)
	}
	return c, &c.Messages[n-1], nil
}

// signedLetter gives a letter as the office signed it: whoever is shown it can
// verify it, as `wasl verify` does.
func (s *Server) signedLetter(w http.ResponseWriter, r *http.Request, _ i18n.Lang) error {
	c, m, err := s.message(r)
	if err != nil {
		return err
	}
	if m.Signed == nil {
		return errs.New(errs.NotFound, web.KeyNotFound)
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Disposition", `attachment; filename="wasl-`+c.Reference+`-`+m.Kind+`.json"`)
	return web.Bytes(w, r, http.StatusOK, "application/json", m.Signed)
}

type accessesPage struct {
	frame
	Reference, Back string
	Gap             bool
	Accesses        []accessView
	Previous, Next  string
}

// accesses lists who opened the file, when and why, 20 a page.
func (s *Server) accesses(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	c, err := s.held(r)
	if err != nil {
		return err
	}
	number := pageNumber(r)
	first := (number - 1) * accessesOnPage
	if first > 0 && first >= len(c.Accesses) {
		return errs.New(errs.NotFound, web.KeyNotFound)
	}
	p := accessesPage{frame: frameOf(r, l, texts.T(l, "access.title")), Reference: c.Reference, Back: casePath(l, c.Reference, ""), Gap: c.Gap}
	p.Accesses = accessViews(l, c, c.Accesses[first:min(first+accessesOnPage, len(c.Accesses))])
	if number > 1 {
		p.Path += "?page=" + strconv.Itoa(number)
		p.Previous = "?page=" + strconv.Itoa(number-1)
	}
	if first+accessesOnPage < len(c.Accesses) {
		p.Next = "?page=" + strconv.Itoa(number+1)
	}
	return s.render(w, r, l, http.StatusOK, "accesses", p)
}
