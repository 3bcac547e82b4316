package casework

import (
	"slices"
	"strings"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
)

// Reasons for which casework itself allows no act, beside those of the engine.
const (
	whyLate    = "late-deposit" // the consent rests on a late deposit: a person looks first
	whyNotOver = "not-over"     // the law still asks something of somebody
	whyClosed  = "closed"
	whyClaimed = "claimed"
)

// judge asks the engine whether an act is allowed at an instant, and whether a
// person has yet to look at a late deposit.
func (s Standing) judge(act clock.Event, at time.Time) clock.Ruling {
	act.At = at
	return s.reviewed(clock.Try(s.law, s.terms, s.events, act))
}

// reviewed bars a refusal while the consent waits for a person's look: it may
// turn out that silence gave nothing yet.
func (s Standing) reviewed(r clock.Ruling) clock.Ruling {
	if r.Do == clock.Refuse && s.State == StateLate {
		r.OK, r.Why, r.Articles = false, whyLate, []string{"19"}
	}
	return r
}

// officeActs are the acts of an agent, each as it would be done.
func (s Standing) officeActs(repeat bool) []clock.Event {
	ground := s.terms.Extension
	if ground == clock.ForAny {
		ground = clock.ForExpertise
	}
	return []clock.Event{
		{Do: clock.RequestReplacement}, {Do: clock.RequestOriginals}, {Do: clock.RequestInformation},
		{Do: clock.Extend, For: ground, Days: 1},
		{Do: clock.Grant}, {Do: clock.Refuse}, {Do: clock.Return},
		{Do: clock.LeaveUnanswered, Repeat: &repeat, SameApplicant: &repeat, RefusedBefore: &repeat},
		{Do: clock.NoticeUnavailable},
		{Do: clock.Inspection}, {Do: clock.OpinionAsked}, {Do: clock.OpinionGiven}, {Do: clock.PaymentAsked}, {Do: clock.PaymentMade},
		{Do: clock.PresidentReceived}, {Do: clock.HeadAnswer},
	}
}

// rulings say of every act of the office whether it is allowed at an instant,
// and by which articles not. repeat tells that the same applicant was refused
// the same act before.
func (s Standing) rulings(at time.Time, repeat bool) []clock.Ruling {
	all := clock.Permitted(s.law, s.terms, s.events, at, s.officeActs(repeat)...)
	for i := range all {
		all[i] = s.reviewed(all[i])
		if s.closed && all[i].OK {
			all[i].OK, all[i].Why = false, whyClosed
		}
	}
	return append(all, s.mayAttest(at), s.mayClose(at))
}

// mayAttest allows to note an attestation where one may be, or was, asked for.
func (s Standing) mayAttest(at time.Time) clock.Ruling {
	r := s.judge(clock.Event{Do: clock.AskAttestation}, at)
	if r.Do = ActAttested; r.Why == whyClaimed && !s.attested {
		r.OK, r.Why = true, ""
	} else if s.attested {
		r.OK, r.Why = false, whyClaimed
	}
	return r
}

// mayClose allows to close what the law asks nothing more of: a silence that
// nobody can appeal against any more, a consent that is attested.
func (s Standing) mayClose(at time.Time) clock.Ruling {
	r := s.judge(clock.Event{Do: clock.Appeal}, at)
	appealable := r.Why != "appeal-late"
	r.Do, r.OK, r.Why = ActClosed, true, ""
	switch {
	case !s.Open:
		r.OK, r.Why = false, whyClosed
	case s.State == StateSilent && !appealable, s.State == StateConsent && s.attested:
	default:
		r.OK, r.Why = false, whyNotOver
	}
	return r
}

// barred is the error of an act that the law does not allow now.
func barred(r clock.Ruling) error {
	if r.OK {
		return nil
	}
	return errs.New(errs.Conflict, "act."+r.Why, "article", strings.Join(r.Articles, ", "), "law", r.Text)
}

// ground is the legal text and article that an action rests on.
func (s Standing) ground(kind string) Ground {
	rule := s.law.Acts[engineAct[kind]]
	switch kind {
	case ActAttested:
		rule = s.law.Acts[clock.AskAttestation]
	case ActSilence:
		rule = clock.ActRule{Text: s.law.Rules.Delay.Text, Article: s.law.Rules.Appeal.Article}
		if s.terms.Silence == clock.MeansConsent {
			rule.Article = s.law.Rules.Claim.Article
		}
	case ActReturnDue:
		rule = s.law.Acts[clock.Return]
	case ActHeadAnswer:
		if s.terms.Kind != clock.KindInformation {
			rule = s.law.Acts[clock.Appeal]
		}
	}
	if s.terms.Kind == clock.KindInformation && slices.Contains([]string{ActExtended, ActGranted, ActRefused, ActSilence}, kind) {
		rule = clock.ActRule{Text: s.law.Rules.InfoAnswer.Text, Article: s.law.Rules.InfoAnswer.Article}
	}
	return Ground{Text: rule.Text, Article: rule.Article}
}
