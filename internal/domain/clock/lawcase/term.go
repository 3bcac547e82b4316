package lawcase

import "wasl/internal/domain/clock"

// dueOf is what a due day was counted from: the trigger, the days of the delay,
// and how they are counted.
type dueOf struct {
	from clock.Date
	term clock.Term // Days holds the case's own delay
}

// dueFrom tells how the due day of a clock was counted; ok is false where no delay
// of the authority runs.
func dueFrom(c *clock.Clock, p *clock.Profile, t clock.Terms) (due dueOf, ok bool) {
	switch lawOf(t) {
	case "":
		due = dueOf{c.CompleteOn, p.Rules.Delay}
		due.term.Days = t.Days
	case clock.LawInformation:
		due = dueOf{c.FiledOn, p.Rules.InfoAnswer}
		if t.Urgent {
			if due.term = p.Rules.InfoUrgent; p.Reading.InfoUrgent == "working" {
				due.term.Count = clock.CountWorking
			}
		}
		if c.ExtendedDays > 0 {
			due.term.Days *= 2
		}
	case clock.LawCourt, clock.LawCourtNew:
		for _, rule := range p.Courts {
			if rule.Law == lawOf(t) {
				due = dueOf{c.FiledOn, clock.Term{Days: rule.Silence, Count: rule.Count, Text: rule.Law, Article: rule.Article}}
			}
		}
	}
	return due, due.from != clock.NoDate && due.term.Days > 0
}

// termOf is the term that a date of clock.Clock.Dates rests on; ok is false where it
// rests on none of its own. Those of the court are by the rule in force.
func termOf(p *clock.Profile, name string, t clock.Terms) (term clock.Term, ok bool) {
	r := &p.Rules
	term, ok = map[string]clock.Term{
		"complete_on": {Text: "55-19", Article: r.Delay.Article}, "missing_window_last": r.Missing, "correction_windows_last": r.Replacement,
		"fetch_notice_last": r.FetchNotice, "half_last": r.Half, "due_on": r.Delay, "silence_effect_on": {Text: "55-19", Article: "19"},
		"act_due": r.Claim, "higher_due": r.Higher, "attestation_due": r.Attestation, "appeal_last": r.Appeal, "appeal_reply_due": r.AppealAnswer,
		"president_decision_due": r.President, "answer_last": r.InfoAnswer, "complaint_last": r.InfoComplaint, "head_answer_last": r.InfoHead,
		"commission_complaint_last": r.InfoCommission, "commission_answer_last": r.InfoCommissionAnswer, "rectify_last": r.Rectify,
	}[name]
	switch {
	case lawOf(t) == clock.LawInformation && t.Urgent && (name == "answer_last" || name == "due_on"):
		return r.InfoUrgent, true
	case lawOf(t) == clock.LawInformation && name == "due_on":
		return r.InfoAnswer, true
	case lawOf(t) == clock.LawInformation && name == "court_last":
		return r.InfoCourt, true
	case lawOf(t) == clock.LawInformation && name == "silence_effect_on":
		return r.InfoComplaint, true
	case name == "silence_effect_on" && t.Silence != clock.MeansConsent && lawOf(t) == "":
		return r.Appeal, true
	case name == "court_last" || name == "appeal_silence_last" || lawOf(t) == clock.LawCourt || lawOf(t) == clock.LawCourtNew:
		return courtArticle(p, t)
	}
	return term, ok
}

// courtArticle is the court's rule that the terms name, or the newest in force.
func courtArticle(p *clock.Profile, t clock.Terms) (term clock.Term, ok bool) {
	newest := clock.NoDate
	for _, rule := range p.Courts {
		if rule.Law == lawOf(t) || lawOf(t) == "" && rule.ValidFrom > newest {
			term, ok, newest = clock.Term{Text: rule.Law, Article: rule.Article, Count: rule.Count}, true, rule.ValidFrom
		}
	}
	return term, ok
}

// lawOf is the law whose rules run, "" for law 55-19.
func lawOf(t clock.Terms) string {
	if t.Law == "" && t.Kind == clock.KindInformation {
		return clock.LawInformation
	}
	return t.Law
}
