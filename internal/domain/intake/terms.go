package intake

import (
	"errors"
	"fmt"

	"wasl/internal/domain/authority"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/service"
)

// Terms are the clock's terms of a service version at an authority.
func Terms(def *service.Definition, a *authority.Authority) clock.Terms {
	kind := ""
	if a != nil {
		kind = a.Kind
	}
	return def.Terms(kind)
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
