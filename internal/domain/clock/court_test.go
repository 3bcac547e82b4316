package clock_test

import (
	"strings"
	"testing"

	. "wasl/internal/domain/clock"
)

// TestUnfiled: without a file there is only, before the court, a decision that
// came without one of ours, the appeal against it and the answer to that; what
// ended so is closed like a file. 41-90 art. 23: 60 full days from the notice,
// 60 of silence on an appeal, 60 from its answer; 58-25 art. 47: 30 and 30.
func TestUnfiled(t *testing.T) {
	p := propertyLaw(t)
	for _, c := range []tale{
		{name: "a grant after a refusal", terms: court, events: "2026-06-01 refuse; 2026-06-05 grant notified=2026-06-08", on: "2026-06-30",
			want: "state=refused received=2026-06-01 refused=grant:2026-06-05:closed:55-19:16"},
		{name: "a grant after a refusal, where the signature counts", set: "answer=signed", terms: court, events: "2026-06-01 refuse; 2026-06-05 grant notified=2026-06-08", on: "2026-06-30",
			want: "state=refused received=2026-06-01 refused=grant:2026-06-05:closed:55-19:16"},
		{name: "a refusal after a grant", terms: newer, events: "2026-06-01 grant; 2026-06-05 refuse", on: "2026-06-30",
			want: "state=granted received= court_last= refused=refuse:2026-06-05:closed:55-19:18"},
		{name: "a second refusal answers no appeal to come", terms: court, events: "2026-06-01 refuse; 2026-06-10 refuse; 2026-06-15 appeal", on: "2026-06-30",
			// 15 June + 61 = 15 August, a Saturday: 17; + 61 = 17 October, a Saturday: 19
			want: "appeal_silence_last=2026-08-17 court_last=2026-10-19 refused=refuse:2026-06-10:closed:55-19:18"},
		{name: "a refusal that answers an appeal", terms: court, events: "2026-06-01 refuse; 2026-06-15 appeal; 2026-06-20 refuse", on: "2026-06-30",
			want: "court_last=2026-08-24 refused="}, // 20 June + 61 = 20 August, a holiday as is 21: Monday 24
		{name: "an answer to an appeal of a decision that no file tells", terms: court, events: "2026-06-01 appeal; 2026-06-20 answer", on: "2026-06-30",
			want: "court_last=2026-08-24 refused="},
		{name: "an answer to an appeal, under the new law", terms: newer, events: "2026-06-01 appeal; 2026-06-20 answer", on: "2026-06-30",
			want: "court_last=2026-07-21 refused="}, // 20 June + 31
		{name: "an answer to an appeal against silence", terms: court, events: "2026-03-04 file; 2026-06-01 appeal; 2026-06-20 answer", on: "2026-06-30",
			want: "state=silent due_on=2026-05-04 court_last=2026-08-24 refused="},
		{name: "an answer to nothing", terms: court, events: "2026-03-04 file; 2026-06-02 answer; 2026-06-03 appeal", on: "2026-06-30",
			want: "appeal_silence_last=2026-08-03 court_last=2026-10-05"}, // 3 June + 61 = 3 August; + 61 = 3 October, a Saturday
		{name: "a claim without a file", terms: consent, events: "2026-06-01 claim-act", on: "2026-06-30", want: "state=no-clock act_due= refused=claim-act:2026-06-01:not-consent:55-19:19"},
		{name: "an appeal without a file", terms: local, events: "2026-06-01 appeal", on: "2026-06-30", want: "state=no-clock appeal_reply_due= refused=appeal:2026-06-01:silent-only:55-19:21"},
		{name: "an answer without a file", terms: local, events: "2026-06-01 answer", on: "2026-06-30", want: "state=no-clock refused=answer:2026-06-01:not-filed:55-19:10"},
	} {
		c.check(t, p)
	}
	acts := []string{Supply, Answer, RequestReplacement, RequestOriginals, RequestInformation, RequestReceived, DeclareMissing, Inspection, OpinionAsked,
		OpinionGiven, PaymentAsked, PaymentMade, NoticeUnavailable, Extend, Return, Withdraw, LeaveUnanswered}
	for _, terms := range []Terms{court, newer, local} {
		for _, do := range acts {
			if r := Try(p, terms, nil, Event{At: civil(t, "2026-06-01").Time(), Do: do, Days: 5, For: ForInquiry}); r.OK || r.Why != "not-filed" {
				t.Errorf("%s without a file, law %q: got %+v", do, terms.Law, r)
			}
		}
	}
}

// TestShortestSilence: a court's term of silence may be of one day.
func TestShortestSilence(t *testing.T) {
	p, err := ParseProfile([]byte(strings.ReplaceAll(string(holidayLaw(t)), "silence: 60}", "silence: 1}")))
	if err != nil {
		t.Fatal(err)
	}
	tale{name: "one day", terms: court, events: "2026-06-01 file", on: "2026-06-01", want: "due_on=2026-06-03 state=running"}.check(t, p)
}
