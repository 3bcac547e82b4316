package clock

import "slices"

// ruling is an act allowed by its own article, to be refused by no.
func (f *fold) ruling(do string, day Date) Ruling {
	rule := f.p.Acts[do]
	r := Ruling{Do: do, On: day, OK: true, Text: rule.Text}
	if rule.Article != "" {
		r.Articles = []string{rule.Article}
	}
	return r
}

// no refuses: by the given articles, or by the act's own.
func (r Ruling) no(why string, articles ...string) Ruling {
	r.OK, r.Why = false, why
	if len(articles) > 0 {
		r.Articles = articles
	}
	return r
}

// judge says whether the law allows an act on a day, as things stand.
func (f *fold) judge(e Event, day Date) Ruling {
	r := f.ruling(e.Do, day)
	if r.Text == "" {
		r.Text = f.lawText()
	}
	if !Known(e.Do) {
		return r.no("unknown")
	}
	if e.Do == File {
		if f.filed || f.ended != "" {
			return r.no("closed")
		}
		return r
	}
	if own, found := f.judgeLater(e, r); found {
		return own
	}
	if f.ended != "" && !f.reopens(e.Do) {
		return r.no("closed")
	}
	if !f.filed {
		return f.judgeUnfiled(e, r)
	}
	switch e.Do {
	case RequestReplacement, RequestOriginals, RequestInformation:
		return f.judgeRequest(e, r)
	case DeclareMissing:
		return r.no("declared-at-filing")
	case Supply, Answer:
		return f.judgePiece(e, r)
	case NoticeUnavailable:
		return f.judgeNotice(e, r)
	case Extend:
		return f.judgeExtension(e, r)
	case Grant, Refuse, RefusalNotified:
		return f.judgeDecision(e, r)
	case Return:
		return f.judgeReturn(e, r)
	case LeaveUnanswered:
		return f.judgeRepeat(e, r)
	}
	return r // steps, receipts of requests, a withdrawal
}

// reopens tells whether an act still counts after a refusal that was appealed.
// An answer does before the court alone, where it is the authority's: in a file
// of ours it is the applicant's, and must not start the court's term.
func (f *fold) reopens(do string) bool {
	return f.ended == Refused && f.c.AppealedOn != NoDate && (do == Grant || do == Refuse || do == RefusalNotified || do == Answer && f.beforeCourt())
}

// judgeUnfiled judges an act without a file: before the court, a decision that
// came without one of ours, and the answer to the appeal against it.
func (f *fold) judgeUnfiled(e Event, r Ruling) Ruling {
	switch e.Do {
	case Grant, Refuse, RefusalNotified:
		if f.beforeCourt() {
			return f.judgeDecision(e, r)
		}
	case Answer:
		if f.beforeCourt() && f.c.AppealedOn != NoDate {
			return r
		}
	}
	return r.no("not-filed")
}

// beforeCourt tells whether the law that runs is the court's own.
func (f *fold) beforeCourt() bool {
	return f.t.law() == LawCourt || f.t.law() == LawCourtNew
}

func (f *fold) lawText() string {
	if law := f.t.law(); law != "" {
		return law
	}
	return "55-19"
}

func (f *fold) judgeRequest(e Event, r Ruling) Ruling {
	once := f.p.Acts[e.Do].Once
	switch {
	case f.t.law() != "":
		return r.no("no-requests", f.p.Rules.InfoAnswer.Article)
	case f.still:
		return r.no("no-clock")
	case e.Reason == NoReason && e.Do != RequestInformation:
		return r.no("reason")
	case f.repeated(e):
		if once != "" {
			r.Articles = append(r.Articles, once)
		}
		if e.Do == RequestReplacement && f.p.Reading.Replacement == "document" {
			return r.no("repeat-piece")
		}
		return r.no("once")
	case f.silentOn(r.On):
		return r.no("after-due")
	case f.elapsed(r.On) > f.half():
		return r.no("second-half")
	}
	return r
}

// repeated tells whether the same was asked before: the piece, or the kind of
// request that the law allows once (art. 4(8), 7(4), 10, 14).
func (f *fold) repeated(e Event) bool {
	for _, have := range f.c.Requests {
		if have.Kind != e.Do {
			continue
		}
		if e.Do != RequestReplacement || f.p.Reading.Replacement == "file" || len(e.Docs) == 0 && len(have.Docs) == 0 {
			return true
		}
		if slices.ContainsFunc(e.Docs, func(doc string) bool { return slices.Contains(have.Docs, doc) }) {
			return true
		}
	}
	return false
}

// judgePiece refuses a late piece where the profile reads art. 10 so.
func (f *fold) judgePiece(e Event, r Ruling) Ruling {
	if f.p.Reading.LatePiece != "refused" {
		return r
	}
	if f.waits && r.On > f.c.MissingLast {
		return r.no("late-piece")
	}
	for _, i := range f.answers(e) {
		if last := f.c.Requests[i].WindowLast; last != NoDate && r.On > last {
			return r.no("late-piece")
		}
	}
	return r
}

func (f *fold) judgeNotice(e Event, r Ruling) Ruling {
	switch {
	case !f.t.Fetch || f.t.law() != "":
		return r.no("no-fetch", "24", "23")
	case e.Reason == NoReason:
		return r.no("reason")
	case r.On > f.p.after(f.c.FiledOn, f.p.Rules.FetchNotice):
		return r.no("fetch-late", "24", "23")
	}
	return r
}

func (f *fold) judgeExtension(e Event, r Ruling) Ruling {
	told := max(r.On, e.Notified)
	_, last := f.due()
	if f.t.law() == LawInformation {
		r.Text, r.Articles = f.p.Rules.InfoAnswer.Text, []string{f.p.Rules.InfoAnswer.Article}
		switch {
		case e.Reason == NoReason:
			return r.no("reason")
		case f.c.ExtendedDays > 0:
			return r.no("extended")
		case last != NoDate && told > last:
			return r.no("too-late")
		}
		return r
	}
	switch {
	case f.t.law() != "" || f.still:
		return r.no("no-clock")
	case f.t.Extension == "":
		return r.no("not-listed")
	case !f.ground(e.For):
		return r.no("ground")
	case f.c.ExtendedDays > 0:
		return r.no("extended")
	case e.Days <= 0 || e.Days > mostDays:
		return r.no("days")
	case e.Reason == NoReason:
		return r.no("reason")
	case f.waits:
		return r.no("no-clock")
	case last != NoDate && told >= last:
		return r.no("too-late")
	}
	return r
}

// ground tells whether an extension rests on a lawful ground: the one the
// service names, or an expertise or inquiry where it allows any (art. 6(7), 17).
func (f *fold) ground(named string) bool {
	if f.t.Extension == ForAny {
		return named == ForExpertise || named == ForInquiry
	}
	return named == "" || named == f.t.Extension
}

func (f *fold) judgeDecision(e Event, r Ruling) Ruling {
	switch {
	case f.still && e.Do != Grant:
		return r.no("no-clock")
	case e.Do == Refuse && e.Reason == NoReason:
		return r.no("reason")
	case e.Do == Grant && f.pending != nil || e.Do == Refuse && f.pending != nil:
		return r.no("closed")
	case e.Do != Grant && f.consentOn(r.On):
		return r.no("consent", "19")
	}
	return r
}

func (f *fold) judgeReturn(e Event, r Ruling) Ruling {
	switch {
	case f.t.law() != "":
		return r.no("no-window")
	case f.mayReturn(r.On):
		if e.Reason == NoReason {
			return r.no("reason")
		}
		return r
	case f.waits || slices.ContainsFunc(f.c.Requests, func(q Request) bool { return q.AnsweredOn == NoDate && q.WindowLast != NoDate }):
		return r.no("window-open")
	}
	for _, q := range f.c.Requests { // no term for the applicant, so no return (art. 7, 14)
		if q.AnsweredOn == NoDate {
			r.Articles = append(r.Articles, f.p.Acts[q.Kind].Article)
		}
	}
	return r.no("no-window")
}

// judgeRepeat allows silence on a request already refused, when nothing changed (art. 15).
func (f *fold) judgeRepeat(e Event, r Ruling) Ruling {
	first := e
	for _, have := range f.events {
		if have.Do == File {
			first = have
			break
		}
	}
	say := func(of func(Event) *bool, otherwise bool) bool {
		for _, from := range []Event{e, first} {
			if v := of(from); v != nil {
				return *v
			}
		}
		return otherwise
	}
	repeat := say(func(e Event) *bool { return e.Repeat }, false)
	refused := say(func(e Event) *bool { return e.RefusedBefore }, repeat)
	same := say(func(e Event) *bool { return e.SameApplicant }, repeat || refused)
	changed := say(func(e Event) *bool { return e.Changed }, false)
	if !refused || !same || changed || e.Repeat != nil && !*e.Repeat || first.Repeat != nil && !*first.Repeat {
		return r.no("not-repeat")
	}
	return r
}
