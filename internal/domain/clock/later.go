package clock

// judgeLater judges what comes after a decision or a silence; found is false
// for the acts of the file's own life.
func (f *fold) judgeLater(e Event, r Ruling) (ruling Ruling, found bool) {
	switch e.Do {
	case ClaimAct:
		return f.judgeClaim(r), true
	case GoHigher:
		return f.judgeHigher(r), true
	case AskAttestation:
		return f.judgeAttestation(r), true
	case Appeal:
		r = f.judgeAppeal(r)
		if rule := f.court(); r.OK && f.t.law() != "" && rule != nil { // before the court, the appeal is its own law's
			r.Text, r.Articles = rule.Law, []string{rule.Article}
		}
		return r, true
	case ReferToWali:
		return f.judgeReferral(r), true
	case PresidentReceived:
		if !f.asked && !f.referred {
			return r.no("out-of-order"), true
		}
		if !f.referred {
			r.Articles = []string{f.p.Rules.Attestation.Article}
		}
		return r, true
	case Complaint, HeadAnswer, CommissionComplaint, CommissionAnswer:
		return f.judgeComplaint(e, r), true
	case RectificationAsked:
		return r, true
	case RefusalNotified:
		return f.judgeNotified(e, r)
	}
	return r, false
}

// judgeNotified takes the notice of a refusal that was signed before, unless the
// file has ended otherwise since; found is false where it is itself the refusal.
func (f *fold) judgeNotified(e Event, r Ruling) (ruling Ruling, found bool) {
	for _, i := range f.linked {
		if f.events[i].At.Equal(e.At) {
			return r, f.ended == "" || f.ended == Refused
		}
	}
	return r, false
}

func (f *fold) judgeClaim(r Ruling) Ruling {
	switch {
	case !f.consentOn(r.On):
		return r.no("not-consent")
	case f.c.ClaimedOn != NoDate:
		return r.no("claimed")
	}
	return r
}

func (f *fold) judgeHigher(r Ruling) Ruling {
	switch {
	case f.t.Authority == AuthorityLocal:
		return r.no("not-local", "20")
	case !f.consentOn(r.On):
		return r.no("not-consent")
	case f.c.ClaimedOn == NoDate:
		return r.no("claim-first")
	case r.On <= f.p.after(f.c.ClaimedOn, f.p.Rules.Claim):
		return r.no("wait")
	case f.c.HigherOn != NoDate:
		return r.no("claimed")
	}
	return r
}

func (f *fold) judgeAttestation(r Ruling) Ruling {
	switch {
	case f.t.Authority != AuthorityLocal:
		return r.no("local-only")
	case !f.consentOn(r.On):
		return r.no("not-consent")
	case f.asked:
		return r.no("claimed")
	}
	return r
}

// judgeAppeal bars nobody before the latest reading of the law (art. 21).
func (f *fold) judgeAppeal(r Ruling) Ruling {
	court := f.beforeCourt()
	_, last := f.due()
	switch {
	case f.t.law() == LawInformation || f.t.law() == LawData:
		return r.no("silent-only")
	case f.c.AppealedOn != NoDate:
		return r.no("appealed")
	case court && !f.filed && f.ended == "": // of a decision that this file does not tell
		return r
	case f.ended == Refused && f.t.Appeal == Commission:
		return r.no("commission", "22")
	case f.ended == Refused:
		if r.On > f.appealLast(f.c.RefusalReceivedOn) {
			return r.no("appeal-late")
		}
		return r
	case court && f.silentOn(r.On):
		if r.On > f.appealLast(last) {
			return r.no("appeal-late")
		}
		return r
	case f.ended != "" || f.still || f.t.Silence == MeansConsent || last == NoDate:
		return r.no("silent-only")
	case r.On <= last:
		return r.no("appeal-early")
	case r.On > f.p.after(last+1, f.p.Rules.Appeal):
		return r.no("appeal-late")
	}
	return r
}

// appealLast is the last day to appeal against a refusal: of law 55-19, or,
// before the court, the term of the court itself.
func (f *fold) appealLast(from Date) Date {
	if rule := f.court(); rule != nil && f.t.law() != "" {
		return f.courtTerm(from, rule.Notice)
	}
	return f.p.after(from, f.p.Rules.Appeal)
}

func (f *fold) judgeReferral(r Ruling) Ruling {
	switch {
	case f.t.Authority != AuthorityLocal:
		return r.no("local-only")
	case f.c.AppealedOn == NoDate:
		return r.no("not-appealed")
	case f.explicit != NoDate:
		return r.no("answered")
	case f.ended != "" && f.ended != Refused:
		return r.no("closed")
	case f.referred:
		return r.no("appealed")
	case r.On <= f.p.after(f.c.AppealedOn, f.p.Rules.AppealAnswer):
		return r.no("wait")
	}
	return r
}

// effectLater lets an act after the decision or the silence change the fold.
func (f *fold) effectLater(e Event, day Date) {
	c, rules := &f.c, &f.p.Rules
	switch e.Do {
	case ClaimAct:
		c.ClaimedOn, c.ActDue = day, f.p.after(day, rules.Claim)
	case GoHigher:
		c.HigherOn, c.HigherDue = day, f.p.after(day, rules.Higher)
	case AskAttestation:
		if f.asked = true; f.p.Reading.TenDaysFrom == "request" {
			c.AttestationDue = f.p.after(day, rules.Attestation)
		}
	case Appeal:
		f.appeal(day)
	case ReferToWali:
		f.referred = true
	case PresidentReceived:
		f.presidentReceived(day)
	case HeadAnswer:
		f.headAnswer(day)
	case Complaint:
		f.complained, c.HeadAnswerLast = day, f.p.after(day, rules.InfoHead)
	case CommissionComplaint:
		f.commission, c.CommissionAnswerLast = day, f.p.after(day, rules.InfoCommissionAnswer)
	case CommissionAnswer:
		f.commAnswer = day
	case RectificationAsked:
		c.RectifyLast = f.p.after(day, rules.Rectify)
	}
}

func (f *fold) appeal(day Date) {
	f.c.AppealedOn = day
	if f.t.law() == "" {
		f.c.AppealReplyDue = f.p.after(day, f.p.Rules.AppealAnswer)
	}
}

// presidentReceived starts the ten days of art. 20 or 21.
func (f *fold) presidentReceived(day Date) {
	if f.asked && f.p.Reading.TenDaysFrom == "president" && f.c.AttestationDue == NoDate {
		f.c.AttestationDue = f.p.after(day, f.p.Rules.Attestation)
	}
	if f.referred && f.c.PresidentDue == NoDate {
		f.c.PresidentDue = f.p.after(day, f.p.Rules.President)
	}
}

func (f *fold) headAnswer(day Date) {
	if f.t.law() == LawInformation {
		f.headOn = day
		return
	}
	f.explicit = day
}

// refusalReceived starts the terms of appeal and court. After an appeal against
// silence the refusal is the answer to it.
func (f *fold) refusalReceived(day Date) {
	if f.c.RefusalReceivedOn = day; f.c.AppealedOn != NoDate {
		f.explicit = day
	}
}

// silenceDates computes the terms of appeals, complaints and courts.
func (f *fold) silenceDates() {
	switch f.t.law() {
	case LawInformation:
		f.infoDates()
	case LawData:
	case LawCourt, LawCourtNew:
		f.courtDates()
	default:
		f.appealDates()
		f.courtDates()
	}
}

// appealDates are those of art. 21: from the refusal, or from the silence.
func (f *fold) appealDates() {
	c := &f.c
	switch {
	case f.ended == Refused && f.t.Appeal == Commission:
	case f.ended == Refused:
		c.AppealLast = f.p.after(c.RefusalReceivedOn, f.p.Rules.Appeal)
	case f.t.Silence == MeansAppeal && c.SilenceOn != NoDate:
		from := c.DueOn
		if f.p.Reading.AppealFrom == "after" {
			from++
		}
		c.AppealLast = f.p.after(from, f.p.Rules.Appeal)
	}
}
