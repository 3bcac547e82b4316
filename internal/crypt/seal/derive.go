package seal

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/bits"
)

const (
	saltSize = 32
	tagSize  = 16
	floor    = 256 // bytes: nothing sealed is shorter

	lengthSize = 4 // bytes before a padded text
)

// ContentKey is the key of one envelope. It is 32 random bytes, drawn by
// NewContentKey, and is written only inside something sealed (a draft).
type ContentKey [32]byte

// NewContentKey draws a key.
func NewContentKey() ContentKey {
	var k ContentKey
	rand.Read(k[:])
	return k
}

// MarshalText writes the key in base64.
func (k ContentKey) MarshalText() ([]byte, error) {
	return base64.StdEncoding.AppendEncode(nil, k[:]), nil
}

// UnmarshalText reads what MarshalText wrote.
func (k *ContentKey) UnmarshalText(text []byte) error {
	raw, err := base64.StdEncoding.Strict().AppendDecode(nil, text)
	if err != nil || len(raw) != len(k) {
		return ErrFormat
	}
	copy(k[:], raw)
	return nil
}

// Format keeps the key out of logs.
func (k ContentKey) Format(f fmt.State, _ rune) { f.Write([]byte("[content key]")) }

// expand derives n bytes from a uniformly random key. Parts end with a zero
// byte, which no identifier holds; the salt of fixed length comes last.
func expand(key []byte, n int, salt []byte, parts ...string) []byte {
	info := make([]byte, 0, 192)
	for _, p := range parts {
		info = append(append(info, p...), 0)
	}
	info = append(info, salt...)
	out, err := hkdf.Expand(sha256.New, key, string(info), n)
	if err != nil {
		panic(err) // n is a constant far below the limit
	}
	return out
}

// commitment is what a header says of a content key.
func (k ContentKey) commitment(envelope string) []byte {
	return expand(k[:], 32, nil, labelContent, envelope)
}

// PartKey opens one section or one file and nothing else.
type PartKey [32]byte

// Format keeps the key out of logs.
func (k PartKey) Format(f fmt.State, _ rune) { f.Write([]byte("[part key]")) }

func (k ContentKey) part(label, envelope, id string, salt []byte) PartKey {
	return PartKey(expand(k[:], 32, salt, label, envelope, id))
}

// aead gives the cipher of a part and the commitment to its key: AES-GCM alone
// lets one text open under two keys.
func (k PartKey) aead() (cipher.AEAD, []byte, error) {
	out := expand(k[:], 64, nil, labelKeys)
	a, err := newGCM(out[:32])
	return a, out[32:], err
}

// committed is aead for an opener: it refuses a key other than the committed.
func (k PartKey) committed(commitment []byte) (cipher.AEAD, error) {
	a, own, err := k.aead()
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare(own, commitment) != 1 {
		return nil, ErrCommitment
	}
	return a, nil
}

var zeroNonce [12]byte // for keys that seal one message

func newSalt() []byte {
	salt := make([]byte, saltSize)
	rand.Read(salt)
	return salt
}

// Padded is the size something of n bytes is padded to: Padmé, at most 12 %
// more, from a floor of 256 bytes.
func Padded(n int64) int64 {
	if n <= floor {
		return floor
	}
	e := bits.Len64(uint64(n)) - 1
	s := bits.Len64(uint64(e))
	mask := int64(1)<<(e-s) - 1
	return (n + mask) &^ mask
}

// pad writes length, text and zeros, with room for a tag behind them.
func pad(clear []byte) []byte {
	size := Padded(int64(len(clear)) + lengthSize)
	out := make([]byte, size, size+tagSize)
	binary.BigEndian.PutUint32(out, uint32(len(clear)))
	copy(out[lengthSize:], clear)
	return out
}

// unpad takes the text out again; it refuses any padding but its own.
func unpad(padded []byte) ([]byte, error) {
	if len(padded) < floor {
		return nil, ErrFormat
	}
	n := int64(binary.BigEndian.Uint32(padded))
	if n > int64(len(padded))-lengthSize || Padded(n+lengthSize) != int64(len(padded)) || !zeros(padded[lengthSize+n:]) {
		return nil, ErrFormat
	}
	return padded[lengthSize : lengthSize+n : lengthSize+n], nil
}

func zeros(b []byte) bool {
	var or byte
	for _, v := range b {
		or |= v
	}
	return or == 0
}
