package casework

import "wasl/internal/domain/clock"

// Kinds of action. Each is an event of the case's append-only history. What
// time does (silence and its like) stands in timer.go.
const (
	ActFiled       = "filed"
	ActReplacement = clock.RequestReplacement // of a piece that does not conform (law 55-19 art. 10)
	ActOriginals   = clock.RequestOriginals   // of doubtful copies (art. 7(4))
	ActInformation = clock.RequestInformation // art. 14
	ActReceived    = clock.RequestReceived    // a request came to its applicant on a later day than it was sent
	ActAnswered    = "answered"
	ActExtended    = "extended"
	ActGranted     = "granted"
	ActRefused     = "refused"
	ActNotified    = clock.RefusalNotified // a refusal came to its applicant on a later day than it was signed
	ActReturned    = "returned"
	ActWithdrawn   = "withdrawn"
	ActUnanswered  = clock.LeaveUnanswered   // a repeated request (art. 15)
	ActUnavailable = clock.NoticeUnavailable // a piece cannot be fetched (art. 24)

	ActInspection   = clock.Inspection
	ActInquiry      = "inquiry"
	ActOpinionAsked = clock.OpinionAsked
	ActOpinionGiven = clock.OpinionGiven
	ActPaymentAsked = clock.PaymentAsked
	ActPaymentMade  = clock.PaymentMade

	ActClaim       = clock.ClaimAct // of the applicant: the act that silence gave (art. 19)
	ActHigher      = clock.GoHigher
	ActAttestation = clock.AskAttestation
	ActAttested    = "attested" // the wali's or governor's attestation came (art. 20); Wasl never issues it
	ActAppeal      = clock.Appeal
	ActReferral    = clock.ReferToWali
	ActPresident   = clock.PresidentReceived
	ActHeadAnswer  = clock.HeadAnswer

	ActSilence   = "silence"    // of the clock: the last useful day has passed
	ActTimesSeen = "times-seen" // a person held both times of a late deposit against each other
	ActClosed    = "closed"     // nothing is left to do
)

// engineAct maps kinds of action to acts of the engine. A kind without one
// changes no date.
var engineAct = map[string]string{
	ActFiled: clock.File, ActAnswered: clock.Answer, ActWithdrawn: clock.Withdraw,
	ActReplacement: clock.RequestReplacement, ActOriginals: clock.RequestOriginals, ActInformation: clock.RequestInformation, ActReceived: clock.RequestReceived,
	ActExtended: clock.Extend, ActGranted: clock.Grant, ActRefused: clock.Refuse, ActNotified: clock.RefusalNotified, ActReturned: clock.Return,
	ActUnanswered: clock.LeaveUnanswered, ActUnavailable: clock.NoticeUnavailable,
	ActInspection: clock.Inspection, ActInquiry: clock.Inspection, ActOpinionAsked: clock.OpinionAsked, ActOpinionGiven: clock.OpinionGiven,
	ActPaymentAsked: clock.PaymentAsked, ActPaymentMade: clock.PaymentMade,
	ActClaim: clock.ClaimAct, ActHigher: clock.GoHigher, ActAttestation: clock.AskAttestation,
	ActAppeal: clock.Appeal, ActReferral: clock.ReferToWali, ActPresident: clock.PresidentReceived, ActHeadAnswer: clock.HeadAnswer,
}

// noEffect are the kinds that the clock takes note of and that move nothing:
// what comes after them may have happened before.
var noEffect = map[string]bool{ActUnavailable: true, ActInspection: true, ActInquiry: true, ActOpinionAsked: true, ActOpinionGiven: true, ActPaymentAsked: true, ActPaymentMade: true}

// States of a case, as queue and timeline show them.
const (
	StateIncomplete = "incomplete"
	StateReview     = "under-review"
	StateWaiting    = "waiting"    // for the applicant
	StateReturnDue  = "return-due" // the applicant's window has passed: the file may be returned
	StateSilent     = "silent"
	StateConsent    = "consent-by-silence"
	StateLate       = "consent-in-review" // consent by silence on a late deposit: a person looks first
	StateGranted    = "granted"
	StateRefused    = "refused"
	StateReturned   = "returned"
	StateWithdrawn  = "withdrawn"
	StateUnanswered = "unanswered"       // a repeated request, left so (art. 15)
	StateAppeal     = "appeal"           // waits for its answer
	StateUpheld     = "appeal-upheld"    // the case is to be decided anew
	StateDismissed  = "appeal-dismissed" // the refusal, or the silence, stays
	StateClosed     = "closed"
)

// States lists every state, for whoever names them to people.
var States = []string{StateIncomplete, StateReview, StateWaiting, StateReturnDue, StateSilent, StateConsent, StateLate, StateGranted, StateRefused, StateReturned,
	StateWithdrawn, StateUnanswered, StateAppeal, StateUpheld, StateDismissed, StateClosed}

// Turns: who has to act.
const (
	TurnOffice    = clock.TurnOffice
	TurnApplicant = clock.TurnApplicant
	TurnAbove     = clock.TurnAbove // the higher authority, the wali or governor, or the body of appeal
	TurnNobody    = clock.TurnNobody
)

// Outcomes of an appeal.
const (
	Upheld    = "upheld"
	Dismissed = "dismissed"
)

// What the office may decide.
const (
	Grant  = clock.Grant
	Refuse = clock.Refuse
)
