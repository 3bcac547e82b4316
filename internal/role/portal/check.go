package portal

import (
	"errors"
	"net/http"

	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/authority"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

type checkPage struct {
	frame
	Draft     draftBar
	Back      string
	Authority string // chosen among several, "" else
	ChangeTo  string // where it is changed
	Pages     []answerPage
	Fees      []feeLine
	Total     int64
	Missing   []string
	Action    string
	Notice    noticeData
}

// noticeData is what law 09-08 art. 5 says at collection.
type noticeData struct {
	Authority, Number, Kept string
}

// answerPage is a page of answers as people read them.
type answerPage struct {
	Title   string
	Change  string // link, "" once filed
	Answers []answerLine
}

type answerLine struct {
	Label  string
	Row    int
	Values []shownValue
	Later  bool
}

type feeLine struct {
	Label    string
	Centimes int64
}

// check shows every answer before filing. A draft that lacks something is led
// to the first page that does.
func (s *Server) check(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	dr, err := s.draft(r.Context(), visit(r), l, r.PathValue("service"), "")
	if err != nil {
		return err
	}
	reading := s.desk.Read(dr)
	if to := s.unfinished(l, dr, reading, true); to != servicePath(l, dr.Service.ID, "/check") {
		return web.SeeOther(w, r, to)
	}
	p := checkPage{
		frame: frameOf(r, l, texts.T(l, "check.title")+" – "+dr.Service.T(l, "title")), Draft: barOf(l, dr),
		Back: s.before(l, dr, reading, ""), Action: servicePath(l, dr.Service.ID, "/file"), Total: reading.Due(),
	}
	if n := len(reading.Pages); n > 0 {
		p.Back = pagePath(l, dr, reading.Pages[n-1], "")
	}
	a := s.decider(dr)
	if s.desk.NeedsAuthority(dr) && a != nil {
		p.Authority, p.ChangeTo = a.Names.In(l), servicePath(l, dr.Service.ID, "/authority?change")
	}
	p.Pages = s.answerPages(l, dr.Service.Show(l, reading.In(s.desk.Book().Territory)), servicePath(l, dr.Service.ID, "/files/"))
	for i, shown := range dr.Service.Show(l, reading) {
		p.Pages[i].Change = pagePath(l, dr, shown.ID, "?change")
	}
	p.Fees = feeLines(l, dr.Service, reading.Fees)
	p.Missing = labels(l, dr.Service, reading.Missing)
	p.Notice = notice(l, dr.Service, a)
	return s.render(w, r, l, http.StatusOK, "check", p)
}

// decider is the authority that a draft is addressed to, nil while unknown.
func (s *Server) decider(dr *intake.Draft) *authority.Authority {
	book := s.desk.Book()
	if book == nil {
		return nil
	}
	if dr.Authority != "" {
		return book.Authority(dr.Authority)
	}
	if offers := book.Offers(dr.Service.ID); len(offers) == 1 {
		return book.Authority(offers[0].Authority)
	}
	return nil
}

func notice(l i18n.Lang, d *service.Definition, a *authority.Authority) noticeData {
	n := noticeData{Number: d.Law.Data.Notice, Kept: count(l, "year", d.Law.Retention.Years)}
	if a != nil {
		n.Authority = a.Names.In(l)
	}
	return n
}

// answerPages turns shown answers into what templates write; files is the path
// under which a file can be read.
func (s *Server) answerPages(l i18n.Lang, shown []service.ShownPage, files string) []answerPage {
	pages := make([]answerPage, 0, len(shown))
	for _, page := range shown {
		p := answerPage{Title: page.Title}
		for _, a := range page.Answers {
			line := answerLine{Label: a.Label, Row: a.Row, Later: a.Later}
			if a.Question.Type == service.Declaration {
				line.Label = page.Title
				if a.Label != "" {
					line.Label = a.Label
				}
			}
			for _, v := range a.Values {
				value := shownValue{Text: v.Text, LTR: v.Kind == service.ShownLTR}
				if v.Kind == service.ShownFile {
					value.Link = files + v.ID
				}
				line.Values = append(line.Values, value)
			}
			p.Answers = append(p.Answers, line)
		}
		pages = append(pages, p)
	}
	return pages
}

func feeLines(l i18n.Lang, d *service.Definition, fees []service.FeeDue) []feeLine {
	var lines []feeLine
	for _, f := range fees {
		lines = append(lines, feeLine{d.T(l, "fees."+f.ID), f.Centimes})
	}
	return lines
}

// labels names questions by their ids.
func labels(l i18n.Lang, d *service.Definition, ids []string) []string {
	var all []string
	for _, id := range ids {
		if q := d.Question(id); q != nil {
			all = append(all, q.Label(l))
		}
	}
	return all
}

// file seals and files the draft, once, and leads to the receipt.
func (s *Server) file(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	values, err := web.Form(r, wordLimits, nil)
	if err != nil {
		return err
	}
	dr, err := s.draft(r.Context(), visit(r), l, r.PathValue("service"), values.Get("_token"))
	if err != nil {
		return err
	}
	reference, err := s.desk.File(r.Context(), dr, l)
	var refused *intake.Refused
	if errors.As(err, &refused) {
		return s.refuse(w, r, l, dr, refused)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, casePath(l, reference, "/receipt"))
}

// refuse shows the first page that keeps the draft from being filed.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, l i18n.Lang, dr *intake.Draft, refused *intake.Refused) error {
	f := form{status: http.StatusUnprocessableEntity, problems: refused.Problems, change: true}
	if refused.NoAuthority {
		f.problems = []service.Problem{{Control: authorityControl, Part: authorityControl, Key: "authority"}}
		return s.renderAuthority(w, r, l, dr, f)
	}
	page := dr.Service.Page(refused.Problems[0].Page)
	if page == nil {
		return web.SeeOther(w, r, servicePath(l, dr.Service.ID, "/check"))
	}
	return s.renderPage(w, r, l, dr, s.desk.Read(dr), page, f)
}
