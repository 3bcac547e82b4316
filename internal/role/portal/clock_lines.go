package portal

import (
	"html/template"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/clock/words"
	"wasl/internal/domain/intake"
)

// lines tells how the clock is counted: from the complete file over each
// suspension to the due day.
func (t *teller) lines() []clockLine {
	k := &t.k
	if k.State == clock.NoClock || k.State == "" {
		return nil
	}
	var out []clockLine
	w := words.In(t.l)
	dated := func(name string, d clock.Date) {
		if d != clock.NoDate {
			out = append(out, clockLine{Text: texts.H(t.l, "clock.line", "what", w.Date(name), "date", t.day(d))})
		}
	}
	rules := t.c.Law().Rules
	dated("complete_on", k.CompleteOn)
	if n := t.c.Terms().Days; k.CompleteOn != clock.NoDate && t.c.Terms().Kind != clock.KindInformation && n > 0 {
		out = append(out, clockLine{Text: texts.H(t.l, "clock.line.delay", "days", i18n.Days(t.l, n)), Whys: []clockWhy{{Law: w.CiteHTML(rules.Delay.Text, rules.Delay.Article, "31")}}})
	}
	for _, s := range k.Suspensions {
		out = append(out, t.stop(s))
	}
	if k.ExtendedDays > 0 && t.c.Terms().Kind != clock.KindInformation {
		act := t.c.Law().Acts[clock.Extend]
		out = append(out, clockLine{Text: texts.H(t.l, "clock.line.extended", "days", i18n.Days(t.l, k.ExtendedDays)), Whys: []clockWhy{{Law: w.CiteHTML(act.Text, act.Article)}}})
	}
	if k.State != clock.Withdrawn && k.State != clock.Returned {
		dated("due_on", k.DueOn)
	}
	return out
}

// stop is one suspension: from, to, days, and the requests that it comes from.
func (t *teller) stop(s clock.Span) clockLine {
	line := clockLine{}
	if s.To == clock.NoDate {
		line.Text = texts.H(t.l, "clock.line.open", "from", t.day(s.From))
	} else {
		line.Text = texts.H(t.l, "clock.line.stop", "from", t.day(s.From), "to", t.day(s.To), "days", i18n.Days(t.l, int(s.To-s.From)))
	}
	w := words.In(t.l)
	for _, r := range t.k.Requests {
		if r.AnsweredOn != clock.NoDate && r.AnsweredOn <= s.From || s.To != clock.NoDate && r.SentOn >= s.To {
			continue
		}
		act := t.c.Law().Acts[r.Kind]
		line.Whys = append(line.Whys, clockWhy{w.Act(r.Kind), w.CiteHTML(act.Text, act.Article)})
	}
	return line
}

// actView is one thing that the applicant may do now.
type actView struct {
	Link, Label string
	Until       template.HTML // the last day, where the law sets one
}

// actsOf lists what the law lets the applicant do now, beside answering.
func actsOf(l i18n.Lang, c *intake.Case) []actView {
	t := &teller{l: l, c: c, k: c.Clock}
	var out []actView
	for _, r := range c.Acts {
		if !r.OK || r.Do == clock.Withdraw || c.Did(r.Do) {
			continue
		}
		v := actView{Link: casePath(l, c.Reference, "/acts/"+r.Do), Label: texts.T(l, "act."+r.Do)}
		if r.Do == intake.KindAppeal {
			v.Until = t.last(c.Safe.Appeal, c.Clock.AppealLast)
		}
		out = append(out, v)
	}
	return out
}

// last says the safe last day of an act, and the one of the reading taken
// where that is another.
func (t *teller) last(safe, taken clock.Date) template.HTML {
	switch {
	case safe == clock.NoDate:
		return ""
	case t.c.On > safe:
		return texts.H(t.l, "acts.late", "date", t.day(safe))
	case safe != taken:
		return texts.H(t.l, "acts.safe", "date", t.day(safe), "taken", t.day(taken))
	}
	return texts.H(t.l, "acts.until", "date", t.day(safe))
}
