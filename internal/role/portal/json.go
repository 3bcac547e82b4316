package portal

import (
	"encoding/json"
	"unicode/utf8"

	"wasl/internal/base/web"
)

// What is wrong with JSON that programs would read in different ways: it is
// refused, never filed as one of them read it (RFC 7493, sections 2.1 and 2.3).
const (
	oddText = "The body holds text that is not sound Unicode: send UTF-8, and escaped surrogates in pairs."
	oddName = "The body gives a name twice in one object."
)

// oddJSON tells what is odd about a JSON value that encoding/json has read
// already, or "".
func oddJSON(raw []byte) string {
	if !utf8.Valid(raw) {
		return oddText
	}
	var objects []map[string]bool // those around, innermost last; nil is a list
	name := false                 // the next string is one
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '{':
			objects, name = append(objects, map[string]bool{}), true
		case '[':
			objects, name = append(objects, nil), false
		case '}', ']':
			objects = objects[:len(objects)-1]
		case ',':
			name = objects[len(objects)-1] != nil
		case '"':
			end := stringEnd(raw, i+1)
			text := raw[i:end]
			if brokenPair(text) {
				return oddText
			}
			if name && !claim(objects[len(objects)-1], text) {
				return oddName
			}
			i, name = end-1, false
		}
	}
	return ""
}

// stringEnd is behind the closing quote of the string whose first byte is at i.
func stringEnd(raw []byte, i int) int {
	for ; raw[i] != '"'; i++ {
		if raw[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// claim takes a name in its object; false when it is taken.
func claim(names map[string]bool, text []byte) bool {
	var name string
	if json.Unmarshal(text, &name) != nil || names[name] {
		return false
	}
	names[name] = true
	return true
}

// brokenPair tells whether a string has an escaped surrogate without its other
// half: it is no character, and a decoder puts another in its place.
func brokenPair(text []byte) bool {
	for i := 0; i+1 < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		i++
		if text[i] != 'u' {
			continue
		}
		switch unit := codeUnit(text[i+1:]); {
		case unit >= 0xdc00 && unit < 0xe000:
			return true
		case unit >= 0xd800 && unit < 0xdc00:
			rest := text[i+5:]
			if len(rest) < 6 || rest[0] != '\\' || rest[1] != 'u' {
				return true
			}
			if low := codeUnit(rest[2:]); low < 0xdc00 || low >= 0xe000 {
				return true
			}
			i += 6
		}
		i += 4
	}
	return false
}

// codeUnit reads four hexadecimal digits; the text is well formed.
func codeUnit(digits []byte) (unit rune) {
	for _, d := range digits[:4] {
		switch {
		case d >= 'a':
			d -= 'a' - 10
		case d >= 'A':
			d -= 'A' - 10
		default:
			d -= '0'
		}
		unit = unit<<4 | rune(d)
	}
	return unit
}

// details say in English, for who writes a program, what a failure's key means.
var details = map[string]string{
	web.KeyNotFound:   "This address does not exist.",
	web.KeyMethod:     "This address does not take this method.",
	web.KeyHost:       "This site does not answer under this name.",
	web.KeyInsecure:   "This site answers HTTPS alone.",
	web.KeyBusy:       "The service is busy: try again in a moment.",
	web.KeyRate:       "Too many requests from this address: try again in a minute.",
	web.KeyBodyLarge:  "The body is larger than 48 MiB.",
	web.KeyBodyBroken: "The body did not arrive whole.",
	web.KeyBodySlow:   "The body came slower than 1 KB a second.",
	web.KeyInternal:   "The fault is ours; the reference finds it.",
	"service.unknown": "No service has this id: see /api/v1/services.",
	"track.unknown":   "No filing has this reference and this resume code.",
	"ledger.unknown":  "The ledger has no such file.",
	"trust.none":      "No trust file is published yet.",
	"filing.notready": "Filing is not possible yet: try again in a while.",
	"busy":            "The service is busy: try again in a moment.",
}

// detail words a failure for a machine's answer.
func detail(f web.Failure) string {
	if text, ok := details[f.Key]; ok {
		return text
	}
	return f.Key
}
