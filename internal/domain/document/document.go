// Package document knows the papers that an administration hands over: how one
// reads in four languages, its number, its page, and how it is signed so that
// anyone can check it without us.
//
// It refuses a template with an unknown tag or placeholder, and a value that a
// document must show but that the filing lacks. It opens no filing and keeps
// nothing: the office passes the answers that it has opened, and stores what
// comes back. The portal has no use for it.
package document

import (
	"time"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/authority"
	"wasl/internal/domain/service"
)

// Input is what one issued document says.
type Input struct {
	Service   *service.Definition  // the version of the filing
	Reading   service.Reading      // its opened answers, with the territory (Reading.In)
	Authority *authority.Authority // who issues it
	Unit      string               // id of the authority's unit that decided
	Language  i18n.Lang            // the language of the page
	Number    Number               // NewNumber
	Reference string               // of the case
	At        time.Time            // when it was decided
	Signer    string               // title of who signs, as printed; "" means the authority's own (Authority.Appeal)
	Words     string               // what the agent answers, for {words}; paragraphs are parted by an empty line
	Verify    string               // address where anyone checks the document, as printed
}

// Issued is a document ready to be handed over.
type Issued struct {
	Number Number
	Name   string // file name: Latin letters, digits, hyphens, ".pdf"
	PDF    []byte // with the signed facts inside: verify.FromPDF reads them
	Digest string // hex SHA-256 of the PDF as it was before the facts were appended; the facts name it
	Until  string // last day of validity YYYY-MM-DD, or ""
}
