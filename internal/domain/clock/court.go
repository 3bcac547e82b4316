package clock

// court is the rule of the administrative court that a case falls under: the
// one its terms name, else the newest in force when the refusal was received or
// the silence appealed against; a term already running keeps its rule (art. 643).
func (f *fold) court() (best *CourtRule) {
	day := f.c.RefusalReceivedOn
	if day == NoDate {
		day = f.c.AppealedOn
	}
	for i := range f.p.Courts {
		rule := &f.p.Courts[i]
		if rule.Law == f.t.law() {
			return rule
		}
		if f.t.law() == "" && rule.ValidFrom != NoDate && rule.ValidFrom <= day && (best == nil || rule.ValidFrom > best.ValidFrom) {
			best = rule
		}
	}
	return best
}

// courtTerm is the last useful day of a court term.
func (f *fold) courtTerm(from Date, days int) Date {
	rule := f.court()
	return f.p.after(from, Term{Days: days, Count: rule.Count})
}

// courtDates are the terms of the court: from the refusal; where a prior appeal
// was made, from its answer, or from the silence that refuses it.
func (f *fold) courtDates() {
	c, rule := &f.c, f.court()
	if rule == nil || f.ended == Granted {
		return
	}
	own := f.t.law() != ""
	if own && f.ended == Refused {
		c.AppealLast = f.courtTerm(c.RefusalReceivedOn, rule.Notice)
	}
	if c.AppealedOn != NoDate {
		c.AppealSilenceLast = f.courtTerm(c.AppealedOn, rule.AppealSilence)
	}
	switch {
	case c.AppealedOn != NoDate && f.explicit != NoDate:
		c.CourtLast = f.courtTerm(f.explicit, rule.AfterAppeal)
	case c.AppealedOn != NoDate:
		c.CourtLast = f.courtTerm(c.AppealSilenceLast, rule.AfterAppeal)
	case f.ended == Refused && (own || f.t.Appeal != Commission):
		c.CourtLast = f.courtTerm(c.RefusalReceivedOn, rule.Notice)
	case own && c.DueOn != NoDate:
		c.CourtLast = f.courtTerm(c.DueOn, rule.Notice)
	}
}
