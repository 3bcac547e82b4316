package casework

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"wasl/internal/domain/clock"
	"wasl/internal/domain/intake"
)

// farOff orders cases without a legal date last.
const farOff = "9999-12-31"

// Action is one entry of a case's history. Data holds clear facts only.
type Action struct {
	ID    string
	N     int64
	At    time.Time
	Actor string
	Kind  string
	Data  map[string]string

	Ground Ground // of a View: what the law says of this act
}

// Ground is the legal text and article of an act, empty where it has none.
type Ground struct{ Text, Article string }

// Data of actions that the clock rests on.
const (
	missingData   = "missing"   // of a filing: pieces to come, with commas
	closedData    = "closed"    // of a filing: the authority's closing days
	questionsData = "questions" // of a request or notice: the pieces
	docsData      = "docs"      // of an answer: the pieces it brings
	forData       = "for"       // of an answer: the kind of request; of an extension: its ground
	numberData    = "number"    // of an extension: its days
	onData        = "on"        // the civil day on which it happened, where it is noted later
	outcomeData   = "outcome"   // of the answer to an appeal
	refusedData   = "refused"   // why the law gave it no effect
	lateData      = "late"      // its deposit came late: when it was seen
)

// Standing is what a case's actions mean on a civil day.
type Standing struct {
	State   string
	Turn    string
	Clock   clock.Clock
	Open    bool // somebody of the office may still have to act
	Missing []string

	late bool      // a deposit that its dates rest on came late, and no person looked yet
	seen time.Time // when the office first had the newest such deposit, else zero

	attested bool   // the wali's or governor's attestation came
	outcome  string // of the appeal, while nothing was decided since
	closed   bool

	timers []timer // what time did and will do, and is not recorded yet

	base   *clock.Profile // the case's
	law    *clock.Profile // the same with the authority's closing days
	terms  clock.Terms
	events []clock.Event
	last   time.Time // of the newest event that moved something
	on     clock.Date
}

// fold computes a case's standing at the end of day on, by the case's legal
// profile and the authority's closing days as they were at filing. Actions are
// taken in the order in which the office learnt of them, since two machines'
// clocks may disagree on which came first: what was right when it was done
// stays right, whatever is learnt later.
func fold(p *clock.Profile, terms clock.Terms, actions []Action, on clock.Date) Standing {
	s := Standing{terms: terms, base: p, law: pinned(p, actions), events: make([]clock.Event, 0, len(actions))}
	for _, a := range actions {
		s.note(a)
		if e, ok := s.event(a); ok {
			s.events = append(s.events, e)
			if !noEffect[a.Kind] {
				s.last = e.At
			}
		}
	}
	s.on = max(on, reached(actions))
	if n := len(s.events); n > 0 {
		s.on = max(s.on, s.law.DateOf(s.last)) // what is known has happened, though another machine's clock may be ahead
	}
	s.Clock = clock.Compute(s.law, terms, s.events, s.on)
	if s.Clock.CompleteOn != clock.NoDate {
		s.Missing = nil
	}
	s.settle()
	s.timers = timersOf(s.law, terms, s.Clock, actions)
	return s
}

// event is what an action means to the engine; false where it means nothing.
// Its time lies behind that of the act before which the office learnt of.
func (s *Standing) event(a Action) (clock.Event, bool) {
	do := engineAct[a.Kind]
	if do == "" || a.Data[refusedData] != "" {
		return clock.Event{}, false
	}
	e := clock.Event{At: a.At, Do: do, Docs: list(a.Data[docsData]), For: a.Data[forData]}
	switch a.Kind {
	case ActFiled:
		e.Missing = list(a.Data[missingData])
	case ActReplacement, ActOriginals, ActUnavailable, ActReceived:
		e.Docs = list(a.Data[questionsData])
	case ActAnswered:
		if e.For == intake.Missing {
			e.Do, e.For = clock.Supply, ""
		}
	case ActExtended:
		e.Days, _ = strconv.Atoi(a.Data[numberData])
	case ActUnanswered:
		yes := true
		e.Repeat, e.SameApplicant, e.RefusedBefore = &yes, &yes, &yes
	case ActPresident:
		if on, err := clock.ParseDate(a.Data[onData]); err == nil && on != s.law.DateOf(a.At) {
			e.At = noonOf(s.law, on)
		}
	}
	if !e.At.After(s.last) {
		e.At = s.last.Add(time.Microsecond)
	}
	return e, true
}

// noonOf is the middle of a civil day: of an act that is noted later.
func noonOf(p *clock.Profile, on clock.Date) time.Time {
	y, m, d := on.Time().Date()
	return time.Date(y, m, d, 12, 0, 0, 0, p.Location()).UTC()
}

// note takes up what the engine does not know of.
func (s *Standing) note(a Action) {
	if a.Data[refusedData] != "" {
		return
	}
	if a.Actor == applicant {
		s.closed = false
	}
	switch a.Kind {
	case ActFiled:
		s.Missing = list(a.Data[missingData])
		s.depositLate(a)
	case ActAnswered:
		docs := list(a.Data[docsData])
		s.Missing = slices.DeleteFunc(s.Missing, func(id string) bool { return slices.Contains(docs, id) })
		s.depositLate(a)
	case ActTimesSeen:
		s.late = false
	case ActAttested:
		s.attested = true
	case ActHeadAnswer:
		s.outcome = a.Data[outcomeData]
	case ActGranted, ActRefused:
		s.outcome = ""
	case ActClosed:
		s.closed = true
	}
}

// depositLate notes a deposit whose claimed time lies over 120 s from when the
// office saw it: a back-dated one would be a free permit.
func (s *Standing) depositLate(a Action) {
	if seen, err := time.Parse(time.RFC3339, a.Data[lateData]); err == nil {
		s.late, s.seen = true, seen
	}
}

// stateOf names casework's states by the clock's.
var stateOf = map[string]string{clock.NoClock: StateReview, clock.Incomplete: StateIncomplete, clock.Running: StateReview, clock.Suspended: StateWaiting,
	clock.ReturnDue: StateReturnDue, clock.Silent: StateSilent, clock.Consent: StateConsent, clock.Granted: StateGranted, clock.Refused: StateRefused,
	clock.Returned: StateReturned, clock.Withdrawn: StateWithdrawn}

// settle names state and turn from the clock.
func (s *Standing) settle() {
	c := &s.Clock
	s.State, s.Turn, s.Open = stateOf[c.State], c.Turn, !c.Over()
	switch {
	case c.State == clock.NoClock && c.DecidedOn != clock.NoDate:
		s.State, s.Open = StateUnanswered, false
	case c.State == clock.NoClock:
		s.Turn = TurnOffice
	case c.State == clock.Consent && s.late:
		s.State, s.Turn = StateLate, TurnOffice
	case c.State == clock.Consent && s.attested:
		s.Turn = TurnNobody
	case c.AppealedOn != clock.NoDate && (c.State == clock.Silent || c.State == clock.Refused):
		s.settleAppeal()
	}
	if s.closed {
		s.State, s.Open = StateClosed, false
	}
	if !s.Open {
		s.Turn = TurnNobody
	}
}

// settleAppeal names the state of a case under appeal, or after one.
func (s *Standing) settleAppeal() {
	switch {
	case s.outcome == Upheld:
		s.State, s.Turn, s.Open = StateUpheld, TurnOffice, true
	case s.outcome == Dismissed:
		s.State, s.Open = StateDismissed, false
	case s.Clock.Turn == clock.TurnAbove:
		s.State, s.Open = StateAppeal, true
	}
}

// binding is the next legal date that somebody must keep, or the last that
// nobody kept; NoDate where there is none.
func (s Standing) binding() clock.Date {
	c := &s.Clock
	first := func(dates ...clock.Date) clock.Date {
		for _, d := range dates {
			if d != clock.NoDate {
				return d
			}
		}
		return clock.NoDate
	}
	switch {
	case s.State == StateAppeal || s.State == StateUpheld:
		return first(c.PresidentDue, c.AppealReplyDue, c.HeadAnswerLast, c.DueOn)
	case c.State == clock.Consent:
		return first(c.AttestationDue, c.HigherDue, c.ActDue, c.DueOn)
	case c.State == clock.ReturnDue || c.State == clock.Incomplete || c.State == clock.Suspended:
		return c.WindowLast
	case s.Open:
		return c.DueOn
	}
	return first(c.DueOn, c.DecidedOn)
}

// sortOn is the legal date the queue is ordered by.
func (s Standing) sortOn() string {
	if d := s.binding(); d != clock.NoDate {
		return d.String()
	}
	return farOff
}

// dueOn is the last useful day to decide; none once the case has ended.
func (s Standing) dueOn() clock.Date {
	if !s.Open || s.Clock.Over() {
		return clock.NoDate
	}
	return s.Clock.DueOn
}

// facts are the clear facts of a standing, for the public timeline.
func (s Standing) facts() map[string]string {
	f := map[string]string{"state": s.State, "turn": s.Turn, "silence": s.Clock.SilenceMeans}
	put := func(key string, d clock.Date) {
		if d != clock.NoDate {
			f[key] = d.String()
		}
	}
	put("due_on", s.dueOn())
	if s.Open {
		put("window_last", s.Clock.WindowLast)
	}
	if n := s.Clock.SuspendedDays; n > 0 {
		f["suspended_days"] = strconv.Itoa(n)
	}
	return f
}

// public are the data of an action that its public fact repeats.
var public = []string{closedData, refusedData, outcomeData, intake.FactLaw, stepData, stepDueData, effectiveData}

// factsOf are the public facts of an action after which the case stands so: its
// event lets the portal compute the same clock.
func (s Standing) factsOf(a Action) map[string]string {
	f := s.facts()
	for _, key := range public {
		if v := a.Data[key]; v != "" {
			f[key] = v
		}
	}
	if engineAct[a.Kind] == "" || a.Data[refusedData] != "" || len(s.events) == 0 {
		return f
	}
	if b, err := json.Marshal(s.events[len(s.events)-1]); err == nil {
		f[intake.FactEvent] = string(b)
	}
	return f
}

func list(joined string) []string {
	if joined == "" {
		return nil
	}
	return strings.Split(joined, ",")
}
