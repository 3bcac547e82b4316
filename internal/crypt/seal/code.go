package seal

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"wasl/internal/base/crockford"
)

// Code is a resume code: 128 random bits that only the applicant keeps. People
// read it as 26 characters and a check character, in groups of four.
type Code [16]byte

const codeDigits = 26

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
	digits := c.digits()
	return crockford.Group(crockford.Write(digits[:]))
}

// Format keeps the code out of logs; String writes it.
func (c Code) Format(f fmt.State, _ rune) { f.Write([]byte("[resume code]")) }

// digits are the code's 26 base-32 digits: two zero bits, then the code.
func (c Code) digits() (out [codeDigits]byte) {
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

// ParseCode reads a code as typed, however its characters are grouped. The
// error is ErrCode, whatever is wrong.
func ParseCode(typed string) (Code, error) {
	digits, ok := crockford.Read(typed, codeDigits)
	if !ok || digits[0] > 7 {
		return Code{}, ErrCode
	}
	var c Code
	for i, v := range digits {
		for j := range 5 {
			if bit := i*5 + j - 2; bit >= 0 {
				c[bit/8] |= v >> (4 - j) & 1 << (7 - bit%8)
			}
		}
	}
	return c, nil
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
