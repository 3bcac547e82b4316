package verify

import (
	"encoding/hex"
	"errors"
	"time"
)

// Time is an instant in whole seconds, written as RFC 3339 with its offset.
type Time struct{ time.Time }

// MarshalText writes RFC 3339 with whole seconds.
func (t Time) MarshalText() ([]byte, error) {
	if y := t.Year(); y < 0 || y > 9999 {
		return nil, errors.New("a time is outside the years 0 to 9999")
	}
	return []byte(t.Format(time.RFC3339)), nil
}

// MarshalJSON writes RFC 3339 with whole seconds.
func (t Time) MarshalJSON() ([]byte, error) {
	text, err := t.MarshalText()
	return append(append([]byte{'"'}, text...), '"'), err
}

// UnmarshalText reads RFC 3339; a fraction of a second is no canonical form.
func (t *Time) UnmarshalText(text []byte) error {
	at, err := time.Parse(time.RFC3339, string(text))
	if err != nil {
		return errors.New("not a time of RFC 3339")
	}
	t.Time = at
	return nil
}

// UnmarshalJSON reads a string of RFC 3339.
func (t *Time) UnmarshalJSON(text []byte) error {
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return errors.New("not a time of RFC 3339")
	}
	return t.UnmarshalText(text[1 : len(text)-1])
}

// Hex is bytes written as lower-case hexadecimal digits.
type Hex []byte

// MarshalText writes lower-case digits.
func (h Hex) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h), nil }

// UnmarshalText reads digits; capitals are no canonical form.
func (h *Hex) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	if err != nil {
		return errors.New("not hexadecimal digits")
	}
	*h = b
	return nil
}
