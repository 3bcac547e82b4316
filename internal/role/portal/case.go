package portal

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

type casePageData struct {
	frame
	Reference, Code    string
	Service, Authority string
	FiledAt            time.Time
	State              string
	DueOn, WindowLast  string
	Suspended          int
	Silence            string // what has come of silence, "" else
	Request            *requestView
	Decision           *decisionView
	Events             []eventView
	Letters            []letterView
	Accesses           []accessView
	MoreAccesses       int // in all, where some are not shown
	AllAccesses        string
	Gap                bool
	Open               bool
	Included           bool
	Receipt, Answers   string
	Answer, Withdraw   string
	Proof              string
}

type requestView struct {
	Text, Dir  string
	Questions  []string
	WindowLast string
	Missing    bool // pieces due since filing
}

type decisionView struct {
	Granted  bool
	Text     string
	Reasons  []string
	At       time.Time
	Document string // link, "" while there is none
	Appeal   string
	Days     int
}

type eventView struct {
	At       time.Time
	Text     string
	Received bool
}

type letterView struct {
	At   time.Time
	Kind string
	Link string
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
		Service: c.Service.T(l, "title"), Authority: c.Receipt.Authority.Name, FiledAt: c.FiledAt, State: word(l, "state.", c.State),
		DueOn: c.DueOn, WindowLast: c.WindowLast, Suspended: c.SuspendedDays, Gap: c.Gap, Open: c.Open, Included: c.Included,
		Receipt: casePath(l, c.Reference, "/receipt"), Answers: casePath(l, c.Reference, "/answers"),
		Answer: casePath(l, c.Reference, "/answer"), Withdraw: casePath(l, c.Reference, "/withdraw"), Proof: casePath(l, c.Reference, "/receipt.json?proof"),
	}
	if c.Authority != nil {
		p.Authority = c.Authority.Names.In(l)
	}
	if c.Request != nil {
		p.Request = requestOf(l, c)
		p.Request.Text = excerpt(p.Request.Text)
	}
	if c.Decision != nil {
		p.Decision = decisionOf(l, c)
	}
	if answerOnWay(c) {
		p.State = texts.T(l, "state.answered")
	}
	if texts.Has("ended." + c.State) {
		p.Silence, p.DueOn = texts.T(l, "ended."+c.State), "" // the date has passed
	}
	p.history(l, c)
	return p
}

// answerOnWay says that the office has not yet taken what the applicant sent,
// so that what it last asked is no longer what it waits for.
func answerOnWay(c *intake.Case) bool {
	if !c.Open || c.Request != nil || len(c.Timeline) == 0 {
		return false
	}
	last := c.Timeline[len(c.Timeline)-1]
	return last.Kind == "answered" && !last.Received
}

// word is the text of a code, or the code itself where there is none yet.
func word(l i18n.Lang, prefix, code string) string {
	if texts.Has(prefix + code) {
		return texts.T(l, prefix+code)
	}
	return code
}

func requestOf(l i18n.Lang, c *intake.Case) *requestView {
	q := c.Request
	return &requestView{Text: q.Text, Dir: i18n.Lang(q.Language).Dir(), Questions: labels(l, c.Service, q.Questions), WindowLast: q.WindowLast, Missing: q.Kind == intake.Missing}
}

func decisionOf(l i18n.Lang, c *intake.Case) *decisionView {
	d := c.Decision
	v := &decisionView{Granted: d.Outcome == "granted", Text: excerpt(d.Text), At: d.At, Days: c.Receipt.Appeal.Days, Appeal: c.Receipt.Appeal.Body}
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
		p.Events = append(p.Events, eventView{e.At, word(l, "event.", e.Kind), e.Received})
	}
	for i, m := range c.Messages {
		p.Letters = append(p.Letters, letterView{m.At, word(l, "letter.", m.Kind), casePath(l, c.Reference, "/letters/"+strconv.Itoa(i+1))})
	}
	if more := len(c.Accesses) - accessesOnCase; more > 0 {
		p.MoreAccesses, p.AllAccesses = len(c.Accesses), casePath(l, c.Reference, "/accesses")
	}
	p.Accesses = accessViews(l, c, c.Accesses[max(0, len(c.Accesses)-accessesOnCase):])
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
