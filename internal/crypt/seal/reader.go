package seal

import (
	"crypto/hpke"
	"fmt"
	"slices"
	"strings"
)

// RoleIntake is the role of a reader who is never given a whole envelope.
const RoleIntake = "intake"

// Reader is who an envelope is sealed for: a unit, or the worker's intake.
// NewReader makes one whose key is read once for all envelopes.
type Reader struct {
	ID     string   // "intake", or a unit as "authority/unit"
	KeyID  string   // of the key's certificate
	Role   string   // "unit" or "intake"
	Public []byte   // X-Wing public key
	Scope  []string // sections the reader may open; empty: the whole envelope, with files

	key hpke.PublicKey
}

// NewReader reads a reader's certified public key. The reader may open whole
// envelopes until a Scope is set.
func NewReader(id, keyID, role string, public []byte) (Reader, error) {
	r := Reader{ID: id, KeyID: keyID, Role: role, Public: public}
	key, err := r.parse()
	r.key = key
	return r, err
}

func (r Reader) parse() (hpke.PublicKey, error) {
	if r.key != nil {
		return r.key, nil
	}
	key, err := KEM().NewPublicKey(r.Public)
	if err != nil {
		return nil, fmt.Errorf("public key of reader %s: %w", r.ID, err)
	}
	return key, nil
}

// KEM, KDF and AEAD are the suite of wraps.
func KEM() hpke.KEM { return hpke.MLKEM768X25519() }

// KDF is the suite's.
func KDF() hpke.KDF { return hpke.HKDFSHA256() }

// AEAD is the suite's.
func AEAD() hpke.AEAD { return hpke.AES256GCM() }

// Kinds of wrap.
const (
	WrapHPKE = "hpke-1" // one HPKE message for one reader
	WrapCode = "code-1" // AES-256-GCM under the applicant's wrap key
)

// Applicant is the reader id of the wrap for the resume code.
const Applicant = "applicant"

// Wrap is a reader's way in. Wraps stand outside the envelope's digest, so
// that readers can be added.
type Wrap struct {
	Kind   string
	Reader string
	KeyID  string
	Scope  []string // sections, rising; empty: the content key itself
	Enc    []byte   // HPKE's encapsulated key, or the salt of a code wrap
	Sealed []byte   // the content key, or the scope's section keys in order
}

// Info is what HPKE binds a wrap to besides the header.
func (w *Wrap) Info(envelope string) []byte {
	return []byte(strings.Join([]string{labelWrap, envelope, w.Reader, w.KeyID, strings.Join(w.Scope, ",")}, "\x00"))
}

func (w *Wrap) check() error {
	wrong := fmt.Errorf("%w: wrap", ErrFormat)
	switch w.Kind {
	case WrapCode:
		if w.Reader != Applicant || w.KeyID != "" || len(w.Scope) > 0 || len(w.Enc) != saltSize || len(w.Sealed) != 32+tagSize {
			return wrong
		}
	case WrapHPKE:
		if !isToken(w.Reader) || w.KeyID != "" && !isToken(w.KeyID) || len(w.Scope) > maxSections ||
			!ascending(len(w.Scope), func(i int) string { return w.Scope[i] }) || !all(w.Scope, isSectionID) ||
			len(w.Enc) > maxEnc || len(w.Sealed) != 32*max(1, len(w.Scope))+tagSize {
			return wrong
		}
	default:
		return wrong
	}
	return nil
}

const maxEnc = 4096 // X-Wing's is 1,120 bytes

func all(list []string, ok func(string) bool) bool {
	return !slices.ContainsFunc(list, func(s string) bool { return !ok(s) })
}

// wrapFor seals what a reader may have.
func wrapFor(r Reader, key ContentKey, h *Header, headerHash []byte) (Wrap, error) {
	w := Wrap{Kind: WrapHPKE, Reader: r.ID, KeyID: r.KeyID, Scope: slices.Sorted(slices.Values(r.Scope))}
	if r.Role == RoleIntake && len(r.Scope) == 0 {
		return w, fmt.Errorf("reader %s: a reader for intake needs a scope", r.ID)
	}
	clear := key[:]
	if len(w.Scope) > 0 {
		clear = make([]byte, 0, 32*len(w.Scope))
		for _, id := range w.Scope {
			_, s := h.section(id)
			if s == nil {
				return w, fmt.Errorf("reader %s: no section %s", r.ID, id)
			}
			part := key.part(labelSection, h.ID, id, s.Salt)
			clear = append(clear, part[:]...)
		}
	}
	public, err := r.parse()
	if err != nil {
		return w, err
	}
	enc, sender, err := hpke.NewSender(public, KDF(), AEAD(), w.Info(h.ID))
	if err != nil {
		return w, fmt.Errorf("wrapping for reader %s: %w", r.ID, err)
	}
	w.Enc = enc
	if w.Sealed, err = sender.Seal(headerHash, clear); err != nil {
		return w, fmt.Errorf("wrapping for reader %s: %w", r.ID, err)
	}
	return w, w.check()
}

// wrapForCode seals the content key for the resume code.
func wrapForCode(k *Keys, key ContentKey, envelope string, headerHash, salt []byte) (Wrap, error) {
	a, err := newGCM(expand(k.Wrap[:], 32, salt, labelWrapToCode, envelope))
	if err != nil {
		return Wrap{}, err
	}
	return Wrap{Kind: WrapCode, Reader: Applicant, Enc: salt, Sealed: a.Seal(nil, zeroNonce[:], key[:], headerHash)}, nil
}

// OpenCodeWrap gives the content key to who holds the resume code. Only
// crypt/reopen calls it.
func (e *Envelope) OpenCodeWrap(k *Keys) (ContentKey, error) {
	h, err := e.ParseHeader()
	if err != nil {
		return ContentKey{}, err
	}
	for i := range e.Wraps {
		w := &e.Wraps[i]
		if w.Kind != WrapCode {
			continue
		}
		a, err := newGCM(expand(k.Wrap[:], 32, w.Enc, labelWrapToCode, h.ID))
		if err != nil {
			return ContentKey{}, err
		}
		clear, err := a.Open(nil, zeroNonce[:], w.Sealed, e.HeaderHash())
		if err == nil && len(clear) == 32 {
			return ContentKey(clear), nil
		}
	}
	return ContentKey{}, ErrSealed
}
