package service

import (
	"regexp"
	"strings"
	"unicode"

	"cel.dev/cel-go/cel"
)

// codeKind is a type of one short control whose answer is a normalised
// string: identifiers, phone numbers, e-mail addresses.
func codeKind(parse func(string) (string, *fault), schema func() map[string]any) *kind {
	return &kind{
		read: single("missing", func(_ *reader, q *Question, typed string) (any, *fault) {
			if len(typed) > 1000 {
				return nil, &fault{string(q.Type) + ".format", nil}
			}
			s, wrong := parse(typed)
			if wrong != nil {
				return nil, wrong
			}
			return s, nil
		}),
		put:    putText,
		schema: func(*Question) map[string]any { return schema() },
		value:  func(*Question) *cel.Type { return cel.StringType }, zero: zeroString,
		show: func(_ *shower, _ *Question, v any) []Shown { return []Shown{{Kind: ShownLTR, Text: str(v)}} },
	}
}

var (
	cnieShape  = regexp.MustCompile(`^[A-Z]{1,2}[0-9]{1,7}$`)
	emailShape = regexp.MustCompile(`^[^\s@"<>(),:;\[\]\\]{1,64}@([\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,}$`)
)

// cnieOf: one or two letters and up to seven digits; the card has no check
// digit and public validators disagree, so only the shape is refused.
func cnieOf(typed string) (string, *fault) {
	if s := code(typed); cnieShape.MatchString(s) {
		return s, nil
	}
	return "", &fault{"cnie.format", nil}
}

func cnieSchema() map[string]any {
	return map[string]any{"type": "string", "minLength": 2, "maxLength": 40}
}

// iceOf: 15 digits. The check (≡ 0 mod 97) is unconfirmed and not enforced.
func iceOf(typed string) (string, *fault) {
	if s := code(typed); len(s) == 15 && allDigits(s) {
		return s, nil
	}
	return "", &fault{"ice.format", nil}
}

func iceSchema() map[string]any {
	return map[string]any{"type": "string", "minLength": 15, "maxLength": 60}
}

// ribOf: 24 digits ≡ 0 mod 97; an IBAN of Morocco (MA, two digits, the RIB) is
// accepted for it.
func ribOf(typed string) (string, *fault) {
	s := code(typed)
	if strings.HasPrefix(s, "MA") && len(s) == 28 {
		s = s[4:]
	}
	if len(s) != 24 || !allDigits(s) {
		return "", &fault{"rib.format", nil}
	}
	rest := 0
	for i := range len(s) {
		rest = (rest*10 + int(s[i]-'0')) % 97
	}
	if rest != 0 {
		return "", &fault{"rib.key", nil}
	}
	return s, nil
}

func ribSchema() map[string]any {
	return map[string]any{"type": "string", "minLength": 24, "maxLength": 60}
}

// phoneOf gives E.164: 0 and nine digits or +212 and nine digits for Morocco,
// + or 00 and 8 to 15 digits for elsewhere.
func phoneOf(typed string) (string, *fault) {
	s := strings.Map(func(r rune) rune {
		switch r {
		case '(', ')', '.', '/':
			return -1
		}
		return r
	}, strings.ReplaceAll(digitsOf(typed), "(0)", ""))
	s = code(s)
	switch {
	case strings.HasSuffix(s, "+") && !strings.HasPrefix(s, "+"): // displaced by direction
		s = "+" + strings.TrimSuffix(s, "+")
	case strings.HasPrefix(s, "00"):
		s = "+" + s[2:]
	case strings.HasPrefix(s, "0") && len(s) == 10:
		s = "+212" + s[1:]
	case strings.HasPrefix(s, "212") && len(s) == 12:
		s = "+" + s
	}
	digits, international := strings.CutPrefix(s, "+")
	if home, ok := strings.CutPrefix(digits, "212"); ok && len(home) == 10 && home[0] == '0' {
		digits = "212" + home[1:]
	}
	switch {
	case !international || !allDigits(digits) || len(digits) < 8 || len(digits) > 15 || digits[0] == '0':
		return "", &fault{"phone.format", nil}
	case strings.HasPrefix(digits, "212") && (len(digits) != 12 || digits[3] < '5' || digits[3] > '8'):
		return "", &fault{"phone.format", nil}
	}
	return "+" + digits, nil
}

func phoneSchema() map[string]any {
	return map[string]any{"type": "string", "minLength": 8, "maxLength": 60}
}

func emailOf(typed string) (string, *fault) {
	s := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, digitsOf(typed))
	at := strings.LastIndexByte(s, '@')
	if at < 0 || len(s) > 254 || !emailShape.MatchString(s) || strings.Contains(s, "..") {
		return "", &fault{"email.format", nil}
	}
	return s[:at] + strings.ToLower(s[at:]), nil
}

func emailSchema() map[string]any {
	return map[string]any{"type": "string", "format": "email", "maxLength": 254}
}
