// Package clock computes legal dates: from a legal profile (law/ma.yaml), a
// service's terms and a case's events to its state, due date and what may be
// done now. It is pure: no store, no present time, no text for people. It
// refuses an unknown profile key. Both zones use it, so that the receipt, the
// queue and the pages can never disagree.
package clock

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"strings"
	"time"

	"wasl/internal/base/yaml"
)

// Profile is one country's administrative law as data.
type Profile struct {
	Name       string             `yaml:"profile"`
	Version    int                `yaml:"version"`
	Zone       string             `yaml:"zone"`
	Weekend    []string           `yaml:"weekend"`
	Caps       map[string]CapRule `yaml:"caps"`
	Correction CorrectionRule     `yaml:"correction"`
	Half       HalfRule           `yaml:"half"`
	Appeal     AppealRule         `yaml:"appeal"`
	Info       InformationRule    `yaml:"information"`
	Holidays   []Holiday          `yaml:"holidays"`

	hash     string
	zone     *time.Location
	weekend  map[time.Weekday]bool
	holidays map[Date]bool
}

// CapRule is the longest delay a kind of act may have (law 55-19 art. 16).
type CapRule struct {
	Days    int    `yaml:"days"`
	Article string `yaml:"article"`
}

// CorrectionRule is the applicant's window to mend a piece (art. 10).
type CorrectionRule struct {
	WindowDays int    `yaml:"window_days"`
	Article    string `yaml:"article"`
}

// HalfRule says that requests are sent in the first half of the delay (art. 10, 14).
type HalfRule struct {
	Article string `yaml:"article"`
}

// AppealRule is the term of an appeal and of its answer (art. 21).
type AppealRule struct {
	Days      int    `yaml:"days"`
	Article   string `yaml:"article"`
	ReplyDays int    `yaml:"reply_days"`
}

// InformationRule is the term of law 31-13, in working days.
type InformationRule struct {
	Text                 string `yaml:"text"`
	WorkingDays          int    `yaml:"working_days"`
	ComplaintWorkingDays int    `yaml:"complaint_working_days"`
	Article              string `yaml:"article"`
}

// Holiday is one rest day; State is "expected" until a moon-sighted feast is confirmed.
type Holiday struct {
	On    Date   `yaml:"on"`
	Name  string `yaml:"name"`
	State string `yaml:"state"`
}

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
	p.weekend = map[time.Weekday]bool{}
	for _, name := range p.Weekend {
		day, ok := weekday(name)
		if !ok {
			return nil, fmt.Errorf("legal profile %s: unknown day %q", p.Name, name)
		}
		p.weekend[day] = true
	}
	if len(p.weekend) == 7 { // counting would never end
		return nil, fmt.Errorf("legal profile %s: no day of the week is a working day", p.Name)
	}
	for _, n := range []int{p.Correction.WindowDays, p.Appeal.Days, p.Appeal.ReplyDays, p.Info.WorkingDays, p.Info.ComplaintWorkingDays} {
		if n < 0 || n > mostDays {
			return nil, fmt.Errorf("legal profile %s: a term of %d days", p.Name, n)
		}
	}
	p.holidays = make(map[Date]bool, len(p.Holidays))
	for _, h := range p.Holidays {
		p.holidays[h.On] = true
	}
	return p, nil
}

func weekday(name string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(d.String(), name) {
			return d, true
		}
	}
	return 0, false
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

// Hash identifies the profile's exact text; a case keeps the one it started under.
func (p *Profile) Hash() string { return p.hash }

// Location is the zone of legal dates.
func (p *Profile) Location() *time.Location { return p.zone }
