package intake

import (
	"cmp"
	"errors"
	"fmt"

	"wasl/internal/domain/authority"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/service"
)

// authorityKinds are the clock's names for the kinds of authority, which decide
// who is asked after a silence and who hears an appeal (law 55-19 art. 19-21).
// An authority of any kind is a body: its head answers.
var authorityKinds = map[string]string{authority.Commune: clock.AuthorityLocal, authority.Ministry: clock.AuthorityState,
	authority.Agency: clock.AuthorityBody, authority.Deconcentrate: clock.AuthorityDeconcentrated}

// Terms are the clock's terms of a service version at an authority: the kind
// that the version names decides, else the authority's own.
func Terms(def *service.Definition, a *authority.Authority) clock.Terms {
	kind := authorityKinds[def.OfferedBy]
	if kind == "" && a != nil {
		kind = authorityKinds[a.Kind]
	}
	t := clock.Terms{Days: def.Law.Delay.Days, Kind: def.Kind, Silence: def.Law.Silence, Authority: cmp.Or(kind, clock.AuthorityBody), Fetch: len(def.Fetch) > 0}
	switch def.Law.Extension {
	case clock.ForExpertise, clock.ForInquiry, clock.ForAny:
		t.Extension = def.Law.Extension
	}
	if def.Law.Appeal == clock.Commission {
		t.Appeal = clock.Commission
	}
	return t
}

// Closed lists the days on which an authority is closed for a service, beside
// those of the law: the receipt's dates and the case's rest on them alike.
func Closed(book *authority.Book, serviceID, authorityID string) []string {
	o, _ := book.Offer(serviceID, authorityID)
	return o.ClosingDays
}

// CompileService compiles a published service body.
func CompileService(body []byte) (*service.Definition, error) {
	b, err := service.UnmarshalBundle(body)
	if err != nil {
		return nil, err
	}
	def, findings := b.Compile()
	if def == nil {
		return nil, fmt.Errorf("does not compile: %d findings", len(findings))
	}
	if def.Hash != (Publication{Body: body}).Hash() {
		return nil, errors.New("its bytes are not the canonical ones")
	}
	return def, nil
}

// LoadBook loads the published authorities and territory.
func LoadBook(body []byte) (*authority.Book, error) {
	fsys, err := unpackFiles(body)
	if err != nil {
		return nil, err
	}
	book, err := authority.Load(fsys)
	if err != nil {
		return nil, fmt.Errorf("loading the authorities: %w", err)
	}
	return book, nil
}
