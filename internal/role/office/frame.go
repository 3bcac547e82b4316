package office

import (
	"html/template"
	"net/http"
	"strings"

	"wasl/internal/base/i18n"
	"wasl/internal/base/page"
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
	Rooms  []room // the parts of the office that this agent may enter
}

// room leads to one part of the office.
type room struct {
	To, Name string
	Here     bool
}

// rooms are the parts that an agent may enter; path is the page's own.
func rooms(l i18n.Lang, who *identity.Agent, path string) []room {
	var all []room
	if who.May(identity.SeeQueue) {
		all = append(all, room{To: "/", Name: texts.T(l, "room.queue")}, room{To: "/notices", Name: texts.T(l, "room.notices")})
	}
	if who.May(identity.SeeLaw) {
		all = append(all, room{To: "/calendar", Name: texts.T(l, "room.calendar")})
	}
	for i := range all {
		own, _, _ := strings.Cut(path, "?")
		all[i].Here, all[i].To = own == all[i].To, "/"+string(l)+all[i].To
	}
	return all
}

// fault is one thing wrong with a form, in words, and the control it concerns.
type fault struct{ At, Text string }

// frame starts a page; path is its address in any language.
func (s *Server) frame(r *http.Request, l i18n.Lang, path, title string) frame {
	f := frame{Lang: l, Title: page.Plain(title), Path: path}
	now := sessionOf(r)
	if now.agent != nil {
		f.Agent, f.Place, f.Rooms = now.agent.Name, s.place(l, now.agent), rooms(l, now.agent, path)
	}
	if now.cookie == "" {
		now.cookie = s.site.ReadCookie(r)
	}
	f.Token = identity.FormToken(now.cookie)
	return f
}

// place is the agent's authority and unit in words.
func (s *Server) place(l i18n.Lang, a *identity.Agent) string {
	return s.placeOf(l, a.Authority, a.Unit)
}

// placeOf is an authority and one of its units in words.
func (s *Server) placeOf(l i18n.Lang, authorityID, unit string) string {
	book := s.office.Book()
	if book == nil {
		return ""
	}
	authority := book.Authority(authorityID)
	if authority == nil {
		return ""
	}
	name := authority.Names.In(l)
	if u := authority.Unit(unit); u != nil {
		name += " · " + u.Names.In(l)
	}
	return name
}

// HeadTitle is the page's whole title.
func (f frame) HeadTitle() string {
	title := f.Title + " – " + texts.T(f.Lang, "product")
	if f.Wrong {
		title = texts.T(f.Lang, "error") + " " + title
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

// Aria ties a control to what is wrong with it and to its hints.
func (f frame) Aria(at string, hints ...string) template.HTMLAttr {
	attrs := ""
	if f.Fault(at) != "" {
		attrs, hints = ` aria-invalid="true"`, append([]string{at + "-error"}, hints...)
	}
	if len(hints) > 0 {
		attrs += ` aria-describedby="` + template.HTMLEscapeString(strings.Join(hints, " ")) + `"`
	}
	return template.HTMLAttr(attrs)
}

// Error is what is wrong with one control, to stand beside it.
func (f frame) Error(at string) template.HTML {
	text := f.Fault(at)
	if text == "" {
		return ""
	}
	return template.HTML(`<span class="fault" id="`+template.HTMLEscapeString(at)+`-error"><b>`) + page.Words(texts.T(f.Lang, "error")) + `</b> ` + page.Words(text) + `</span>`
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

// pathLang is the language that an address begins with.
func pathLang(r *http.Request) (i18n.Lang, bool) {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	return i18n.ParseLang(first)
}
