package clock_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	. "wasl/internal/domain/clock"
)

// In June 2026 the first is a Monday; 17 June is a holiday, 2 July a Thursday.
var edges = []tale{
	// What is asked and what is answered.
	{name: "an answer of pieces nobody named closes the request that names none", terms: local,
		events: "2026-06-01 file; 2026-06-02 request-replacement docs=plan; 2026-06-02 request-information; 2026-06-05 answer docs=photo",
		on:     "2026-06-08", want: "state=suspended open=1 answered=,2026-06-05"},
	{name: "an answer that names a kind leaves the others", terms: local,
		events: "2026-06-01 file; 2026-06-02 request-originals docs=plan; 2026-06-02 request-information; 2026-06-05 answer for=information docs=photo",
		on:     "2026-06-08", want: "open=1 state=suspended"},
	{name: "pieces of a named request do not close a bare one", terms: local,
		events: "2026-06-01 file; 2026-06-02 request-replacement docs=plan; 2026-06-02 request-information; 2026-06-05 answer docs=plan",
		on:     "2026-06-08", want: "open=1 suspended=0 state=suspended"},
	{name: "an answer while nothing is asked brings missing pieces", terms: local,
		events: "2026-06-01 file missing=plan; 2026-06-04 answer docs=plan", on: "2026-06-04", want: "complete_on=2026-06-04 state=running"},
	{name: "an answer to a request brings no missing piece", terms: local,
		events: "2026-06-01 file missing=plan; 2026-06-02 request-information; 2026-06-04 answer", on: "2026-06-04", want: "complete_on= state=incomplete open=0 spans="},
	{name: "a receipt does not change a day that was told", terms: local,
		events: "2026-06-01 file; 2026-06-02 request-replacement docs=plan received=2026-06-03; 2026-06-09 request-received", on: "2026-06-10",
		want: "windows=2026-07-06 window=2026-07-06"}, // 3 June + 31 = 4 July, a Saturday
	{name: "a receipt does not change a request that was answered", terms: local,
		events: "2026-06-01 file; 2026-06-02 request-replacement docs=plan; 2026-06-04 answer; 2026-06-09 request-received", on: "2026-06-10",
		want: "windows=2026-07-03"},
	{name: "a receipt of one piece leaves the other", terms: local,
		events: "2026-06-01 file; 2026-06-02 request-replacement docs=plan; 2026-06-02 request-replacement docs=deed; 2026-06-09 request-received docs=deed",
		on:     "2026-06-10", want: "windows=2026-07-10,2026-07-03 window=2026-07-03"},
	{name: "answered the same day", terms: local, events: "2026-06-01 file; 2026-06-03 request-information; 2026-06-03T15:00 answer", on: "2026-06-03",
		want: "spans= suspended=0 state=running due_on=2026-07-02"},
	{name: "asked again on the day of an answer: one suspension", terms: local,
		events: "2026-06-01 file; 2026-06-03 request-information; 2026-06-05 answer; 2026-06-05T15:00 request-originals; 2026-06-08 answer", on: "2026-06-08",
		want: "spans=2026-06-03..2026-06-08 suspended=5"},
	{name: "asked a day after: two suspensions", terms: local,
		events: "2026-06-01 file; 2026-06-03 request-information; 2026-06-05 answer; 2026-06-06 request-originals; 2026-06-08 answer", on: "2026-06-08",
		want: "spans=2026-06-03..2026-06-05,2026-06-06..2026-06-08 suspended=4"},
	{name: "received in another order than sent", set: "suspends_from=received", terms: local,
		events: "2026-06-01 file; 2026-06-02 request-replacement docs=plan received=2026-06-10; 2026-06-03 request-information received=2026-06-04; 2026-06-05 answer for=information; 2026-06-12 answer",
		on:     "2026-06-12", want: "spans=2026-06-04..2026-06-05,2026-06-10..2026-06-12 suspended=3"},
	{name: "asked while incomplete, of a delay of one day", terms: Terms{Days: 1, Kind: KindNormal, Silence: MeansAppeal, Authority: AuthorityState},
		events: "2026-06-01 file missing=plan; 2026-06-09 request-information", on: "2026-06-09", want: "open=1 refused= spans= state=incomplete"},
	{name: "a second file", terms: local, events: "2026-06-01 file; 2026-06-03 file missing=plan", on: "2026-06-04",
		want: "complete_on=2026-06-01 refused=file:2026-06-03:closed:55-19:10"},
	{name: "a bare replacement is asked once, a named one besides", terms: local,
		events: "2026-06-01 file; 2026-06-02 request-replacement; 2026-06-02T10:00 request-replacement docs=plan; 2026-06-02T11:00 request-replacement",
		on:     "2026-06-02", want: "open=2 refused=request-replacement:2026-06-02:repeat-piece:55-19:10+4(8)"},
	{name: "two bare replacements", terms: local, events: "2026-06-01 file; 2026-06-02 request-replacement; 2026-06-03 request-replacement",
		on: "2026-06-03", want: "open=1 refused=request-replacement:2026-06-03:repeat-piece:55-19:10+4(8)"},
	{name: "a bare replacement, then a named one", terms: local, events: "2026-06-01 file; 2026-06-02 request-replacement; 2026-06-03 request-replacement docs=plan",
		on: "2026-06-03", want: "open=2 refused="},
	{name: "a named replacement, then a bare one", terms: local, events: "2026-06-01 file; 2026-06-02 request-replacement docs=plan; 2026-06-03 request-replacement",
		on: "2026-06-03", want: "open=2 refused="},
	{name: "originals twice", terms: local, events: "2026-06-01 file; 2026-06-02 request-originals docs=plan; 2026-06-03 request-originals docs=deed",
		on: "2026-06-03", want: "refused=request-originals:2026-06-03:once:55-19:7(4)+4(8)"},
	{name: "one replacement for the file", set: "replacement=file", terms: local, events: "2026-06-01 file; 2026-06-02 request-replacement docs=plan; 2026-06-03 request-replacement docs=deed",
		on: "2026-06-03", want: "refused=request-replacement:2026-06-03:once:55-19:10+4(8)"},

	// Late pieces.
	{name: "a missing piece on its last day", set: "late_piece=refused", terms: local, events: "2026-06-01 file missing=plan; 2026-07-02 supply", on: "2026-07-02",
		want: "missing_window_last=2026-07-02 complete_on=2026-07-02 refused="},
	{name: "a missing piece a day late", set: "late_piece=refused", terms: local, events: "2026-06-01 file missing=plan; 2026-07-03 supply", on: "2026-07-03",
		want: "complete_on= state=return-due refused=supply:2026-07-03:late-piece:55-19:10"},
	{name: "a complete file gets a piece", set: "late_piece=refused", terms: local, events: "2026-06-01 file; 2026-06-03 supply", on: "2026-06-03", want: "refused="},
	{name: "a correction on its last day", set: "late_piece=refused", terms: local, events: "2026-06-01 file; 2026-06-02 request-replacement docs=plan; 2026-07-03 answer", on: "2026-07-03",
		want: "windows=2026-07-03 open=0 refused="},
	{name: "a correction a day late", set: "late_piece=refused", terms: local, events: "2026-06-01 file; 2026-06-02 request-replacement docs=plan; 2026-07-04 answer", on: "2026-07-04",
		want: "open=1 refused=answer:2026-07-04:late-piece:55-19:10"},
	{name: "information has no last day", set: "late_piece=refused", terms: local, events: "2026-06-01 file; 2026-06-02 request-information; 2026-09-04 answer", on: "2026-09-04", want: "open=0 refused="},

	{name: "information, while a correction is late", set: "late_piece=refused", terms: local,
		events: "2026-06-01 file; 2026-06-02 request-replacement docs=plan; 2026-06-02 request-information; 2026-07-06 answer docs=photo", on: "2026-07-06", want: "open=1 refused="},

	// Returns, notices and extensions.
	{name: "a return while the window is open", terms: local, events: "2026-06-01 file missing=plan; 2026-06-09 return", on: "2026-06-09",
		want: "refused=return:2026-06-09:window-open:55-19:10"},
	{name: "a return on the last day", terms: local, events: "2026-06-01 file missing=plan; 2026-07-02 return; 2026-07-03 return", on: "2026-07-03",
		want: "state=returned decided=2026-07-03 refused=return:2026-07-02:window-open:55-19:10"},
	{name: "a return while a correction may come", terms: local, events: "2026-06-01 file; 2026-06-02 request-replacement docs=plan; 2026-06-09 return", on: "2026-06-09",
		want: "refused=return:2026-06-09:window-open:55-19:10"},
	{name: "no return after a request of articles 7 and 14", terms: local,
		events: "2026-06-01 file; 2026-06-02 request-originals; 2026-06-03 answer; 2026-06-04 request-information; 2026-09-09 return", on: "2026-09-09",
		want: "refused=return:2026-09-09:no-window:55-19:10+14"},
	{name: "nothing is fetched", terms: local, events: "2026-06-01 file; 2026-06-02 notice-unavailable", on: "2026-06-02",
		want: "refused=notice-unavailable:2026-06-02:no-fetch:55-19:24+23"},
	{name: "a notice too late", terms: grounds, events: "2026-06-01 file; 2026-06-18 notice-unavailable; 2026-06-19 notice-unavailable", on: "2026-06-19",
		want: "fetch_notice_last=2026-06-18 refused=notice-unavailable:2026-06-19:fetch-late:55-19:24+23"}, // 17 June is a holiday
	{name: "an extension of a day, then another", terms: grounds, events: "2026-06-01 file; 2026-06-03 extend for=inquiry days=1; 2026-06-04 extend for=expertise days=1",
		on: "2026-06-04", want: "extended=1 due_on=2026-07-03 refused=extend:2026-06-04:extended:55-19:17"},
	{name: "any lawful ground, and no other", terms: grounds, events: "2026-06-01 file; 2026-06-02 extend for=holiday days=3; 2026-06-03 extend days=3; 2026-06-04 extend for=expertise days=3",
		on: "2026-06-04", want: "extended=3 refused=extend:2026-06-02:ground:55-19:17,extend:2026-06-03:ground:55-19:17"},
	{name: "an extension by inquiry", terms: grounds, events: "2026-06-01 file; 2026-06-04 extend for=inquiry days=3660", on: "2026-06-04", want: "extended=3660"},
	{name: "an extension without end", terms: grounds, events: "2026-06-01 file; 2026-06-04 extend for=inquiry days=3661; 2026-06-05 extend for=inquiry days=0", on: "2026-06-05",
		want: "extended=0 refused=extend:2026-06-04:days:55-19:17,extend:2026-06-05:days:55-19:17"},
	{name: "no extension of what has no clock", terms: grounds, events: "2026-06-01 file spot; 2026-06-02 extend for=inquiry days=3", on: "2026-06-02",
		want: "state=no-clock due_on= refused=extend:2026-06-02:no-clock:55-19:17"},
	{name: "no extension under law 09-08", terms: Terms{Law: LawData, Extension: ForAny}, events: "2026-06-01 file; 2026-06-02 extend for=inquiry days=3", on: "2026-06-02",
		want: "refused=extend:2026-06-02:no-clock:55-19:17"},
	{name: "information is extended once, by as much", terms: info, events: "2026-06-01 file; 2026-06-02 extend; 2026-06-03 extend", on: "2026-06-03",
		want: "extended=1 refused=extend:2026-06-03:extended:31-13:16"},

	// Repeats (art. 15): nothing runs.
	{name: "a repeated request has no dates", terms: local, events: "2026-06-01 file repeat=yes; 2026-06-05 leave-unanswered", on: "2026-06-30",
		want: "state=no-clock due_on= half_last= silence_effect_on= decided=2026-06-05 refused="},
	{name: "said of the refusal alone", terms: local, events: "2026-06-01 file before=yes; 2026-06-05 leave-unanswered", on: "2026-06-30", want: "state=no-clock refused="},
	{name: "by somebody else", terms: local, events: "2026-06-01 file repeat=yes same=no; 2026-06-05 leave-unanswered", on: "2026-06-06",
		want: "state=running refused=leave-unanswered:2026-06-05:not-repeat:55-19:15"},
	{name: "but it was returned", terms: local, events: "2026-06-01 file repeat=yes before=no; 2026-06-05 leave-unanswered", on: "2026-06-06", want: "state=running"},
	{name: "but something changed", terms: local, events: "2026-06-01 file repeat=yes; 2026-06-05 leave-unanswered changed=yes", on: "2026-06-06", want: "state=running"},
	{name: "no repeat at all", terms: local, events: "2026-06-01 file; 2026-06-05 leave-unanswered", on: "2026-06-06", want: "state=running"},
}

func TestEdges(t *testing.T) {
	p := propertyLaw(t)
	for _, c := range edges {
		c.check(t, p)
	}
}

// Decisions, silence, appeals, courts. Silence of 30 days from 1 June 2026: due
// 2 July, a Thursday. 3 August 2026 is a Monday.
var endings = []tale{
	{name: "a notice of its own, with a visit between", terms: local, events: "2026-06-01 file; 2026-06-08 refuse; 2026-06-09 inspection; 2026-06-12 refusal-notified", on: "2026-06-30",
		want: "state=refused received=2026-06-12 decided=2026-06-12 refused="},
	{name: "until then it is pending", terms: local, events: "2026-06-01 file; 2026-06-08 refuse; 2026-06-12 refusal-notified", on: "2026-06-11", want: "state=running turn=office"},
	{name: "a second decision while the first is on its way", terms: local,
		events: "2026-06-01 file; 2026-06-08 refuse notified=2026-06-15; 2026-06-09 grant; 2026-06-10 refuse; 2026-06-10T11:00 inspection", on: "2026-06-20",
		want: "state=refused received=2026-06-15 refused=grant:2026-06-09:closed:55-19:16,refuse:2026-06-10:closed:55-19:18"},
	{name: "withdrawn before the refusal came", terms: local, events: "2026-06-01 file; 2026-06-08 refuse; 2026-06-09 withdraw; 2026-06-12 refusal-notified", on: "2026-06-30",
		want: "state=withdrawn decided=2026-06-09 received= refused=refusal-notified:2026-06-12:closed:55-19:18"},
	{name: "withdrawn, then the notified day passes", terms: local, events: "2026-06-01 file; 2026-06-08 refuse notified=2026-06-12; 2026-06-09 withdraw", on: "2026-06-30", want: "state=withdrawn received="},
	{name: "an unreasoned refusal has no effect, nor has its notice", terms: local, events: "2026-06-01 file; 2026-06-08 refuse unreasoned; 2026-06-12 refusal-notified", on: "2026-06-12",
		want: "state=running refused=refuse:2026-06-08:reason:55-19:18"},
	{name: "a notice that is itself the refusal", terms: local, events: "2026-06-01 file; 2026-06-12 refusal-notified", on: "2026-06-12", want: "state=refused received=2026-06-12"},
	{name: "signed in time counts at once", set: "answer=signed", terms: consent, events: "2026-06-01 file; 2026-07-01 refuse notified=2026-07-10", on: "2026-07-10",
		want: "state=refused decided=2026-07-01 received=2026-07-10 appeal_last=2026-08-10"},
	{name: "a grant signed counts at once, and is no refusal", set: "answer=signed", terms: local, events: "2026-06-01 file; 2026-06-05 grant notified=2026-06-10", on: "2026-06-06",
		want: "state=granted decided=2026-06-05 received="},
	{name: "signed after silence", set: "answer=signed", terms: consent, events: "2026-06-01 file; 2026-07-03 refuse", on: "2026-07-10", want: "state=consent received= refused=refuse:2026-07-03:consent:55-19:19"},

	{name: "an appeal refused again", terms: local, events: "2026-06-01 file; 2026-06-05 refuse; 2026-06-15 appeal; 2026-06-22 refuse notified=2026-06-24", on: "2026-06-30",
		want: "state=refused received=2026-06-05 turn=nobody court_last=2026-08-24 refused="}, // 24 June + 61 = 24 August
	{name: "its notice", terms: local, events: "2026-06-01 file; 2026-06-05 refuse notified=2026-06-05; 2026-06-15 appeal; 2026-06-24 refusal-notified", on: "2026-06-30", want: "court_last=2026-08-24 refused="},
	{name: "its answer", terms: local, events: "2026-06-01 file; 2026-06-05 refuse; 2026-06-15 appeal; 2026-06-24 head-answer", on: "2026-06-30", want: "court_last=2026-08-24 refused= turn=nobody"},
	// silence on the appeal: 15 June + 61 = 15 August, a Saturday: 17; + 61 = 17 October, a Saturday: 19
	{name: "a piece of the applicant is no answer to it", terms: local, events: "2026-06-01 file; 2026-06-05 refuse; 2026-06-15 appeal; 2026-06-24 answer", on: "2026-06-30", want: "court_last=2026-10-19 refused=answer:2026-06-24:closed:55-19:10 turn=above"},
	{name: "an appeal upheld", terms: local, events: "2026-06-01 file; 2026-06-05 refuse; 2026-06-15 appeal; 2026-06-24 grant", on: "2026-06-30",
		want: "state=granted decided=2026-06-24 court_last= refused="},
	{name: "a grant on its way after an appeal", terms: local, events: "2026-06-01 file; 2026-06-05 refuse; 2026-06-15 appeal; 2026-06-22 grant notified=2026-06-24", on: "2026-06-24", want: "state=granted decided=2026-06-24"},
	{name: "what an appeal does not open", terms: local, events: "2026-06-01 file; 2026-06-05 refuse; 2026-06-15 appeal; 2026-06-16 inspection; 2026-06-17 request-information; 2026-06-18 withdraw", on: "2026-06-30",
		want: "refused=inspection:2026-06-16:closed:55-19:16,request-information:2026-06-17:closed:55-19:14,withdraw:2026-06-18:closed:55-19:16"},
	{name: "nothing is open after a refusal without appeal", terms: local, events: "2026-06-01 file; 2026-06-05 refuse; 2026-06-08 grant; 2026-06-09 answer", on: "2026-06-30",
		want: "state=refused refused=grant:2026-06-08:closed:55-19:16,answer:2026-06-09:closed:55-19:10"},
	{name: "withdrawn after an appeal against silence, before the refusal came", terms: local,
		events: "2026-06-01 file; 2026-07-06 appeal; 2026-07-08 refuse notified=2026-07-20; 2026-07-10 withdraw", on: "2026-07-30", want: "state=withdrawn received="},
	{name: "a referral of an appeal against silence after a grant", terms: local, events: "2026-06-01 file; 2026-07-06 appeal; 2026-07-08 withdraw; 2026-07-23 refer-to-wali", on: "2026-07-30",
		want: "refused=refer-to-wali:2026-07-23:closed:55-19:21"},
	{name: "a referral of an appeal against a refusal", terms: local, events: "2026-06-01 file; 2026-06-05 refuse; 2026-06-15 appeal; 2026-07-02 refer-to-wali; 2026-07-06 president-received; 2026-07-09 president-received",
		on: "2026-07-10", want: "appeal_reply_due=2026-07-01 president_decision_due=2026-07-17 attestation_due= refused="},
	{name: "an attestation, its letter received twice", terms: consent, events: "2026-06-01 file; 2026-07-06 ask-attestation; 2026-07-08 president-received; 2026-07-13 president-received",
		on: "2026-07-20", want: "attestation_due=2026-07-20 president_decision_due= refused="}, // 8 July + 11 = 19 July, a Sunday
	{name: "an attestation counted from the request", set: "ten_days_from=request", terms: consent, events: "2026-06-01 file; 2026-07-06 ask-attestation; 2026-07-08 president-received",
		on: "2026-07-20", want: "attestation_due=2026-07-17"},
	{name: "an appeal under 55-19 rests on it", terms: local, events: "2026-06-01 file; 2026-06-05 refuse; 2026-07-07 appeal", on: "2026-07-10",
		want: "appeal_last=2026-07-06 refused=appeal:2026-07-07:appeal-late:55-19:21"},
	{name: "no appeal under law 31-13", terms: info, events: "2026-06-01 file; 2026-06-05 refuse; 2026-06-08 appeal", on: "2026-06-30", want: "refused=appeal:2026-06-08:silent-only:55-19:21"},
	{name: "no appeal under law 09-08", terms: Terms{Law: LawData}, events: "2026-06-01 file; 2026-06-08 appeal", on: "2026-06-30", want: "refused=appeal:2026-06-08:silent-only:55-19:21"},

	// Who must act.
	{name: "silence waits for the applicant", terms: local, events: "2026-06-01 file", on: "2026-07-03", want: "state=silent turn=applicant"},
	{name: "an appeal waits for the answer", terms: local, events: "2026-06-01 file; 2026-07-06 appeal", on: "2026-07-06", want: "turn=above"},
	{name: "answered it does not", terms: local, events: "2026-06-01 file; 2026-07-06 appeal; 2026-07-08 head-answer", on: "2026-07-08", want: "turn=applicant"},
	{name: "a refusal appealed against", terms: local, events: "2026-06-01 file; 2026-06-05 refuse; 2026-06-15 appeal", on: "2026-06-15", want: "turn=above"},
	{name: "a refusal", terms: local, events: "2026-06-01 file; 2026-06-05 refuse", on: "2026-06-15", want: "turn=nobody"},
	{name: "consent waits for a claim", terms: consent, events: "2026-06-01 file", on: "2026-07-03", want: "state=consent turn=applicant"},
	{name: "the claim for the authority", terms: consent, events: "2026-06-01 file; 2026-07-03 claim-act", on: "2026-07-03", want: "turn=office act_due=2026-07-13"}, // 11 July is a Saturday
	{name: "the attestation for the wali", terms: consent, events: "2026-06-01 file; 2026-07-03 ask-attestation", on: "2026-07-03", want: "turn=above"},
	{name: "higher for who stands there", terms: Terms{Days: 30, Kind: KindConsent, Silence: MeansConsent, Authority: AuthorityState},
		events: "2026-06-01 file; 2026-07-03 claim-act; 2026-07-14 go-higher", on: "2026-07-14", want: "turn=above higher_due=2026-07-31 refused="}, // 30 July is a holiday
	{name: "a complaint waits for the head", terms: info, events: "2026-06-01 file; 2026-06-05 refuse; 2026-06-08 complaint", on: "2026-06-08", want: "turn=above"},
	{name: "the head has answered", terms: info, events: "2026-06-01 file; 2026-06-05 refuse; 2026-06-08 complaint; 2026-06-09 head-answer", on: "2026-06-09", want: "turn=nobody"},

	// The chain of law 31-13.
	{name: "steps before their turn", terms: info, events: "2026-06-01 file; 2026-06-05 refuse; 2026-06-08 head-answer; 2026-06-09 commission-complaint; 2026-06-10 commission-answer", on: "2026-06-30",
		want: "refused=head-answer:2026-06-08:out-of-order:31-13:19,commission-complaint:2026-06-09:out-of-order:31-13:20,commission-answer:2026-06-10:out-of-order:31-13:20"},
	{name: "steps twice", terms: info, events: "2026-06-01 file; 2026-06-05 refuse; 2026-06-08 complaint; 2026-06-09 head-answer; 2026-06-10 head-answer; 2026-06-11 commission-complaint; 2026-06-12 commission-complaint; 2026-06-15 commission-answer; 2026-06-16 commission-answer",
		on: "2026-06-30", want: "refused=head-answer:2026-06-10:out-of-order:31-13:19,commission-complaint:2026-06-12:out-of-order:31-13:20,commission-answer:2026-06-16:out-of-order:31-13:20 court_last=2026-08-17"}, // 15 June + 60 = 14 August, a holiday, a Friday
	{name: "granted: nothing to complain of", terms: info, events: "2026-06-01 file; 2026-06-05 grant", on: "2026-06-30", want: "complaint_last="},
	{name: "no clock of its own under law 09-08", terms: Terms{Law: LawData}, events: "2026-06-01 file", on: "2026-12-30", want: "due_on= state=running complaint_last="},

	// Courts.
	{name: "sixty days of silence", terms: court, events: "2026-03-04 file", on: "2026-03-04", want: "due_on=2026-05-04 court_last=2026-07-06"},
	{name: "a decision without a file", terms: court, events: "2026-06-01 refuse; 2026-06-03 refusal-notified", on: "2026-06-30", want: "state=refused received=2026-06-03 appeal_last=2026-08-03 court_last=2026-08-03 refused="},
	{name: "the same under the new law", terms: newer, events: "2026-06-01 refuse; 2026-06-03 refusal-notified", on: "2026-06-30", want: "state=refused received=2026-06-03 court_last=2026-08-03 refused="},
	{name: "but not under 55-19", terms: local, events: "2026-06-01 refuse", on: "2026-06-30", want: "state=no-clock refused=refuse:2026-06-01:not-filed:55-19:18"},
	{name: "a file after the decision", terms: court, events: "2026-06-01 refuse; 2026-06-03 file", on: "2026-06-30", want: "state=refused refused=file:2026-06-03:closed:55-19:10"},
	{name: "an appeal against silence", terms: newer, events: "2026-03-04 file; 2026-06-05 appeal", on: "2026-06-30", want: "due_on=2026-04-06 refused="},
	{name: "an appeal against silence on the last day", terms: newer, events: "2026-03-05 file; 2026-06-08 appeal", on: "2026-06-30", want: "due_on=2026-04-06 refused= appeal_silence_last=2026-07-09"},
	{name: "a day later", terms: newer, events: "2026-03-05 file; 2026-06-09 appeal", on: "2026-06-30", want: "refused=appeal:2026-06-09:appeal-late:55-19:21"},
	{name: "an appeal while the answer may come", terms: court, events: "2026-03-04 file; 2026-05-04 appeal", on: "2026-06-30", want: "refused=appeal:2026-05-04:appeal-early:55-19:21"},
	{name: "an appeal of a decision that no file tells", terms: court, events: "2026-06-01 appeal", on: "2026-06-30", want: "appeal_silence_last=2026-08-03 refused="},
}

func TestEndings(t *testing.T) {
	p := propertyLaw(t)
	for _, c := range endings {
		c.check(t, p)
	}
}

// TestCourtInForce: a refusal falls under the newest rule in force when it was
// received; its appeal and court keep that rule, whatever comes later.
func TestCourtInForce(t *testing.T) {
	text := strings.Replace(string(holidayLaw(t)), `{law: "58-25", count`, `{law: "58-25", valid_from: 2026-09-01, count`, 1)
	p, err := ParseProfile([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []tale{
		{name: "received the day before", terms: local, events: "2026-08-03 file; 2026-08-31 refuse; 2026-09-07 appeal", on: "2026-12-01", want: "appeal_silence_last=2026-11-09"}, // 7 September + 61 = 7 November, a Saturday
		{name: "received on the day", terms: local, events: "2026-08-03 file; 2026-08-31 refuse notified=2026-09-01; 2026-09-07 appeal", on: "2026-12-01", want: "appeal_silence_last=2026-10-08"},
		{name: "silence appealed against the day before", terms: local, events: "2026-07-20 file; 2026-08-31 appeal", on: "2026-12-01", want: "due_on=2026-08-24 appeal_silence_last=2026-11-02"}, // 31 August + 61 = 31 October, a Saturday
		{name: "and on the day", terms: local, events: "2026-07-20 file; 2026-09-01 appeal", on: "2026-12-01", want: "appeal_silence_last=2026-10-02"},
		{name: "the terms name another", terms: court, events: "2026-09-07 refuse; 2026-09-08 appeal", on: "2026-12-01", want: "appeal_silence_last=2026-11-09"}, // 8 September + 61 = 8 November, a Sunday
	} {
		c.check(t, p)
	}
	bare, err := ParseProfile([]byte(text[:strings.Index(text, "courts:")] + "holidays: [{on: 2026-01-01}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	tale{name: "no court at all", terms: court, events: "2026-06-01 file; 2026-06-02 refuse", on: "2026-09-01", want: "state=refused court_last= due_on="}.check(t, bare)
	lone := strings.Replace(string(holidayLaw(t)), `valid_from: 1994-01-01, `, "", 1)
	if bare, err = ParseProfile([]byte(lone)); err != nil {
		t.Fatal(err)
	}
	tale{name: "no court in force", terms: local, events: "2026-06-01 file; 2026-06-02 refuse", on: "2026-09-01", want: "state=refused court_last="}.check(t, bare)
	zero, err := ParseProfile([]byte(strings.ReplaceAll(string(holidayLaw(t)), "silence: 60}", "silence: 0}")))
	if err != nil {
		t.Fatal(err)
	}
	tale{name: "a court that knows no silence", terms: court, events: "2026-06-01 file", on: "2026-09-01", want: "due_on= court_last= state=running"}.check(t, zero)
}

// TestReservations: a date that rests on an expected feast, or lies beyond the
// holidays that are known.
func TestReservations(t *testing.T) {
	text := string(holidayLaw(t))
	p, err := ParseProfile([]byte(text[:strings.Index(text, "holidays:")] +
		"holidays: [{on: 2026-07-03, name: a, state: expected}, {on: 2026-12-31, name: b}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	at := func(days int) Terms {
		return Terms{Days: days, Kind: KindNormal, Silence: MeansConsent, Authority: AuthorityState}
	}
	for _, c := range []tale{ // filed on 1 June: due on 1 June + days + 1; 3 July is a Friday
		{name: "silence two days before", terms: at(28), events: "2026-06-01 file", want: "due_on=2026-06-30 tentative=false"},
		{name: "silence the day before", terms: at(29), events: "2026-06-01 file", want: "due_on=2026-07-01 tentative=true"},
		{name: "the day before, whose silence falls on it", terms: at(30), events: "2026-06-01 file", want: "due_on=2026-07-02 tentative=true"},
		{name: "rolled over it and the weekend", terms: at(31), events: "2026-06-01 file", want: "due_on=2026-07-06 tentative=true"},
		{name: "rolled from the Sunday after it", terms: at(33), events: "2026-06-01 file", want: "due_on=2026-07-06 tentative=true"},
		{name: "the Tuesday after", terms: at(35), events: "2026-06-01 file", want: "due_on=2026-07-07 tentative=false"},
		{name: "complete on it", terms: at(60), events: "2026-07-03 file", want: "complete_on=2026-07-03 due_on=2026-09-02 tentative=false"},
		{name: "half on it", terms: at(60), events: "2026-06-03 file", want: "half_last=2026-07-03 due_on=2026-08-03 tentative=false"},
		{name: "due on the last day known", terms: at(30), events: "2026-11-29 file", want: "due_on=2026-12-30 uncovered=false"},
		{name: "silence on the last day known", terms: at(29), events: "2026-11-30 file", want: "silence_effect_on=2026-12-31 uncovered=false"},
		{name: "one date on the first unknown", terms: Terms{Law: LawData}, events: "2026-12-21 rectification-asked", want: "rectify_last=2027-01-01 uncovered=true"},
		{name: "silence on the first unknown", terms: at(10), events: "2026-12-21 file", want: "due_on=2027-01-01 uncovered=true"},
	} {
		c.on = c.events[:10]
		c.check(t, p)
	}
	none, err := ParseProfile([]byte(text[:strings.Index(text, "holidays:")]))
	if err != nil {
		t.Fatal(err)
	}
	tale{name: "no table at all", terms: at(30), events: "2026-06-01 file", on: "2026-06-01", want: "uncovered=false tentative=false"}.check(t, none)
}

// TestReadingsTellAll: Readings gives exactly the values under which something
// that people are told comes out otherwise.
func TestReadingsTellAll(t *testing.T) {
	law := propertyLaw(t)
	for seed := range uint64(5 * lives) {
		l := draw(law, 1000+seed, true)
		end := l.from + Date(seed%97)
		taken := Compute(law, l.terms, l.events, end)
		var want, got []string
		for _, s := range law.Switches() {
			for _, v := range s.Values {
				other, err := law.Set(s.Name, v)
				if err != nil {
					t.Fatal(err)
				}
				if c := Compute(other, l.terms, l.events, end); told(&c) != told(&taken) {
					want = append(want, s.Name+"="+v)
				}
			}
		}
		for _, a := range Readings(law, l.terms, l.events, end) {
			got = append(got, a.Switch+"="+a.Value)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d: got %v, want %v", seed, got, want)
		}
	}
}

// told is what a clock tells people, as one text.
func told(c *Clock) string {
	return fmt.Sprint(c.State, c.Dates(), c.SuspendedDays, len(c.Refused), c.OpenRequests, listed(c, "windows"))
}

// TestPermitted: it judges each act as Try would, and names none besides.
func TestPermitted(t *testing.T) {
	p := propertyLaw(t)
	events := story(t, "2026-06-01 file")
	at := events[0].At.AddDate(0, 0, 3)
	got := Permitted(p, local, events, at, Event{Do: RequestInformation}, Event{Do: Return}, Event{Do: "dance"}, Event{Do: Complaint})
	var lines []string
	for _, r := range got {
		lines = append(lines, ruled(r))
	}
	want := "request-information:2026-06-04:yes:55-19:14 return:2026-06-04:no-window:55-19:10 dance:2026-06-04:unknown:55-19: complaint:2026-06-04:out-of-order:31-13:19"
	if strings.Join(lines, " ") != want {
		t.Errorf("got %s", lines)
	}
	if r := Try(p, court, nil, Event{At: at, Do: Appeal}); ruled(r) != "appeal:2026-06-04:yes:41-90:23" {
		t.Errorf("got %s", ruled(r))
	}
	if r := Try(p, local, story(t, "2026-06-01 file; 2026-06-02 refuse"), Event{At: at, Do: Appeal}); ruled(r) != "appeal:2026-06-04:yes:55-19:21" {
		t.Errorf("got %s", ruled(r))
	}
	if r := Try(p, court, nil, Event{At: at, Do: "dance"}); r.Text != LawCourt || r.Why != "unknown" {
		t.Errorf("got %+v", r)
	}
}

func TestHalf(t *testing.T) {
	p := propertyLaw(t)
	c := Compute(p, local, story(t, "2026-06-01 file"), civil(t, "2026-06-01"))
	for day, want := range map[string]bool{"2026-06-01": true, "2026-06-16": true, "2026-06-17": false} {
		if c.Half(civil(t, day)) != want {
			t.Errorf("%s: want %v", day, want)
		}
	}
	c = Compute(p, local, story(t, "2026-06-01 file missing=plan"), civil(t, "2026-06-01"))
	if c.Half(civil(t, "2026-06-01")) || c.Half(NoDate) {
		t.Error("an incomplete file has no half")
	}
}

func TestDateText(t *testing.T) {
	day := civil(t, "2026-06-01")
	if got := day.Time(); !got.Equal(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("got %s", got)
	}
	for _, text := range []string{`2026-06-01`, `"2026-06-01"`, `'2026-06-01'`} {
		var d Date
		if err := d.UnmarshalYAML([]byte(text)); err != nil || d != day {
			t.Errorf("%s: got %s, %v", text, d, err)
		}
	}
	d := day
	if err := d.UnmarshalText(nil); err != nil || d != NoDate {
		t.Errorf("nothing: got %q, %v", d, err)
	}
	if err := d.UnmarshalText([]byte("x")); err == nil {
		t.Error("x is a date")
	}
}

// TestDefaults: a profile that names no reading has the first value of each,
// and Sunday is a day of the week.
func TestDefaults(t *testing.T) {
	text := string(holidayLaw(t))
	from, to := strings.Index(text, "reading:"), strings.Index(text, "rules:")
	p, err := ParseProfile([]byte(text[:from] + text[to:]))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range p.Switches() {
		if s.Value != s.Values[0] && s.Value != "false" {
			t.Errorf("%s is %s", s.Name, s.Value)
		}
	}
	sunday, err := p.Rest([]string{"sun"}, nil)
	if err != nil || sunday.Working(civil(t, "2026-06-07")) || !sunday.Working(civil(t, "2026-06-06")) {
		t.Errorf("sunday alone: %v", err)
	}
}

// TestLongestTerms: the bounds of a profile's terms hold to the day.
func TestLongestTerms(t *testing.T) {
	law := string(holidayLaw(t))
	for _, c := range []struct{ was, is string }{
		{"claim: {days: 7,", "claim: {days: %d,"}, {"notice: 60, appeal_silence: 60,", "notice: %d, appeal_silence: 60,"},
	} {
		for days, fine := range map[int]bool{3660: true, 3661: false} {
			text := strings.Replace(law, c.was, fmt.Sprintf(c.is, days), 1)
			if _, err := ParseProfile([]byte(text)); (err == nil) != fine || text == law {
				t.Errorf("%s: got %v", fmt.Sprintf(c.is, days), err)
			}
		}
	}
	for days, fine := range map[int]bool{60: true, 61: false} {
		if _, err := ParseProfile([]byte(strings.Replace(law, "warn_days: [7,", fmt.Sprintf("warn_days: [%d,", days), 1))); (err == nil) != fine {
			t.Errorf("warned %d days before: got %v", days, err)
		}
	}
}
