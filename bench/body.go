package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"strings"
)

// Marks in bodies that become different for each filing.
const (
	nameMark   = "Qqqqqqqq" // letters
	numberMark = "7654321"  // digits
)

// body is a request body with marks.
type body []byte

// of is the n-th body: another name and another card number.
func (b body) of(n int64) []byte {
	var letters [len(nameMark)]byte
	letters[0] = 'Q'
	for i, v := len(letters)-1, n; i > 0; i-- {
		letters[i] = byte('a' + v%26)
		v /= 26
	}
	out := bytes.ReplaceAll(b, []byte(nameMark), letters[:])
	return bytes.ReplaceAll(out, []byte(numberMark), fmt.Appendf(nil, "%07d", n%10_000_000))
}

// newKey is an Idempotency-Key: a random UUID.
func newKey() string {
	var u [16]byte
	rand.Read(u[:])
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// marked puts the marks into an example's answers.
func marked(answers map[string]any) {
	if name, ok := answers["name"].(map[string]any); ok {
		name["given_latin"] = nameMark
	}
	if card, ok := answers["cnie"].(string); ok {
		answers["cnie"] = strings.TrimRight(card, "0123456789") + numberMark
	}
}
