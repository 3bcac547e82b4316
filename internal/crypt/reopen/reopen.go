// Package reopen opens what a presented resume code opens: the applicant's own
// drafts, receipts, letters and envelopes. It keeps no key beyond the request
// it serves and knows no private key of the office. Only the portal's side of
// domain/intake may use it.
package reopen

import (
	"io"

	"wasl/internal/crypt/seal"
)

// Open opens a sealed record under a key of the code (seal.Keys), or under
// another secret that came with the request. It refuses what was sealed under
// another key, for another label, or changed.
func Open(key [32]byte, label string, sealed []byte) ([]byte, error) {
	return seal.OpenTo(key, label, sealed)
}

// File opens a sealed file of an envelope in preparation as it streams. The
// caller closes the reader behind.
func File(key seal.ContentKey, envelope string, f seal.SealedFile, sealed io.Reader) (io.Reader, error) {
	return opened(seal.OpenFile(key, envelope, f, sealed))
}

// opened keeps a nil reader from becoming a non-nil interface.
func opened(r *seal.FileReader, err error) (io.Reader, error) {
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Opened is an envelope of the applicant, opened for one request.
type Opened struct {
	Header   *seal.Header
	Sections map[string][]byte // clear, by id

	key seal.ContentKey
}

// Envelope opens an envelope of the code's own owner. It refuses an envelope
// that another code sealed, or whose signature or commitments do not stand.
func Envelope(keys *seal.Keys, e *seal.Envelope) (*Opened, error) {
	if err := e.Verify(); err != nil {
		return nil, err
	}
	h, err := e.ParseHeader()
	if err != nil {
		return nil, err
	}
	key, err := e.OpenCodeWrap(keys)
	if err != nil {
		return nil, err
	}
	sections, err := e.OpenContent(key)
	if err != nil {
		return nil, err
	}
	return &Opened{Header: h, Sections: sections, key: key}, nil
}

// File opens one of the envelope's files as it streams; seal.ErrFormat when the
// envelope has none such. The caller closes the reader behind.
func (o *Opened) File(id string, sealed io.Reader) (io.Reader, error) {
	f := o.Header.File(id)
	if f == nil {
		return nil, seal.ErrFormat
	}
	return opened(seal.OpenFile(o.key, o.Header.ID, *f, sealed))
}
