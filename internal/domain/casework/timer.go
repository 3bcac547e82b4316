package casework

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"wasl/internal/domain/clock"
)

// What time does to a case. Each is an action of the clock, but for the
// warnings nobody outside the office is told.
const (
	ActReturnDue = "return-due" // the applicant's window has passed: the file may be returned
	ActWarned    = "warned"     // a date of the office is near
	ActEscalated = "escalated"  // a date of the office has passed without what it asked
)

// inHouse are the actions that the applicant is not told.
var inHouse = map[string]bool{ActWarned: true, ActEscalated: true}

// Data of the clock's actions.
const (
	effectiveData = "effective_on" // the day on which it took effect by law; it may be recorded later
	aboutData     = "about"        // the date that it is about: a Date… name
	legalData     = "legal_on"     // and the day of that date
	daysData      = "days"         // of a warning: how many days before
)

// Names of dates, in notices, warnings and previews of a law: those of law
// cases.
const (
	DateDue         = "due_on"                  // the authority's last useful day
	DateSilence     = "silence_effect_on"       // silence takes effect
	DateMissing     = "missing_window_last"     // the applicant's window for pieces missing at filing
	DateWindow      = "correction_windows_last" // and for a piece to replace
	DateAct         = "act_due"                 // the head hands over the act
	DateHigher      = "higher_due"              // the authority above does
	DateAttestation = "attestation_due"         // the wali or governor attests the silence
	DateAppeal      = "appeal_last"             // the applicant's last day to appeal
	DateAppealReply = "appeal_reply_due"        // the answer to the appeal
	DatePresident   = "president_decision_due"  // the president decides on the wali's letter
	DateHead        = "head_answer_last"        // law 31-13: the head's answer to a complaint
)

// timer is one thing that time does to a case.
type timer struct {
	on    clock.Date // the civil day on which it takes effect
	kind  string     // of its action
	about string
	legal clock.Date // the date it is about
	days  int        // of a warning
}

// key names a timer within its case: once for each date, however often it is
// looked at.
func (t timer) key() string {
	switch t.kind {
	case ActWarned:
		return t.kind + "." + t.about + "." + t.legal.String() + "." + strconv.Itoa(t.days)
	case ActEscalated:
		return t.kind + "." + t.about + "." + t.legal.String()
	}
	return t.kind + "." + t.legal.String()
}

// inDay orders what one day does: the effect of the law comes first.
var inDay = map[string]int{ActSilence: 1, ActReturnDue: 2, ActEscalated: 3, ActWarned: 4}

// watched are the dates by which the office, or those above it, must have
// acted. Each is the office's to watch while open says so; days is the length
// of its term, which bounds how early a warning makes sense.
var watched = []struct {
	about string
	date  func(*clock.Clock) clock.Date
	open  func(*clock.Clock) bool
	days  func(*clock.Profile, clock.Terms) int
}{
	{DateDue, func(c *clock.Clock) clock.Date { return c.DueOn }, undecided, delayOf},
	{DateAct, func(c *clock.Clock) clock.Date { return c.ActDue }, undecided, func(p *clock.Profile, _ clock.Terms) int { return p.Rules.Claim.Days }},
	{DateHigher, func(c *clock.Clock) clock.Date { return c.HigherDue }, undecided, func(p *clock.Profile, _ clock.Terms) int { return p.Rules.Higher.Days }},
	{DateAttestation, func(c *clock.Clock) clock.Date { return c.AttestationDue }, undecided, func(p *clock.Profile, _ clock.Terms) int { return p.Rules.Attestation.Days }},
	{DateAppealReply, func(c *clock.Clock) clock.Date { return c.AppealReplyDue }, unanswered, func(p *clock.Profile, _ clock.Terms) int { return p.Rules.AppealAnswer.Days }},
	{DatePresident, func(c *clock.Clock) clock.Date { return c.PresidentDue }, unanswered, func(p *clock.Profile, _ clock.Terms) int { return p.Rules.President.Days }},
	{DateHead, func(c *clock.Clock) clock.Date { return c.HeadAnswerLast }, unanswered, func(p *clock.Profile, _ clock.Terms) int { return p.Rules.InfoHead.Days }},
}

func undecided(c *clock.Clock) bool { return !c.Over() && c.State != clock.NoClock }

// unanswered tells that an appeal or complaint waits for its answer.
func unanswered(c *clock.Clock) bool { return c.Turn == clock.TurnAbove }

func delayOf(p *clock.Profile, t clock.Terms) int {
	if t.Kind == clock.KindInformation {
		return p.Rules.InfoAnswer.Days
	}
	return t.Days
}

// timersOf lists what time has done and will do to a case as it stands, and
// that is not recorded yet: by the day on which it takes effect. A date that
// was known too late for a warning has none.
func timersOf(p *clock.Profile, t clock.Terms, c clock.Clock, actions []Action) []timer {
	var out []timer
	if c.SilenceOn != clock.NoDate && undecided(&c) {
		out = append(out, timer{on: c.SilenceOn, kind: ActSilence, about: DateDue, legal: c.DueOn})
	}
	if c.WindowLast != clock.NoDate && undecided(&c) {
		about := DateWindow
		if c.CompleteOn == clock.NoDate && c.WindowLast == c.MissingLast {
			about = DateMissing
		}
		out = append(out, timer{on: c.WindowLast + 1, kind: ActReturnDue, about: about, legal: c.WindowLast})
	}
	known := actedOn(p, actions)
	for _, w := range watched {
		date := w.date(&c)
		if date == clock.NoDate || !w.open(&c) || w.about == DateAttestation && attested(actions) {
			continue
		}
		out = append(out, timer{on: date + 1, kind: ActEscalated, about: w.about, legal: date})
		for _, n := range p.WarnDays() {
			if on := date - clock.Date(n); on > known && 2*n <= w.days(p, t) {
				out = append(out, timer{on: on, kind: ActWarned, about: w.about, legal: date, days: n})
			}
		}
	}
	out = slices.DeleteFunc(out, func(t timer) bool { return recorded(actions, t) })
	slices.SortStableFunc(out, func(a, b timer) int {
		return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(inDay[a.kind], inDay[b.kind]))
	})
	return out
}

// recorded tells whether a timer's action stands already.
func recorded(actions []Action, t timer) bool {
	return slices.ContainsFunc(actions, func(a Action) bool {
		switch {
		case a.Kind != t.kind:
			return false
		case t.kind == ActSilence:
			return a.Data["due_on"] == t.legal.String()
		case t.kind == ActWarned && a.Data[daysData] != strconv.Itoa(t.days):
			return false
		}
		return a.Data[aboutData] == t.about && a.Data[legalData] == t.legal.String()
	})
}

func attested(actions []Action) bool {
	return slices.ContainsFunc(actions, func(a Action) bool { return a.Kind == ActAttested })
}

// actedOn is the day of the newest act of a person: the dates of a case have
// been known since then at the latest.
func actedOn(p *clock.Profile, actions []Action) clock.Date {
	day := clock.NoDate
	for _, a := range actions {
		if a.Actor != clockActor {
			day = max(day, p.DateOf(a.At))
		}
	}
	return day
}

// reached is the latest day whose effects a case has recorded: a machine's
// clock that was set back does not undo it.
func reached(actions []Action) clock.Date {
	day := clock.NoDate
	for _, a := range actions {
		if a.Actor != clockActor {
			continue
		}
		if on, err := clock.ParseDate(a.Data[effectiveData]); err == nil {
			day = max(day, on)
		}
	}
	return day
}

// wakeOn is the day of the next thing that time does, "" when nothing is left.
// It may be past: the office may have been away.
func wakeOn(timers []timer) string {
	if len(timers) == 0 {
		return ""
	}
	return timers[0].on.String()
}

// notBefore is the present, or, where the machine's clock was set back behind
// what a case has lived through, the first instant of that day.
func notBefore(p *clock.Profile, now time.Time, actions []Action) time.Time {
	day := reached(actions)
	if p.DateOf(now) >= day {
		return now
	}
	y, m, d := day.Time().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, p.Location()).UTC()
}
