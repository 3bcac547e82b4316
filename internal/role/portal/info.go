package portal

import (
	"net/http"
	"strings"

	"wasl/internal/base/i18n"
)

type infoPage struct {
	frame
	Heading string
	Parts   []infoPart
}

type infoPart struct {
	Title string
	Lines []string
}

// infoTexts are the parts of each page of plain words: "<page>.<part>.title"
// and "<page>.<part>.text", whose lines are paragraphs.
var infoTexts = map[string][]string{
	"help":          {"apply", "code", "after", "counter"},
	"accessibility": {"aim", "how", "gaps"},
	"privacy":       {"who", "why", "sealed", "phone", "rights", "cookie"},
	"about":         {"what", "check", "draft"},
}

func (s *Server) help(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	return s.info(w, r, l, "help")
}

func (s *Server) accessibility(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	return s.info(w, r, l, "accessibility")
}

// privacy is the notice of law 09-08 art. 5 for the whole site; a service's
// own notice stands on its check page.
func (s *Server) privacy(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	return s.info(w, r, l, "privacy")
}

func (s *Server) about(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	return s.info(w, r, l, "about")
}

func (s *Server) info(w http.ResponseWriter, r *http.Request, l i18n.Lang, name string) error {
	title := texts.T(l, name+".title")
	page := infoPage{frame: frameOf(r, l, title).describe(texts.T(l, "home.lead")), Heading: title}
	for _, part := range infoTexts[name] {
		page.Parts = append(page.Parts, infoPart{
			Title: texts.T(l, name+"."+part+".title"),
			Lines: strings.Split(strings.TrimSpace(texts.T(l, name+"."+part+".text")), "\n"),
		})
	}
	return s.render(w, r, l, http.StatusOK, "info", page)
}
