package seal

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
)

// Envelope is a sealed header, its sections and the ways in. It is not safe for
// concurrent use.
type Envelope struct {
	Digest    [32]byte // what the receipt states and the applicant signs
	Header    []byte   // canonical JSON
	Sections  [][]byte // ciphertexts in the header's order
	Wraps     []Wrap
	Signature []byte // by Header.Signer over the digest

	head *Header // parsed Header, nil until asked for
}

const envelopeMagic = Format + "\n"

const maxWraps = 64

// ParseHeader reads the envelope's header.
func (e *Envelope) ParseHeader() (*Header, error) {
	if e.head == nil {
		h, err := ParseHeader(e.Header)
		if err != nil {
			return nil, err
		}
		if len(h.Sections) != len(e.Sections) {
			return nil, fmt.Errorf("%w: number of sections", ErrFormat)
		}
		for i, s := range h.Sections {
			if int64(len(e.Sections[i])) != s.Size+tagSize {
				return nil, fmt.Errorf("%w: size of section %s", ErrFormat, s.ID)
			}
		}
		e.head = h
	}
	return e.head, nil
}

// HeaderHash is the associated data of sections and wraps.
func (e *Envelope) HeaderHash() []byte { return hashHeader(e.Header) }

// Verify checks header and digest, and the applicant's signature. It needs no
// key; that sections and wraps open is known to their readers only.
func (e *Envelope) Verify() error {
	h, err := e.ParseHeader()
	if err != nil {
		return err
	}
	if e.digest() != e.Digest || !ed25519.Verify(h.Signer, signedText(e.Digest), e.Signature) {
		return ErrSignature
	}
	return nil
}

// HasReader tells whether a reader has a wrap for the whole envelope.
func (e *Envelope) HasReader(id string) bool {
	for _, w := range e.Wraps {
		if w.Kind == WrapHPKE && w.Reader == id && len(w.Scope) == 0 {
			return true
		}
	}
	return false
}

// digest is SHA-256 over label, header with its length, section digests.
func (e *Envelope) digest() (out [32]byte) {
	d := sha256.New()
	io.WriteString(d, labelDigest+"\x00")
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(e.Header)))
	d.Write(n[:])
	d.Write(e.Header)
	for _, s := range e.Sections {
		sum := sha256.Sum256(s)
		d.Write(sum[:])
	}
	return [32]byte(d.Sum(out[:0]))
}

func signedText(digest [32]byte) []byte {
	return append([]byte(labelSignature+"\x00"), digest[:]...)
}

// Marshal writes the envelope: the line "wasl-envelope-1", then header,
// sections, wraps and signature, each behind its length (big-endian: 4 bytes
// for header and sections, 2 for keys, 1 for names and counts).
func (e *Envelope) Marshal() ([]byte, error) {
	if len(e.Header) > maxHeader || len(e.Sections) > maxSections || len(e.Wraps) > maxWraps || len(e.Signature) != ed25519.SignatureSize {
		return nil, ErrFormat
	}
	size := len(envelopeMagic) + len(e.Header) + 16 + ed25519.SignatureSize
	for _, s := range e.Sections {
		size += 4 + len(s)
	}
	for _, w := range e.Wraps {
		size += len(w.Enc) + len(w.Sealed) + 256
	}
	b := append(make([]byte, 0, size), envelopeMagic...)
	b = appendLong(b, e.Header)
	b = binary.BigEndian.AppendUint16(b, uint16(len(e.Sections)))
	for _, s := range e.Sections {
		b = appendLong(b, s)
	}
	b = append(b, byte(len(e.Wraps)))
	for i := range e.Wraps {
		w := &e.Wraps[i]
		if err := w.check(); err != nil {
			return nil, err
		}
		b = appendName(appendName(appendName(b, w.Kind), w.Reader), w.KeyID)
		b = binary.BigEndian.AppendUint16(b, uint16(len(w.Scope)))
		for _, id := range w.Scope {
			b = appendName(b, id)
		}
		b = append(binary.BigEndian.AppendUint16(b, uint16(len(w.Enc))), w.Enc...)
		b = append(binary.BigEndian.AppendUint16(b, uint16(len(w.Sealed))), w.Sealed...)
	}
	return append(b, e.Signature...), nil
}

func appendLong(b, part []byte) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(part))), part...)
}

func appendName(b []byte, name string) []byte { return append(append(b, byte(len(name))), name...) }

// Unmarshal reads an envelope from outside and works its digest out. The
// envelope shares raw's memory. ErrFormat says that raw is none; whether it
// stands is for Verify to say.
func Unmarshal(raw []byte) (*Envelope, error) {
	if len(raw) < len(envelopeMagic) || string(raw[:len(envelopeMagic)]) != envelopeMagic {
		return nil, fmt.Errorf("%w: not an envelope", ErrFormat)
	}
	p := parser{rest: raw[len(envelopeMagic):]}
	e := &Envelope{Header: p.take(p.number(4))}
	n := p.number(2)
	if len(e.Header) > maxHeader || n > maxSections {
		return nil, fmt.Errorf("%w: envelope too large", ErrFormat)
	}
	for range n {
		e.Sections = append(e.Sections, p.take(p.number(4)))
	}
	if n = p.number(1); n > maxWraps {
		return nil, fmt.Errorf("%w: too many wraps", ErrFormat)
	}
	for range n {
		w := Wrap{Kind: p.name(), Reader: p.name(), KeyID: p.name()}
		for i := p.number(2); i > 0 && !p.broken; i-- {
			w.Scope = append(w.Scope, p.name())
		}
		w.Enc = p.take(p.number(2))
		w.Sealed = p.take(p.number(2))
		if err := w.check(); err != nil {
			return nil, err
		}
		e.Wraps = append(e.Wraps, w)
	}
	e.Signature = p.take(ed25519.SignatureSize)
	if p.broken || len(p.rest) > 0 {
		return nil, fmt.Errorf("%w: envelope is cut or too long", ErrFormat)
	}
	e.Digest = e.digest()
	return e, nil
}

// parser takes lengths and parts off the front of what is left.
type parser struct {
	rest   []byte
	broken bool
}

func (p *parser) take(n int) []byte {
	if p.broken || n > len(p.rest) {
		p.broken, p.rest = true, nil
		return nil
	}
	part := p.rest[:n:n]
	p.rest = p.rest[n:]
	return part
}

// number reads a big-endian length of up to 4 bytes.
func (p *parser) number(width int) int {
	n := 0
	for _, b := range p.take(width) {
		n = n<<8 | int(b)
	}
	return n
}

func (p *parser) name() string { return string(p.take(p.number(1))) }
