package intake

import (
	"wasl/internal/base/crockford"
	"wasl/internal/base/errs"
)

// Reference is a case's number for people: ten random characters and one check
// character, Latin capitals and digits without I, L, O, U. It tells nothing.
type Reference string

const referenceDigits = 10

// NewReference draws a reference.
func NewReference() Reference {
	return Reference(crockford.Write(crockford.Draw(referenceDigits)))
}

// ParseReference reads a reference as typed, however its characters are
// grouped. A wrong check character is errs.NotFound, the same as a reference
// that never existed.
func ParseReference(s string) (Reference, error) {
	digits, ok := crockford.Read(s, referenceDigits)
	if !ok {
		return "", errs.New(errs.NotFound, "track.unknown")
	}
	return Reference(crockford.Write(digits)), nil
}
