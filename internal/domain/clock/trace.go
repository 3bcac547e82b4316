package clock

// Step is one event of a trace: how the law took it, and the clock at the end
// of its day without it and with it, before the events that followed.
type Step struct {
	Event  Event
	Ruling Ruling
	Before Clock
	Clock  Clock
}

// Trace follows a case event by event, in the order in which the engine takes
// them. A refusal whose notice is an event of its own is pending until then.
func Trace(p *Profile, t Terms, events []Event) []Step {
	all := inOrder(events)
	steps := make([]Step, len(all))
	to := func(n int, day Date) *fold {
		f := newFold(p, t, all)
		for i := range n {
			f.take(i, p.DateOf(all[i].At))
		}
		f.advance(day)
		return f
	}
	for i, e := range all {
		day := p.DateOf(e.At)
		f := to(i, day)
		steps[i] = Step{Event: e, Ruling: f.judge(e, day), Before: to(i, day).finish(day)}
		f.take(i, day)
		steps[i].Clock = f.finish(day)
	}
	return steps
}

// DueOf is what a due day was counted from: the trigger, the days of the delay,
// and how they are counted.
type DueOf struct {
	From Date
	Term Term // Days holds the case's own delay
}

// Due tells how the due day of a clock was counted; ok is false where no delay
// of the authority runs.
func (c *Clock) Due(p *Profile, t Terms) (due DueOf, ok bool) {
	switch t.law() {
	case "":
		due = DueOf{c.CompleteOn, p.Rules.Delay}
		due.Term.Days = t.Days
	case LawInformation:
		due = DueOf{c.FiledOn, p.Rules.InfoAnswer}
		if t.Urgent {
			if due.Term = p.Rules.InfoUrgent; p.Reading.InfoUrgent == "working" {
				due.Term.Count = CountWorking
			}
		}
		if c.ExtendedDays > 0 {
			due.Term.Days *= 2
		}
	case LawCourt, LawCourtNew:
		for _, rule := range p.Courts {
			if rule.Law == t.law() {
				due = DueOf{c.FiledOn, Term{Days: rule.Silence, Count: rule.Count, Text: rule.Law, Article: rule.Article}}
			}
		}
	}
	return due, due.From != NoDate && due.Term.Days > 0
}

// TermOf is the term that a date of Clock.Dates rests on; ok is false where it
// rests on none of its own. Those of the court are by the rule in force.
func (p *Profile) TermOf(name string, t Terms) (term Term, ok bool) {
	r := &p.Rules
	term, ok = map[string]Term{
		"complete_on": {Text: "55-19", Article: r.Delay.Article}, "missing_window_last": r.Missing, "correction_windows_last": r.Replacement,
		"fetch_notice_last": r.FetchNotice, "half_last": r.Half, "due_on": r.Delay, "silence_effect_on": {Text: "55-19", Article: "19"},
		"act_due": r.Claim, "higher_due": r.Higher, "attestation_due": r.Attestation, "appeal_last": r.Appeal, "appeal_reply_due": r.AppealAnswer,
		"president_decision_due": r.President, "answer_last": r.InfoAnswer, "complaint_last": r.InfoComplaint, "head_answer_last": r.InfoHead,
		"commission_complaint_last": r.InfoCommission, "commission_answer_last": r.InfoCommissionAnswer, "rectify_last": r.Rectify,
	}[name]
	switch {
	case t.law() == LawInformation && t.Urgent && (name == "answer_last" || name == "due_on"):
		return r.InfoUrgent, true
	case t.law() == LawInformation && name == "due_on":
		return r.InfoAnswer, true
	case t.law() == LawInformation && name == "court_last":
		return r.InfoCourt, true
	case name == "silence_effect_on" && t.Silence != MeansConsent:
		return r.Appeal, true
	case name == "court_last" || name == "appeal_silence_last" || t.law() == LawCourt || t.law() == LawCourtNew:
		return p.courtArticle(t)
	}
	return term, ok
}

// courtArticle is the court's rule that the terms name, or the newest in force.
func (p *Profile) courtArticle(t Terms) (term Term, ok bool) {
	newest := NoDate
	for _, rule := range p.Courts {
		if rule.Law == t.law() || t.law() == "" && rule.ValidFrom > newest {
			term, ok, newest = Term{Text: rule.Law, Article: rule.Article, Count: rule.Count}, true, rule.ValidFrom
		}
	}
	return term, ok
}
