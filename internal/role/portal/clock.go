package portal

import (
	"html/template"
	"slices"

	"wasl/internal/base/i18n"
	"wasl/internal/base/page"
	"wasl/internal/domain/authority"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/clock/words"
	"wasl/internal/domain/intake"
)

// clockView is what a case's page says of the legal clock.
type clockView struct {
	State    string
	Sentence template.HTML
	Notes    []template.HTML // what may still change
	Lines    []clockLine     // how it is counted, oldest first
}

// clockLine is one step of the count, or a suspension.
type clockLine struct {
	Text template.HTML
	Whys []clockWhy
}

// clockWhy is one reason of a suspension, with its law.
type clockWhy struct {
	Text string
	Law  template.HTML
}

func clockOf(l i18n.Lang, c *intake.Case) clockView {
	t := &teller{l: l, c: c, k: c.Clock}
	v := clockView{State: stateOf(l, c), Sentence: t.sentence(), Notes: t.notes()}
	v.Lines = t.lines()
	return v
}

// stateOf names the state of a case: the clock's, or what the clock knows
// nothing of.
func stateOf(l i18n.Lang, c *intake.Case) string {
	switch {
	case c.State == "closed" || c.State == "appeal-upheld" || c.State == "appeal-dismissed" || c.State == "unanswered":
		return texts.T(l, "state."+c.State)
	case c.Clock.State == "":
		return word(l, "state.", c.State)
	}
	return words.In(l).State(c.Clock.State)
}

// teller says a clock in one plain sentence, part by part.
type teller struct {
	l     i18n.Lang
	c     *intake.Case
	k     clock.Clock
	parts []template.HTML
}

func (t *teller) say(key string, args ...any) {
	t.parts = append(t.parts, texts.H(t.l, key, args...))
}

// on says a part with a day, when there is one.
func (t *teller) on(key string, d clock.Date) {
	if d != clock.NoDate {
		t.say(key, "date", t.day(d))
	}
}

func (t *teller) day(d clock.Date) template.HTML {
	return page.Time(d.String(), i18n.CivilDate(t.l, d.String()))
}

// who is the authority at the beginning of a sentence, mid within one.
func (t *teller) who() (begin, mid string) {
	if t.c.Authority != nil && t.c.Authority.Kind == authority.Commune {
		return texts.T(t.l, "clock.who.commune"), texts.T(t.l, "clock.mid.commune")
	}
	return texts.T(t.l, "clock.who.other"), texts.T(t.l, "clock.mid.other")
}

// sentence is the clock in one sentence.
func (t *teller) sentence() template.HTML {
	k := &t.k
	switch k.State {
	case clock.Incomplete:
		t.on("clock.incomplete", t.c.Safe.Window)
		t.say("clock.starts")
	case clock.Running:
		t.running()
	case clock.Suspended:
		t.suspended()
	case clock.ReturnDue:
		t.on("clock.returndue", k.WindowLast)
		t.say("clock.still")
	case clock.Returned:
		t.on("clock.returned", k.DecidedOn)
		t.say("clock.again")
	case clock.Silent:
		t.on("clock.passed", k.DueOn)
		t.appeal()
	case clock.Consent:
		t.consent()
	case clock.Granted:
		t.on("clock.granted", k.DecidedOn)
	case clock.Refused:
		t.on("clock.refused", k.DecidedOn)
		t.appeal()
	case clock.Withdrawn:
		t.on("clock.withdrawn", k.DecidedOn)
	case clock.NoClock:
		t.none()
	}
	return t.joined()
}

func (t *teller) joined() template.HTML {
	if len(t.parts) == 0 {
		return ""
	}
	all := t.parts[0]
	for _, part := range t.parts[1:] {
		all += texts.H(t.l, "clock.join") + part
	}
	return all + texts.H(t.l, "clock.stop")
}

// running: until when, what was suspended, what silence then means.
func (t *teller) running() {
	if t.k.DueOn == clock.NoDate {
		return
	}
	who, _ := t.who()
	t.say("clock.until", "who", who, "date", t.day(t.k.DueOn))
	t.counted()
	switch {
	case t.c.Terms().Kind == clock.KindInformation || t.c.Terms().Law == clock.LawInformation:
		t.say("clock.then.complaint")
	case t.k.SilenceMeans == clock.MeansConsent:
		t.say("clock.then.consent")
	default:
		t.say("clock.then.appeal")
	}
}

// counted says what the due date holds beside the delay.
func (t *teller) counted() {
	if n := t.k.SuspendedDays; n > 0 {
		key := "clock.corrected"
		if slices.ContainsFunc(t.k.Requests, func(r clock.Request) bool { return r.Kind != clock.RequestReplacement }) {
			key = "clock.answered"
		}
		t.say(key, "days", i18n.Days(t.l, n))
	}
	if n := t.k.ExtendedDays; n > 0 && t.c.Terms().Kind != clock.KindInformation {
		t.say("clock.extended", "days", i18n.Days(t.l, n))
	}
}

func (t *teller) suspended() {
	if n := len(t.k.Suspensions); n > 0 {
		t.on("clock.suspended", t.k.Suspensions[n-1].From)
	} else {
		t.say("clock.suspended.now")
	}
	if t.k.OpenRequests > 1 {
		t.say("clock.open", "n", t.k.OpenRequests)
	}
	if t.c.Safe.Window != clock.NoDate {
		t.on("clock.window", t.c.Safe.Window)
	} else {
		t.say("clock.nowindow")
	}
	t.counted()
	if t.c.IfToday != clock.NoDate {
		_, who := t.who()
		t.say("clock.today", "who", who, "date", t.day(t.c.IfToday))
	}
}

// consent: what silence gave, and who has to hand it over.
func (t *teller) consent() {
	k, now := &t.k, t.c.On
	t.on("clock.passed", k.DueOn)
	t.on("clock.consent", k.SilenceOn)
	asked := t.c.Did(intake.KindAttestation)
	if k.ClaimedOn == clock.NoDate && !asked {
		t.say("clock.claim", "days", i18n.Days(t.l, t.c.Law().Rules.Claim.Days))
		return
	}
	t.on("clock.claimed", k.ClaimedOn)
	switch {
	case k.HigherOn != clock.NoDate:
		t.on("clock.higher", k.HigherOn)
		t.until("clock.handover", "clock.handover.over", k.HigherDue, now)
	case asked:
		t.say("clock.attesting")
		t.on("clock.attestation", k.AttestationDue)
	default:
		t.until("clock.handover", "clock.handover.over", k.ActDue, now)
	}
}

// until says a term of others that runs, or that has passed.
func (t *teller) until(key, over string, last, now clock.Date) {
	if now > last {
		key = over
	}
	t.on(key, last)
}

// appeal: the ways after a refusal or a silence that gives nothing.
func (t *teller) appeal() {
	k, now := &t.k, t.c.On
	switch {
	case k.AppealedOn != clock.NoDate:
		t.on("clock.appealed", k.AppealedOn)
		switch {
		case k.PresidentDue != clock.NoDate:
			t.on("clock.president", k.PresidentDue)
		case t.c.Did(intake.KindReferral):
			t.say("clock.referred")
		case k.Turn != clock.TurnAbove:
			t.say("clock.appeal.answered")
		default:
			t.until("clock.reply", "clock.reply.over", k.AppealReplyDue, now)
		}
	case t.c.May(intake.KindAppeal).OK:
		t.on("clock.appeal", t.c.Safe.Appeal)
	case k.AppealLast != clock.NoDate && now > k.AppealLast:
		t.on("clock.appeal.over", k.AppealLast)
	}
	if t.c.Safe.Complaint != clock.NoDate && now <= t.c.Safe.Complaint {
		t.on("clock.complaint", t.c.Safe.Complaint)
	}
	if t.c.Safe.Court != clock.NoDate && now <= t.c.Safe.Court {
		t.on("clock.court", t.c.Safe.Court)
	}
}

func (t *teller) none() {
	switch {
	case t.c.Terms().Kind == clock.KindOnTheSpot:
		t.say("clock.spot")
	case t.k.DecidedOn != clock.NoDate:
		t.say("clock.repeat")
	}
}

// notes says what may still move a date.
func (t *teller) notes() (all []template.HTML) {
	add := func(when bool, key string) {
		if when {
			all = append(all, texts.H(t.l, key))
		}
	}
	add(answerOnWay(t.c), "state.answered")
	add(t.c.State == "consent-in-review", "ended.consent-in-review")
	add(t.k.Tentative && !t.k.Over(), "clock.tentative")
	add(t.k.Uncovered && !t.k.Over(), "clock.uncovered")
	return all
}
