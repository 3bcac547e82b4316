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

// tell computes the case's clock now: from the office's public facts, the
// applicant's own envelopes, and the law that the case keeps.
func (c *Case) tell(cat *catalogue, rows *caseRows, now time.Time) error {
	c.events = nil
	law, closed, own := "", Closed(cat.book, c.Service.ID, c.filing.authority), map[string]int{}
	for i, e := range rows.own {
		own["fact/"+e.envelope] = i
	}
	asked := map[string]time.Time{} // when a request was sent, by its id
	for _, f := range rows.facts {
		law = cmp.Or(f.Data[FactLaw], law)
		if text, ok := f.Data[FactClosed]; ok {
			closed = days(text)
		}
		if _, mine := own[f.ID]; mine {
			continue // the applicant's own envelope says it better
		}
		if e, ok := f.event(); ok {
			asked[f.ID] = e.At
			c.events = append(c.events, e)
		}
	}
	for i := range rows.own {
		e, err := c.ownEvent(&rows.own[i], asked)
		if err != nil {
			return err
		}
		c.events = append(c.events, e)
	}
	p := cat.law(cmp.Or(law, c.lawAtFiling()))
	if p == nil {
		return errs.New(errs.Busy, "filing.notready")
	}
	c.law = p.With(closed)
	c.compute(now)
	return nil
}

// ownEvent is the clock's event of one of the applicant's own envelopes, with
// the second that its deposit record is signed for. An answer never comes
// before the request that it answers, though two machines' clocks may differ.
func (c *Case) ownEvent(e *ownEnvelope, asked map[string]time.Time) (clock.Event, error) {
	at := e.at.Truncate(time.Second)
	switch e.kind {
	case KindFiling:
		return clock.Event{At: at, Do: clock.File, Missing: c.Receipt.Missing}, nil
	case KindAnswer:
		if err := e.open(c.keys); err != nil {
			return clock.Event{}, err
		}
		if sent := asked["fact/"+requestOf(e.step)]; sent.After(at) {
			at = sent
		}
		return AnswerEvent(e.opened.Sections[SectionIntake], at)
	}
	return clock.Event{At: at, Do: engineActs[e.kind]}, nil
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
	c.Clock = clock.Compute(c.law, c.terms, c.events, on)
	acts := make([]clock.Event, 0, len(Acts)+1)
	for _, do := range append(slices.Clone(Acts), clock.Withdraw) {
		acts = append(acts, clock.Event{Do: do})
	}
	c.Acts = clock.Permitted(c.law, c.terms, c.events, now, acts...)
	others := c.otherwise(on)
	for i, r := range c.Acts {
		if r.Why == "appeal-late" {
			c.Acts[i] = c.latest(r, now)
		}
	}
	c.safe(others)
}

// otherwise lists the clocks of the law's other readings.
func (c *Case) otherwise(on clock.Date) []clock.Alternative {
	return clock.Readings(c.law, c.terms, c.events, on)
}

// latest judges an act that came too late by every reading of the law: nobody
// is barred before the latest.
func (c *Case) latest(r clock.Ruling, now time.Time) clock.Ruling {
	for _, s := range c.law.Switches() {
		for _, value := range s.Values {
			other, err := c.law.Set(s.Name, value)
			if err != nil {
				continue
			}
			if own := clock.Try(other, c.terms, c.events, clock.Event{At: now, Do: r.Do}); own.OK {
				return own
			}
		}
	}
	return r
}

// safe takes the earliest last day of each of the applicant's acts. Readings
// under which the file stands elsewhere have no say in it.
func (c *Case) safe(others []clock.Alternative) {
	s := Safe{c.Clock.WindowLast, c.Clock.AppealLast, c.Clock.ComplaintLast, c.Clock.CourtLast}
	for _, o := range others {
		if o.Clock.State != c.Clock.State {
			continue
		}
		s.Window, s.Appeal = earlier(s.Window, o.Clock.WindowLast), earlier(s.Appeal, o.Clock.AppealLast)
		s.Complaint, s.Court = earlier(s.Complaint, o.Clock.ComplaintLast), earlier(s.Court, o.Clock.CourtLast)
	}
	c.Safe = s
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
