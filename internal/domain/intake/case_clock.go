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
	var floors []clock.Floor
	asked := map[string]time.Time{} // when a request was sent, by its id
	taken := map[int]bool{}         // own envelopes that the office's history holds
	for _, f := range rows.facts {
		law, floors = cmp.Or(f.Data[FactLaw], law), append(floors, clock.FloorsIn(f.Data)...)
		if text, ok := f.Data[FactClosed]; ok {
			closed = days(text)
		}
		i, mine := own[f.ID]
		if mine && (i == 0 || f.Data[FactEvent] == "" && f.Data[FactRefused] == "") {
			continue // the receipt says it, or the envelope, of before facts carried events
		}
		if mine { // a later one, that the office has: both count it where the office's history has it
			taken[i] = true
		}
		if e, ok := f.event(); ok && f.Data[FactRefused] == "" {
			asked[f.ID] = e.At
			c.events = append(c.events, e)
		}
	}
	for i := range rows.own {
		if taken[i] {
			continue
		}
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
	c.law = p.With(closed).AtLeast(floors)
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
