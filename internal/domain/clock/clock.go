package clock

import "time"

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
	ReturnDue  = "return-due" // the applicant's window has passed: the file may be returned
	Returned   = "returned"
	Withdrawn  = "withdrawn"
	Granted    = "granted"
	Refused    = "refused"
	Consent    = "consent"
	Silent     = "silent"
)

// Turns: who has to act, or may.
const (
	TurnOffice    = "office"
	TurnApplicant = "applicant"
	TurnAbove     = "above" // the higher authority, the wali or governor, or the body of appeal
	TurnNobody    = "nobody"
)

// Effects of silence.
const (
	MeansConsent = "consent"
	MeansAppeal  = "appeal"
)

// Clock is what the events mean on a civil day. A date that does not apply, or
// that cannot be known yet, is NoDate. "Last" dates are last useful days.
type Clock struct {
	State   string
	Turn    string
	Mention string

	FiledOn       Date
	CompleteOn    Date // the applicant's own file was complete
	RawDueOn      Date // before it is rolled past rest days
	DueOn         Date // the authority's last useful day; none while incomplete or stopped
	HalfLast      Date // last day of the first half, were nothing suspended after today
	SuspendedDays int  // up to the day asked about
	ExtendedDays  int
	SilenceOn     Date // the day silence takes effect
	SilenceMeans  string

	MissingLast     Date // for the pieces missing at filing
	WindowLast      Date // the earliest open window of the applicant, or NoDate
	FetchNoticeLast Date
	Requests        []Request
	Suspensions     []Span // merged; the last may be open

	DecidedOn         Date // granted, refused, returned, withdrawn or left unanswered
	RefusalReceivedOn Date
	ClaimedOn         Date
	ActDue            Date
	HigherOn          Date
	HigherDue         Date
	AttestationDue    Date
	AppealedOn        Date
	AppealLast        Date
	AppealReplyDue    Date
	AppealSilenceLast Date // after it, the silence on an appeal is a refusal (court terms)
	PresidentDue      Date
	CourtLast         Date

	AnswerLast              Date // law 31-13
	ComplaintLast           Date
	HeadAnswerLast          Date
	CommissionComplaintLast Date
	CommissionAnswerLast    Date
	RectifyLast             Date // law 09-08

	AppealDays   int
	OpenRequests int
	Refused      []Ruling // acts that the law refuses; they had no effect
	Tentative    bool     // a date rests on a feast that is only expected
	Uncovered    bool     // a date lies in a year whose holidays are not known yet
}

// Request is one request to the applicant.
type Request struct {
	Kind       string
	Docs       []string // the pieces asked for
	SentOn     Date
	ReceivedOn Date
	AnsweredOn Date // NoDate while something of it is still to come
	WindowLast Date // of a replacement (art. 10); the law sets no term for the others

	left []string
	told bool // the day it was received is known, not supposed
}

// Span is a suspension: the days after From up to and with To did not run.
// To is NoDate while it lasts.
type Span struct{ From, To Date }

// Ruling says whether an act is allowed at an instant, and by which articles.
type Ruling struct {
	Do       string
	On       Date
	OK       bool
	Why      string   // machine key of the reason when not OK
	Text     string   // the law: 55-19, 31-13 …
	Articles []string // the first is the main one; a ground when OK
}

// Compute folds events into the clock at the end of day on; later events are
// not looked at, but for the day on which a refusal already signed is received.
// The order in which events are given does not matter, only their instants.
// Where the authority has closing days of its own, p is Profile.With them.
func Compute(p *Profile, t Terms, events []Event, on Date) Clock {
	f := newFold(p, t, inOrder(events))
	for i := range f.events {
		if day := p.DateOf(f.events[i].At); day <= on {
			f.take(i, day)
		}
	}
	return f.finish(on)
}

// Try tells whether an act would be allowed at its instant, after the events of
// that instant and before; it changes nothing.
func Try(p *Profile, t Terms, events []Event, act Event) Ruling {
	return until(p, t, events, act.At).judge(act, p.DateOf(act.At))
}

// until is the fold of the events up to an instant.
func until(p *Profile, t Terms, events []Event, at time.Time) *fold {
	f := newFold(p, t, inOrder(events))
	for i := range f.events {
		if !f.events[i].At.After(at) {
			f.take(i, p.DateOf(f.events[i].At))
		}
	}
	f.advance(p.DateOf(at))
	return f
}

// Permitted judges each of the named acts at an instant, as if it were done
// then, with its reasons.
func Permitted(p *Profile, t Terms, events []Event, at time.Time, acts ...Event) []Ruling {
	f := until(p, t, events, at)
	out := make([]Ruling, 0, len(acts))
	for _, act := range acts {
		act.At = at
		out = append(out, f.judge(act, p.DateOf(at)))
	}
	return out
}

// Half tells whether a request may still be sent on a day: running days
// elapsed ≤ half (art. 10, 14). It looks at the half alone.
func (c Clock) Half(on Date) bool {
	return c.CompleteOn != NoDate && on <= c.HalfLast
}

// Over tells that the file's own life has ended.
func (c Clock) Over() bool {
	switch c.State {
	case Granted, Refused, Returned, Withdrawn:
		return true
	}
	return false
}
