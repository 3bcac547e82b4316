package intake

import (
	"crypto/rand"
	"strings"

	"wasl/internal/base/errs"
)

// Reference is a case's number for people: ten random characters and one check
// character, Latin capitals and digits without I, L, O, U. It tells nothing.
type Reference string

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const referenceLen = 11

// NewReference draws a reference.
func NewReference() Reference {
	var b [referenceLen - 1]byte
	rand.Read(b[:])
	out := make([]byte, 0, referenceLen)
	for _, v := range b {
		out = append(out, alphabet[v&31])
	}
	return Reference(append(out, checkChar(out)))
}

// ParseReference reads a reference as typed: case, spaces and hyphens do not
// matter, O is 0, I and L are 1. A wrong check character is errs.NotFound, the
// same as a reference that never existed.
func ParseReference(s string) (Reference, error) {
	out := make([]byte, 0, referenceLen)
	for _, r := range strings.ToUpper(s) {
		switch {
		case r == 'O':
			r = '0'
		case r == 'I' || r == 'L':
			r = '1'
		case r == ' ' || r == '-' || r == '\u00a0' || r == '\u202f' || r >= '\u2066' && r <= '\u2069':
			continue
		}
		if r > 127 || strings.IndexByte(alphabet, byte(r)) < 0 || len(out) == referenceLen {
			return "", errs.New(errs.NotFound, "track.unknown")
		}
		out = append(out, byte(r))
	}
	if len(out) != referenceLen || checkChar(out[:referenceLen-1]) != out[referenceLen-1] {
		return "", errs.New(errs.NotFound, "track.unknown")
	}
	return Reference(out), nil
}

// checkChar is Σ xⁱ·dᵢ in GF(32) modulo x⁵+x²+1: it catches every single wrong
// character and every swap of two.
func checkChar(data []byte) byte {
	var c byte
	for _, ch := range data {
		c = double(c ^ byte(strings.IndexByte(alphabet, ch)))
	}
	return alphabet[c]
}

func double(v byte) byte {
	if v <<= 1; v&32 != 0 {
		v ^= 0b100101
	}
	return v
}
