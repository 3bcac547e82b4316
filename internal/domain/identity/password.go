package identity

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// argon2id with 19 MiB, two passes, one lane (RFC 9106; OWASP's second choice).
const (
	argonTime   = 2
	argonMemory = 19 * 1024
)

// Hash makes a password's argon2id hash in PHC form.
func Hash(password string) string {
	salt := make([]byte, 16)
	rand.Read(salt)
	return phc(salt, derive(password, salt))
}

func derive(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(password), salt, argonTime, argonMemory, 1, 32)
}

func phc(salt, sum []byte) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=1$%s$%s", argonMemory, argonTime, b64(salt), b64(sum))
}

// decoyHash is the hash of nobody's password.
var decoyHash = phc(make([]byte, 16), make([]byte, 32))

// matches checks a password against a hash made by Hash.
func matches(hash, password string) bool {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[3] != fmt.Sprintf("m=%d,t=%d,p=1", argonMemory, argonTime) {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	return err == nil && subtle.ConstantTimeCompare(derive(password, salt), want) == 1
}
