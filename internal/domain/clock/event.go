package clock

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Acts: what can happen to a file, as cases and casework name it.
const (
	File                = "file"
	RequestReplacement  = "request-replacement" // of a piece that does not conform (art. 10)
	RequestOriginals    = "request-originals"   // of doubtful copies (art. 7(4))
	RequestInformation  = "request-information" // art. 14
	RequestReceived     = "request-received"    // the applicant got the last request
	Supply              = "supply"              // of pieces missing at filing
	Answer              = "answer"              // to requests
	DeclareMissing      = "declare-missing"     // always refused: the mention is fixed at filing
	Inspection          = "inspection"
	OpinionAsked        = "opinion-asked"
	OpinionGiven        = "opinion-given"
	PaymentAsked        = "payment-asked"
	PaymentMade         = "payment-made"
	NoticeUnavailable   = "notice-unavailable" // a piece cannot be fetched (art. 24)
	Extend              = "extend"
	Grant               = "grant"
	Refuse              = "refuse"
	RefusalNotified     = "refusal-notified"
	Return              = "return"
	Withdraw            = "withdraw"
	LeaveUnanswered     = "leave-unanswered" // a repeated request (art. 15)
	ClaimAct            = "claim-act"        // after consent by silence (art. 19)
	GoHigher            = "go-higher"
	AskAttestation      = "ask-attestation" // of the wali or governor (art. 20)
	Appeal              = "appeal"
	ReferToWali         = "refer-to-wali"
	PresidentReceived   = "president-received" // the wali's or governor's letter
	Complaint           = "complaint"          // law 31-13
	HeadAnswer          = "head-answer"        // of the head, to an appeal or a complaint
	CommissionComplaint = "commission-complaint"
	CommissionAnswer    = "commission-answer"
	RectificationAsked  = "rectification-asked" // law 09-08
)

// Reason tells whether an act was reasoned: not said counts as yes.
type Reason int8

// NoReason marks an act that was given without the reasons it needs.
const NoReason Reason = -1

// Event is one dated act on a file. What it does not use stays zero.
type Event struct {
	At       time.Time `json:"at"`
	Do       string    `json:"do"`
	Docs     []string  `json:"docs,omitempty"`     // the pieces concerned
	Missing  []string  `json:"missing,omitempty"`  // of file: the pieces still to come
	Reason   Reason    `json:"reason,omitempty"`   // NoReason where it lacks its reasons
	Days     int       `json:"days,omitempty"`     // of extend
	For      string    `json:"for,omitempty"`      // of extend: expertise or inquiry; of answer: the kind of request
	Received Date      `json:"received,omitempty"` // of a request: the day the applicant got it
	Notified Date      `json:"notified,omitempty"` // of a decision or extension: the day it reached the applicant

	OnTheSpot     bool  `json:"on_the_spot,omitempty"`    // of file: the act was delivered at once
	Repeat        *bool `json:"repeat,omitempty"`         // of file or leave-unanswered: asked before
	SameApplicant *bool `json:"same_applicant,omitempty"` // by the same person
	RefusedBefore *bool `json:"refused_before,omitempty"` // and refused, not returned
	Changed       *bool `json:"changed,omitempty"`        // but something changed since
}

// ranks fix the order of acts of one instant, so that the order in which they
// are told changes nothing.
var ranks = func() map[string]int {
	order := []string{File, DeclareMissing, Supply, RequestReplacement, RequestOriginals, RequestInformation, RequestReceived, Answer,
		NoticeUnavailable, Inspection, OpinionAsked, OpinionGiven, PaymentAsked, PaymentMade, Extend, LeaveUnanswered, Grant, Refuse, RefusalNotified, Return, Withdraw,
		ClaimAct, GoHigher, AskAttestation, Appeal, ReferToWali, PresidentReceived, Complaint, HeadAnswer, CommissionComplaint, CommissionAnswer, RectificationAsked}
	m := make(map[string]int, len(order))
	for i, do := range order {
		m[do] = i + 1
	}
	return m
}()

// Known tells whether an act has a name here.
func Known(do string) bool { return ranks[do] != 0 }

// inOrder is events by instant; those of one instant in a fixed order, by their
// rank and then by all that they say.
func inOrder(events []Event) []Event {
	byTime := func(a, b Event) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(ranks[a.Do], ranks[b.Do]), strings.Compare(a.text(), b.text()))
	}
	if slices.IsSortedFunc(events, byTime) {
		return events
	}
	sorted := slices.Clone(events)
	slices.SortStableFunc(sorted, byTime)
	return sorted
}

// text is an event as it is kept, its instant by one clock.
func (e Event) text() string {
	e.At = e.At.UTC()
	body, _ := json.Marshal(e) // strings, numbers and dates encode
	return string(body)
}
