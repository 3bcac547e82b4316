package office

import (
	"net/http"
	"net/url"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/casework"
)

// noticesPage lists what time did to the unit's cases, and is about to do.
type noticesPage struct {
	frame
	Notices []noticeRow
	Unseen  int64
	First   bool
	Next    string // query of the next page
	Done    string
}

// noticeRow is one notice in words.
type noticeRow struct {
	ID, Reference, Service string
	Text, About            string // what happened; the date it is about, in words
	On                     string // that date
	At                     time.Time
	Late                   string // the day it was due to be told, where that was before
	Grave, Seen            bool
}

// seenAtOnce is how many notices the queue shows.
const seenAtOnce = 5

func (s *Server) notices(w http.ResponseWriter, r *http.Request, a *asked) error {
	after := r.URL.Query().Get("after")
	p := &noticesPage{frame: s.frame(r, a.lang, "/notices", texts.T(a.lang, "notice.title")), First: after == ""}
	list, next, err := s.office.Notices(r.Context(), a.who, after)
	if errs.KindOf(err) == errs.Invalid && after != "" {
		return web.SeeOther(w, r, p.Home()+"notices")
	}
	if err != nil {
		return err
	}
	if p.Unseen, err = s.office.Unseen(r.Context(), a.who); err != nil {
		return err
	}
	for _, n := range list {
		p.Notices = append(p.Notices, s.noticeRow(a.lang, n))
	}
	if next != "" {
		p.Next = "?" + url.Values{"after": {next}}.Encode()
	}
	if r.URL.Query().Get("done") == "seen" && p.Unseen == 0 {
		p.Done = texts.T(a.lang, "notice.done")
	}
	return s.render(w, r, a.lang, http.StatusOK, "notices", p)
}

// unseen are the newest notices that nobody of the agent's role has seen, for
// the head of the queue, and how many there are in all.
func (s *Server) unseen(r *http.Request, a *asked) (rows []noticeRow, all int64, err error) {
	if all, err = s.office.Unseen(r.Context(), a.who); err != nil || all == 0 {
		return nil, 0, err
	}
	list, _, err := s.office.Notices(r.Context(), a.who, "")
	for _, n := range list {
		if !n.Seen && len(rows) < seenAtOnce {
			rows = append(rows, s.noticeRow(a.lang, n))
		}
	}
	return rows, all, err
}

// noticeRow puts a notice into words.
func (s *Server) noticeRow(l i18n.Lang, n casework.Notice) noticeRow {
	row := noticeRow{ID: n.ID, Reference: n.Reference, Service: s.office.ServiceTitle(l, n.Service), Text: texts.T(l, "notice."+n.Kind),
		On: n.LegalOn, At: n.At, Grave: n.Kind == casework.NoticeEscalated || n.Kind == casework.NoticeSilence, Seen: n.Seen}
	if n.About != "" {
		row.About = dateName(l, n.About)
	}
	if n.Effective != "" && n.Effective < i18n.Today(n.At) {
		row.Late = n.Effective
	}
	return row
}

// seen marks the notices of a list as seen: once more changes nothing.
func (s *Server) seen(w http.ResponseWriter, r *http.Request, a *asked) error {
	form, err := web.Form(r, smallForm, nil)
	if err != nil {
		return err
	}
	if err := s.office.MarkSeen(r.Context(), a.who, form["notice"]...); err != nil {
		return err
	}
	if form.Get("from") == "queue" {
		return web.SeeOther(w, r, "/"+string(a.lang)+"/")
	}
	return web.SeeOther(w, r, "/"+string(a.lang)+"/notices?done=seen")
}

// noticesAddress leads from the address of the act to the notices.
func (s *Server) noticesAddress(w http.ResponseWriter, r *http.Request, a *asked) error {
	return web.SeeOther(w, r, "/"+string(a.lang)+"/notices")
}
