package portal

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

// Limits of a posted page. Files are the bulk: a question takes 40 of 10 MiB,
// but nobody sends them in one go over a weak network.
var (
	pageLimits = web.Limits{Body: 128 << 20, File: intake.MaxFile + 1<<20}
	wordLimits = web.Limits{Body: 1 << 20, Values: 64 << 10, Fields: 50}
)

// saving is one post of a page while it is read.
type saving struct {
	s        *Server
	r        *http.Request
	lang     i18n.Lang
	page     string // id
	dr       *intake.Draft
	sent     map[string]int // files of this post by question
	problems []service.Problem
}

// open finds the draft once the form token is known: files come after it.
func (p *saving) open(values url.Values) error {
	if p.dr != nil {
		return nil
	}
	var err error
	p.dr, err = p.s.draft(p.r.Context(), visit(p.r), p.lang, p.r.PathValue("service"), values.Get("_token"))
	return err
}

// file keeps one file as it streams in; what is wrong with it is a problem of
// its question, not of the form.
func (p *saving) file(name, filename string, r io.Reader) error {
	if err := p.open(web.Posted(p.r)); gone(err) {
		return nil // savePage asks for the code
	} else if err != nil {
		return err
	}
	page := p.dr.Service.Page(p.page)
	if page == nil || !slices.ContainsFunc(page.Questions, func(q *service.Question) bool { return q.ID == name && q.Type == service.File }) {
		return nil
	}
	p.sent[name]++
	err := tooMany(p.sent[name], p.dr.Service.Question(name).MaxFiles)
	if err == nil {
		_, err = p.s.desk.AddFile(p.r.Context(), p.dr, name, filename, r)
	}
	if err == nil {
		return nil
	}
	if wrong, ok := fileProblem(err, page.ID, name); ok {
		p.problems = append(p.problems, wrong)
		return nil
	}
	return err
}

// tooMany refuses the files of one post past what their question takes, also
// where they are one file sent many times, which the desk keeps once.
func tooMany(sent, most int) error {
	if sent > most {
		return errs.New(errs.Invalid, "file.count", "max", most)
	}
	return nil
}

// fileProblem turns a refused file into a problem of its question.
func fileProblem(err error, page, question string) (service.Problem, bool) {
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != errs.Invalid {
		return service.Problem{}, false
	}
	key, args := e.Key, e.Args
	switch {
	case key == web.KeyFileLarge:
		key, args = "file.size", []any{"max", intake.MaxFile >> 20}
	case !strings.HasPrefix(key, "file."):
		return service.Problem{}, false
	}
	return service.Problem{Page: page, Control: question, Part: question, Field: question, Key: key, Args: args}, true
}

// undone answers a post that was refused whole for a cause, once the files it
// added are off again; failed is why they are not.
func undone(cause, failed error) error {
	if failed != nil {
		return fmt.Errorf("taking back a refused page: %w", failed)
	}
	return cause
}

// savePage keeps what was typed on a page, right or wrong, and goes on.
func (s *Server) savePage(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	p := &saving{s: s, r: r, lang: l, page: r.PathValue("page"), sent: map[string]int{}}
	values, err := web.Form(r, pageLimits, p.file)
	if err != nil {
		return undone(err, s.desk.Undo(r.Context(), p.dr))
	}
	if err := p.open(values); err != nil {
		if typed := typedOnly(values); gone(err) && len(typed) > 0 {
			return s.askCode(w, r, l, carried{service: r.PathValue("service"), page: p.page, values: typed})
		}
		return err
	}
	page := p.dr.Service.Page(p.page)
	if page == nil {
		return errs.New(errs.NotFound, "page.unknown")
	}
	before := s.desk.Read(p.dr)
	moved, err := p.keep(page, values)
	if err != nil {
		if errs.KindOf(err) == errs.Conflict { // filed meanwhile, from another tab
			if _, filed := s.draft(r.Context(), visit(r), l, p.dr.Service.ID, values.Get("_token")); filed != nil {
				return filed
			}
		}
		return err
	}
	return p.answer(w, page, values, before, moved)
}

// keep stores the page's values and does what a button asks. It tells the
// fragment of the page to go back to, "" to go on.
func (p *saving) keep(page *service.Page, values url.Values) (back string, err error) {
	typed := service.Typed(maps.Clone(values))
	if id := values.Get("_add"); rowsOf(page, id) {
		typed, back = service.AddRow(typed, id), id
	}
	name, item, _ := strings.Cut(values.Get("_remove"), ".")
	if item != "" && asks(page, name) {
		back = name
	}
	if n, err := strconv.Atoi(item); err == nil && n >= 0 && rowsOf(page, name) {
		typed = service.RemoveRow(typed, name, n)
	}
	if err := p.s.desk.SavePage(p.r.Context(), p.dr, page.ID, typed); err != nil {
		return "", err
	}
	for _, f := range p.dr.Files {
		if f.ID == item && f.Question == name && asks(page, name) {
			return back, p.s.desk.RemoveFile(p.r.Context(), p.dr, f.ID)
		}
	}
	return back, nil
}

func asks(page *service.Page, id string) bool {
	return slices.ContainsFunc(page.Questions, func(q *service.Question) bool { return q.ID == id })
}

func rowsOf(page *service.Page, id string) bool {
	return slices.ContainsFunc(page.Questions, func(q *service.Question) bool { return q.ID == id && q.Type == service.Rows })
}

// answer sends the visitor on, or shows the page with what is wrong.
func (p *saving) answer(w http.ResponseWriter, page *service.Page, values url.Values, before service.Reading, back string) error {
	change := values.Has("_change")
	reading := p.s.desk.Read(p.dr)
	problems := append(slices.Clone(p.problems), reading.On(page.ID)...)
	f := form{status: http.StatusOK, narrow: narrowing(values), change: change}
	query := ""
	if change {
		query = "?change"
	}
	switch {
	case values.Has("_later") && len(p.problems) == 0:
		if awaits(page, reading) {
			if err := p.s.desk.Stop(p.r.Context(), p.dr, page.ID); err != nil && errs.KindOf(err) != errs.Conflict {
				return err
			}
		}
		return web.SeeOther(w, p.r, servicePath(p.lang, p.dr.Service.ID, "/later"))
	case back != "" && len(p.problems) == 0:
		return web.SeeOther(w, p.r, pagePath(p.lang, p.dr, page.ID, query+"#"+back))
	case len(p.problems) == 0 && (values.Has("_narrow") || p.narrowed(page, problems, values)):
		return p.s.renderPage(w, p.r, p.lang, p.dr, reading, page, f)
	case len(problems) > 0 && onlyOpened(problems, before, reading):
		return web.SeeOther(w, p.r, pagePath(p.lang, p.dr, page.ID, query+"#"+problems[0].Control))
	case len(problems) > 0:
		f.status, f.problems = http.StatusUnprocessableEntity, problems
		return p.s.renderPage(w, p.r, p.lang, p.dr, reading, page, f)
	case change, !slices.Contains(reading.Pages, page.ID): // the page is closed: another answer is not to be asked for
		return web.SeeOther(w, p.r, p.s.unfinished(p.lang, p.dr, reading, change))
	}
	return web.SeeOther(w, p.r, next(p.lang, p.dr, reading, page.ID))
}

// awaits tells whether a page lacks a document that may come later.
func awaits(page *service.Page, reading service.Reading) bool {
	return slices.ContainsFunc(reading.Missing, func(id string) bool { return asks(page, id) })
}

// narrowed tells whether all that lacks is a place of which only the region or
// province is chosen: then its list comes, and nothing is refused.
func (p *saving) narrowed(page *service.Page, problems []service.Problem, values url.Values) bool {
	if len(problems) == 0 {
		return false
	}
	for _, wrong := range problems {
		q := p.dr.Service.Question(wrong.Control)
		place := q != nil && (q.Type == service.Province || q.Type == service.Commune)
		if !place || values.Get(wrong.Control) != "" || wrong.Key != "missing.choice" {
			return false
		}
	}
	for name := range narrowing(values) {
		if values.Get(name) != "" {
			return true
		}
	}
	return false
}

// onlyOpened tells whether all problems belong to questions that this very
// post opened on the page: they are asked now, not refused.
func onlyOpened(problems []service.Problem, before, after service.Reading) bool {
	for _, wrong := range problems {
		id, _, _ := strings.Cut(wrong.Control, ".")
		if before.Open[id] || !after.Open[id] {
			return false
		}
	}
	return true
}
