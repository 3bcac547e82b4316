package portal

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

// draftBar stands at the top of every page of a draft.
type draftBar struct {
	Service   string
	StartedAt time.Time
	Code      string
	Token     string
}

func barOf(l i18n.Lang, dr *intake.Draft) draftBar {
	return draftBar{Service: dr.Service.T(l, "title"), StartedAt: dr.StartedAt, Code: dr.Code, Token: dr.Token}
}

type applyPage struct {
	frame
	Draft         draftBar
	Back          string
	Continue      string // where the draft stands, on its first page
	Heading, Hint string
	Action        string
	Multipart     bool
	Default       bool // other buttons come first: Enter must still mean continue
	Change        bool
	Problems      []problemLine
	Fields        []field
}

// form is what one answer to a page shows beside what is stored.
type form struct {
	status   int
	problems []service.Problem
	narrow   map[string]string
	change   bool
	first    bool // shown at …/apply
}

// apply begins a draft, or goes on with the one this browser holds, and
// answers with its first page at once: a redirect costs a slow phone a second.
func (s *Server) apply(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	dr, cookie, err := s.desk.Begin(r.Context(), visit(r), r.PathValue("service"))
	if err != nil {
		return err
	}
	if cookie != "" {
		s.site.SetCookie(w, cookie, 0)
	}
	if s.desk.NeedsAuthority(dr) {
		return s.renderAuthority(w, r, l, dr, form{status: http.StatusOK, first: true})
	}
	reading := s.desk.Read(dr)
	if len(reading.Pages) == 0 {
		return web.SeeOther(w, r, servicePath(l, dr.Service.ID, "/check"))
	}
	return s.renderPage(w, r, l, dr, reading, dr.Service.Page(reading.Pages[0]), form{status: http.StatusOK, first: true})
}

// draft finds the draft a request is about; a filed one answers with its
// receipt, as a Redirect.
func (s *Server) draft(ctx context.Context, v *intake.Visit, l i18n.Lang, id, token string) (*intake.Draft, error) {
	if _, err := s.desk.Service(id); err != nil {
		return nil, err
	}
	dr, err := s.desk.Draft(ctx, v, id, token)
	if err != nil {
		return nil, err
	}
	if dr.Filed != "" {
		return nil, web.Redirect(casePath(l, dr.Filed, "/receipt"))
	}
	return dr, nil
}

// showPage shows one page of the draft as it is stored.
func (s *Server) showPage(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	dr, err := s.draft(r.Context(), visit(r), l, r.PathValue("service"), "")
	if err != nil {
		return err
	}
	page := dr.Service.Page(r.PathValue("page"))
	reading := s.desk.Read(dr)
	if page == nil {
		return errs.New(errs.NotFound, "page.unknown")
	}
	if !slices.Contains(reading.Pages, page.ID) {
		return web.SeeOther(w, r, s.unfinished(l, dr, reading, false))
	}
	return s.renderPage(w, r, l, dr, reading, page, form{status: http.StatusOK, change: r.URL.Query().Has("change")})
}

// unfinished is the first page that still lacks something, or on which the
// person stopped for want of a document; else the check.
func (s *Server) unfinished(l i18n.Lang, dr *intake.Draft, reading service.Reading, change bool) string {
	query := ""
	if change {
		query = "?change"
	}
	if s.desk.NeedsAuthority(dr) && dr.Authority == "" {
		return servicePath(l, dr.Service.ID, "/authority"+query)
	}
	for _, page := range reading.Pages {
		if len(reading.On(page)) > 0 || !change && page == dr.Stopped {
			return pagePath(l, dr, page, query)
		}
	}
	return servicePath(l, dr.Service.ID, "/check")
}

func pagePath(l i18n.Lang, dr *intake.Draft, page, query string) string {
	return servicePath(l, dr.Service.ID, "/apply/"+page+query)
}

// next is the page after one, or the check.
func next(l i18n.Lang, dr *intake.Draft, reading service.Reading, page string) string {
	i := slices.Index(reading.Pages, page)
	if i+1 < len(reading.Pages) {
		return pagePath(l, dr, reading.Pages[i+1], "")
	}
	return servicePath(l, dr.Service.ID, "/check")
}

// before is the page to which "back" leads.
func (s *Server) before(l i18n.Lang, dr *intake.Draft, reading service.Reading, page string) string {
	if i := slices.Index(reading.Pages, page); i > 0 {
		return pagePath(l, dr, reading.Pages[i-1], "")
	}
	if s.desk.NeedsAuthority(dr) {
		return servicePath(l, dr.Service.ID, "/authority")
	}
	return servicePath(l, dr.Service.ID, "")
}

// renderPage answers with one page of the form.
func (s *Server) renderPage(w http.ResponseWriter, r *http.Request, l i18n.Lang, dr *intake.Draft, reading service.Reading, page *service.Page, f form) error {
	p := applyPage{
		frame: frameOf(r, l, page.Title(l)+" – "+dr.Service.T(l, "title")), Draft: barOf(l, dr), Back: s.before(l, dr, reading, page.ID),
		Heading: page.Title(l), Hint: page.Hint(l), Action: pagePath(l, dr, page.ID, ""), Change: f.change,
	}
	if r.Method == http.MethodPost { // the page itself, also when filing was refused
		p.Path = strings.TrimPrefix(p.Action, "/"+string(l))
	}
	if f.change {
		p.Back = servicePath(l, dr.Service.ID, "/check")
		p.Path += "?change"
	}
	if f.first {
		p.frame = p.describe(dr.Service.T(l, "summary"))
	}
	if f.first && (len(dr.Typed) > 0 || len(dr.Files) > 0) {
		p.Continue = s.unfinished(l, dr, reading, false)
	}
	b := s.builder(l, dr, reading, f)
	for _, q := range page.Questions {
		if reading.Open[q.ID] {
			p.Fields = append(p.Fields, b.question(q, q.ID))
		}
	}
	p.Problems = b.lines(p.Fields)
	p.Wrong = len(p.Problems) > 0
	for _, fd := range p.Fields {
		p.Multipart = p.Multipart || fd.Shape == "file"
		p.Default = p.Default || fd.Shape == "rows" || fd.Shape == "place" && len(fd.Parts) > 0 || len(fd.Files) > 0
	}
	return s.render(w, r, l, f.status, "apply", p)
}

func (s *Server) builder(l i18n.Lang, dr *intake.Draft, reading service.Reading, f form) *builder {
	b := &builder{lang: l, typed: dr.Typed, files: dr.Files, fileBase: servicePath(l, dr.Service.ID, "/files/"), reading: reading, def: dr.Service,
		problems: map[string]service.Problem{}, narrow: f.narrow}
	if book := s.desk.Book(); book != nil {
		b.territory = book.Territory
	}
	for _, p := range f.problems {
		if _, ok := b.problems[p.Control]; !ok {
			b.problems[p.Control] = p
		}
	}
	return b
}
