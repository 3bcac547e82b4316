package seal

import (
	"fmt"
	"testing"
)

// benchReaders are a unit and the worker's intake.
func benchReaders(b *testing.B, ready bool) []Reader {
	var out []Reader
	for _, id := range []string{"zitouna/citizens", "intake"} {
		key, err := KEM().GenerateKey()
		if err != nil {
			b.Fatal(err)
		}
		r := Reader{ID: id, KeyID: "k1", Public: key.PublicKey().Bytes()}
		if ready {
			if r, err = NewReader(id, "k1", "", r.Public); err != nil {
				b.Fatal(err)
			}
		}
		if id == "intake" {
			r.Scope = []string{"intake"}
		}
		out = append(out, r)
	}
	return out
}

// BenchmarkSeal seals a filing of eight sections for two X-Wing readers and the
// applicant, with the readers' keys read before or each time.
func BenchmarkSeal(b *testing.B) {
	key, keys := NewContentKey(), NewCode().Derive()
	content := sampleContent(b, key)
	for i := range 4 {
		content.Sections[fmt.Sprintf("part-%d", i)] = []byte(`{"answer":"something of ordinary length"}`)
	}
	for _, c := range []struct {
		name  string
		ready bool
	}{{"ready", true}, {"unready", false}} {
		readers := benchReaders(b, c.ready)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				e, err := Seal(key, sample(), content, readers, keys)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := e.Marshal(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("no readers", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Seal(key, sample(), content, nil, keys); err != nil {
				b.Fatal(err)
			}
		}
	})
}
