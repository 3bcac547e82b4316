package service

import (
	"strconv"
	"testing"

	"wasl/internal/domain/authority"
)

// compiled reads and compiles one service of the repository.
func compiled(t testing.TB, id string) *Definition {
	t.Helper()
	b, found := ReadBundle(tree, id)
	if b == nil {
		t.Fatal(found)
	}
	d, found := b.Compile()
	if d == nil {
		t.Fatal(found)
	}
	return d
}

func territory(t testing.TB) *authority.Territory {
	t.Helper()
	tr, err := authority.LoadTerritory(tree)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// Each side compiles every service when it starts.
func BenchmarkCompileAll(b *testing.B) {
	var bundles []*Bundle
	for _, id := range List(tree) {
		x, _ := ReadBundle(tree, id)
		raw, err := x.Marshal()
		if err != nil {
			b.Fatal(err)
		}
		if x, err = UnmarshalBundle(raw); err != nil {
			b.Fatal(err)
		}
		bundles = append(bundles, x)
	}
	for b.Loop() {
		for _, x := range bundles {
			if d, found := x.Compile(); d == nil {
				b.Fatal(found)
			}
		}
	}
}

// Read is on the filing path.
func BenchmarkRead(b *testing.B) {
	tr := territory(b)
	for _, id := range List(tree) {
		d := compiled(b, id)
		if len(d.Examples()) == 0 {
			continue
		}
		e := d.Examples()[0]
		b.Run(id, func(b *testing.B) {
			typed, uploads, _ := d.FromJSON(e.Answers)
			var files []FileRef
			for i, u := range uploads {
				files = append(files, FileRef{ID: strconv.Itoa(i), Question: u.Question, Name: u.Name, MediaType: u.MediaType})
			}
			b.ReportAllocs()
			for b.Loop() {
				d.Read(typed, files, Env{Today: exampleDay, Territory: tr})
			}
		})
	}
}

// wasl check judges every service of the repository in under two seconds.
func BenchmarkCheck(b *testing.B) {
	for b.Loop() {
		if found := Check(tree); len(found) > 0 {
			b.Fatal(found)
		}
	}
}
