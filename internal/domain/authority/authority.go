// Package authority knows who decides: authorities, their units, what they
// offer, and the territory they serve.
//
// It reads two folders of operator data, authorities/*.yaml and
// territory/*.csv, and refuses a name missing in one of the four languages, an
// unknown key, parent or place. It holds no secret and no person; both zones
// may use it.
package authority

import (
	"cmp"
	"slices"

	"wasl/internal/base/i18n"
)

// Names is one name in the four languages; a loaded Names is complete.
type Names map[i18n.Lang]string

// In returns the name in l.
func (n Names) In(l i18n.Lang) string { return n[l] }

// Kinds of authority. The kind decides the appeal route (law 55-19 art. 21).
const (
	Commune       = "commune"
	Ministry      = "ministry"
	Agency        = "agency"
	Deconcentrate = "deconcentrated"
)

var kinds = []string{Commune, Ministry, Agency, Deconcentrate}

// Authority is an administration that decides on requests.
type Authority struct {
	ID        string  `yaml:"id"`
	Kind      string  `yaml:"kind"`
	Parent    string  `yaml:"parent"`    // id of the authority above, or ""
	Territory string  `yaml:"territory"` // code of the region, province or commune it serves, or "" for the whole country
	Example   bool    `yaml:"example"`
	Names     Names   `yaml:"names"`
	Contact   Contact `yaml:"contact"`
	Units     []Unit  `yaml:"units"`
	Appeal    Names   `yaml:"appeal"` // who hears an appeal, as a citizen reads it
	Offering  []Offer `yaml:"offers"`
}

// Contact is where an applicant finds the authority.
type Contact struct {
	Address Names  `yaml:"address"`
	Hours   Names  `yaml:"hours"`
	Phone   string `yaml:"phone"`
	Email   string `yaml:"email"`
	Site    string `yaml:"site"`
}

// Unit is a team of agents; its key opens the filings addressed to it.
type Unit struct {
	ID    string `yaml:"id"`
	Names Names  `yaml:"names"`
}

// Offer says that an authority takes requests for a service, through which
// unit, with which fees of its own and on which civil dates it is closed.
type Offer struct {
	Service     string           `yaml:"service"`
	Authority   string           `yaml:"-"`
	Unit        string           `yaml:"unit"`
	Fees        map[string]int64 `yaml:"fees"`   // fee id → centimes, instead of the service's amount
	ClosingDays []string         `yaml:"closed"` // YYYY-MM-DD: rest days in the dates of its cases
}

// Unit returns the unit with this id, or nil.
func (a *Authority) Unit(id string) *Unit {
	for i := range a.Units {
		if a.Units[i].ID == id {
			return &a.Units[i]
		}
	}
	return nil
}

// Book is every authority with its offers, and the territory.
type Book struct {
	Territory   *Territory
	authorities []*Authority
	byID        map[string]*Authority
}

// Authorities lists all authorities by id.
func (b *Book) Authorities() []*Authority { return b.authorities }

// Authority returns the authority with this id, or nil.
func (b *Book) Authority(id string) *Authority { return b.byID[id] }

// Offers lists who offers a service, by authority id.
func (b *Book) Offers(service string) []Offer {
	var found []Offer
	for _, a := range b.authorities {
		for _, o := range a.Offering {
			if o.Service == service {
				found = append(found, o)
			}
		}
	}
	slices.SortFunc(found, func(x, y Offer) int { return cmp.Compare(x.Authority, y.Authority) })
	return found
}

// Offer returns an authority's offer of a service and whether there is one.
func (b *Book) Offer(service, authority string) (Offer, bool) {
	if a := b.byID[authority]; a != nil {
		for _, o := range a.Offering {
			if o.Service == service {
				return o, true
			}
		}
	}
	return Offer{}, false
}
