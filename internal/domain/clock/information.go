package clock

// infoLast is the last day to answer a request of information (law 31-13):
// twenty working days, three days where life, safety or liberty need it, and
// once as much again.
func (f *fold) infoLast(from Date, extended bool) Date {
	term := f.p.Rules.InfoAnswer
	if f.t.Urgent {
		if term = f.p.Rules.InfoUrgent; f.p.Reading.InfoUrgent == "working" {
			term.Count = CountWorking
		}
	}
	if extended {
		term.Days *= 2
	}
	return f.p.after(from, term)
}

// judgeComplaint judges the chain of law 31-13: complaint to the head, then to
// the commission. A head's answer also ends an appeal of law 55-19.
func (f *fold) judgeComplaint(e Event, r Ruling) Ruling {
	rules := &f.p.Rules
	if f.t.law() != LawInformation {
		if e.Do == HeadAnswer { // to an appeal
			r.Text, r.Articles = f.lawText(), []string{rules.AppealAnswer.Article}
		}
		switch {
		case e.Do != HeadAnswer:
			return r.no("out-of-order")
		case f.c.AppealedOn == NoDate:
			return r.no("not-appealed")
		case f.explicit != NoDate:
			return r.no("answered")
		}
		return r
	}
	switch e.Do {
	case Complaint:
		from, ok := f.complaintFrom(r.On)
		switch {
		case f.complained != NoDate:
			return r.no("appealed")
		case !ok:
			return r.no("appeal-early")
		case r.On > f.p.after(from, rules.InfoComplaint):
			return r.no("appeal-late")
		}
	case HeadAnswer:
		if f.complained == NoDate || f.headOn != NoDate {
			return r.no("out-of-order")
		}
	case CommissionComplaint:
		return f.judgeCommission(r)
	case CommissionAnswer:
		if f.commission == NoDate || f.commAnswer != NoDate {
			return r.no("out-of-order")
		}
	}
	return r
}

func (f *fold) judgeCommission(r Ruling) Ruling {
	last := f.c.HeadAnswerLast
	switch {
	case f.complained == NoDate || f.commission != NoDate:
		return r.no("out-of-order")
	case f.headOn == NoDate && r.On <= last:
		return r.no("wait")
	case r.On > f.p.after(f.commissionFrom(), f.p.Rules.InfoCommission):
		return r.no("appeal-late")
	}
	return r
}

// complaintFrom is the day a complaint counts from: the refusal received, or
// the last day of the answer once it has passed.
func (f *fold) complaintFrom(day Date) (Date, bool) {
	if f.ended == Refused {
		return f.c.RefusalReceivedOn, true
	}
	_, last := f.due()
	return last, f.ended == "" && last != NoDate && day > last
}

func (f *fold) commissionFrom() Date {
	if f.headOn != NoDate {
		return f.headOn
	}
	return f.c.HeadAnswerLast
}

func (f *fold) infoDates() {
	c, rules := &f.c, &f.p.Rules
	switch {
	case f.ended == Refused:
		c.ComplaintLast = f.p.after(c.RefusalReceivedOn, rules.InfoComplaint)
	case f.ended == "" && c.DueOn != NoDate:
		c.ComplaintLast = f.p.after(c.DueOn, rules.InfoComplaint)
	}
	if f.complained != NoDate {
		c.CommissionComplaintLast = f.p.after(f.commissionFrom(), rules.InfoCommission)
	}
	switch {
	case f.commAnswer != NoDate:
		c.CourtLast = f.p.after(f.commAnswer, rules.InfoCourt)
	case f.commission != NoDate:
		c.CourtLast = f.p.after(c.CommissionAnswerLast, rules.InfoCourt)
	}
}
