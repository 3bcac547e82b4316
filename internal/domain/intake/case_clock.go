package intake

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
)

// Safe is the earliest last day that a reading of the law gives an applicant's
// own act: what is done by then is in time under all of them.
type Safe struct{ Window, Appeal, Complaint, Court clock.Date }

// history is what the office's facts say of a case's clock.
type history struct {
	law     string
	closed  []string
	floors  []clock.Floor
	events  []clock.Event        // of the office's own acts
	told    map[string]time.Time // by the fact's id: when the office says that an act was
	refused map[string]time.Time // by the fact's id: acts that it gave no effect
}

// historyOf reads the facts; those of the ids in own are of the applicant's
// envelopes, which say better themselves what they are.
func historyOf(facts []Fact, own map[string]bool) history {
	h := history{told: map[string]time.Time{}, refused: map[string]time.Time{}}
	for _, f := range facts {
		h.law, h.floors = cmp.Or(f.Data[FactLaw], h.law), append(h.floors, clock.FloorsIn(f.Data)...)
		if text, ok := f.Data[FactClosed]; ok {
			h.closed = append([]string{}, days(text)...)
		}
		e, ok := f.event()
		switch {
		case f.Data[FactRefused] != "":
			h.refused[f.ID] = f.At
		case ok:
			h.told[f.ID] = e.At
			if !own[f.ID] {
				h.events = append(h.events, e)
			}
		}
	}
	return h
}

// tell computes the case's clock now: from the office's public facts, the
// applicant's own envelopes, and the law that the case keeps. The office is not
// believed where the applicant's receipts say otherwise: what was handed in,
// and when.
func (c *Case) tell(cat *catalogue, rows *caseRows, now time.Time) error {
	own := map[string]bool{}
	for _, e := range rows.own {
		own["fact/"+e.envelope] = true
	}
	h := historyOf(rows.facts, own)
	if h.closed == nil {
		h.closed = Closed(cat.book, c.Service.ID, c.filing.authority)
	}
	p := cat.law(cmp.Or(h.law, c.lawAtFiling()))
	if p == nil {
		return errs.New(errs.Busy, "filing.notready")
	}
	c.law, c.events = p.With(h.closed).AtLeast(h.floors), h.events
	newest := time.Time{}
	for i := range rows.own {
		e, err := c.ownEvent(&rows.own[i])
		if err != nil {
			return err
		}
		if i > 0 {
			e.At = h.placed(&rows.own[i], e.At, newest)
		}
		if c.without(&rows.own[i], e, h) {
			continue
		}
		newest = latest(newest, e.At)
		c.events = append(c.events, e)
	}
	c.compute(now)
	return nil
}

// ownEvent is the clock's event of one of the applicant's own envelopes, with
// the second that its deposit record is signed for.
func (c *Case) ownEvent(e *ownEnvelope) (clock.Event, error) {
	at := e.at.Truncate(time.Second)
	switch e.kind {
	case KindFiling:
		return clock.Event{At: at, Do: clock.File, Missing: c.Receipt.Missing}, nil
	case KindAnswer:
		if err := e.open(c.keys); err != nil {
			return clock.Event{}, err
		}
		return AnswerEvent(e.opened.Sections[SectionIntake], at)
	}
	return clock.Event{At: at, Do: engineActs[e.kind]}, nil
}

// placed is when an envelope after the filing counts: at the second that its
// deposit record is signed for, yet after the request that it answers and, once
// the office has it, behind what the office did before it knew, since two
// machines' clocks may differ. A later time that comes from nothing of the kind
// is not believed.
func (h history) placed(e *ownEnvelope, signed, newest time.Time) time.Time {
	at := latest(signed, h.told["fact/"+requestOf(e.step)])
	theirs := h.told["fact/"+e.envelope]
	if !theirs.After(at) {
		return at
	}
	before := newest
	for id, t := range h.told {
		if id != "fact/"+e.envelope && t.Before(theirs) {
			before = latest(before, t)
		}
	}
	if theirs.Sub(latest(at, before)) <= time.Second {
		return theirs
	}
	return at
}

// without tells that an act has no effect because the office refused it, by the
// law: where the law would have allowed it, it stays.
func (c *Case) without(own *ownEnvelope, e clock.Event, h history) bool {
	when, refused := h.refused["fact/"+own.envelope]
	if !refused {
		return false
	}
	e.At = latest(e.At, when)
	return !clock.Try(c.law, c.terms, c.events, e).OK
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// lawAtFiling is the hash of the profile by which the receipt was counted.
func (c *Case) lawAtFiling() string {
	var said map[string]json.RawMessage
	var hash string
	if json.Unmarshal(c.filing.opened.Sections[SectionIntake], &said) != nil || json.Unmarshal(said[IntakeLaw], &hash) != nil {
		return "" // then the newest
	}
	return hash
}

// compute fills in what the events mean on the day of an instant.
func (c *Case) compute(now time.Time) {
	for _, e := range c.events {
		if e.At.After(now) {
			now = e.At // what is known has happened, though another machine's clock may be ahead
		}
	}
	on := c.law.DateOf(now)
	c.On = on
	c.Clock = clock.Compute(c.law, c.terms, c.events, on)
	acts := make([]clock.Event, 0, len(Acts)+1)
	for _, do := range append(slices.Clone(Acts), clock.Withdraw) {
		acts = append(acts, clock.Event{Do: do})
	}
	c.Acts = clock.Permitted(c.law, c.terms, c.events, now, acts...)
	c.read(on, now)
	if c.Clock.DueOn == clock.NoDate && !c.Clock.Over() {
		all := append(slices.Clone(c.events), clock.Event{At: now, Do: clock.Supply}, clock.Event{At: now, Do: clock.Answer})
		c.IfToday = clock.Compute(c.law, c.terms, all, on).DueOn
	}
}

// Law is the legal profile that the case runs under.
func (c *Case) Law() *clock.Profile { return c.law }

// Terms are what its service and authority fix about the clock.
func (c *Case) Terms() clock.Terms { return c.terms }

// Reckon sets the case's clock from events, for pages that are shown without a
// store behind them.
func (c *Case) Reckon(law *clock.Profile, t clock.Terms, now time.Time, events ...clock.Event) {
	c.law, c.terms, c.events = law, t, events
	c.compute(now)
}

// read takes into account what the law may mean otherwise: the earliest last
// day of each of the applicant's acts is the safe one, and nobody who is late
// is barred before the latest. Readings under which the file stands elsewhere
// have no say in the days.
func (c *Case) read(on clock.Date, now time.Time) {
	k := &c.Clock
	c.Safe = Safe{k.WindowLast, k.AppealLast, k.ComplaintLast, k.CourtLast}
	for _, s := range c.law.Switches() {
		for _, value := range s.Values {
			other, err := c.law.Set(s.Name, value)
			if err != nil || value == s.Value {
				continue
			}
			o := clock.Compute(other, c.terms, c.events, on)
			if o.State == k.State {
				c.Safe = Safe{earlier(c.Safe.Window, o.WindowLast), earlier(c.Safe.Appeal, o.AppealLast),
					earlier(c.Safe.Complaint, o.ComplaintLast), earlier(c.Safe.Court, o.CourtLast)}
			}
			for i, r := range c.Acts {
				if r.Why == "appeal-late" {
					if own := clock.Try(other, c.terms, c.events, clock.Event{At: now, Do: r.Do}); own.OK {
						c.Acts[i] = own
					}
				}
			}
		}
	}
}

// earlier is the earlier of two days; none stays none.
func earlier(day, other clock.Date) clock.Date {
	if day == clock.NoDate || other == clock.NoDate {
		return day
	}
	return min(day, other)
}

// law is the published profile of a hash, the newest where it is not known.
func (c *catalogue) law(hash string) *clock.Profile {
	if p := c.laws[hash]; p != nil {
		return p
	}
	return c.profile
}
