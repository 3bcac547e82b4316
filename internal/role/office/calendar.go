package office

import (
	"cmp"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
)

// calendarPage is one year of the legal calendar: to read, or to edit.
type calendarPage struct {
	frame
	Version, Behind int
	Year            int
	Years           []yearTab
	Rows            []dayRow
	Names, States   []choice
	Months          []choice
	Gaps            []string
	Expected        int
	MayEdit         bool
	Acts            []lawAct
	Done            string
}

// yearTab leads to a year; Mark says that something in it is to be looked at.
type yearTab struct {
	Year int
	Here bool
	Mark bool
}

// dayRow is one day of rest, in words and as the form holds it.
type dayRow struct {
	N                            int
	Name, Day, Month, State, Old string // as posted; Old is the day it had, "" for a new one
	Gone                         bool
	On, Label, StateText         string // to read
}

// lawAct is one change that was applied.
type lawAct struct {
	Author, Reason string
	At             time.Time
	Cases, Moves   int
	Done           bool
}

// dayStates are the states of a day; the first needs no word in the table.
var dayStates = []string{"certain", clock.Expected, clock.Confirmed}

// spareRows are the empty rows at the end of the form.
const spareRows = 2

// otherHoliday is the name of a day of rest that the pages have no word for.
const otherHoliday = "other"

func (s *Server) calendar(w http.ResponseWriter, r *http.Request, a *asked) error {
	c, err := s.office.Calendar(r.Context(), a.who)
	if err != nil {
		return hidden404(err)
	}
	year := i18n.Civil(time.Now()).Year()
	if n, err := strconv.Atoi(r.URL.Query().Get("year")); err == nil {
		year = n
	}
	p := s.calendarPage(r, a, c, year)
	if p == nil {
		return web.SeeOther(w, r, "/"+string(a.lang)+"/calendar")
	}
	if r.URL.Query().Get("done") == "applied" && len(c.Acts) > 0 && c.Acts[0].Done {
		p.Done = texts.T(a.lang, "calendar.done")
	}
	return s.render(w, r, a.lang, http.StatusOK, "calendar", p)
}

// hidden404 answers who lacks the right as if there were nothing here.
func hidden404(err error) error {
	if errs.KindOf(err) == errs.Denied {
		return errs.Wrap(errs.NotFound, web.KeyNotFound, err)
	}
	return err
}

// calendarPage shows a year as it is in force; nil for a year that the
// calendar does not hold.
func (s *Server) calendarPage(r *http.Request, a *asked, c *casework.Calendar, year int) *calendarPage {
	at := slices.IndexFunc(c.Years, func(y casework.CalendarYear) bool { return y.Year == year })
	if at < 0 {
		return nil
	}
	l := a.lang
	y := c.Years[at]
	p := &calendarPage{frame: s.frame(r, l, "/calendar?year="+strconv.Itoa(year), texts.T(l, "calendar.title", "year", i18n.Isolate(strconv.Itoa(year)))),
		Version: c.Version, Behind: c.Behind, Year: year, Expected: y.Expected, MayEdit: c.MayEdit}
	for _, one := range c.Years {
		p.Years = append(p.Years, yearTab{one.Year, one.Year == year, len(one.Gaps) > 0 || one.Expected > 0})
	}
	for i, h := range y.Holidays {
		p.Rows = append(p.Rows, rowOf(l, i, h))
	}
	p.Gaps = gapWords(l, y.Gaps, year)
	names := map[string]string{}
	for _, act := range c.Acts {
		p.Acts = append(p.Acts, lawAct{s.author(r.Context(), names, act.Author), act.Reason, act.At, act.Cases, act.Moves, act.Done})
	}
	p.spare()
	p.options(l)
	return p
}

func rowOf(l i18n.Lang, n int, h clock.Holiday) dayRow {
	t := h.On.Time()
	state := cmp.Or(h.State, dayStates[0])
	return dayRow{N: n, Name: h.Name, Day: strconv.Itoa(t.Day()), Month: strconv.Itoa(int(t.Month())), State: state, Old: h.On.String(),
		On: h.On.String(), Label: holidayName(l, h.Name), StateText: texts.T(l, "day."+state)}
}

// holidayName is a holiday's name in words, its id where there are none.
func holidayName(l i18n.Lang, id string) string {
	if key := "holiday." + id; texts.Has(key) {
		return texts.T(l, key)
	}
	return id
}

// spare adds the empty rows of the form.
func (p *calendarPage) spare() {
	for range spareRows {
		p.Rows = append(p.Rows, dayRow{N: len(p.Rows), State: clock.Confirmed})
	}
}

// options fills the choices of the form.
func (p *calendarPage) options(l i18n.Lang) {
	names := append(clock.HolidayNames(), otherHoliday)
	for _, row := range p.Rows {
		if row.Name != "" && !slices.Contains(names, row.Name) {
			names = append(names, row.Name)
		}
	}
	for _, id := range names {
		p.Names = append(p.Names, choice{id, holidayName(l, id)})
	}
	for m := time.January; m <= time.December; m++ {
		p.Months = append(p.Months, choice{strconv.Itoa(int(m)), i18n.Month(l, m)})
	}
	for _, id := range dayStates {
		p.States = append(p.States, choice{id, texts.T(l, "day."+id)})
	}
}

// gapWords says what a year lacks.
func gapWords(l i18n.Lang, gaps []clock.Gap, year int) (out []string) {
	for _, g := range gaps {
		switch {
		case g.Year != year:
		case g.Name == "":
			out = append(out, texts.T(l, "gap.empty"))
		default:
			out = append(out, texts.T(l, "gap."+g.Why, "name", holidayName(l, g.Name)))
		}
	}
	return out
}

// row is the name of a control of one row.
func (d dayRow) Control(part string) string { return "days." + strconv.Itoa(d.N) + "." + part }

// edit is a calendar form as it was posted.
type edit struct {
	year   int
	rows   []dayRow
	days   []clock.Holiday // what is to replace the year, with what is to go
	faults []fault
}

// mostRows bounds the rows of one year's form.
const mostRows = 80

// edited reads a calendar form against the year in force.
func (s *Server) edited(l i18n.Lang, form url.Values, c *casework.Calendar) *edit {
	e := &edit{}
	e.year, _ = strconv.Atoi(form.Get("year"))
	kept := map[string]bool{}
	for n := range mostRows {
		row := dayRow{N: n}
		at := func(part string) string { return strings.TrimSpace(form.Get(row.Control(part))) }
		if _, there := form[row.Control("name")]; !there {
			break
		}
		row.Name, row.Day, row.Month, row.State, row.Old, row.Gone = text(at("name")), text(at("day")), text(at("month")), text(at("state")), text(at("old")), at("gone") == "yes"
		e.rows = append(e.rows, row)
		if row.Gone || row.Name == "" && row.Day == "" {
			continue
		}
		h, wrong := row.holiday(e.year)
		if wrong != "" {
			e.faults = append(e.faults, fault{row.Control(wrong), texts.T(l, "calendar.wrong."+wrong)})
			continue
		}
		if slices.ContainsFunc(e.days, func(have clock.Holiday) bool { return have.On == h.On && have.Name == h.Name }) {
			e.faults = append(e.faults, fault{row.Control("day"), texts.T(l, "calendar.wrong.twice")})
			continue
		}
		kept[h.Name] = true
		e.days = append(e.days, h)
	}
	if len(e.rows) == 0 { // no form of ours: it would drop the whole year
		e.faults = append(e.faults, fault{"days", texts.T(l, "refused.law.holidays")})
		return e
	}
	for _, y := range c.Years {
		for _, h := range y.Holidays {
			if y.Year == e.year && !kept[h.Name] {
				kept[h.Name], e.days = true, append(e.days, clock.Holiday{On: h.On, Name: h.Name, State: clock.Dropped})
			}
		}
	}
	return e
}

// holiday reads a row; wrong is the part that cannot be read.
func (d dayRow) holiday(year int) (h clock.Holiday, wrong string) {
	if d.Name == "" {
		return h, "name"
	}
	day, err := strconv.Atoi(latinDigits(d.Day))
	month, err2 := strconv.Atoi(d.Month)
	on := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if err != nil || err2 != nil || on.Year() != year || on.Day() != day || int(on.Month()) != month {
		return h, "day"
	}
	if h.On, err = clock.ParseDate(on.Format(time.DateOnly)); err != nil {
		return h, "day"
	}
	if h.Name = d.Name; !slices.Contains(dayStates, d.State) {
		return h, "state"
	}
	if h.State = d.State; h.State == dayStates[0] {
		h.State = ""
	}
	return h, ""
}

// form shows the calendar form again as it was posted.
func (e *edit) form(p *calendarPage, l i18n.Lang) {
	p.Rows = e.rows
	for i := range p.Rows {
		p.Rows[i].Label = holidayName(l, p.Rows[i].Name)
	}
	if n := len(p.Rows); n == 0 || p.Rows[n-1].Name != "" {
		p.spare()
	}
	p.Names, p.Months, p.States = nil, nil, nil
	p.options(l)
	p.Faults, p.Wrong = e.faults, len(e.faults) > 0
}

// previewPage is what an edited year would do, before it is applied.
type previewPage struct {
	frame
	Year    int
	Rows    []dayRow // as posted, hidden
	Changes []dayChange
	Gaps    []string
	Sum     *casework.LawPreview
	Moves   []moveRow
	First   bool
	ActID   string
	Reason  string
}

// dayChange is one holiday before and after.
type dayChange struct {
	Name          string
	Before, After []restDay
}

type restDay struct{ On, State string }

// moveRow is one date of a case that would move.
type moveRow struct{ Reference, Service, Place, Name, From, To string }

// previewCalendar shows what an edited calendar would do to open cases; with
// "edit" it shows the form again.
func (s *Server) previewCalendar(w http.ResponseWriter, r *http.Request, a *asked) error {
	form, c, p, e, err := s.postedCalendar(r, a)
	if err != nil {
		return err
	}
	if len(e.faults) > 0 || form.Has("edit") {
		e.form(p, a.lang)
		status := http.StatusOK
		if p.Wrong {
			status = http.StatusUnprocessableEntity
		}
		return s.render(w, r, a.lang, status, "calendar", p)
	}
	return s.preview(w, r, a, c, e, form, http.StatusOK, nil)
}

// postedCalendar reads a calendar form; what is not about a year of the
// calendar is no form of ours.
func (s *Server) postedCalendar(r *http.Request, a *asked) (form url.Values, c *casework.Calendar, p *calendarPage, e *edit, err error) {
	if form, err = web.Form(r, smallForm, nil); err != nil {
		return nil, nil, nil, nil, err
	}
	if c, err = s.office.Calendar(r.Context(), a.who); err != nil {
		return nil, nil, nil, nil, hidden404(err)
	}
	if !c.MayEdit {
		return nil, nil, nil, nil, errs.New(errs.NotFound, web.KeyNotFound)
	}
	e = s.edited(a.lang, form, c)
	if p = s.calendarPage(r, a, c, e.year); p == nil {
		p = s.calendarPage(r, a, c, c.Years[0].Year)
		e.faults = append(e.faults, fault{"days", texts.T(a.lang, "calendar.wrong.year")})
	}
	return form, c, p, e, nil
}

// preview shows the moves after a cursor, with what is wrong with the act.
func (s *Server) preview(w http.ResponseWriter, r *http.Request, a *asked, c *casework.Calendar, e *edit, form url.Values, status int, faults []fault) error {
	l := a.lang
	sum, err := s.office.ProposeHolidays(r.Context(), a.who, e.days, form.Get("after"))
	if err != nil {
		return s.refuseCalendar(w, r, a, c, e, err)
	}
	p := &previewPage{frame: s.frame(r, l, "/calendar?year="+strconv.Itoa(e.year), texts.T(l, "preview.title")), Year: e.year, Rows: e.rows, Changes: changes(l, c, e),
		Gaps: gapWords(l, sum.Gaps, e.year), Sum: sum, First: form.Get("after") == "", ActID: text(form.Get("act")), Reason: text(form.Get("reason"))}
	if p.ActID == "" {
		p.ActID = "law-" + rand.Text()
	}
	for _, m := range sum.Page {
		p.Moves = append(p.Moves, moveRow{m.Reference, s.office.ServiceTitle(l, m.Service), s.placeOf(l, m.Authority, m.Unit), dateName(l, m.Kind), m.From, m.To})
	}
	p.Faults, p.Wrong = faults, len(faults) > 0
	return s.render(w, r, l, status, "preview", p)
}

// refuseCalendar shows the form again with why its table cannot be.
func (s *Server) refuseCalendar(w http.ResponseWriter, r *http.Request, a *asked, c *casework.Calendar, e *edit, err error) error {
	var known *errs.Error
	if !errors.As(err, &known) || !texts.Has("refused."+known.Key) {
		return hidden404(err)
	}
	p := s.calendarPage(r, a, c, e.year)
	e.faults = append(e.faults, fault{"days", texts.T(a.lang, "refused."+known.Key)})
	e.form(p, a.lang)
	status := http.StatusUnprocessableEntity
	if known.Kind == errs.Conflict {
		status = http.StatusConflict
	}
	return s.render(w, r, a.lang, status, "calendar", p)
}

// changes lists the holidays of a year that an edit changes.
func changes(l i18n.Lang, c *casework.Calendar, e *edit) (out []dayChange) {
	before, after := map[string][]restDay{}, map[string][]restDay{}
	var names []string
	add := func(to map[string][]restDay, h clock.Holiday) {
		if h.State == clock.Dropped {
			return
		}
		if before[h.Name] == nil && after[h.Name] == nil {
			names = append(names, h.Name)
		}
		to[h.Name] = append(to[h.Name], restDay{h.On.String(), texts.T(l, "day."+cmp.Or(h.State, dayStates[0]))})
	}
	for _, y := range c.Years {
		for _, h := range y.Holidays {
			if y.Year == e.year {
				add(before, h)
			}
		}
	}
	for _, h := range e.days {
		add(after, h)
	}
	byDay := func(x, y restDay) int { return strings.Compare(x.On, y.On) }
	for _, name := range names {
		slices.SortFunc(after[name], byDay)
		if !slices.Equal(before[name], after[name]) {
			out = append(out, dayChange{holidayName(l, name), before[name], after[name]})
		}
	}
	return out
}

// applyCalendar publishes an edited calendar and brings it to open cases.
func (s *Server) applyCalendar(w http.ResponseWriter, r *http.Request, a *asked) error {
	form, c, p, e, err := s.postedCalendar(r, a)
	if err != nil {
		return err
	}
	if len(e.faults) > 0 {
		e.form(p, a.lang)
		return s.render(w, r, a.lang, http.StatusUnprocessableEntity, "calendar", p)
	}
	_, err = s.office.ApplyHolidays(r.Context(), a.who, e.days, casework.LawAct{ID: form.Get("act"), Digest: form.Get("digest"), Reason: form.Get("reason")})
	if err == nil {
		return web.SeeOther(w, r, "/"+string(a.lang)+"/calendar?year="+strconv.Itoa(e.year)+"&done=applied")
	}
	var known *errs.Error
	if !errors.As(err, &known) || !texts.Has("refused."+known.Key) {
		return hidden404(err)
	}
	status := http.StatusUnprocessableEntity
	if known.Kind == errs.Conflict {
		status = http.StatusConflict
		form.Del("after")
	}
	if known.Key == "act.again" || known.Key == "act.id" {
		form.Del("act")
	}
	return s.preview(w, r, a, c, e, form, status, []fault{{"reason", texts.T(a.lang, "refused."+known.Key)}})
}

// calendarAddress leads from the address of a calendar's act to the calendar.
func (s *Server) calendarAddress(w http.ResponseWriter, r *http.Request, a *asked) error {
	return web.SeeOther(w, r, "/"+string(a.lang)+"/calendar")
}
