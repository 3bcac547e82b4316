// Package seal knows how envelopes, sealed files and sealed records are made:
// formats, derived keys, padding, signatures, wraps for public keys. It knows
// public keys of readers only and refuses to hold a private one. Any zone may
// seal; what opens here (OpenTo, OpenFile, Envelope.OpenContent and
// OpenSection) needs a symmetric key in hand, and only crypt/reopen and
// crypt/unseal call it.
//
// Suite 1 is X-Wing (MLKEM768-X25519), HKDF-SHA256, AES-256-GCM and Ed25519.
// Every key seals one message, so single messages use a nonce of zeros.
package seal

import "errors"

// What is wrong with something sealed. None says which byte.
var (
	ErrFormat     = errors.New("seal: not in its own form")
	ErrSealed     = errors.New("seal: does not open")
	ErrCommitment = errors.New("seal: the key is not the committed one")
	ErrSignature  = errors.New("seal: the applicant's signature does not stand")
)

// Names of the first format and suite.
const (
	Format = "wasl-envelope-1"
	Suite  = "XWING-HKDF-SHA256-AES256GCM-Ed25519"
)

// Labels, one for each use of a key or hash.
const (
	labelCode       = "wasl-resume-code-1"
	labelSealed     = "wasl-sealed-1"
	labelContent    = "wasl-content-key-1"
	labelSection    = "wasl-section-1"
	labelFile       = "wasl-file-1"
	labelKeys       = "wasl-keys-1"
	labelHeader     = "wasl-header-1"
	labelDigest     = "wasl-envelope-digest-1"
	labelSignature  = "wasl-envelope-signature-1"
	labelWrap       = "wasl-wrap-1"
	labelWrapToCode = "wasl-wrap-code-1"
)
