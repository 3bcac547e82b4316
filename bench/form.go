package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"time"

	"wasl/verify"
)

// Marks in a form, as long as what takes their place.
var (
	referenceMark = strings.Repeat("R", 11)
	digestMark    = strings.Repeat("e", 64)
	saltMark      = strings.Repeat("0", 64)
	timeMark      = time.Date(2001, 1, 1, 1, 1, 1, 0, time.FixedZone("", 3600))
	signatureMark = base64.StdEncoding.EncodeToString(make([]byte, ed25519.SignatureSize))
)

// form is a signed file with marks: the text that is signed, and the file.
type form struct{ text, file []byte }

func newForm(format string, facts any, cert verify.Certificate) (f form, err error) {
	if f.text, err = verify.Text(format, facts); err != nil {
		return f, err
	}
	f.file, err = verify.Pack(format, facts, []verify.Signature{{Algorithm: verify.Ed25519, Certificate: cert, Signature: make([]byte, ed25519.SignatureSize)}})
	return f, err
}

// fill puts a filing's own values in, and signs.
func (f form) fill(key ed25519.PrivateKey, reference, digest, now, salt string) (text, file []byte) {
	values := []string{referenceMark, reference, digestMark, digest, timeMark.Format(time.RFC3339), now, saltMark, salt}
	text = replace(f.text, values)
	signature := base64.StdEncoding.EncodeToString(ed25519.Sign(key, text))
	return text, replace(f.file, append(values, signatureMark, signature))
}

func replace(text []byte, pairs []string) []byte {
	for i := 0; i < len(pairs); i += 2 {
		text = bytes.ReplaceAll(text, []byte(pairs[i]), []byte(pairs[i+1]))
	}
	return text
}
