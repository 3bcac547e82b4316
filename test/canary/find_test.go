package canary

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// finder looks for many words at once, each in every way it may be written.
// Capitals and small letters are the same to it.
type finder struct {
	begins [1 << 16]bool // the first two bytes of some pattern
	by     map[uint32][]pattern
}

type pattern struct {
	bytes     string
	word, how string
}

func newFinder(words []string) *finder {
	f := &finder{by: map[uint32][]pattern{}}
	for _, word := range words {
		for how, bytes := range spellings(word) {
			p := pattern{lower(bytes), word, how}
			if len(p.bytes) < 6 {
				panic("a word is too short to be found: " + word)
			}
			f.begins[uint16(p.bytes[0])<<8|uint16(p.bytes[1])] = true
			key := first4(p.bytes)
			f.by[key] = append(f.by[key], p)
		}
	}
	return f
}

func first4(s string) uint32 {
	return uint32(s[0])<<24 | uint32(s[1])<<16 | uint32(s[2])<<8 | uint32(s[3])
}

// lower makes small letters of ASCII capitals, and leaves other bytes alone.
func lower(s string) string {
	out := []byte(s)
	for i, b := range out {
		if 'A' <= b && b <= 'Z' {
			out[i] = b + 'a' - 'A'
		}
	}
	return string(out)
}

// find lists the words in data and how they are written, each once.
func (f *finder) find(data []byte) []string {
	text := lower(string(data))
	var hits []string
	for i := 0; i+4 <= len(text); i++ {
		if !f.begins[uint16(text[i])<<8|uint16(text[i+1])] {
			continue
		}
		for _, p := range f.by[first4(text[i:])] {
			if strings.HasPrefix(text[i:], p.bytes) {
				if hit := p.word + " as " + p.how; !slices.Contains(hits, hit) {
					hits = append(hits, hit)
				}
			}
		}
	}
	slices.Sort(hits)
	return hits
}

// spellings are the ways a word may lie in a file. One that begins with
// "bytes:" stands for the bytes written in hex behind it.
func spellings(word string) map[string]string {
	raw, ok := strings.CutPrefix(word, "bytes:")
	if ok {
		b, err := hex.DecodeString(raw)
		if err != nil {
			panic(err)
		}
		return inText(string(b))
	}
	out := inText(word)
	var le, be []byte
	escaped, entities := "", ""
	for _, u := range utf16.Encode([]rune(word)) {
		le, be = binary.LittleEndian.AppendUint16(le, u), binary.BigEndian.AppendUint16(be, u)
		escaped += fmt.Sprintf(`\u%04x`, u)
	}
	for _, r := range word {
		entities += fmt.Sprintf("&#%d;", r)
	}
	percent := ""
	for _, b := range []byte(word) {
		percent += fmt.Sprintf("%%%02x", b)
	}
	out["UTF-16LE"], out["UTF-16BE"] = string(le), string(be)
	out["JSON"], out["HTML"] = escaped, entities
	out["percent"], out["percent, each byte"] = url.QueryEscape(word), percent
	return out
}

// inText are the ways for any bytes: as they are, in hex, and in base64 at each
// alignment, without the characters that depend on their neighbours.
func inText(raw string) map[string]string {
	out := map[string]string{"raw": raw, "hex": hex.EncodeToString([]byte(raw))}
	for shift := range 3 {
		b := base64.StdEncoding.EncodeToString(append(make([]byte, shift), raw...))
		b = b[(shift*8+5)/6 : (shift+len(raw))*8/6]
		out[fmt.Sprint("base64+", shift)] = b
		out[fmt.Sprint("base64url+", shift)] = strings.NewReplacer("+", "-", "/", "_").Replace(b)
	}
	return out
}

// The finder finds each spelling, alone and inside a text that was encoded as
// a whole, and nothing where there is nothing.
func TestFinder(t *testing.T) {
	words := []string{"Qanaryzed", "كناريةمزروعة", "ZX9182734", "qanary-bill.pdf", "bytes:00fe81c3d45a77aa0123456789abcdef"}
	f := newFinder(words)
	if hits := f.find([]byte(strings.Repeat("nothing is planted here, Qanary zed ", 1000))); len(hits) > 0 {
		t.Errorf("found %q where there is nothing", hits)
	}
	for _, word := range words {
		for how, bytes := range spellings(word) {
			if hits := f.find([]byte("before" + bytes + "after")); !slices.Contains(hits, word+" as "+how) {
				t.Errorf("%s as %s was not found", word, how)
			}
		}
		raw := spellings(word)["raw"]
		capitals := strings.ToUpper(raw)
		if strings.HasPrefix(word, "bytes:") {
			capitals = raw // bytes have none
		}
		for shift := range 3 {
			for _, whole := range []string{
				base64.StdEncoding.EncodeToString([]byte("abc"[:shift] + raw + "xyz")),
				base64.RawURLEncoding.EncodeToString([]byte("abc"[:shift] + raw + "xyz")),
				strings.ToUpper(hex.EncodeToString([]byte("abc"[:shift] + raw + "xyz"))),
				"abc"[:shift] + capitals + "xyz",
			} {
				if hits := f.find([]byte(whole)); len(hits) == 0 {
					t.Errorf("%s inside %q was not found", word, whole)
				}
			}
		}
	}
}
