package document

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"wasl/internal/crypt/sign"
	"wasl/verify"
)

// Issue renders a document, signs what it states and puts the signed facts
// into the file: verify.FromPDF reads them, and so does the QR code on the
// page, in the short form that fits one.
//
// The digest that the facts name is of the page as rendered, code included, so
// the code cannot name it: a code proves the facts, the file proves the page.
func Issue(in Input, s *sign.Signer) (*Issued, error) {
	facts, err := in.facts()
	if err != nil {
		return nil, fmt.Errorf("stating a document: %w", err)
	}
	code, err := s.SignQR(facts)
	if err != nil {
		return nil, fmt.Errorf("signing the code of a document: %w", err)
	}
	page, err := Render(in, code)
	if err != nil {
		return nil, fmt.Errorf("rendering a document: %w", err)
	}
	sum := sha256.Sum256(page)
	facts.Digest = sum[:]
	payload, err := s.SignDocument(facts)
	if err != nil {
		return nil, fmt.Errorf("signing a document: %w", err)
	}
	file, err := sign.AppendToPDF(page, payload)
	if err != nil {
		return nil, fmt.Errorf("appending the signed facts to a document: %w", err)
	}
	return &Issued{
		Number: in.Number, Name: in.Service.Outcome.Grant.Document + "-" + string(in.Number) + ".pdf",
		PDF: file, Digest: hex.EncodeToString(sum[:]), Until: in.until(),
	}, nil
}

// facts is what the document states: its tables, line by line.
func (in *Input) facts() (verify.DocumentFacts, error) {
	none := verify.DocumentFacts{}
	t, err := load(in.Service, in.Language)
	if err != nil {
		return none, err
	}
	f := &filler{in: in, until: in.until()}
	title, _, err := f.inline(t.heading())
	if err != nil {
		return none, err
	}
	l := in.Language
	facts := verify.DocumentFacts{
		Number: string(in.Number), Reference: in.Reference, Title: plain(join(title)), Language: string(l),
		Service: verify.Named{ID: in.Service.ID, Name: plain(in.Service.T(l, "title"))}, Version: in.Service.Hash,
		Authority: verify.Named{ID: in.Authority.ID, Name: in.Authority.Names.In(l)},
		Unit:      verify.Named{ID: in.Unit, Name: in.unitName()},
		Signer:    in.signer(), IssuedAt: verify.Time{Time: in.At.UTC().Truncate(time.Second)}, ValidUntil: f.until,
		Facts: []verify.Fact{},
	}
	for _, b := range t.blocks {
		pairs, err := f.pairs(b.rows)
		if err != nil {
			return none, fmt.Errorf("%s: %w", path(in.Service, l), err)
		}
		for _, p := range pairs {
			var values []string
			for _, v := range p.Values {
				values = append(values, plain(join(v)))
			}
			facts.Facts = append(facts.Facts, verify.Fact{Label: plain(p.Label), Value: strings.Join(values, comma(l))})
		}
	}
	return facts, nil
}
