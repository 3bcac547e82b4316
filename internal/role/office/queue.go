package office

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/identity"
)

// listed is how many cases a page of the queue shows.
const listed = 100

type queuePage struct {
	frame
	Rows         []queueRow
	Closed       bool // decided cases, not the open ones
	First        bool
	Next         string // query of the next page
	Fields       []string
	Field, Value string
	Searched     bool
	Notices      []noticeRow // the newest that nobody saw yet
	Unseen       int64
}

// queueRow is one case in a list, in words.
type queueRow struct {
	Reference, Service, State, Turn string
	Due                             due
	Answer                          string // last day for the applicant's answer, YYYY-MM-DD
	Filed                           time.Time
	Unread                          bool
}

// due is a legal date and what is left of it. Near is 0 far off, 1 within
// three days, 2 today or past.
type due struct {
	On, Left string
	Near     int
}

// dueOn counts from today to a date, both YYYY-MM-DD, in words.
func dueOn(l i18n.Lang, on, today string) due {
	d := due{On: on}
	last, err := time.Parse(time.DateOnly, on)
	from, err2 := time.Parse(time.DateOnly, today)
	if err != nil || err2 != nil {
		return d
	}
	switch n := int(last.Sub(from).Hours() / 24); {
	case n < 0:
		d.Near, d.Left = 2, texts.T(l, "due.past", "days", i18n.Days(l, -n))
	case n == 0:
		d.Near, d.Left = 2, texts.T(l, "due.today")
	default:
		d.Left = texts.T(l, "due.left", "days", i18n.Days(l, n))
		if n <= 3 {
			d.Near = 1
		}
	}
	return d
}

// queue lists the unit's cases by legal date. An agent without cases, who
// keeps the calendar, is led there.
func (s *Server) queue(w http.ResponseWriter, r *http.Request, a *asked) error {
	if !a.who.May(identity.SeeQueue) {
		return web.SeeOther(w, r, "/"+string(a.lang)+"/calendar")
	}
	q := r.URL.Query()
	p := s.queuePage(r, a)
	p.Closed, p.First = q.Get("show") == "closed", q.Get("after") == ""
	rows, next, err := s.office.Queue(r.Context(), a.who, casework.Filter{Open: !p.Closed, After: q.Get("after"), Limit: listed})
	if errs.KindOf(err) == errs.Invalid { // a cursor from elsewhere: begin again
		return web.SeeOther(w, r, p.Home())
	}
	if err != nil {
		return err
	}
	p.Rows = s.rows(a.lang, rows)
	if p.First && !p.Closed {
		if p.Notices, p.Unseen, err = s.unseen(r, a); err != nil {
			return err
		}
	}
	p.Path = "/" + p.query(q.Get("after"))
	if next != "" {
		p.Next = p.query(next)
	}
	return s.render(w, r, a.lang, http.StatusOK, "queue", p)
}

// query is the address of the page after a cursor, behind the queue's own.
func (p *queuePage) query(after string) string {
	v := url.Values{}
	if p.Closed {
		v.Set("show", "closed")
	}
	if after != "" {
		v.Set("after", after)
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}

func (s *Server) queuePage(r *http.Request, a *asked) *queuePage {
	return &queuePage{frame: s.frame(r, a.lang, "/", texts.T(a.lang, "queue.title")), Field: casework.ByReference,
		Fields: []string{casework.ByReference, casework.ByNumber, casework.ByPhone, casework.ByName}}
}

func (s *Server) rows(l i18n.Lang, rows []casework.Row) []queueRow {
	today := i18n.Today(time.Now())
	out := make([]queueRow, 0, len(rows))
	for _, c := range rows {
		row := queueRow{Reference: c.Reference, Service: s.office.ServiceTitle(l, c.Service), State: stateName(l, c.State),
			Turn: turnName(l, c.Turn), Filed: c.FiledAt, Unread: c.Unread}
		switch {
		case c.Turn == casework.TurnNobody:
			row.Due = due{On: c.DueOn}
		case c.DueOn != "":
			row.Due = dueOn(l, c.DueOn, today)
		case c.SortOn < "9999":
			row.Answer = c.SortOn
		}
		out = append(out, row)
	}
	return out
}

// search finds cases by an exact value, which is posted so that it never
// stands in an address.
func (s *Server) search(w http.ResponseWriter, r *http.Request, a *asked) error {
	form, err := web.Form(r, smallForm, nil)
	if err != nil {
		return err
	}
	p := s.queuePage(r, a)
	p.First = true
	value := form.Get("value")
	p.Field, p.Value = form.Get("field"), text(value)
	if !slices.Contains(p.Fields, p.Field) {
		p.Field = casework.ByReference
	}
	if strings.TrimSpace(value) == "" {
		p.Wrong, p.Faults = true, []fault{{"value", texts.T(a.lang, "search.empty")}}
		return s.render(w, r, a.lang, http.StatusUnprocessableEntity, "queue", p)
	}
	p.Searched, p.Title = true, texts.T(a.lang, "search.title")
	rows, err := s.office.Search(r.Context(), a.who, p.Field, value)
	if err != nil {
		return err
	}
	p.Rows = s.rows(a.lang, rows)
	return s.render(w, r, a.lang, http.StatusOK, "queue", p)
}
