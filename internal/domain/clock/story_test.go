package clock_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	. "wasl/internal/domain/clock"
)

// Terms that the stories use.
var (
	local   = Terms{Days: 30, Kind: KindNormal, Silence: MeansAppeal, Authority: AuthorityLocal}
	consent = Terms{Days: 30, Kind: KindConsent, Silence: MeansConsent, Authority: AuthorityLocal}
	grounds = Terms{Days: 30, Kind: KindNormal, Silence: MeansAppeal, Authority: AuthorityState, Extension: ForAny, Fetch: true}
	info    = Terms{Law: LawInformation}
	court   = Terms{Law: LawCourt}
	newer   = Terms{Law: LawCourtNew}
)

// story reads "2026-06-01 file missing=plan,deed; 2026-06-03T12:00 supply": a
// day, at nine unless a time is said, an act, and what it needs.
func story(t testing.TB, text string) []Event {
	t.Helper()
	var out []Event
	for line := range strings.SplitSeq(text, ";") {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		if !strings.Contains(words[0], "T") {
			words[0] += "T09:00"
		}
		at, err := time.Parse("2006-01-02T15:04", words[0])
		if err != nil {
			t.Fatal(err)
		}
		e := Event{At: at, Do: words[1]}
		for _, word := range words[2:] {
			name, value, _ := strings.Cut(word, "=")
			tell(t, &e, name, value)
		}
		out = append(out, e)
	}
	return out
}

func tell(t testing.TB, e *Event, name, value string) {
	t.Helper()
	yes := value == "yes"
	switch name {
	case "docs":
		e.Docs = strings.Split(value, ",")
	case "missing":
		e.Missing = strings.Split(value, ",")
	case "unreasoned":
		e.Reason = NoReason
	case "days":
		e.Days, _ = strconv.Atoi(value)
	case "for":
		e.For = value
	case "received":
		e.Received = civil(t, value)
	case "notified":
		e.Notified = civil(t, value)
	case "spot":
		e.OnTheSpot = true
	case "repeat":
		e.Repeat = &yes
	case "same":
		e.SameApplicant = &yes
	case "before":
		e.RefusedBefore = &yes
	case "changed":
		e.Changed = &yes
	default:
		t.Fatalf("unknown word %q", name)
	}
}

// said is what a clock says under a name.
func said(c *Clock, name string) string {
	switch name {
	case "state":
		return c.State
	case "turn":
		return c.Turn
	case "suspended":
		return strconv.Itoa(c.SuspendedDays)
	case "extended":
		return strconv.Itoa(c.ExtendedDays)
	case "open":
		return strconv.Itoa(c.OpenRequests)
	case "tentative":
		return strconv.FormatBool(c.Tentative)
	case "uncovered":
		return strconv.FormatBool(c.Uncovered)
	case "decided":
		return c.DecidedOn.String()
	case "received":
		return c.RefusalReceivedOn.String()
	case "window":
		return c.WindowLast.String()
	case "spans", "windows", "answered", "refused":
		return listed(c, name)
	}
	for _, d := range c.Dates() {
		if d.Name == name {
			return d.On.String()
		}
	}
	return "?" + name
}

func listed(c *Clock, name string) string {
	var out []string
	switch name {
	case "spans":
		for _, s := range c.Suspensions {
			out = append(out, s.From.String()+".."+s.To.String())
		}
	case "windows":
		for _, q := range c.Requests {
			out = append(out, q.WindowLast.String())
		}
	case "answered":
		for _, q := range c.Requests {
			out = append(out, q.AnsweredOn.String())
		}
	case "refused":
		for _, r := range c.Refused {
			out = append(out, ruled(r))
		}
	}
	return strings.Join(out, ",")
}

// ruled is a ruling as stories write it: extend:2026-06-01:ground:55-19:17.
func ruled(r Ruling) string {
	if r.OK {
		return fmt.Sprintf("%s:%s:yes:%s:%s", r.Do, r.On, r.Text, strings.Join(r.Articles, "+"))
	}
	return fmt.Sprintf("%s:%s:%s:%s:%s", r.Do, r.On, r.Why, r.Text, strings.Join(r.Articles, "+"))
}

// tale is a story with what its clock says on a day.
type tale struct {
	name   string
	set    string // half=ceil
	terms  Terms
	events string
	on     string
	want   string // state=running due_on=2026-07-02; NAME= for none
}

func (c tale) check(t *testing.T, p *Profile) {
	t.Helper()
	if name, value, ok := strings.Cut(c.set, "="); ok {
		var err error
		if p, err = p.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	k := Compute(p, c.terms, story(t, c.events), civil(t, c.on))
	for word := range strings.FieldsSeq(c.want) {
		name, want, _ := strings.Cut(word, "=")
		if got := said(&k, name); got != want {
			t.Errorf("%s on %s: %s is %q, want %q", c.name, c.on, name, got, want)
		}
	}
}
