package portal

import (
	"net/http"
	"strconv"
	"strings"

	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
)

type failPage struct {
	frame
	Heading, Text string
	Alert         bool   // something the visitor sent was refused
	Again         string // the page to go back to, "" for none
	Reference     string // finds the fault in the log
	Resume        bool   // offer the resume code's form
}

// fail answers a failed request with a whole page, in the reader's language.
// It repeats nothing of the address: pages of strangers must not differ.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, f web.Failure) {
	word, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	l, ok := i18n.ParseLang(word)
	if !ok {
		l = i18n.Preferred(r.Header.Get("Accept-Language"))
	}
	heading, text := failTexts(l, f)
	p := failPage{frame: frameOf(r, l, heading), Heading: heading, Text: text, Reference: f.Reference,
		Alert: r.Method == http.MethodPost, Resume: f.Status == http.StatusNotFound || f.Status == http.StatusGone}
	p.Path, p.Wrong = "/", true
	if p.Alert && ok {
		p.Again = pageOfPost(r.URL.EscapedPath())
	}
	if err := s.render(w, r, l, f.Status, "fail", p); err != nil {
		http.Error(w, http.StatusText(f.Status), f.Status)
	}
}

// pageOfPost is the page that shows the form again whose post failed.
func pageOfPost(path string) string {
	if card, ok := strings.CutSuffix(path, "/file"); ok {
		return card + "/check"
	}
	return path
}

// failTexts explains a failure: its own words where there are some, else those
// of its status.
func failTexts(l i18n.Lang, f web.Failure) (heading, text string) {
	heading, text = "fail.other.title", "fail.other.text"
	status := "fail." + strconv.Itoa(f.Status)
	if texts.Has(status + ".title") {
		heading, text = status+".title", status+".text"
	}
	if texts.Has("fail.key." + f.Key) {
		text = "fail.key." + f.Key
	}
	return texts.T(l, heading), texts.T(l, text)
}
