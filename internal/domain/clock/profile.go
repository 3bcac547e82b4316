// Package clock computes legal dates: from a legal profile (law/ma.yaml), a
// service's terms and a case's events to its state, due date and what may be
// done now, each with its article. It is pure: no store, no present time, no
// text for people. It refuses an unknown profile key. Both zones use it, so
// that the receipt, the queue and the pages can never disagree.
package clock

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"wasl/internal/base/yaml"
)

// Profile is one country's administrative law as data.
type Profile struct {
	Name     string             `yaml:"profile"`
	Version  int                `yaml:"version"`
	Zone     string             `yaml:"zone"`
	Weekend  []string           `yaml:"weekend"`
	Caps     map[string]CapRule `yaml:"caps"`
	Reading  Reading            `yaml:"reading"`
	Rules    Rules              `yaml:"rules"`
	Acts     map[string]ActRule `yaml:"acts"`
	Courts   []CourtRule        `yaml:"courts"`
	Warn     []int              `yaml:"warn_days"` // days before a date of the office on which its people are told
	Holidays []Holiday          `yaml:"holidays"`

	hash     string
	zone     *time.Location
	weekend  [7]bool
	holidays map[Date]bool
	expected map[Date]bool
	through  Date // the last day of the last year whose holidays are known
	floors   map[floorKey]Date
}

// CapRule is the longest delay a kind of act may have (law 55-19 art. 16).
type CapRule struct {
	Days    int    `yaml:"days"`
	Article string `yaml:"article"`
}

// Ways to count a term.
const (
	CountFull    = "full"    // neither the first day nor the last counts (law 55-19 art. 31)
	CountPlain   = "plain"   // the first day does not count
	CountWorking = "working" // working days, the first not counted
)

// Term is a delay that the law sets, with the text and article that set it.
type Term struct {
	Days    int    `yaml:"days"`
	Count   string `yaml:"count"`
	Text    string `yaml:"text"`
	Article string `yaml:"article"`
}

// Rules are the terms of the profile, by what they bound.
type Rules struct {
	Delay        Term `yaml:"delay"`         // days come from the service
	Half         Term `yaml:"half"`          // no days: half of the delay
	Missing      Term `yaml:"missing"`       // the applicant's window for pieces missing at filing
	Replacement  Term `yaml:"replacement"`   // and for a piece that does not conform
	FetchNotice  Term `yaml:"fetch_notice"`  // to tell that a piece cannot be fetched
	Claim        Term `yaml:"claim"`         // the head hands over the act
	Higher       Term `yaml:"higher"`        // the authority above hands it over
	Attestation  Term `yaml:"attestation"`   // the wali or governor attests the silence
	Appeal       Term `yaml:"appeal"`        // to appeal
	AppealAnswer Term `yaml:"appeal_answer"` // to answer an appeal
	President    Term `yaml:"president"`     // the president decides on the wali's letter

	InfoAnswer           Term `yaml:"info_answer"` // law 31-13
	InfoUrgent           Term `yaml:"info_urgent"`
	InfoComplaint        Term `yaml:"info_complaint"`
	InfoHead             Term `yaml:"info_head"`
	InfoCommission       Term `yaml:"info_commission"`
	InfoCommissionAnswer Term `yaml:"info_commission_answer"`
	InfoCourt            Term `yaml:"info_court"`

	Rectify Term `yaml:"rectify"` // law 09-08
}

// ActRule names the articles an act rests on; Once the one that forbids a
// second time.
type ActRule struct {
	Text    string `yaml:"text"`
	Article string `yaml:"article"`
	Once    string `yaml:"once"`
}

// CourtRule is the terms of the administrative court. ValidFrom is the day from
// which decisions fall under it; without one it is not in force.
type CourtRule struct {
	Law           string `yaml:"law"`
	ValidFrom     Date   `yaml:"valid_from"`
	Count         string `yaml:"count"`
	Article       string `yaml:"article"`
	Notice        int    `yaml:"notice"`         // days from notice of the decision
	AppealSilence int    `yaml:"appeal_silence"` // days of silence on a prior appeal that refuse it
	AfterAppeal   int    `yaml:"after_appeal"`   // days from the answer to it, or from that silence
	Silence       int    `yaml:"silence"`        // days of silence on a request that refuse it
}

// Holiday is one rest day; State is "expected" until a moon-sighted feast is confirmed.
type Holiday struct {
	On    Date   `yaml:"on"`
	Name  string `yaml:"name"`
	State string `yaml:"state"`
}

// Expected is the state of a feast that nobody has confirmed yet.
const Expected = "expected"

// mostDays bounds a term: ten years.
const mostDays = 3660

// ParseProfile reads a legal profile; an unknown key or a bad value is an error.
func ParseProfile(data []byte) (*Profile, error) {
	p := &Profile{}
	if err := yaml.Decode(data, p); err != nil {
		return nil, fmt.Errorf("reading the legal profile: %w", err)
	}
	sum := sha256.Sum256(data)
	p.hash = hex.EncodeToString(sum[:])
	var err error
	if p.zone, err = time.LoadLocation(p.Zone); err != nil {
		return nil, fmt.Errorf("legal profile %s: unknown zone %q", p.Name, p.Zone)
	}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("legal profile %s: %w", p.Name, err)
	}
	if err := p.setWeekend(p.Weekend); err != nil {
		return nil, fmt.Errorf("legal profile %s: %w", p.Name, err)
	}
	p.setHolidays(p.Holidays)
	return p, nil
}

// check refuses terms, readings and acts that no engine could apply.
func (p *Profile) check() error {
	for _, t := range p.Rules.all() {
		if t.Days < 0 || t.Days > mostDays {
			return fmt.Errorf("a term of %d days", t.Days)
		}
		if !slices.Contains([]string{"", CountFull, CountPlain, CountWorking}, t.Count) {
			return fmt.Errorf("a term counted %q", t.Count)
		}
	}
	for _, c := range p.Courts {
		for _, n := range []int{c.Notice, c.AppealSilence, c.AfterAppeal, c.Silence} {
			if n < 0 || n > mostDays {
				return fmt.Errorf("a court term of %d days", n)
			}
		}
	}
	for _, n := range p.Warn {
		if n < 1 || n > mostWarned {
			return fmt.Errorf("a warning %d days before", n)
		}
	}
	for do := range p.Acts {
		if !Known(do) {
			return fmt.Errorf("unknown act %q", do)
		}
	}
	return p.Reading.check()
}

func (r *Rules) all() []*Term {
	return []*Term{&r.Delay, &r.Half, &r.Missing, &r.Replacement, &r.FetchNotice, &r.Claim, &r.Higher, &r.Attestation, &r.Appeal, &r.AppealAnswer, &r.President,
		&r.InfoAnswer, &r.InfoUrgent, &r.InfoComplaint, &r.InfoHead, &r.InfoCommission, &r.InfoCommissionAnswer, &r.InfoCourt, &r.Rectify}
}

// setWeekend takes the days of the week on which offices are closed, by their
// English names or the first three letters of them.
func (p *Profile) setWeekend(names []string) error {
	p.weekend = [7]bool{}
	closed := 0
	for _, name := range names {
		day, ok := weekday(name)
		if !ok {
			return fmt.Errorf("unknown day %q", name)
		}
		if !p.weekend[day] {
			closed++
		}
		p.weekend[day] = true
	}
	if closed == 7 { // counting would never end
		return fmt.Errorf("no day of the week is a working day")
	}
	return nil
}

func weekday(name string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(d.String(), name) || strings.EqualFold(d.String()[:3], name) {
			return d, true
		}
	}
	return 0, false
}

func (p *Profile) setHolidays(all []Holiday) {
	p.holidays, p.expected, p.through = make(map[Date]bool, len(all)), map[Date]bool{}, NoDate
	for _, h := range all {
		p.holidays[h.On] = true
		if h.State == Expected {
			p.expected[h.On] = true
		}
		p.through = max(p.through, yearEnd(h.On))
	}
}

// With is the profile as it counts where an authority is closed on more days:
// YYYY-MM-DD each, checked by whoever wrote them; what does not read closes
// nothing. It is the same law, and keeps its hash.
func (p *Profile) With(closed []string) *Profile {
	if len(closed) == 0 {
		return p
	}
	own := *p
	own.holidays = maps.Clone(p.holidays)
	for _, text := range closed {
		if day, err := ParseDate(text); err == nil {
			own.holidays[day] = true
		}
	}
	return &own
}

// Rest is the profile with another weekend and other holidays: of a law case,
// which brings its own.
func (p *Profile) Rest(weekend []string, holidays []Date) (*Profile, error) {
	own := *p
	if err := own.setWeekend(weekend); err != nil {
		return nil, err
	}
	own.Holidays = make([]Holiday, len(holidays))
	for i, day := range holidays {
		own.Holidays[i].On = day
	}
	own.setHolidays(own.Holidays)
	own.through = 1 << 40 // a case's table is whole by itself
	return &own, nil
}

// Hash identifies the profile's exact text; a case keeps the one it started under.
func (p *Profile) Hash() string { return p.hash }

// Location is the zone of legal dates.
func (p *Profile) Location() *time.Location { return p.zone }
