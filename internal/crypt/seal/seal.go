package seal

import (
	"bytes"
	"crypto/cipher"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Content is what goes into an envelope: clear sections by id, and the files
// that were sealed beforehand under the same content key and envelope id.
type Content struct {
	Sections map[string][]byte
	Files    []SealedFile
}

// Seal seals sections for readers and the applicant, and signs the envelope
// with the applicant's key. Of h it takes id, kind, previous, service, version,
// authority, unit and territory; it fills the rest. Sealing again draws new
// salts, so no key seals two texts.
func Seal(key ContentKey, h Header, content Content, readers []Reader, applicant *Keys) (*Envelope, error) {
	signing := applicant.signing()
	h.Signer = []byte(signing.Public().(ed25519.PublicKey))
	locator := hex.EncodeToString(applicant.LocatorHash[:])
	if h.Locator != "" && h.Locator != locator {
		return nil, fmt.Errorf("%w: the locator is of another code", ErrFormat)
	}
	h.Format, h.Suite, h.Locator, h.Commitment = Format, Suite, locator, key.commitment(h.ID)
	h.Files = append(make([]FileHeader, 0, len(content.Files)), content.Files...)
	slices.SortFunc(h.Files, func(a, b FileHeader) int { return strings.Compare(a.ID, b.ID) })

	ids := slices.Sorted(maps.Keys(content.Sections))
	ciphers := make([]cipher.AEAD, len(ids))
	h.Sections = make([]SectionHeader, len(ids))
	for i, id := range ids {
		s := SectionHeader{ID: id, Salt: newSalt(), Size: Padded(int64(len(content.Sections[id])) + lengthSize)}
		var err error
		if ciphers[i], s.Commitment, err = key.part(labelSection, h.ID, id, s.Salt).aead(); err != nil {
			return nil, err
		}
		h.Sections[i] = s
	}
	raw, err := h.encode()
	if err != nil {
		return nil, err
	}
	e := &Envelope{Header: raw, Sections: make([][]byte, len(ids)), head: &h}
	bound := e.HeaderHash()
	for i, id := range ids {
		padded := pad(content.Sections[id])
		e.Sections[i] = ciphers[i].Seal(padded[:0], zeroNonce[:], padded, bound)
	}
	if err := e.wrap(key, readers, applicant, bound); err != nil {
		return nil, err
	}
	e.Digest = e.digest()
	e.Signature = ed25519.Sign(signing, signedText(e.Digest))
	return e, nil
}

// wrap gives readers and the applicant their ways in.
func (e *Envelope) wrap(key ContentKey, readers []Reader, applicant *Keys, bound []byte) error {
	for _, r := range readers {
		w, err := wrapFor(r, key, e.head, bound)
		if err != nil {
			return err
		}
		e.Wraps = append(e.Wraps, w)
	}
	w, err := wrapForCode(applicant, key, e.head.ID, bound, newSalt())
	e.Wraps = append(e.Wraps, w)
	return err
}

// OpenContent opens every section for who holds the content key. Only
// crypt/reopen and crypt/unseal call it.
func (e *Envelope) OpenContent(key ContentKey) (map[string][]byte, error) {
	h, err := e.ParseHeader()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(key.commitment(h.ID), h.Commitment) {
		return nil, ErrCommitment
	}
	out := make(map[string][]byte, len(h.Sections))
	for _, s := range h.Sections {
		if out[s.ID], err = e.OpenSection(s.ID, key.part(labelSection, h.ID, s.ID, s.Salt)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// OpenSection opens one section for who holds its key alone. Only crypt/unseal
// calls it.
func (e *Envelope) OpenSection(id string, key PartKey) ([]byte, error) {
	h, err := e.ParseHeader()
	if err != nil {
		return nil, err
	}
	i, s := h.section(id)
	if s == nil {
		return nil, fmt.Errorf("%w: no section %s", ErrFormat, id)
	}
	a, err := key.committed(s.Commitment)
	if err != nil {
		return nil, err
	}
	padded, err := a.Open(nil, zeroNonce[:], e.Sections[i], e.HeaderHash())
	if err != nil {
		return nil, ErrSealed
	}
	return unpad(padded)
}
