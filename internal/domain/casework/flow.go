package casework

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"wasl/internal/domain/clock"
)

// Kinds of action. Each is an event of the case's append-only history.
const (
	ActFiled       = "filed"
	ActReplacement = "request-replacement"
	ActInformation = "request-information"
	ActAnswered    = "answered"
	ActGranted     = "granted"
	ActRefused     = "refused"
	ActWithdrawn   = "withdrawn"
	ActSilence     = "silence"    // of the clock: the last useful day has passed
	ActTimesSeen   = "times-seen" // a person held both times of a late deposit against each other
)

// States of a case, as queue and timeline show them.
const (
	StateIncomplete = "incomplete"
	StateReview     = "under-review"
	StateWaiting    = "waiting"
	StateSilent     = "silent"
	StateConsent    = "consent-by-silence"
	StateLate       = "consent-in-review" // consent by silence on a late deposit: a person looks first
	StateGranted    = "granted"
	StateRefused    = "refused"
	StateWithdrawn  = "withdrawn"
)

// Turns: who has to act.
const (
	TurnOffice    = "office"
	TurnApplicant = "applicant"
	TurnNobody    = "nobody"
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
}

// Standing is what a case's actions mean on a civil day.
type Standing struct {
	State   string
	Turn    string
	Clock   clock.Clock
	Open    bool
	Request *Action // the request waiting for the applicant, or nil
	Missing []string

	late bool      // a deposit that its dates rest on came late, and no person looked yet
	seen time.Time // when the office first had the newest such deposit, else zero

	timers []timer // what time did and will do, and is not recorded yet
}

// fold computes a case's standing at the end of day on, by the legal profile
// and the authority's closing days as they were at filing. The first ending
// stands: what comes after it changes nothing. Actions are taken in the order
// in which the office learnt of them, since two machines' clocks may disagree
// on which came first.
func fold(p *clock.Profile, terms clock.Terms, actions []Action, on clock.Date) Standing {
	s := Standing{Open: true, Turn: TurnOffice}
	events := make([]clock.Event, 0, len(actions))
	ended := false
	for i, a := range actions {
		if ended {
			break
		}
		e := clock.Event{At: a.At}
		switch a.Kind {
		case ActFiled:
			e.Do = "file"
			p = p.With(list(a.Data["closed"]))
			s.Missing = list(a.Data["missing"])
			e.Missing = s.Missing
			s.depositLate(a)
		case ActReplacement, ActInformation:
			e.Do, s.Request = a.Kind, &actions[i]
		case ActAnswered:
			if e.Do = "answer"; s.Request == nil {
				e.Do = "supply"
			}
			s.Request, s.Missing = nil, nil
			s.depositLate(a)
		case ActTimesSeen:
			s.late = false
		case ActGranted, ActRefused, ActWithdrawn:
			e.Do, ended = endings[a.Kind], true
			s.Request = nil
		}
		if n := len(events); n > 0 && e.At.Before(events[n-1].At) {
			e.At = events[n-1].At
		}
		if e.Do != "" {
			events = append(events, e)
		}
	}
	if n := len(events); n > 0 {
		on = max(on, p.DateOf(events[n-1].At)) // what is known has happened, though another machine's clock may be ahead
	}
	s.Clock = clock.Compute(p, terms, events, max(on, reached(actions)))
	s.settle()
	s.timers = timersOf(p, terms, s.Clock, actions)
	return s
}

// lateData is an action's fact that its deposit came late: when it was seen.
const lateData = "late"

// depositLate notes a deposit whose claimed time lies over 120 s from when the
// office saw it: a back-dated one would be a free permit.
func (s *Standing) depositLate(a Action) {
	if seen, err := time.Parse(time.RFC3339, a.Data[lateData]); err == nil {
		s.late, s.seen = true, seen
	}
}

// endings are the clock's names of what ends a case.
var endings = map[string]string{ActGranted: "grant", ActRefused: "refuse", ActWithdrawn: "withdraw"}

// settle names state and turn from the clock.
func (s *Standing) settle() {
	switch s.Clock.State {
	case clock.Incomplete:
		s.State, s.Turn = StateIncomplete, TurnApplicant
	case clock.Suspended:
		s.State, s.Turn = StateWaiting, TurnApplicant
	case clock.Silent:
		s.State = StateSilent
	case clock.Consent:
		if s.State = StateConsent; s.late {
			s.State = StateLate
		}
	case clock.Granted:
		s.State, s.Turn, s.Open = StateGranted, TurnNobody, false
	case clock.Refused:
		s.State, s.Turn, s.Open = StateRefused, TurnNobody, false
	case clock.Withdrawn:
		s.State, s.Turn, s.Open = StateWithdrawn, TurnNobody, false
	default:
		s.State = StateReview
	}
}

// sortOn is the legal date the queue is ordered by.
func (s Standing) sortOn() string {
	if s.Clock.DueOn != clock.NoDate {
		return s.Clock.DueOn.String()
	}
	if s.Clock.WindowLast != clock.NoDate {
		return s.Clock.WindowLast.String()
	}
	return farOff
}

// dueOn is the last useful day to decide; none once the case has ended.
func (s Standing) dueOn() clock.Date {
	if !s.Open {
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

// What the office may decide, as Allowance names it.
const (
	Grant  = "grant"
	Refuse = "refuse"
)

// Allowance says whether an action may be taken now, and by which article not.
type Allowance struct {
	Action  string
	OK      bool
	Why     string // text key when not OK
	Article string // of law 55-19
}

// allowed lists what the law lets the office do on a day.
func (s Standing) allowed(actions []Action, on clock.Date) []Allowance {
	return []Allowance{
		s.mayRequest(ActReplacement, actions, on),
		s.mayRequest(ActInformation, actions, on),
		s.mayDecide(Grant),
		s.mayDecide(Refuse),
	}
}

func (s Standing) mayRequest(kind string, actions []Action, on clock.Date) Allowance {
	a := Allowance{Action: kind, Article: "10"}
	if kind == ActInformation {
		a.Article = "14"
	}
	switch {
	case !s.Open:
		a.Why = "closed"
	case s.Clock.State == clock.NoClock:
		a.Why = "no-clock"
	case s.Clock.State == clock.Silent || s.Clock.State == clock.Consent:
		a.Why, a.Article = "after-due", "16"
	case s.Request != nil:
		a.Why = "request-open"
	case s.Clock.State == clock.Incomplete:
		a.Why = "incomplete"
	case kind == ActInformation && asked(actions, kind):
		a.Why = "information-once"
	case !s.Clock.Half(on):
		a.Why = "second-half"
	default:
		a.OK = true
	}
	return a
}

func (s Standing) mayDecide(action string) Allowance {
	a := Allowance{Action: action, OK: true, Article: "16"}
	switch {
	case !s.Open:
		a.OK, a.Why = false, "closed"
	case action == Refuse && s.State == StateLate:
		a.OK, a.Why, a.Article = false, "late-deposit", "19"
	case action == Refuse && s.State == StateConsent:
		a.OK, a.Why, a.Article = false, "consent-acquired", "19"
	}
	return a
}

func asked(actions []Action, kind string) bool {
	return slices.ContainsFunc(actions, func(a Action) bool { return a.Kind == kind })
}

// repeated lists the pieces already asked for once: never twice (art. 4(8), 10).
func repeated(actions []Action, questions []string) []string {
	var twice []string
	for _, a := range actions {
		if a.Kind != ActReplacement {
			continue
		}
		for _, q := range list(a.Data["questions"]) {
			if slices.Contains(questions, q) {
				twice = append(twice, q)
			}
		}
	}
	return twice
}

func list(joined string) []string {
	if joined == "" {
		return nil
	}
	return strings.Split(joined, ",")
}
