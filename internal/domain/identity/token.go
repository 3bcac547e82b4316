package identity

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// NewVisit is a cookie for a browser that is not signed in yet, so that the
// sign-in form has a token of its own. It opens nothing.
func NewVisit() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// FormToken is the hidden token of the forms shown to a browser with this
// cookie; "" where there is none.
func FormToken(cookie string) string {
	if cookie == "" {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(cookie))
	mac.Write([]byte("wasl office form token"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

// OwnsToken tells whether a posted token was given to the browser with this cookie.
func OwnsToken(cookie, token string) bool {
	return cookie != "" && hmac.Equal([]byte(FormToken(cookie)), []byte(token))
}
