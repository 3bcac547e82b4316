package seal

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
)

// Header is the clear part of an envelope. It has no reference, no time of
// deposit and no digest of clear text. Its one form is canonical JSON
// (RFC 8785): members stand here in the order of their names.
type Header struct {
	Authority  string          `json:"authority"`
	Commitment []byte          `json:"commitment"` // of the content key
	Files      []FileHeader    `json:"files"`      // by id
	Format     string          `json:"format"`
	ID         string          `json:"id"` // 32 hex digits, random
	Kind       string          `json:"kind"`
	Locator    string          `json:"locator"`  // hex SHA-256 of the locator
	Previous   string          `json:"previous"` // hex digest of the case's envelope before, "" for the first
	Sections   []SectionHeader `json:"sections"` // by id
	Service    string          `json:"service"`
	Signer     []byte          `json:"signer"` // the applicant's Ed25519 key
	Suite      string          `json:"suite"`
	Territory  string          `json:"territory"`
	Unit       string          `json:"unit"`
	Version    string          `json:"version"` // hash of the service bundle
}

// SectionHeader describes one sealed section.
type SectionHeader struct {
	Commitment []byte `json:"commitment"`
	ID         string `json:"id"`
	Salt       []byte `json:"salt"`
	Size       int64  `json:"size"` // bytes with padding, without the tag
}

// FileHeader describes one sealed file.
type FileHeader struct {
	Commitment []byte `json:"commitment"`
	Digest     []byte `json:"digest"` // SHA-256 of the ciphertext
	ID         string `json:"id"`     // 32 hex digits
	Salt       []byte `json:"salt"`
	Size       int64  `json:"size"` // bytes with padding, without tags
}

// SealedFile is what SealFile gives back and a header carries.
type SealedFile = FileHeader

// Bounds of a header that comes from outside.
const (
	maxHeader   = 1 << 20
	maxSections = 256
	maxFiles    = 2000
	maxSize     = 1 << 40
)

// ParseHeader reads a header and refuses any form but its own: duplicate,
// unknown or differently-cased members, spaces, sizes that are not padded ones.
func ParseHeader(raw []byte) (*Header, error) {
	if len(raw) > maxHeader {
		return nil, ErrFormat
	}
	h := &Header{}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(h); err != nil {
		return nil, fmt.Errorf("%w: header", ErrFormat)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("%w: header", ErrFormat)
	}
	own, err := h.encode()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(own, raw) {
		return nil, fmt.Errorf("%w: header is not canonical", ErrFormat)
	}
	return h, nil
}

// encode checks a header and writes its canonical form. encoding/json gives
// RFC 8785 here: members in order, no floats, no character that needs escaping.
func (h *Header) encode() ([]byte, error) {
	if err := h.check(); err != nil {
		return nil, err
	}
	return json.Marshal(h)
}

func (h *Header) check() error {
	wrong := func(field string) error { return fmt.Errorf("%w: header field %s", ErrFormat, field) }
	switch {
	case h.Format != Format:
		return wrong("format")
	case h.Suite != Suite:
		return wrong("suite")
	case !isHex(h.ID, 16):
		return wrong("id")
	case !isHex(h.Locator, 32):
		return wrong("locator")
	case h.Previous != "" && !isHex(h.Previous, 32):
		return wrong("previous")
	case !isSectionID(h.Kind):
		return wrong("kind")
	case !isToken(h.Service) || !isToken(h.Version) || !isToken(h.Authority) || !isToken(h.Unit):
		return wrong("service, version, authority or unit")
	case h.Territory != "" && !isToken(h.Territory):
		return wrong("territory")
	case len(h.Signer) != ed25519.PublicKeySize:
		return wrong("signer")
	case len(h.Commitment) != 32:
		return wrong("commitment")
	case h.Sections == nil || len(h.Sections) > maxSections || !ascending(len(h.Sections), func(i int) string { return h.Sections[i].ID }):
		return wrong("sections")
	case h.Files == nil || len(h.Files) > maxFiles || !ascending(len(h.Files), func(i int) string { return h.Files[i].ID }):
		return wrong("files")
	}
	for _, s := range h.Sections {
		if !isSectionID(s.ID) || len(s.Salt) != saltSize || len(s.Commitment) != 32 || !isPadded(s.Size) {
			return wrong("sections")
		}
	}
	for _, f := range h.Files {
		if f.check() != nil {
			return wrong("files")
		}
	}
	return nil
}

func (f FileHeader) check() error {
	if !isHex(f.ID, 16) || len(f.Salt) != saltSize || len(f.Commitment) != 32 || len(f.Digest) != 32 || !isPadded(f.Size) {
		return fmt.Errorf("%w: file header", ErrFormat)
	}
	return nil
}

// ascending tells whether n names rise, none twice.
func ascending(n int, name func(int) string) bool {
	for i := 1; i < n; i++ {
		if name(i-1) >= name(i) {
			return false
		}
	}
	return true
}

// section finds a section and its place by id, nil when there is none.
func (h *Header) section(id string) (int, *SectionHeader) {
	for i := range h.Sections {
		if h.Sections[i].ID == id {
			return i, &h.Sections[i]
		}
	}
	return -1, nil
}

// File finds a file by id, nil when there is none.
func (h *Header) File(id string) *FileHeader {
	for i := range h.Files {
		if h.Files[i].ID == id {
			return &h.Files[i]
		}
	}
	return nil
}

// hashHeader is the associated data of sections and wraps.
func hashHeader(raw []byte) []byte {
	h := sha256.New()
	io.WriteString(h, labelHeader+"\x00")
	h.Write(raw)
	return h.Sum(nil)
}

func isPadded(n int64) bool { return n >= floor && n <= maxSize && Padded(n) == n }

// isHex tells n bytes in lower-case hex: fit for a file name.
func isHex(s string, n int) bool {
	if len(s) != 2*n {
		return false
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// isSectionID tells a lower-case name of at most 64 letters, digits, - and _.
func isSectionID(s string) bool {
	if s == "" || len(s) > 64 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// isToken tells 1 to 128 characters that JSON never escapes and no label ends with.
func isToken(s string) bool {
	if s == "" || len(s) > 128 {
		return false
	}
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case c == '.', c == '_', c == ':', c == '/', c == '-', c == '+', c == '=':
		default:
			return false
		}
	}
	return true
}
