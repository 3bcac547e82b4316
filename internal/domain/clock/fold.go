package clock

import "slices"

// fold goes through a case's events in order and holds what they add up to.
type fold struct {
	p      *Profile
	t      Terms
	events []Event
	c      Clock

	now     Date // the day being looked at
	filed   bool
	still   bool     // delivered on the spot, or left unanswered: no clock
	lack    []string // pieces missing at filing that have not come
	waits   bool     // the file is incomplete
	ended   string   // how the file's own life ended
	pending *pending // a decision signed, not yet received
	notices []Date   // by event: the day on which a later event says that a refusal was received
	linked  []int    // those later events: they do nothing by themselves

	referred   bool
	asked      bool // the attestation
	explicit   Date // the day of an explicit answer to the appeal
	complained Date
	headOn     Date
	commission Date
	commAnswer Date
}

// pending is a decision that counts once the applicant has it.
type pending struct {
	outcome string
	on      Date
	event   Event
	signed  Date
	told    bool // the day comes from an event of its own
}

func newFold(p *Profile, t Terms, events []Event) *fold {
	f := &fold{p: p, t: t, events: events}
	f.c.SilenceMeans, f.c.AppealDays = t.Silence, p.Rules.Appeal.Days
	if f.c.SilenceMeans == "" {
		f.c.SilenceMeans = MeansAppeal
	}
	for i, e := range events {
		if e.Do == RefusalNotified {
			f.linkNotice(i)
		}
	}
	return f
}

// linkNotice finds the refusal that a notice of refusal speaks of.
func (f *fold) linkNotice(at int) {
	for i := at - 1; i >= 0; i-- {
		if e := f.events[i]; e.Do == Refuse && e.Notified == NoDate {
			if f.notices == nil {
				f.notices = make([]Date, len(f.events))
			}
			if f.notices[i] == NoDate {
				f.notices[i], f.linked = f.p.DateOf(f.events[at].At), append(f.linked, at)
				return
			}
		}
	}
}

// take lets one event happen, or notes why the law refuses it.
func (f *fold) take(i int, day Date) {
	e := f.events[i]
	f.advance(day)
	if r := f.judge(e, day); !r.OK {
		f.c.Refused = append(f.c.Refused, r)
		return
	}
	f.effect(i, e, day)
}

// advance brings the fold to a day: a decision received by then counts.
func (f *fold) advance(day Date) {
	f.now = max(f.now, day)
	if f.pending != nil && f.pending.on <= f.now {
		d := *f.pending
		f.pending = nil
		f.settle(d)
	}
}

// settle makes a decision count on the day it was received, unless silence has
// given the act before (art. 19).
func (f *fold) settle(d pending) {
	if d.outcome == Refused && f.consentOn(d.on) {
		r := f.ruling(d.event.Do, d.signed)
		if d.told {
			r.Do, r.On = RefusalNotified, d.on
		}
		f.c.Refused = append(f.c.Refused, r.no("consent", "19"))
		return
	}
	if f.ended != "" && !(f.c.AppealedOn != NoDate && f.ended == Refused) {
		return
	}
	f.end(d.outcome, d.on)
	if d.outcome == Refused {
		f.refusalReceived(d.on)
	}
}

// end closes the file's own life; requests still open are of no use any more.
func (f *fold) end(state string, day Date) {
	f.ended, f.c.DecidedOn = state, day
}

// finish computes the dates that follow from everything up to a day.
func (f *fold) finish(on Date) Clock {
	f.advance(on)
	c := &f.c
	f.spans(on)
	f.dates()
	c.State = f.state(on)
	if c.RawDueOn != NoDate && (f.ended == "" || c.DecidedOn > c.DueOn) && !f.still {
		c.SilenceOn = c.DueOn + 1
	}
	f.silenceDates()
	c.OpenRequests = 0
	for i := range c.Requests {
		if c.Requests[i].AnsweredOn == NoDate {
			c.OpenRequests++
		}
	}
	f.windows()
	c.Turn = f.turn()
	for _, d := range c.Dates() {
		c.Tentative = c.Tentative || d.Name != "complete_on" && d.Name != "half_last" && f.p.tentative(d.On)
		c.Uncovered = c.Uncovered || f.p.through != NoDate && d.On > f.p.through
	}
	return f.c
}

// state names the clock's state at the end of a day.
func (f *fold) state(on Date) string {
	switch {
	case f.ended != "":
		return f.ended
	case !f.filed || f.still:
		return NoClock
	case f.mayReturn(on):
		return ReturnDue
	case f.waits:
		return Incomplete
	case f.stopped():
		return Suspended
	case f.consentOn(on):
		return Consent
	case f.silentOn(on):
		return Silent
	}
	return Running
}

func (f *fold) turn() string {
	switch f.c.State {
	case Incomplete, Suspended:
		return TurnApplicant
	case Running, ReturnDue:
		return TurnOffice
	case Consent:
		if f.c.HigherOn != NoDate || f.asked {
			return TurnAbove
		}
		if f.c.ClaimedOn != NoDate {
			return TurnOffice
		}
		return TurnApplicant
	case Silent, Refused:
		if f.c.AppealedOn != NoDate && f.explicit == NoDate || f.complained != NoDate && f.headOn == NoDate {
			return TurnAbove
		}
		if f.c.State == Silent {
			return TurnApplicant
		}
	}
	return TurnNobody
}

// stopped tells whether a request waits for the applicant, and stops the clock
// by the day looked at.
func (f *fold) stopped() bool {
	return slices.ContainsFunc(f.c.Requests, func(r Request) bool { return r.AnsweredOn == NoDate && f.start(&r) <= f.now })
}

// due is the raw and the rolled due day as things stand; NoDate while
// incomplete, stopped, or without a clock.
func (f *fold) due() (raw, last Date) {
	if f.still || !f.filed || f.waits || f.stopped() {
		return NoDate, NoDate
	}
	switch f.t.law() {
	case LawInformation:
		last = f.infoLast(f.c.FiledOn, f.c.ExtendedDays > 0)
		return last, last
	case LawCourt, LawCourtNew:
		if rule := f.court(); rule != nil && rule.Silence > 0 {
			raw = f.p.rawFull(f.c.FiledOn, rule.Silence)
			return raw, f.p.roll(raw)
		}
		return NoDate, NoDate
	case LawData:
		return NoDate, NoDate
	}
	raw = f.p.rawFull(f.c.CompleteOn, f.t.Days) + Date(f.suspended(f.now)+f.c.ExtendedDays)
	return raw, f.p.roll(raw)
}

// silentOn tells whether the due day lies before a day.
func (f *fold) silentOn(day Date) bool {
	if f.ended != "" || f.still {
		return false
	}
	_, last := f.due()
	return last != NoDate && day > last
}

// consentOn tells whether silence has given the act by a day (art. 19).
func (f *fold) consentOn(day Date) bool {
	return f.t.Silence == MeansConsent && f.t.law() == "" && f.silentOn(day)
}

// suspended counts the days up to a day that did not run: the union of the
// spans (request, answer], after the file was complete.
func (f *fold) suspended(day Date) int {
	n := 0
	for _, s := range f.merged() {
		if s.To == NoDate {
			s.To = day
		}
		n += max(0, int(min(s.To, day)-max(s.From, f.c.CompleteOn)))
	}
	return n
}

// start is the day from which a request stops the clock.
func (f *fold) start(r *Request) Date {
	if f.p.Reading.SuspendsFrom == "received" {
		return r.ReceivedOn
	}
	return r.SentOn
}

// merged is the union of the suspensions, in order; the last may be open.
func (f *fold) merged() []Span {
	if len(f.c.Requests) == 0 {
		return nil
	}
	spans := make([]Span, 0, len(f.c.Requests))
	for i := range f.c.Requests {
		r := &f.c.Requests[i]
		spans = append(spans, Span{f.start(r), r.AnsweredOn})
	}
	slices.SortFunc(spans, func(a, b Span) int { return int(a.From - b.From) })
	out := spans[:1]
	for _, s := range spans[1:] {
		last := &out[len(out)-1]
		switch {
		case last.To == NoDate: // open: it holds all that begins later
		case s.From > last.To:
			out = append(out, s)
		case s.To == NoDate:
			last.To = NoDate
		default:
			last.To = max(last.To, s.To)
		}
	}
	return out
}

// spans writes the suspensions that lasted a day at least.
func (f *fold) spans(on Date) {
	f.c.Suspensions = nil
	if f.c.CompleteOn == NoDate {
		return
	}
	for _, s := range f.merged() {
		if s.From = max(s.From, f.c.CompleteOn); s.To == NoDate || s.To > s.From {
			f.c.Suspensions = append(f.c.Suspensions, s)
		}
	}
	f.c.SuspendedDays = f.closedDays(on)
}

// closedDays counts the suspended days of spans that have ended; one that
// lasts is counted once it ends.
func (f *fold) closedDays(on Date) int {
	n := 0
	for _, s := range f.c.Suspensions {
		if s.To != NoDate && s.To <= on {
			n += int(s.To - s.From)
		}
	}
	return n
}

// half is the number of running days in which requests may be sent.
func (f *fold) half() int {
	n := f.t.Days
	if f.p.Reading.HalfOf == "extended" {
		n += f.c.ExtendedDays
	}
	if f.p.Reading.Half == "ceil" {
		n++
	}
	return n / 2
}

// elapsed counts the running days on a day.
func (f *fold) elapsed(day Date) int {
	if f.c.CompleteOn == NoDate {
		return 0
	}
	return int(day-f.c.CompleteOn) - f.suspended(day)
}

// mayReturn tells whether a window of art. 10 has passed on a day: the file
// may then be returned.
func (f *fold) mayReturn(day Date) bool {
	if f.ended != "" {
		return false
	}
	if f.waits {
		return day > f.c.MissingLast
	}
	return slices.ContainsFunc(f.c.Requests, func(r Request) bool {
		return r.AnsweredOn == NoDate && r.WindowLast != NoDate && day > r.WindowLast
	})
}
