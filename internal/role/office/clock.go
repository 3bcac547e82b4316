package office

import (
	"html/template"
	"strings"
	"time"

	"wasl/internal/base/i18n"
	"wasl/internal/base/page"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/clock/words"
)

// clockBox is the legal clock of a case in words, as the applicant's page says
// it too.
type clockBox struct {
	Sentence template.HTML
	Turn     string
	Sides    []sideDates
	Stops    []stopRow
	Total    int // days suspended so far
	Warnings []string
	Allowed  []allowedRow
	Barred   []allowedRow
}

// sideDates are the dates of one side: the office, the applicant, the
// authority above.
type sideDates struct {
	Side  string
	Dates []dateRow
}

// dateRow is one legal date.
type dateRow struct {
	Name  string
	Due   due
	Piece string // what it is about, "" for the whole file
}

// stopRow is one request and the days it stopped.
type stopRow struct {
	Kind     string
	From, To string // first and last day that did not run; To "" while it lasts
	Days     int
	Ground   template.HTML // law and article
	Pieces   []string
}

// allowedRow is one act of the office: allowed, with the form to do it in, or
// not, and why.
type allowedRow struct {
	Label, Why string
	Ground     template.HTML
	Form       string // anchor of its form, "" where the agent cannot do it here
}

// sides says whose each date is. Dates that are nobody's to keep are not here.
var sides = []struct {
	turn  string
	dates []string
}{
	{clock.TurnOffice, []string{"due_on", "answer_last", "half_last", "fetch_notice_last", "act_due", "rectify_last"}},
	{clock.TurnApplicant, []string{"missing_window_last", "correction_windows_last", "appeal_last", "complaint_last", "commission_complaint_last", "court_last"}},
	{clock.TurnAbove, []string{"appeal_reply_due", "president_decision_due", "higher_due", "attestation_due", "head_answer_last", "commission_answer_last"}},
}

// clockBox puts a case's clock into words.
func (p *casePage) clockBox(l i18n.Lang) clockBox {
	v := p.View
	today := i18n.Today(time.Now())
	b := clockBox{Sentence: sentence(l, v), Turn: turnName(l, v.Clock.Turn), Total: v.Clock.SuspendedDays}
	for _, side := range sides {
		var dates []dateRow
		for _, name := range side.dates {
			dates = append(dates, datesNamed(l, v, name, today)...)
		}
		if len(dates) > 0 {
			b.Sides = append(b.Sides, sideDates{turnName(l, side.turn), dates})
		}
	}
	for _, q := range v.Clock.Requests {
		b.Stops = append(b.Stops, stop(l, v, q))
	}
	if v.Clock.Tentative {
		b.Warnings = append(b.Warnings, texts.T(l, "clock.tentative"))
	}
	if v.Clock.Uncovered {
		b.Warnings = append(b.Warnings, texts.T(l, "clock.uncovered"))
	}
	for _, r := range v.Rulings {
		may := p.Allowed[r.Do]
		row := allowedRow{Label: actName(l, r.Do), Why: may.Why, Ground: may.Ground}
		if may.OK {
			row.Form = p.formAt(r.Do)
			b.Allowed = append(b.Allowed, row)
		} else {
			b.Barred = append(b.Barred, row)
		}
	}
	return b
}

// formAt is the anchor of the form for an act that is allowed: the one to open
// the case while it is closed, "" where this agent's role has none.
func (p *casePage) formAt(do string) string {
	form := formFor(do)
	switch {
	case form == "" || !p.MayOpen:
		return ""
	case p.Shows(form):
		return form
	case p.Opened == nil:
		return "content"
	}
	return ""
}

// datesNamed are the dates of a name that still matter: those of an ended
// case's own life no longer do.
func datesNamed(l i18n.Lang, v *casework.View, name, today string) (rows []dateRow) {
	if name == casework.DateWindow {
		for _, q := range v.Clock.Requests {
			if q.AnsweredOn == clock.NoDate && q.WindowLast != clock.NoDate {
				rows = append(rows, dateRow{Name: dateName(l, name), Due: dueOn(l, q.WindowLast.String(), today), Piece: pieces(l, v, q.Docs)})
			}
		}
		return rows
	}
	for _, d := range v.Clock.Dates() {
		if d.Name != name || d.On == clock.NoDate || past(v, name) || name == "answer_last" && d.On == v.Clock.DueOn {
			continue
		}
		row := dateRow{Name: dateName(l, name), Due: dueOn(l, d.On.String(), today)}
		if name == "half_last" {
			row.Due = due{On: d.On.String()} // a limit of what may be asked, no date to miss
		}
		rows = append(rows, row)
	}
	return rows
}

// past tells that a date of the file's own life has lost its meaning.
func past(v *casework.View, name string) bool {
	switch name {
	case "due_on", "half_last", "fetch_notice_last", "answer_last":
		return v.Clock.Over() || v.Clock.State == clock.NoClock || name == "half_last" && (v.Clock.State == clock.Silent || v.Clock.State == clock.Consent)
	case "appeal_last", "court_last": // counted on before there is anything to contest
		return v.Clock.State != clock.Silent && v.Clock.State != clock.Refused
	case "missing_window_last":
		return v.Clock.CompleteOn != clock.NoDate || v.Clock.Over()
	}
	return false
}

// stop puts one request into words, with the days that it stopped.
func stop(l i18n.Lang, v *casework.View, q clock.Request) stopRow {
	row := stopRow{Kind: actName(l, q.Kind), Ground: lawOf(l, v, q.Kind)}
	for _, id := range q.Docs {
		row.Pieces = append(row.Pieces, label(v.Definition, l, id))
	}
	from := max(q.SentOn, v.Clock.CompleteOn)
	if reading(v, "suspends_from") == "received" {
		from = max(q.ReceivedOn, v.Clock.CompleteOn)
	}
	if v.Clock.CompleteOn == clock.NoDate {
		return row // a file that is not complete has no clock to stop
	}
	switch {
	case q.AnsweredOn == clock.NoDate:
		row.From = (from + 1).String()
	case q.AnsweredOn > from:
		row.From, row.To, row.Days = (from + 1).String(), q.AnsweredOn.String(), int(q.AnsweredOn-from)
	}
	return row
}

// reading is the reading of the law taken of an ambiguous rule for this case.
func reading(v *casework.View, rule string) string {
	for _, s := range v.Switches() {
		if s.Name == rule {
			return s.Value
		}
	}
	return ""
}

func pieces(l i18n.Lang, v *casework.View, ids []string) string {
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		names = append(names, label(v.Definition, l, id))
	}
	return strings.Join(names, texts.T(l, "list.and"))
}

// sentence says in plain words how the case stands in law.
func sentence(l i18n.Lang, v *casework.View) template.HTML {
	c := &v.Clock
	day := func(d clock.Date) template.HTML { return page.Time(d.String(), i18n.CivilDate(l, d.String())) }
	parts := []template.HTML{}
	say := func(key string, args ...any) { parts = append(parts, texts.H(l, "clock."+key, args...)) }
	switch c.State {
	case clock.Running:
		say("running", "day", day(c.DueOn))
		if c.SuspendedDays > 0 {
			say("stopped-for", "days", i18n.Days(l, c.SuspendedDays))
		}
		say("then." + c.SilenceMeans)
	case clock.Incomplete:
		say("incomplete", "day", day(c.MissingLast))
	case clock.Suspended:
		say("suspended")
		if c.WindowLast != clock.NoDate {
			say("window", "day", day(c.WindowLast))
		}
	case clock.ReturnDue:
		say("return-due")
	case clock.Silent:
		say("silent", "day", day(c.DueOn))
		if c.AppealLast != clock.NoDate && c.AppealedOn == clock.NoDate {
			say("may-appeal", "day", day(c.AppealLast))
		}
	case clock.Consent:
		say("consent", "day", day(c.SilenceOn))
		if c.ActDue != clock.NoDate {
			say("hand-over", "day", day(c.ActDue))
		}
	case clock.Refused:
		say("refused", "day", day(c.DecidedOn))
		if c.AppealLast != clock.NoDate && c.AppealedOn == clock.NoDate {
			say("may-appeal", "day", day(c.AppealLast))
		}
	case clock.Granted, clock.Returned, clock.Withdrawn:
		say(c.State, "day", day(c.DecidedOn))
	default:
		say("no-clock")
	}
	return template.HTML(strings.Join(htmls(parts), " "))
}

func htmls(parts []template.HTML) []string {
	out := make([]string, 0, len(parts))
	for _, one := range parts {
		out = append(out, string(one))
	}
	return out
}

// lawOf is the law and article that an act rests on, as the clock judges it.
func lawOf(l i18n.Lang, v *casework.View, do string) template.HTML {
	return words.In(l).LawHTML(v.Ruling(do))
}
