//go:build !wasl_control_unsealed

package seal

import (
	"crypto/aes"
	"crypto/cipher"
)

// newGCM is the one cipher of every seal.
func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
