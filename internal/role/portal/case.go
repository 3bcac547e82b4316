package portal

import (
	"context"
	"html/template"
	"io"
	"net/http"
	"strconv"
	"time"

	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/clock/words"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

type casePageData struct {
	frame
	Reference, Code    string
	Service, Authority string
	FiledAt            time.Time
	Clock              clockView
	Requests           []*requestView
	Acts               []actView
	Decision           *decisionView
	Events             []eventView
	Letters            []letterView
	Accesses           []accessView
	MoreAccesses       int // in all, where some are not shown
	AllAccesses        string
	Gap                bool
	Open               bool
	Included           bool
	Receipt, Second    string // receipts: the first, and the one of the complete file or ""
	Answers, Withdraw  string
	Proof              string
}

type requestView struct {
	Title     string
	Text, Dir string
	Questions []string // still due
	Given     []string // given before
	Window    template.HTML
	Originals bool // they may be shown at the counter as well
	Answer    string
}

type decisionView struct {
	Granted  bool
	Text     string
	Reasons  []string
	At       time.Time
	Document string // link, "" while there is none
	Appeal   string
}

type eventView struct {
	At       time.Time
	Text     string
	Received bool
}

type letterView struct {
	At     time.Time
	Kind   string
	Link   string
	Signed string // the file of a statement, "" else
}

type accessView struct {
	At            time.Time
	Name, Unit    string
	Role, Purpose string
	Machine       bool
	Number        int
	Parts         []partView // what was opened
}

type partView struct{ Kind, Name string }

// held opens the case of the path with a code that this browser holds.
func (s *Server) held(r *http.Request) (*intake.Case, error) {
	return s.desk.Case(r.Context(), visit(r), r.PathValue("reference"))
}

// showCase is where an applicant follows a file.
func (s *Server) showCase(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	c, err := s.held(r)
	if err != nil {
		return err
	}
	return s.render(w, r, l, http.StatusOK, "case", caseOf(r, l, c))
}

func caseOf(r *http.Request, l i18n.Lang, c *intake.Case) casePageData {
	p := casePageData{
		frame: frameOf(r, l, c.Service.T(l, "title")+" "+i18n.Isolate(c.Reference)).describe(c.Service.T(l, "summary")), Reference: c.Reference, Code: c.Code,
		Service: c.Service.T(l, "title"), Authority: c.Receipt.Authority.Name, FiledAt: c.FiledAt,
		Clock: clockOf(l, c), Acts: actsOf(l, c), Gap: c.Gap, Open: c.Open, Included: c.Included,
		Receipt: casePath(l, c.Reference, "/receipt"), Answers: casePath(l, c.Reference, "/answers"),
		Withdraw: casePath(l, c.Reference, "/withdraw"), Proof: casePath(l, c.Reference, "/receipt.json?proof"),
	}
	if c.Completion != nil {
		p.Second = casePath(l, c.Reference, "/receipt?second")
	}
	if c.Authority != nil {
		p.Authority = c.Authority.Names.In(l)
	}
	for i := range c.Requests {
		q := requestOf(l, c, &c.Requests[i])
		q.Text = excerpt(q.Text)
		p.Requests = append(p.Requests, q)
	}
	if c.Decision != nil {
		p.Decision = decisionOf(l, c)
	}
	p.history(l, c)
	return p
}

// answerOnWay says that the office has not yet taken what the applicant sent
// last, so that what it last said is no longer all.
func answerOnWay(c *intake.Case) bool {
	if len(c.Timeline) == 0 {
		return false
	}
	last := c.Timeline[len(c.Timeline)-1]
	return last.Kind != "deposited" && !last.Received
}

// word is the text of a code, or the code itself where there is none yet.
func word(l i18n.Lang, prefix, code string) string {
	if texts.Has(prefix + code) {
		return texts.T(l, prefix+code)
	}
	return code
}

func requestOf(l i18n.Lang, c *intake.Case, q *intake.Request) *requestView {
	v := &requestView{Text: q.Text, Dir: i18n.Lang(q.Language).Dir(), Questions: labels(l, c.Service, q.Questions), Given: labels(l, c.Service, q.Given),
		Title: texts.T(l, "request.missing"), Originals: q.Kind == "originals", Answer: answerPath(l, c, q)}
	if q.Kind != intake.Missing {
		v.Title = word(l, "event.request-", q.Kind)
	}
	if last, err := clock.ParseDate(q.WindowLast); err == nil {
		t := &teller{l: l, c: c, k: c.Clock}
		if v.Window = texts.H(l, "request.window", "date", t.day(last)); last == c.Clock.WindowLast {
			v.Window = t.last(c.Safe.Window, last)
		}
	}
	return v
}

func decisionOf(l i18n.Lang, c *intake.Case) *decisionView {
	d := c.Decision
	v := &decisionView{Granted: d.Outcome == "granted", Text: excerpt(d.Text), At: d.At, Appeal: c.Receipt.Appeal.Body}
	for _, id := range d.Reasons {
		if reason := c.Service.T(l, "refuse."+id); reason != "" {
			v.Reasons = append(v.Reasons, reason)
		}
	}
	if d.Has {
		v.Document = casePath(l, c.Reference, "/document")
	}
	if c.Authority != nil {
		v.Appeal = c.Authority.Appeal.In(l)
	}
	return v
}

func (p *casePageData) history(l i18n.Lang, c *intake.Case) {
	for _, e := range c.Timeline {
		p.Events = append(p.Events, eventView{e.At, eventText(l, e.Kind), e.Received})
	}
	for i, m := range c.Messages {
		v := letterView{At: m.At, Kind: letterText(l, &m), Link: casePath(l, c.Reference, "/letters/"+strconv.Itoa(i+1))}
		if m.Kind == intake.MessageStatement && m.Signed != nil {
			v.Signed = v.Link + "/signed"
		}
		p.Letters = append(p.Letters, v)
	}
	if more := len(c.Accesses) - accessesOnCase; more > 0 {
		p.MoreAccesses, p.AllAccesses = len(c.Accesses), casePath(l, c.Reference, "/accesses")
	}
	p.Accesses = accessViews(l, c, c.Accesses[max(0, len(c.Accesses)-accessesOnCase):])
}

// eventText says what happened: to the applicant, or by the clock's own name.
func eventText(l i18n.Lang, kind string) string {
	if texts.Has("event."+kind) || !clock.Known(kind) {
		return word(l, "event.", kind)
	}
	return words.In(l).Act(kind)
}

// How many accesses the case page shows, the newest, and a page of them all.
const (
	accessesOnCase = 4
	accessesOnPage = 20
)

func accessViews(l i18n.Lang, c *intake.Case, list []intake.Access) []accessView {
	var views []accessView
	for _, a := range list {
		v := accessView{At: a.At, Name: a.Name, Unit: a.Unit, Role: word(l, "role.", a.Role), Purpose: word(l, "purpose.", a.Purpose), Machine: a.Machine, Number: a.N}
		if c.Authority != nil {
			if u := c.Authority.Unit(a.Unit); u != nil {
				v.Unit = u.Names.In(l)
			}
		}
		for _, part := range c.Parts(a) {
			v.Parts = append(v.Parts, partView{word(l, "access.part.", part.Kind), part.Name})
		}
		views = append(views, v)
	}
	return views
}

// onCase is how much of a letter the case page shows.
const onCase = 300

// excerpt is the beginning of a text, whole where it is short.
func excerpt(text string) string {
	runes := []rune(text)
	if len(runes) <= onCase {
		return text
	}
	return string(runes[:onCase]) + "…"
}

type answersPage struct {
	frame
	Reference, Code, Service, Back string
	Pages                          []answerPage
}

// answers shows what was filed, opened with the code for this request.
func (s *Server) answers(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	c, err := s.held(r)
	if err != nil {
		return err
	}
	p := answersPage{frame: frameOf(r, l, texts.T(l, "answers.title")), Reference: c.Reference, Code: c.Code, Service: c.Service.T(l, "title"), Back: casePath(l, c.Reference, "")}
	p.Pages = s.answerPages(l, c.Shown(l), casePath(l, c.Reference, "/files/"))
	return s.render(w, r, l, http.StatusOK, "answers", p)
}

// filedFile gives back a file that was filed.
func (s *Server) filedFile(w http.ResponseWriter, r *http.Request, _ i18n.Lang) error {
	c, err := s.held(r)
	if err != nil {
		return err
	}
	return sendFile(w, r, func(ctx context.Context) (service.FileRef, io.ReadCloser, error) {
		return s.desk.OpenFiled(ctx, c, r.PathValue("file"))
	})
}

// document gives the issued document.
func (s *Server) document(w http.ResponseWriter, r *http.Request, _ i18n.Lang) error {
	c, err := s.held(r)
	if err != nil {
		return err
	}
	_, pdf, err := s.desk.Document(r.Context(), c)
	if err != nil {
		return err
	}
	return web.File(w, r, "application/pdf", "wasl-"+c.Reference+".pdf", pdf)
}
