package unseal

import (
	"crypto/hpke"
	"io"

	"wasl/internal/crypt/seal"
)

// Opened is an envelope as far as its reader may see it.
type Opened struct {
	Header   *seal.Header
	Sections map[string][]byte // clear, by id; those of the scope only

	key   seal.ContentKey
	whole bool // key is known: files may be opened
}

// Open opens an envelope for a reader of the keyring: a unit as
// "authority/unit". It refuses what does not carry the applicant's signature,
// what has no wrap for this reader (ErrNoKey), and any mismatch with the
// header's commitments. Sections stay with the caller after Close.
func (k *Keyring) Open(e *seal.Envelope, reader string) (*Opened, error) {
	if err := e.Verify(); err != nil {
		return nil, err
	}
	h, err := e.ParseHeader()
	if err != nil {
		return nil, err
	}
	w, clear, err := k.unwrap(e, h, reader)
	if err != nil {
		return nil, err
	}
	o := &Opened{Header: h}
	if len(w.Scope) > 0 {
		o.Sections, err = openScope(e, w.Scope, clear)
		return o, err
	}
	if len(clear) != len(o.key) {
		return nil, seal.ErrFormat
	}
	o.key, o.whole = seal.ContentKey(clear), true
	if o.Sections, err = e.OpenContent(o.key); err != nil {
		return nil, err
	}
	return o, nil
}

func openScope(e *seal.Envelope, scope []string, clear []byte) (map[string][]byte, error) {
	if len(clear) != 32*len(scope) {
		return nil, seal.ErrFormat
	}
	out := make(map[string][]byte, len(scope))
	for i, id := range scope {
		var err error
		if out[id], err = e.OpenSection(id, seal.PartKey(clear[32*i:32*(i+1)])); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// OpenIntake opens the intake section with the worker's key, which opens
// nothing else.
func (k *Keyring) OpenIntake(e *seal.Envelope) ([]byte, error) {
	o, err := k.Open(e, ReaderIntake)
	if err != nil {
		return nil, err
	}
	defer o.Close()
	clear, ok := o.Sections[SectionIntake]
	if !ok || len(o.Sections) != 1 {
		return nil, ErrNoKey
	}
	return clear, nil
}

// File opens one of the envelope's files as it streams; ErrNoKey for a reader
// of sections only, and after Close. The caller closes the reader behind.
func (o *Opened) File(id string, sealed io.Reader) (io.Reader, error) {
	f := o.Header.File(id)
	if !o.whole || f == nil {
		return nil, ErrNoKey
	}
	r, err := seal.OpenFile(o.key, o.Header.ID, *f, sealed)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Close forgets the content key. Readers already given go on reading.
func (o *Opened) Close() {
	o.key, o.whole = seal.ContentKey{}, false
}

// unwrap tries the reader's wraps with the reader's keys. More than one key is
// there only while keys change.
func (k *Keyring) unwrap(e *seal.Envelope, h *seal.Header, reader string) (*seal.Wrap, []byte, error) {
	bound := e.HeaderHash()
	for i := range e.Wraps {
		w := &e.Wraps[i]
		if w.Kind != seal.WrapHPKE || w.Reader != reader {
			continue
		}
		for _, key := range k.readers[reader] {
			r, err := hpke.NewRecipient(w.Enc, key, seal.KDF(), seal.AEAD(), w.Info(h.ID))
			if err != nil {
				continue
			}
			if clear, err := r.Open(bound, w.Sealed); err == nil {
				return w, clear, nil
			}
		}
	}
	return nil, nil, ErrNoKey
}
