package office

import (
	"net/http"
	"strings"

	"wasl/internal/base/i18n"
	"wasl/internal/base/page"
	"wasl/internal/base/web"
	"wasl/internal/domain/identity"
)

// frame is what every page needs.
type frame struct {
	Lang   i18n.Lang
	Title  string
	Wrong  bool   // the title begins with the word for error
	Path   string // after the language: language links keep it
	Token  string // hidden in each form
	Agent  string // who is signed in, "" when nobody
	Place  string // authority and unit
	Faults []fault
}

// fault is one thing wrong with a form, in words, and the control it concerns.
type fault struct{ At, Text string }

func (s *Server) frame(r *http.Request, l i18n.Lang, title string) frame {
	f := frame{Lang: l, Title: page.Plain(title), Path: strings.TrimPrefix(r.URL.EscapedPath(), "/"+string(l)), Token: identity.FormToken(s.site.ReadCookie(r))}
	if r.Method == http.MethodPost { // another language shows the page, not the act
		f.Path = f.Path[:strings.LastIndexByte(f.Path, '/')+1]
		if f.Path != "/" {
			f.Path = strings.TrimSuffix(f.Path, "/")
		}
	}
	if a := who(r); a != nil {
		f.Agent, f.Place = a.Name, s.place(l, a)
	}
	return f
}

// place is the agent's authority and unit in words.
func (s *Server) place(l i18n.Lang, a *identity.Agent) string {
	book := s.office.Book()
	if book == nil {
		return ""
	}
	authority := book.Authority(a.Authority)
	if authority == nil {
		return ""
	}
	name := authority.Names.In(l)
	if u := authority.Unit(a.Unit); u != nil {
		name += " · " + u.Names.In(l)
	}
	return name
}

// HeadTitle is the page's whole title.
func (f frame) HeadTitle() string {
	title := f.Title + " – " + texts.T(f.Lang, "product")
	if f.Wrong {
		title = texts.T(f.Lang, "error") + ": " + title
	}
	return title
}

// Fault is what is wrong with one control, "" when nothing is.
func (f frame) Fault(at string) string {
	for _, one := range f.Faults {
		if one.At == at {
			return one.Text
		}
	}
	return ""
}

// Home is the queue.
func (f frame) Home() string { return "/" + string(f.Lang) + "/" }

func (s *Server) render(w http.ResponseWriter, r *http.Request, l i18n.Lang, status int, name string, data any) error {
	body, err := s.pages.Render(l, name, data)
	if err != nil {
		return err
	}
	s.site.HTML(w, r, status, body)
	return nil
}

type failPage struct {
	frame
	Heading, Text, Reference string
}

// fail is the page of an error.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, f web.Failure) {
	l, ok := i18n.ParseLang(strings.SplitN(strings.TrimPrefix(r.URL.Path, "/"), "/", 2)[0])
	if !ok {
		l = preferred(r)
	}
	key := "fail." + f.Key
	if !texts.Has(key) {
		key = "fail.error.internal"
		if f.Status < http.StatusInternalServerError {
			key = "fail.refused"
		}
	}
	p := failPage{frame: s.frame(r, l, texts.T(l, "fail.title")), Heading: texts.T(l, "fail.title"), Text: texts.T(l, key, f.Args...), Reference: f.Reference}
	p.Wrong = true
	if f.Status == http.StatusNotFound { // the same for a stranger and a page that never was
		p.Agent, p.Place, p.Path = "", "", "/"
	}
	if err := s.render(w, r, l, f.Status, "fail", p); err != nil {
		http.Error(w, http.StatusText(f.Status), f.Status)
	}
}
