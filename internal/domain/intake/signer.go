package intake

import "wasl/internal/crypt/sign"

// LoadSigner reads the receipt key with its certificate from a key file, which
// only its owner may be able to read.
func LoadSigner(path string) (*sign.Signer, error) { return sign.LoadSigner(path) }
