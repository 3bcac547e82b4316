package seal

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
)

// Code is a resume code: 128 random bits that only the applicant keeps. People
// read it as 26 characters and a check character, in groups of four.
type Code [16]byte

const (
	alphabet  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeChars = 26
	codeGroup = 4
	maxTyped  = 200 // bytes of a typed code that are looked at
)

// ErrCode says that a typed text is no resume code.
var ErrCode = errors.New("seal: not a resume code")

// NewCode draws a code.
func NewCode() Code {
	var c Code
	rand.Read(c[:])
	return c
}

// String writes the code in groups, for its owner's eyes only.
func (c Code) String() string {
	chars := c.digits()
	var b strings.Builder
	for i, v := range append(chars[:], check(chars[:])) {
		if i > 0 && i%codeGroup == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[v])
	}
	return b.String()
}

// Format keeps the code out of logs; String writes it.
func (c Code) Format(f fmt.State, _ rune) { f.Write([]byte("[resume code]")) }

// digits are the code's 26 base-32 digits: two zero bits, then the code.
func (c Code) digits() (out [codeChars]byte) {
	for i := range out {
		var v byte
		for j := range 5 {
			bit := i*5 + j - 2
			v <<= 1
			if bit >= 0 {
				v |= c[bit/8] >> (7 - bit%8) & 1
			}
		}
		out[i] = v
	}
	return out
}

// ParseCode reads a code as typed: case, spaces, hyphens and direction marks do
// not matter, O is 0, I and L are 1, Arabic digits are digits. The error is
// ErrCode, whatever is wrong.
func ParseCode(typed string) (Code, error) {
	if len(typed) > maxTyped {
		return Code{}, ErrCode
	}
	var digits []byte
	for _, r := range typed {
		if ignored(r) {
			continue
		}
		i := strings.IndexByte(alphabet, latin(r))
		if i < 0 || len(digits) > codeChars {
			return Code{}, ErrCode
		}
		digits = append(digits, byte(i))
	}
	if len(digits) != codeChars+1 || check(digits[:codeChars]) != digits[codeChars] || digits[0] > 7 {
		return Code{}, ErrCode
	}
	var c Code
	for i, v := range digits[:codeChars] {
		for j := range 5 {
			if bit := i*5 + j - 2; bit >= 0 {
				c[bit/8] |= v >> (4 - j) & 1 << (7 - bit%8)
			}
		}
	}
	return c, nil
}

// ignored tells spaces, hyphens and the direction marks that come along when a
// code is copied from a page.
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

// check is Σ xⁱ·dᵢ in GF(32) modulo x⁵+x²+1: it catches every single wrong
// character and every swap of two.
func check(digits []byte) byte {
	var c byte
	for _, d := range digits {
		if c = (c ^ d) << 1; c&32 != 0 {
			c ^= 0b100101
		}
	}
	return c
}

// Keys is everything that follows from a resume code.
type Keys struct {
	LocatorHash [32]byte // what the store finds drafts and cases by
	Draft       [32]byte // seals drafts
	Wrap        [32]byte // seals content keys and receipts to the applicant
	Reply       [32]byte // units seal letters and documents with it
	Notice      [32]byte // the worker seals access notices with it

	seed [32]byte // of the applicant's Ed25519 key
}

// Format keeps the keys out of logs.
func (k *Keys) Format(f fmt.State, _ rune) { f.Write([]byte("[keys of a resume code]")) }

// Derive works the keys out.
func (c Code) Derive() *Keys {
	prk, err := hkdf.Extract(sha256.New, c[:], []byte(labelCode))
	if err != nil {
		panic(err) // cannot be with SHA-256
	}
	key := func(label string) [32]byte { return [32]byte(expand(prk, 32, nil, labelCode, label)) }
	locator := key("locator")
	return &Keys{LocatorHash: sha256.Sum256(locator[:]), Draft: key("draft"), Wrap: key("wrap"), Reply: key("reply"),
		Notice: key("notice"), seed: key("signing")}
}

// Signer is the applicant's public signing key.
func (k *Keys) Signer() ed25519.PublicKey { return k.signing().Public().(ed25519.PublicKey) }

func (k *Keys) signing() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(k.seed[:]) }
