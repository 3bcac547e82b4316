package canary

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"

	"wasl/internal/crypt/seal"
	"wasl/test/robot"
)

// planter draws words that nobody else types, and remembers them.
type planter struct {
	mu    sync.Mutex
	words []string
}

func (p *planter) add(word string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.words = append(p.words, word)
	return word
}

func (p *planter) all() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.words)
}

func draw(letters string, n int) string {
	from := []rune(letters)
	out := make([]rune, n)
	for i := range out {
		k, err := rand.Int(rand.Reader, big.NewInt(int64(len(from))))
		if err != nil {
			panic(err) // cannot be
		}
		out[i] = from[k.Int64()]
	}
	return string(out)
}

const (
	consonants = "bcdfghjklmnpqrstvwxz"
	digits     = "0123456789"
	arabic     = "بتثجحخدذرزسشصضطظعغفقكلمنهوي"
)

func (p *planter) latin() string  { return p.add("Q" + draw(consonants, 11)) }
func (p *planter) arabic() string { return p.add(draw(arabic, 10)) }
func (p *planter) words2() string { return p.latin() + " " + p.arabic() }
func (p *planter) cnie() string   { return p.add("Z" + draw(digits, 7)) }
func (p *planter) email() string {
	return p.add(strings.ToLower("q"+draw(consonants, 11))) + "@example.org"
}
func (p *planter) ice() string { return p.add("99" + draw(digits, 13)) }

// phone is searched without its first zero, which an international form loses.
func (p *planter) phone() string { return "0" + p.add("6"+draw(digits, 8)) }

// code remembers a resume code: as shown, without hyphens, and as its bytes.
func (p *planter) code(t testing.TB, shown string) {
	t.Helper()
	code, err := seal.ParseCode(shown)
	if err != nil {
		t.Fatalf("a resume code does not read: %v", err)
	}
	p.add(code.String())
	p.add(strings.ReplaceAll(code.String(), "-", ""))
	p.add("bytes:" + hex.EncodeToString(code[:]))
}

// pdf is a small document with planted words in it.
func (p *planter) pdf(repeat int) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n")
	line := "% " + p.words2() + "\n"
	for range repeat {
		b.WriteString(line)
	}
	b.WriteString("trailer<</Root 1 0 R>>\n%%EOF\n")
	return b.Bytes()
}

// plant gives an example in which every answer a person writes freely is a
// planted one.
func (p *planter) plant(d *robot.Definition, e robot.Example) robot.Example {
	e.Answers = p.object(d.Schema, e.Answers)
	return e
}

func (p *planter) object(s robot.Schema, answers map[string]any) map[string]any {
	out := maps.Clone(answers)
	for id, v := range answers {
		out[id] = p.value(id, s.Properties[id], v)
	}
	return out
}

func (p *planter) value(id string, s robot.Schema, v any) any {
	switch s.XType {
	case "text", "longtext":
		if s.MaxLength > 0 && s.MaxLength < 23 {
			return p.arabic()
		}
		return p.words2()
	case "email":
		return p.email()
	case "phone":
		return p.phone()
	case "cnie":
		return p.cnie()
	case "ice":
		return p.ice()
	case "person", "address":
		return p.parts(v)
	case "file":
		return p.files(v)
	case "rows":
		return p.rows(s, v)
	}
	return v
}

// parts plants the parts of a person or an address: names by their script,
// other words in both, and leaves numbers such as a postcode alone.
func (p *planter) parts(v any) any {
	parts, ok := v.(map[string]any)
	if !ok {
		return v
	}
	out := maps.Clone(parts)
	for id := range parts {
		switch {
		case strings.HasSuffix(id, "_ar"):
			out[id] = p.arabic()
		case strings.HasSuffix(id, "_latin"):
			out[id] = p.latin()
		case id == "place" || id == "landmark":
			out[id] = p.words2()
		case id == "cnie":
			out[id] = p.cnie()
		case id == "phone":
			out[id] = p.phone()
		}
	}
	return out
}

func (p *planter) rows(s robot.Schema, v any) any {
	list, ok := v.([]any)
	if !ok || s.Items == nil {
		return v
	}
	out := slices.Clone(list)
	for i, row := range list {
		if m, ok := row.(map[string]any); ok {
			out[i] = p.object(*s.Items, m)
		}
	}
	return out
}

// files gives every file a planted name, and documents planted bytes.
func (p *planter) files(v any) any {
	list, ok := v.([]any)
	if !ok {
		if v == nil {
			return nil
		}
		list = []any{v}
	}
	out := slices.Clone(list)
	for i, one := range list {
		f, ok := one.(map[string]any)
		if !ok {
			continue
		}
		f = maps.Clone(f)
		ending := ".jpg"
		if f["media_type"] == "application/pdf" {
			ending = ".pdf"
			f["data"] = base64.StdEncoding.EncodeToString(p.pdf(3))
		}
		f["name"] = p.add("q"+draw(consonants, 9)) + ending
		out[i] = f
	}
	return out
}
