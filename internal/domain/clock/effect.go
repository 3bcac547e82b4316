package clock

import (
	"slices"
	"strings"
)

// effect lets an allowed act change the fold.
func (f *fold) effect(i int, e Event, day Date) {
	switch e.Do {
	case File:
		f.file(e, day)
	case Supply:
		f.supply(e.Docs, day)
	case Answer:
		f.answer(e, day)
	case RequestReplacement, RequestOriginals, RequestInformation:
		f.request(e, day)
	case RequestReceived:
		f.received(e, day)
	case Extend:
		f.c.ExtendedDays = e.Days
		if f.t.law() == LawInformation {
			f.c.ExtendedDays = 1 // by as much, whatever was said
		}
	case Grant, Refuse, RefusalNotified:
		f.decide(i, e, day)
	case Return:
		f.end(Returned, day)
	case Withdraw:
		f.end(Withdrawn, day)
	case LeaveUnanswered:
		f.still, f.c.DecidedOn = true, day
	default:
		f.effectLater(e, day)
	}
}

func (f *fold) file(e Event, day Date) {
	f.filed, f.c.FiledOn, f.c.Mention = true, day, Deposited
	f.still = e.OnTheSpot || f.t.Kind == KindOnTheSpot
	switch {
	case f.still:
		f.c.Mention = ""
	case len(e.Missing) > 0:
		f.c.Mention = BeingDeposited
		f.lack, f.waits = slices.Clone(e.Missing), true
		f.c.MissingLast = f.p.after(day, f.p.Rules.Missing)
	default:
		f.c.CompleteOn = day
	}
	if f.t.Fetch {
		f.c.FetchNoticeLast = f.p.after(day, f.p.Rules.FetchNotice)
	}
}

// supply takes pieces off the missing list; without names it brings them all.
func (f *fold) supply(docs []string, day Date) {
	if !f.waits {
		return
	}
	if f.lack = without(f.lack, docs); len(docs) == 0 || len(f.lack) == 0 {
		f.waits, f.lack, f.c.CompleteOn = false, nil, day
	}
}

// without is a list less some of it, in a new array.
func without(list, gone []string) []string {
	var left []string
	for _, s := range list {
		if !slices.Contains(gone, s) {
			left = append(left, s)
		}
	}
	return left
}

func (f *fold) request(e Event, day Date) {
	r := Request{Kind: e.Do, Docs: e.Docs, left: e.Docs, SentOn: day, ReceivedOn: day}
	if e.Received != NoDate {
		r.ReceivedOn, r.told = max(e.Received, day), true
	}
	f.c.Requests = append(f.c.Requests, r)
	f.window(&f.c.Requests[len(f.c.Requests)-1])
}

// window gives a replacement its term; the law sets none for the others.
func (f *fold) window(r *Request) {
	if r.Kind == RequestReplacement {
		r.WindowLast = f.p.after(r.ReceivedOn, f.p.Rules.Replacement)
	}
}

// received writes the day on which a request came to its applicant: the one
// the event names, else every open one of which nobody knew it.
func (f *fold) received(e Event, day Date) {
	if e.Received != NoDate {
		day = e.Received
	}
	for i := range f.c.Requests {
		r := &f.c.Requests[i]
		if r.told || r.AnsweredOn != NoDate || !concerns(e, r) {
			continue
		}
		r.ReceivedOn, r.told = max(day, r.SentOn), true
		f.window(r)
	}
}

// concerns tells whether an event that names a kind or pieces means a request.
func concerns(e Event, r *Request) bool {
	if e.For != "" && "request-"+strings.TrimPrefix(e.For, "request-") != r.Kind {
		return false
	}
	return len(e.Docs) == 0 || slices.ContainsFunc(e.Docs, func(doc string) bool { return slices.Contains(r.Docs, doc) })
}

// answers lists the open requests that an answer concerns: those of its kind
// and pieces; where no open request names its pieces, those that name none.
func (f *fold) answers(e Event) []int {
	var named, bare []int
	for i := range f.c.Requests {
		r := &f.c.Requests[i]
		switch {
		case r.AnsweredOn != NoDate:
		case concerns(e, r):
			named = append(named, i)
		case len(r.Docs) == 0 && concerns(Event{For: e.For}, r):
			bare = append(bare, i)
		}
	}
	if len(named) > 0 {
		return named
	}
	return bare
}

// answer closes the requests whose pieces have all come.
func (f *fold) answer(e Event, day Date) {
	if f.ended != "" || f.beforeCourt() && f.c.AppealedOn != NoDate { // to an appeal, under the court's terms
		f.explicit = day
		return
	}
	found := f.answers(e)
	for _, i := range found {
		r := &f.c.Requests[i]
		if r.left = without(r.left, e.Docs); len(e.Docs) == 0 || len(r.left) == 0 {
			r.AnsweredOn = day
		}
	}
	if len(found) == 0 {
		f.supply(e.Docs, day)
	}
}

// decide takes a decision: it counts when the applicant has it, or when it was
// signed, as the profile reads the law.
func (f *fold) decide(i int, e Event, day Date) {
	if slices.Contains(f.linked, i) {
		return
	}
	d := pending{outcome: Granted, on: day, event: e, signed: day}
	if e.Do != Grant {
		d.outcome = Refused
	}
	if f.ended == Refused && d.outcome == Refused { // it confirms the refusal under appeal
		f.explicit = max(day, e.Notified)
		return
	}
	if e.Do == RefusalNotified { // of a refusal that no event signed
		d.told = true
	}
	got := e.Notified
	if f.notices != nil && f.notices[i] != NoDate { // of a refusal whose day of receipt an event tells
		got, d.told = f.notices[i], true
	}
	if got = max(got, day); f.p.Reading.Answer == "signed" {
		f.settle(d)
		if d.outcome == Refused {
			f.refusalReceived(got)
		}
		return
	}
	d.on, f.pending = got, &d
	f.advance(day) // received on the day itself, it counts at once
}

// windows names the applicant's earliest open term.
func (f *fold) windows() {
	c := &f.c
	c.WindowLast = NoDate
	if f.ended != "" {
		return
	}
	if f.waits {
		c.WindowLast = c.MissingLast
	}
	for i := range c.Requests {
		if r := &c.Requests[i]; r.AnsweredOn == NoDate && r.WindowLast != NoDate && (c.WindowLast == NoDate || r.WindowLast < c.WindowLast) {
			c.WindowLast = r.WindowLast
		}
	}
}

// dates computes the terms of the file's own life.
func (f *fold) dates() {
	c := &f.c
	if f.still || !f.filed {
		return
	}
	c.RawDueOn, c.DueOn = f.dueAtEnd()
	if c.CompleteOn != NoDate && f.t.law() == "" {
		c.HalfLast = c.CompleteOn + Date(f.half()+c.SuspendedDays)
	}
	if f.t.law() == LawInformation {
		c.AnswerLast = c.DueOn
	}
}

// dueAtEnd is the due day as it stood when the file ended, or stands now.
func (f *fold) dueAtEnd() (raw, last Date) {
	if f.ended == Returned {
		return NoDate, NoDate
	}
	return f.due()
}
