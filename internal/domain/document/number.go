package document

import (
	"wasl/internal/base/crockford"
	"wasl/internal/base/errs"
)

// Number names one issued document: eleven random characters and one check
// character, Latin capitals and digits without I, L, O, U, in groups of four
// as in "7K2M-QX94-B0TC". It tells nothing, and nobody can guess another.
type Number string

const numberDigits = 11

// NewNumber draws a number. 55 random bits: a million documents share none
// but once in a hundred thousand, and the office's store refuses a second.
func NewNumber() Number { return number(crockford.Draw(numberDigits)) }

// ParseNumber reads a number as typed, however its characters are grouped.
// What is not one, or has a wrong check character, is errs.NotFound, the same
// as a number that never existed.
func ParseNumber(s string) (Number, error) {
	digits, ok := crockford.Read(s, numberDigits)
	if !ok {
		return "", errs.New(errs.NotFound, "document.unknown")
	}
	return number(digits), nil
}

func number(digits []byte) Number { return Number(crockford.Group(crockford.Write(digits))) }
