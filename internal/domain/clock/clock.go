package clock

import (
	"slices"
	"time"
)

// Terms are what a service fixes about its clock.
type Terms struct {
	Days    int    // the register's delay, calendar days
	Kind    string // normal, investment, listed-silence-consent, information, on-the-spot
	Silence string // appeal or consent
}

// Mentions of the receipt, fixed at filing (law 55-19 art. 10).
const (
	Deposited      = "deposited"       // ملف مودع
	BeingDeposited = "being-deposited" // ملف في طور الإيداع
)

// States of a clock at the end of a civil day.
const (
	NoClock    = "no-clock"
	Incomplete = "incomplete"
	Running    = "running"
	Suspended  = "suspended"
	Granted    = "granted"
	Refused    = "refused"
	Consent    = "consent"
	Silent     = "silent"
	Withdrawn  = "withdrawn"
)

// Event is one dated act on a file. Do is file, supply, request-replacement,
// request-originals, request-information, answer, grant, refuse or withdraw.
type Event struct {
	At      time.Time
	Do      string
	Missing bool     // of file: pieces are missing
	Docs    []string // of request-replacement: the pieces concerned
}

// Clock is what the events mean on a given civil day.
type Clock struct {
	State         string
	Mention       string
	FiledOn       Date
	CompleteOn    Date
	DueOn         Date // last useful day; NoDate while incomplete or suspended
	HalfLast      Date // last day of the first half, were nothing suspended after today
	SuspendedDays int
	WindowLast    Date // applicant's last day to correct or complete
	SilenceOn     Date // the day silence takes effect
	SilenceMeans  string
	AppealDays    int
	OpenRequests  int
	info          bool
}

// Compute folds events, in order of time, into the clock at the end of day on.
// Events after that day are ignored. Where the authority has closing days of
// its own, p is Profile.With them.
func Compute(p *Profile, t Terms, events []Event, on Date) Clock {
	evs := slices.Clone(events)
	slices.SortStableFunc(evs, func(a, b Event) int { return a.At.Compare(b.At) })
	f := folder{p: p, t: t, c: Clock{SilenceMeans: t.Silence, AppealDays: p.Appeal.Days, info: t.Kind == "information"}}
	for _, e := range evs {
		if day := p.DateOf(e.At); day <= on {
			f.apply(e, day)
		}
	}
	return f.finish(on)
}

type folder struct {
	p       *Profile
	t       Terms
	c       Clock
	stopped Date // day the running suspension began, NoDate when the clock runs
	ended   string
}

func (f *folder) apply(e Event, day Date) {
	switch e.Do {
	case "file":
		f.c.FiledOn, f.c.Mention = day, Deposited
		if e.Missing {
			f.c.Mention = BeingDeposited
			f.c.WindowLast = f.p.full(day, f.p.Correction.WindowDays)
		} else {
			f.c.CompleteOn = day
		}
	case "supply":
		if f.c.CompleteOn == NoDate {
			f.c.CompleteOn, f.c.WindowLast = day, NoDate
		}
	case "request-replacement", "request-originals", "request-information":
		if f.c.OpenRequests == 0 {
			f.stopped = day
		}
		f.c.OpenRequests++
		if e.Do == "request-replacement" {
			f.c.WindowLast = f.p.full(day, f.p.Correction.WindowDays)
		}
	case "answer":
		f.answer(day)
	case "grant":
		f.ended = Granted
	case "refuse":
		f.ended = Refused
	case "withdraw":
		f.ended = Withdrawn
	}
}

// answer closes every open request at once: the days R+1..A did not run.
func (f *folder) answer(day Date) {
	if f.c.OpenRequests == 0 {
		return
	}
	f.c.OpenRequests = 0
	f.c.SuspendedDays += int(day - f.stopped)
	f.stopped, f.c.WindowLast = NoDate, NoDate
}

func (f *folder) finish(on Date) Clock {
	c := &f.c
	if f.t.Kind == "on-the-spot" {
		c.State = NoClock
	} else {
		f.dates()
		c.State = f.state(on)
	}
	if f.ended != "" {
		c.State = f.ended
	}
	return f.c
}

func (f *folder) dates() {
	c := &f.c
	if c.CompleteOn == NoDate {
		return
	}
	c.HalfLast = c.CompleteOn + Date(f.t.Days/2+c.SuspendedDays)
	if f.stopped != NoDate {
		return
	}
	if c.info {
		c.DueOn = f.p.addWorking(c.CompleteOn, f.p.Info.WorkingDays)
	} else {
		c.DueOn = f.p.roll(c.CompleteOn + Date(f.t.Days+1+c.SuspendedDays))
	}
	c.SilenceOn = c.DueOn + 1
}

func (f *folder) state(on Date) string {
	switch {
	case f.c.CompleteOn == NoDate:
		return Incomplete
	case f.stopped != NoDate:
		return Suspended
	case on > f.c.DueOn && f.t.Silence == "consent":
		return Consent
	case on > f.c.DueOn:
		return Silent
	}
	return Running
}

// full is the last useful day of a term of n full days: neither the first day
// nor the last is counted, and a rest day moves it on (art. 31).
func (p *Profile) full(from Date, n int) Date { return p.roll(from + Date(n+1)) }

// Half tells whether a request may still be sent on a day: running days
// elapsed ≤ floor(N/2) (art. 10, 14).
func (c Clock) Half(on Date) bool {
	return c.CompleteOn != NoDate && on <= c.HalfLast
}
