package seal

// A sealed record is one text under a key both sides have: a draft, a receipt,
// a letter to the applicant. Its form: the line "wasl-sealed-1", salt (32),
// commitment (32), AES-256-GCM of the padded text with the label as AAD.
const (
	recordMagic = labelSealed + "\n"
	recordHead  = len(recordMagic) + saltSize + 32
)

// SealTo seals a text under a symmetric key for one use, told by the label.
func SealTo(key [32]byte, label string, clear []byte) ([]byte, error) {
	salt := newSalt()
	a, commitment, err := recordKey(key, label, salt).aead()
	if err != nil {
		return nil, err
	}
	padded := pad(clear)
	out := make([]byte, 0, recordHead+len(padded)+tagSize)
	out = append(append(append(out, recordMagic...), salt...), commitment...)
	return a.Seal(out, zeroNonce[:], padded, []byte(label)), nil
}

// OpenTo opens what SealTo sealed under the same key and label. Only
// crypt/reopen and crypt/unseal call it.
func OpenTo(key [32]byte, label string, sealed []byte) ([]byte, error) {
	if len(sealed) < recordHead+floor+tagSize || string(sealed[:len(recordMagic)]) != recordMagic {
		return nil, ErrFormat
	}
	salt := sealed[len(recordMagic) : len(recordMagic)+saltSize]
	a, err := recordKey(key, label, salt).committed(sealed[len(recordMagic)+saltSize : recordHead])
	if err != nil {
		return nil, err
	}
	padded, err := a.Open(nil, zeroNonce[:], sealed[recordHead:], []byte(label))
	if err != nil {
		return nil, ErrSealed
	}
	return unpad(padded)
}

func recordKey(key [32]byte, label string, salt []byte) PartKey {
	return PartKey(expand(key[:], 32, salt, labelSealed, label))
}
