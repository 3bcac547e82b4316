package document

import (
	"crypto/rand"
	"strings"

	"wasl/internal/base/errs"
)

// Number names one issued document: eleven random characters and one check
// character, Latin capitals and digits without I, L, O, U, in groups of four
// as in "7K2M-QX94-B0TC". It tells nothing, and nobody can guess another.
type Number string

const (
	alphabet  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	numberLen = 12
)

// NewNumber draws a number. 55 random bits: a million documents share none
// but once in a hundred thousand, and the office's store refuses a second.
func NewNumber() Number {
	var b [numberLen - 1]byte
	rand.Read(b[:])
	out := make([]byte, 0, numberLen)
	for _, v := range b {
		out = append(out, alphabet[v&31])
	}
	return group(append(out, check(out)))
}

// ParseNumber reads a number as typed: case, spaces and hyphens do not matter,
// O is 0, I and L are 1. What is not one, or has a wrong check character, is
// errs.NotFound, the same as a number that never existed.
func ParseNumber(s string) (Number, error) {
	unknown := errs.New(errs.NotFound, "document.unknown")
	if len(s) > 100 {
		return "", unknown
	}
	out := make([]byte, 0, numberLen)
	for _, r := range strings.ToUpper(s) {
		switch {
		case r == 'O':
			r = '0'
		case r == 'I' || r == 'L':
			r = '1'
		case r == ' ' || r == '-' || r == '\u00a0' || r == '\u202f' || r >= '\u2066' && r <= '\u2069':
			continue
		}
		if r > 127 || strings.IndexByte(alphabet, byte(r)) < 0 || len(out) == numberLen {
			return "", unknown
		}
		out = append(out, byte(r))
	}
	if len(out) != numberLen || check(out[:numberLen-1]) != out[numberLen-1] {
		return "", unknown
	}
	return group(out), nil
}

func group(n []byte) Number {
	return Number(string(n[:4]) + "-" + string(n[4:8]) + "-" + string(n[8:]))
}

// check is Σ xⁱ·dᵢ in GF(32) modulo x⁵+x²+1: it catches every single wrong
// character and every swap of two.
func check(data []byte) byte {
	var c byte
	for _, ch := range data {
		c ^= byte(strings.IndexByte(alphabet, ch))
		if c <<= 1; c&32 != 0 {
			c ^= 0b100101
		}
	}
	return alphabet[c]
}
