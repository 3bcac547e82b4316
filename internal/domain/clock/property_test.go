package clock_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	. "wasl/internal/domain/clock"
)

// life is a file made up at random: its terms and its events.
type life struct {
	seed   uint64
	terms  Terms
	events []Event
	from   Date
}

const (
	lives    = 40  // under each value of each switch
	lifetime = 260 // days looked at
)

func propertyLaw(t testing.TB) *Profile {
	t.Helper()
	p, err := ParseProfile(holidayLaw(t))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// acts are what may be drawn: one in three from all, the others from those
// that go back and forth between the applicant and the office.
var (
	acts = []string{RequestReplacement, RequestOriginals, RequestInformation, RequestReceived, Answer, Supply, Extend, Grant, Refuse, Return, Withdraw,
		Inspection, OpinionAsked, PaymentMade, NoticeUnavailable, DeclareMissing, LeaveUnanswered, ClaimAct, GoHigher, AskAttestation, Appeal, ReferToWali,
		PresidentReceived, Complaint, HeadAnswer, CommissionComplaint, CommissionAnswer, RectificationAsked, File}
	often = []string{RequestReplacement, RequestOriginals, RequestInformation, RequestReceived, Answer, Answer, Answer, Supply, Extend, Return,
		AskAttestation, PresidentReceived, Appeal}
)

// draw makes a life. A lawful one holds only acts that the law allows at their
// instant; another one any act at any time.
func draw(p *Profile, seed uint64, lawful bool) life {
	r := rand.New(rand.NewPCG(seed, 19))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	l := life{seed: seed, terms: Terms{
		Days: 1 + r.IntN(60), Kind: KindNormal, Silence: pick(MeansAppeal, MeansConsent), Authority: pick(AuthorityState, AuthorityBody, AuthorityDeconcentrated, AuthorityLocal),
		Extension: pick("", ForAny, ForInquiry), Fetch: r.IntN(2) == 0,
	}}
	if r.IntN(4) == 0 {
		l.terms = Terms{Days: 20, Kind: KindInformation, Silence: MeansAppeal, Authority: AuthorityBody, Urgent: r.IntN(2) == 0}
	}
	at := time.Date(2026, time.Month(1+r.IntN(12)), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60), 0, time.UTC)
	l.from = p.DateOf(at)
	first := Event{At: at, Do: File}
	if r.IntN(3) == 0 {
		first.Missing = []string{"plan", "deed"}
	}
	l.events = append(l.events, first)
	for range 2 + r.IntN(20) {
		if r.IntN(5) > 0 { // else at the same instant
			at = at.Add(time.Duration(r.IntN(1+r.IntN(20)*24)) * time.Hour).Add(time.Duration(r.IntN(3600)) * time.Second)
		}
		e := drawAct(r, p, at)
		if !lawful || Try(p, l.terms, l.events, e).OK {
			l.events = append(l.events, e)
		}
	}
	return l
}

func drawAct(r *rand.Rand, p *Profile, at time.Time) Event {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	e := Event{At: at, Do: pick(often...)}
	if r.IntN(3) == 0 {
		e.Do = pick(acts...)
	}
	switch e.Do {
	case RequestReplacement:
		e.Docs = []string{pick("plan", "deed", "photo", "lease")}
		fallthrough
	case RequestOriginals, RequestInformation:
		if r.IntN(2) == 0 {
			e.Received = p.DateOf(at) + Date(r.IntN(6))
		}
	case Answer, Supply:
		if r.IntN(2) == 0 {
			e.Docs = []string{pick("plan", "deed", "photo", "lease")}
		}
	case Extend:
		e.Days, e.For = r.IntN(30), pick("", ForExpertise, ForInquiry)
	case Grant, Refuse:
		if r.IntN(3) == 0 {
			e.Notified = p.DateOf(at) + Date(r.IntN(10))
		}
	}
	if r.IntN(8) == 0 {
		e.Reason = NoReason
	}
	return e
}

// each runs a property on many lives under every value of every switch.
func each(t *testing.T, lawful bool, property func(t *testing.T, p *Profile, l life)) {
	law := propertyLaw(t)
	first, many := uint64(0), uint64(lives)
	if testing.Short() {
		many = lives / 4
	}
	for _, s := range law.Switches() {
		for _, value := range s.Values {
			first += lives
			t.Run(s.Name+"="+value, func(t *testing.T) {
				p, err := law.Set(s.Name, value)
				if err != nil {
					t.Fatal(err)
				}
				for seed := range many {
					property(t, p, draw(p, first+seed, lawful))
					if t.Failed() {
						return
					}
				}
			})
		}
	}
}

// TestDueNeverEarlier: from day to day the due date stays, or an act moves it;
// a lawful act never brings it forward.
func TestDueNeverEarlier(t *testing.T) {
	each(t, true, func(t *testing.T, p *Profile, l life) {
		var last Date
		before := Clock{}
		acted := map[Date]bool{}
		for _, e := range l.events {
			acted[p.DateOf(e.At)], acted[e.Notified], acted[e.Received] = true, true, true
		}
		for day := l.from; day < l.from+lifetime; day++ {
			c := Compute(p, l.terms, l.events, day)
			if c.DueOn != NoDate && c.DueOn < last {
				t.Fatalf("seed %d: due on %s, and %s the day before %s", l.seed, c.DueOn, last, day)
			}
			if !acted[day] && day > l.from && c.DueOn != before.DueOn {
				t.Fatalf("seed %d: nothing happened on %s, and the due date went from %q to %q", l.seed, day, before.DueOn, c.DueOn)
			}
			last, before = max(last, c.DueOn), c
		}
	})
}

// TestRawDueIsUnion: the raw due date is moved by the days of the union of the
// suspensions and by the extension, counted here one by one; then it rolls once.
func TestRawDueIsUnion(t *testing.T) {
	seen := map[string]int{}
	each(t, false, func(t *testing.T, p *Profile, l life) {
		if l.terms.Kind == KindInformation {
			return
		}
		for day := l.from; day < l.from+lifetime; day += 3 {
			c := Compute(p, l.terms, l.events, day)
			stopped := map[Date]bool{}
			for _, q := range c.Requests {
				from := q.SentOn
				if p.Reading.SuspendsFrom == "received" {
					from = q.ReceivedOn
				}
				for d := from + 1; d <= q.AnsweredOn; d++ {
					if d > c.CompleteOn && c.CompleteOn != NoDate {
						stopped[d] = true
					}
				}
			}
			if c.RawDueOn == NoDate {
				continue
			}
			raw := c.CompleteOn + Date(l.terms.Days+len(stopped)+c.ExtendedDays)
			if p.Reading.Full {
				raw++
			}
			last := raw
			for p.Reading.Roll && !p.Working(last) {
				last++
			}
			if len(stopped) != c.SuspendedDays || raw != c.RawDueOn || last != c.DueOn {
				t.Fatalf("seed %d on %s: suspended %d, raw %s, due %s; counted %d, %s, %s", l.seed, day, c.SuspendedDays, c.RawDueOn, c.DueOn, len(stopped), raw, last)
			}
			if len(stopped) > 0 {
				seen["suspended"]++
			}
			if c.ExtendedDays > 0 {
				seen["extended"]++
			}
			if last > raw {
				seen["rolled"]++
			}
		}
	})
	for _, what := range []string{"suspended", "extended", "rolled"} {
		if seen[what] < 100 {
			t.Errorf("only %d days were %s: the streams prove little", seen[what], what)
		}
	}
}

// TestEveryStateSaysWhatNext: a state has a due date, an outcome with its day,
// or names who must act.
func TestEveryStateSaysWhatNext(t *testing.T) {
	seen := map[string]bool{}
	each(t, false, func(t *testing.T, p *Profile, l life) {
		for day := l.from - 1; day < l.from+lifetime; day += 2 {
			c := Compute(p, l.terms, l.events, day)
			seen[c.State] = true
			ok := false
			switch c.State {
			case Granted, Refused, Returned, Withdrawn:
				ok = c.DecidedOn != NoDate && c.DecidedOn <= day
			case Running:
				ok = c.DueOn >= day && c.Turn == TurnOffice
			case Incomplete:
				ok = c.MissingLast >= day && c.Turn == TurnApplicant
			case Suspended:
				ok = c.OpenRequests > 0 && c.Turn == TurnApplicant
			case ReturnDue:
				ok = c.WindowLast != NoDate && c.WindowLast < day && c.Turn == TurnOffice
			case Consent, Silent:
				ok = c.SilenceOn != NoDate && c.SilenceOn <= day && c.Turn != TurnNobody
			case NoClock:
				ok = day < l.from || c.DecidedOn != NoDate
			}
			if !ok {
				t.Fatalf("seed %d on %s: %s: %+v", l.seed, day, c.State, c)
			}
		}
	})
	for _, s := range []string{Granted, Refused, Returned, Withdrawn, Running, Incomplete, Suspended, ReturnDue, Consent, Silent, NoClock} {
		if !seen[s] {
			t.Errorf("no life came to %s", s)
		}
	}
}

// TestReplay: the same events give the same clock, again, from their JSON, and
// without those that come later.
func TestReplay(t *testing.T) {
	each(t, false, func(t *testing.T, p *Profile, l life) {
		body, err := json.Marshal(l.events)
		if err != nil {
			t.Fatal(err)
		}
		var again []Event
		if err := json.Unmarshal(body, &again); err != nil {
			t.Fatal(err)
		}
		for day := l.from; day < l.from+lifetime; day += 13 {
			c := Compute(p, l.terms, l.events, day)
			var known []Event
			for _, e := range l.events {
				if p.DateOf(e.At) <= day {
					known = append(known, e)
				}
			}
			if d := Compute(p, l.terms, again, day); !reflect.DeepEqual(c, d) {
				t.Fatalf("seed %d on %s: read back:\n%+v\n%+v", l.seed, day, c, d)
			}
			if d := Compute(p, l.terms, known, day); !reflect.DeepEqual(c, d) {
				t.Fatalf("seed %d on %s: later events count:\n%+v\n%+v", l.seed, day, c, d)
			}
		}
	})
}

// TestOrderOfArrival: the order in which events are told changes nothing, those
// of one instant included.
func TestOrderOfArrival(t *testing.T) {
	each(t, false, func(t *testing.T, p *Profile, l life) {
		r := rand.New(rand.NewPCG(l.seed, 55))
		second := l.events[0] // two filings at one instant
		second.Missing = []string{"photo"}
		events := append(slices.Clone(l.events), second)
		end := l.from + lifetime
		want := Compute(p, l.terms, events, end)
		for range 4 {
			r.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
			if got := Compute(p, l.terms, events, end); !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d:\n%+v\n%+v", l.seed, got, want)
			}
		}
	})
}

// TestRefusedChangesNothing: a life without the acts that the law refused is
// the same life.
func TestRefusedChangesNothing(t *testing.T) {
	law := propertyLaw(t)
	for seed := range uint64(10 * lives) {
		l := draw(law, seed, false)
		var lawful []Event
		for _, s := range Trace(law, l.terms, l.events) {
			if s.Ruling.OK {
				lawful = append(lawful, s.Event)
			}
		}
		end := l.from + lifetime
		all, without := Compute(law, l.terms, l.events, end), Compute(law, l.terms, lawful, end)
		all.Refused, without.Refused = nil, nil
		if !reflect.DeepEqual(all, without) {
			t.Fatalf("seed %d:\n%+v\n%+v", seed, all, without)
		}
	}
}

// TestEverySwitchMatters: each value of each switch gives some life another
// clock than the default, and Readings tells of it.
func TestEverySwitchMatters(t *testing.T) {
	law := propertyLaw(t)
	told := map[string]int{}
	for seed := range uint64(20 * lives) {
		l := draw(law, seed, true)
		for _, a := range Readings(law, l.terms, l.events, l.from+lifetime) {
			told[a.Switch+"="+a.Value]++
		}
	}
	for _, s := range law.Switches() {
		for _, value := range s.Values {
			if value != s.Value && told[s.Name+"="+value] == 0 {
				t.Errorf("%s=%s changes no life", s.Name, value)
			}
		}
	}
}

// TestTraceEndsInClock: the last step of a trace is the clock of that day.
func TestTraceEndsInClock(t *testing.T) {
	law := propertyLaw(t)
	for seed := range uint64(10 * lives) {
		l := draw(law, seed, false)
		steps := Trace(law, l.terms, l.events)
		last := steps[len(steps)-1]
		if want := Compute(law, l.terms, l.events, law.DateOf(last.Event.At)); !reflect.DeepEqual(last.Clock, want) {
			t.Fatalf("seed %d:\n%+v\n%+v", seed, last.Clock, want)
		}
	}
}

// richLife is a life with a bit of everything: four suspensions, an extension,
// a refusal notified late, an appeal and a referral.
func richLife() life {
	at := func(day int) time.Time { return time.Date(2026, 3, 2+day, 9, 0, 0, 0, time.UTC) }
	return life{terms: Terms{Days: 60, Kind: KindNormal, Silence: MeansAppeal, Authority: AuthorityLocal, Extension: ForAny, Fetch: true}, events: []Event{
		{At: at(0), Do: File, Missing: []string{"plan", "deed"}}, {At: at(3), Do: Supply},
		{At: at(5), Do: RequestReplacement, Docs: []string{"plan"}}, {At: at(9), Do: RequestReplacement, Docs: []string{"deed", "photo"}},
		{At: at(12), Do: Answer, Docs: []string{"plan"}}, {At: at(15), Do: Answer, Docs: []string{"photo"}}, {At: at(18), Do: Answer},
		{At: at(20), Do: RequestOriginals}, {At: at(24), Do: Answer}, {At: at(25), Do: RequestInformation}, {At: at(33), Do: Answer},
		{At: at(34), Do: Inspection}, {At: at(40), Do: OpinionAsked}, {At: at(50), Do: OpinionGiven},
		{At: at(55), Do: Extend, For: ForInquiry, Days: 20}, {At: at(90), Do: RequestInformation},
		{At: at(120), Do: Appeal}, {At: at(140), Do: ReferToWali}, {At: at(143), Do: PresidentReceived},
	}}
}

// BenchmarkCompute computes one rich case; the product's bound is 50 µs.
func BenchmarkCompute(b *testing.B) {
	p, l := propertyLaw(b), richLife()
	on := p.DateOf(l.events[len(l.events)-1].At) + 10
	b.ReportAllocs()
	for b.Loop() {
		if c := Compute(p, l.terms, l.events, on); c.PresidentDue == NoDate {
			b.Fatalf("%+v", c)
		}
	}
}

// TestComputeQuick holds the bound in the best of a few rounds: a machine that
// is busy with something else proves nothing.
func TestComputeQuick(t *testing.T) {
	if testing.Short() {
		t.Skip("short tests also run under the race detector")
	}
	p, l := propertyLaw(t), richLife()
	on := p.DateOf(l.events[len(l.events)-1].At) + 10
	best := time.Hour
	for range 10 {
		start := time.Now()
		for range 100 {
			Compute(p, l.terms, l.events, on)
		}
		best = min(best, time.Since(start)/100)
	}
	if best > 50*time.Microsecond {
		t.Errorf("%v for the clock of one case, at most 50 µs are wanted", best)
	}
	t.Log(best)
}

// TestRestNeverBringsForward: one more rest day, as a feast confirmed a day
// later gives, moves a due date on or leaves it; and it is the only thing that
// moves it without an act.
func TestRestNeverBringsForward(t *testing.T) {
	law := propertyLaw(t)
	moved := 0
	for seed := range uint64(10 * lives) {
		l := draw(law, seed, true)
		end := l.from + lifetime
		before := Compute(law, l.terms, l.events, end)
		if before.DueOn == NoDate {
			continue
		}
		for day := before.DueOn - 2; day <= before.DueOn+1; day++ {
			after := Compute(law.With([]string{day.String()}), l.terms, l.events, end)
			if after.DueOn < before.DueOn {
				t.Fatalf("seed %d: a rest day on %s brings %s forward to %s", seed, day, before.DueOn, after.DueOn)
			}
			if after.DueOn > before.DueOn {
				moved++
			}
		}
	}
	if moved < 50 {
		t.Errorf("only %d due dates moved", moved)
	}
}
