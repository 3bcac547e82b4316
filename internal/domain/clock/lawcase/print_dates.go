package lawcase

import (
	"slices"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/clock"
)

func (s *sheet) suspensions() {
	c := &s.r.Clock
	if len(c.Requests) == 0 {
		return
	}
	s.line(0, s.t("suspensions"))
	for _, span := range c.Suspensions {
		if span.To == clock.NoDate {
			s.line(1, s.t("suspension.open", "from", s.date(span.From)))
			continue
		}
		s.line(1, s.t("suspension", "from", s.date(span.From), "to", s.date(span.To), "days", s.days(int(span.To-span.From))))
	}
	if len(c.Suspensions) == 0 {
		s.line(1, s.t("suspension.none"))
		return
	}
	s.line(1, s.t("suspension.total", "days", s.days(c.SuspendedDays)))
}

// fullTerms is the clause of full terms and of rest days: law 55-19 art. 31.
const fullTermsLaw, fullTermsArticle = "55-19", "31"

// due writes the arithmetic of the due day.
func (s *sheet) due() {
	c, p, t := &s.r.Clock, s.r.Profile, s.r.Case.Terms
	from, ok := dueFrom(c, p, t)
	if !ok {
		return
	}
	s.line(0, s.t("due"))
	start := "due.from"
	if from.from == c.FiledOn && (t.Law != "" || t.Kind == clock.KindInformation) {
		start = "due.filed"
	}
	s.line(1, s.t(start, "date", s.date(from.from)))
	s.delay(from.term)
	if c.SuspendedDays > 0 {
		s.line(1, s.t("due.suspended", "days", s.days(c.SuspendedDays), "law", s.requestLaw()))
	}
	if c.ExtendedDays > 0 && t.Law == "" && t.Kind != clock.KindInformation {
		s.line(1, s.t("due.extended", "days", s.days(c.ExtendedDays), "law", s.act(clock.Extend)))
	}
	if c.DueOn == clock.NoDate {
		s.line(1, s.t("due.none", "state", s.w.State(c.State)))
		return
	}
	s.line(1, s.t("due.raw", "date", s.date(c.RawDueOn)))
	if c.DueOn != c.RawDueOn {
		s.line(1, s.t("due.rolled", "date", s.date(c.DueOn), "law", s.w.Cite(fullTermsLaw, fullTermsArticle)))
	}
	s.line(1, s.t("due.last", "date", s.date(c.DueOn)))
}

// delay writes how the days of a term are counted.
func (s *sheet) delay(term clock.Term) {
	reading, own := s.r.Profile.Reading, articles(term.Article)
	cite, key := s.w.Cite(term.Text, own...), "due.plain"
	switch {
	case term.Count == clock.CountWorking && reading.InfoFull:
		key = "due.full.working"
	case term.Count == clock.CountWorking:
		key = "due.working"
	case term.Count == clock.CountPlain && reading.InfoFull:
		key = "due.full"
	case term.Count == clock.CountFull && reading.Full:
		key = "due.full"
		if term.Text == fullTermsLaw {
			own = append(own, fullTermsArticle)
		}
		cite = s.w.Cite(term.Text, own...)
	}
	s.line(1, s.t(key, "days", s.days(term.Days), "law", cite))
}

// requestLaw cites the articles of the requests that stopped the clock.
func (s *sheet) requestLaw() string {
	var text string
	var all []string
	for _, q := range s.r.Clock.Requests {
		rule := s.r.Profile.Acts[q.Kind]
		if text = rule.Text; !slices.Contains(all, rule.Article) {
			all = append(all, rule.Article)
		}
	}
	slices.Sort(all)
	return s.w.Cite(text, all...)
}

// sides tells whose day a date is; what is not named is the authority's.
var sides = map[string]string{
	"missing_window_last": "applicant", "silence_effect_on": "applicant", "appeal_last": "applicant", "court_last": "applicant",
	"complaint_last": "applicant", "commission_complaint_last": "applicant", keyWindows: "applicant", "appeal_silence_last": "above",
	"higher_due": "above", "attestation_due": "above", "appeal_reply_due": "above", "president_decision_due": "above",
	"commission_answer_last": "above",
}

// sidesInOrder are the sides as the print-out lists them.
var sidesInOrder = []string{"authority", "applicant", "above"}

func (s *sheet) dates() {
	all := s.r.Clock.Dates()
	for _, q := range s.r.Clock.Requests {
		all = append(all, clock.NamedDate{Name: keyWindows, On: q.WindowLast})
	}
	all = slices.DeleteFunc(all, func(d clock.NamedDate) bool { return d.On == clock.NoDate || s.hidden(d.Name) })
	if len(all) == 0 {
		return
	}
	s.line(0, s.t("dates"))
	for _, side := range sidesInOrder {
		first := true
		for _, d := range all {
			if own := sides[d.Name]; own != side && (own != "" || side != "authority") {
				continue
			}
			if first {
				s.line(1, s.t("side."+side))
				first = false
			}
			s.line(2, s.t("date", "label", s.w.Date(d.Name), "date", s.date(d.On), "law", s.law(d.Name)))
		}
	}
}

func (s *sheet) states() {
	s.line(0, s.t("state"))
	for _, on := range s.r.States {
		s.line(1, s.t("state.on", "date", s.date(on.On), "state", s.w.State(on.State)))
	}
	s.line(1, s.t("state.turn", "turn", s.w.Turn(s.r.Clock.Turn)))
}

// open writes what the law leaves open and what else would come out.
func (s *sheet) open() {
	s.line(0, s.t("open"))
	taken := map[string]string{}
	for _, sw := range s.r.Profile.Switches() {
		taken[sw.Name] = sw.Value
	}
	for _, a := range s.r.Readings {
		s.line(1, s.t("open.reading", "switch", s.w.Switch(a.Switch), "reading", s.w.Reading(a.Switch, taken[a.Switch]),
			"other", s.w.Reading(a.Switch, a.Value), "changes", s.changes(&a.Clock)))
	}
	if len(s.r.Readings) == 0 {
		s.line(1, s.t("open.none"))
	}
	for _, n := range s.r.Named {
		a := n.Alternative
		if len(a.Set) == 0 {
			s.line(1, s.t("open.note", "reading", a.Reading))
			continue
		}
		s.line(1, s.t("open.named", "reading", a.Reading, "other", i18n.Isolate(a.String()), "changes", s.changes(&n.Clock)))
	}
}

// changes lists what another reading gives instead of the clock's own values.
func (s *sheet) changes(other *clock.Clock) string {
	now := &s.r.Clock
	var out []string
	if now.State != other.State {
		out = append(out, s.t("open.state", "state", s.w.State(other.State), "now", s.w.State(now.State)))
	}
	was := now.Dates()
	for i, d := range other.Dates() {
		if d.On != was[i].On && !s.hidden(d.Name) {
			out = append(out, s.t("open.change", "label", s.w.Date(d.Name), "date", s.date(d.On), "now", s.date(was[i].On)))
		}
	}
	for i, q := range other.Requests {
		if i < len(now.Requests) && now.Requests[i].WindowLast != q.WindowLast {
			out = append(out, s.t("open.change", "label", s.w.Date(keyWindows), "date", s.date(q.WindowLast), "now", s.date(now.Requests[i].WindowLast)))
		}
	}
	if now.SuspendedDays != other.SuspendedDays {
		out = append(out, s.t("open.suspended", "n", s.number(other.SuspendedDays), "now", s.number(now.SuspendedDays)))
	}
	if len(now.Refused) != len(other.Refused) {
		out = append(out, s.t("open.refused", "n", s.number(len(other.Refused)), "now", s.number(len(now.Refused))))
	}
	if len(out) == 0 {
		return s.t("open.same")
	}
	semicolon := "; "
	if s.lang == i18n.AR {
		semicolon = "؛ "
	}
	text := out[0]
	for _, more := range out[1:] {
		text += semicolon + more
	}
	return text
}

func (s *sheet) sure() {
	if !s.r.Clock.Tentative && !s.r.Clock.Uncovered {
		return
	}
	s.line(0, s.t("sure"))
	if s.r.Clock.Tentative {
		s.line(1, s.t("sure.tentative"))
	}
	if s.r.Clock.Uncovered {
		s.line(1, s.t("sure.uncovered"))
	}
}
