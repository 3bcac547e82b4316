package office

import (
	"net/http"
	"net/url"
	"slices"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/casework"
)

// listed is how many cases a page of the queue shows.
const listed = 50

type queuePage struct {
	frame
	Rows         []queueRow
	Closed       bool // decided cases, not the open ones
	First        bool
	Next         string
	Fields       []string
	Field, Value string
	Searched     bool
}

// queueRow is one case in a list, in words.
type queueRow struct {
	Reference, Service, State, Turn string
	Due, Filed                      string // YYYY-MM-DD
	Urgent                          bool
}

// queue lists the unit's cases by legal date.
func (s *Server) queue(w http.ResponseWriter, r *http.Request, a *asked) error {
	q := r.URL.Query()
	p := s.queuePage(r, a)
	p.Closed = q.Get("show") == "closed"
	rows, next, err := s.office.Queue(r.Context(), a.who, casework.Filter{Open: !p.Closed, After: q.Get("after"), Limit: listed})
	if errs.KindOf(err) == errs.Invalid { // a cursor from elsewhere: begin again
		return web.SeeOther(w, r, p.Home())
	}
	if err != nil {
		return err
	}
	p.Rows, p.First = s.rows(a.lang, rows), q.Get("after") == ""
	query := url.Values{}
	if p.Closed {
		query.Set("show", "closed")
		p.Path += "?" + query.Encode()
	}
	if next != "" {
		query.Set("after", next)
		p.Next = "?" + query.Encode()
	}
	return s.render(w, r, a.lang, http.StatusOK, "queue", p)
}

func (s *Server) queuePage(r *http.Request, a *asked) queuePage {
	return queuePage{frame: s.frame(r, a.lang, texts.T(a.lang, "queue.title")), Field: casework.ByReference,
		Fields: []string{casework.ByReference, casework.ByNumber, casework.ByPhone, casework.ByName}}
}

func (s *Server) rows(l i18n.Lang, rows []casework.Row) []queueRow {
	today := i18n.Today(now())
	out := make([]queueRow, 0, len(rows))
	for _, c := range rows {
		out = append(out, queueRow{Reference: c.Reference, Service: s.office.ServiceTitle(l, c.Service), State: texts.T(l, "state."+c.State),
			Turn: texts.T(l, "turn."+c.Turn), Due: c.DueOn, Filed: i18n.Today(c.FiledAt), Urgent: c.DueOn != "" && c.DueOn <= today})
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
	p.Path, p.Searched = "/", true
	p.Field, p.Value = form.Get("field"), form.Get("value")
	if !slices.Contains(p.Fields, p.Field) {
		p.Field = casework.ByReference
	}
	if p.Value == "" {
		p.Wrong, p.Faults = true, []fault{{"value", texts.T(a.lang, "search.empty")}}
		return s.render(w, r, a.lang, http.StatusUnprocessableEntity, "queue", p)
	}
	rows, err := s.office.Search(r.Context(), a.who, p.Field, p.Value)
	if err != nil {
		return err
	}
	p.Rows, p.First = s.rows(a.lang, rows), true
	return s.render(w, r, a.lang, http.StatusOK, "queue", p)
}
