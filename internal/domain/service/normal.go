package service

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// bidi tells whether r is an invisible mark: direction marks, embeddings and
// isolates, zero-width characters, the byte order mark.
func bidi(r rune) bool {
	switch {
	case r == '\u061c', r >= '\u200b' && r <= '\u200f', r >= '\u202a' && r <= '\u202e',
		r >= '\u2060' && r <= '\u2069', r == '\ufeff', r == '\u00ad':
		return true
	}
	return false
}

// latinDigit maps Arabic-Indic, extended Arabic-Indic and full-width digits to
// 0-9 and leaves everything else.
func latinDigit(r rune) rune {
	switch {
	case r >= '\u0660' && r <= '\u0669':
		return r - '\u0660' + '0'
	case r >= '\u06f0' && r <= '\u06f9':
		return r - '\u06f0' + '0'
	case r >= '\uff10' && r <= '\uff19':
		return r - '\uff10' + '0'
	}
	return r
}

// digitsOf rewrites digits as 0-9, drops invisible marks and turns every kind
// of space into one plain space, trimmed.
func digitsOf(s string) string {
	if plainASCII(s) {
		return strings.TrimSpace(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case bidi(r):
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		default:
			b.WriteRune(latinDigit(r))
		}
	}
	return strings.TrimSpace(b.String())
}

// code is an identifier as it is kept: no spaces or separators, Latin digits,
// capitals.
func code(s string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '.', '/', '_', '\u2010', '\u2011', '\u2013', '\t', '\n', '\r':
			return -1
		}
		return r
	}, digitsOf(s)))
}

// prose is a text as it is kept: LF line ends, trimmed, without direction
// overrides, which could make it read as another text.
func prose(s string) string {
	if strings.ContainsRune(s, '\r') {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	if !plainASCII(s) {
		s = strings.Map(func(r rune) rune {
			if r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\ufeff' {
				return -1
			}
			return r
		}, s)
	}
	return strings.TrimFunc(s, unicode.IsSpace)
}

// blank tells whether nothing visible was typed.
func blank(s string) bool {
	for _, r := range s {
		if !unicode.IsSpace(r) && !bidi(r) {
			return false
		}
	}
	return true
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// control tells whether s holds a control character other than tab and LF.
func control(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r != '\t' && r != '\n' && unicode.IsControl(r)
	})
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
