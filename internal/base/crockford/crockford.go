// Package crockford writes and reads texts that people copy by hand: Crockford's
// base 32 (digits and Latin capitals without I, L, O, U) with a check character
// that catches every single wrong character and every swap of two neighbours.
//
// It forgives how a text is typed and refuses what is another text. It knows
// nothing of what the digits mean. Every zone may use it.
package crockford

import (
	"crypto/rand"
	"strings"
)

// Alphabet writes the digits 0 to 31.
const Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// mostTyped bounds the bytes of a typed text that are looked at.
const mostTyped = 200

// Draw draws n random digits.
func Draw(n int) []byte {
	digits := make([]byte, n)
	rand.Read(digits)
	for i := range digits {
		digits[i] &= 31
	}
	return digits
}

// Write writes digits, each below 32, and their check character.
func Write(digits []byte) string {
	out := make([]byte, 0, len(digits)+1)
	for _, d := range digits {
		out = append(out, Alphabet[d])
	}
	return string(append(out, Alphabet[check(digits)]))
}

// Group puts a hyphen after every four characters.
func Group(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// Read gives the n digits of a typed text: case, spaces, hyphens and direction
// marks do not matter, O is 0, I and L are 1, Arabic digits are digits. It is
// false for another number of characters, an unknown one, or a wrong check.
func Read(typed string, n int) ([]byte, bool) {
	if len(typed) > mostTyped {
		return nil, false
	}
	digits := make([]byte, 0, n+1)
	for _, r := range typed {
		if ignored(r) {
			continue
		}
		d := strings.IndexByte(Alphabet, latin(r))
		if d < 0 || len(digits) > n {
			return nil, false
		}
		digits = append(digits, byte(d))
	}
	if len(digits) != n+1 || check(digits[:n]) != digits[n] {
		return nil, false
	}
	return digits[:n], true
}

// ignored tells spaces, hyphens and the direction marks that come along when a
// text is copied from a page.
func ignored(r rune) bool {
	switch {
	case r == '-', r == ' ', r == '\t', r == '\r', r == '\n', r == 0x00a0, r == 0x00ad, r == 0x202f, r == 0xfeff,
		r >= 0x2000 && r <= 0x2015, // spaces, joiners, marks, hyphens and dashes
		r == 0x2212, r == 0x061c,
		r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x2069:
		return true
	}
	return false
}

// latin is the alphabet's character for a typed one, 0xff when there is none.
func latin(r rune) byte {
	switch {
	case r >= 0x0660 && r <= 0x0669:
		return byte(r-0x0660) + '0'
	case r >= 0x06f0 && r <= 0x06f9:
		return byte(r-0x06f0) + '0'
	case r >= 'a' && r <= 'z':
		r += 'A' - 'a'
	}
	switch {
	case r == 'O':
		return '0'
	case r == 'I', r == 'L':
		return '1'
	case r > 127:
		return 0xff
	}
	return byte(r)
}

// check is Σ xⁱ·dᵢ in GF(32) modulo x⁵+x²+1.
func check(digits []byte) byte {
	var c byte
	for _, d := range digits {
		if c = (c ^ d) << 1; c&32 != 0 {
			c ^= 0b100101
		}
	}
	return c
}
