package document

import (
	"os"
	"testing"
	"time"

	"wasl/internal/base/i18n"
	"wasl/internal/crypt/sign"
	"wasl/internal/domain/authority"
	"wasl/internal/domain/service"
	"wasl/verify"
)

// tree is the repository: services, authorities, territory.
var tree = os.DirFS("../../..")

var issuedAt = time.Date(2026, 6, 1, 9, 30, 0, 0, time.UTC)

// sample is the input of a document for an example of a service.
func sample(t testing.TB, id, example string, l i18n.Lang) Input {
	t.Helper()
	def, book := definition(t, id), books(t)
	for _, e := range def.Examples() {
		if e.ID != example {
			continue
		}
		typed, uploads, problems := def.FromJSON(e.Answers)
		var files []service.FileRef
		for _, u := range uploads {
			files = append(files, service.FileRef{ID: u.Name, Question: u.Question, Name: u.Name, MediaType: u.MediaType, Size: int64(len(u.Data))})
		}
		r := def.Read(typed, files, service.Env{Today: "2026-06-01", Territory: book.Territory})
		if len(problems)+len(r.Problems) > 0 {
			t.Fatalf("%s/%s: the example has problems %v %v", id, example, problems, r.Problems)
		}
		return Input{Service: def, Reading: r, Authority: book.Authority(e.Authority), Unit: def.Unit, Language: l,
			Number: "7K2M-QX94-B0TC", Reference: "9H3JKMNPQR5", At: issuedAt, Verify: "https://wasl.example/" + string(l) + "/verify"}
	}
	t.Fatalf("%s has no example %s", id, example)
	return Input{}
}

func books(t testing.TB) *authority.Book {
	t.Helper()
	b, err := authority.Load(tree)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func definition(t testing.TB, id string) *service.Definition {
	t.Helper()
	b, findings := service.ReadBundle(tree, id)
	if b == nil {
		t.Fatal(findings)
	}
	def, findings := b.Compile()
	if def == nil {
		t.Fatal(findings)
	}
	return def
}

// signer is a document key with its certificate, and the trust that knows it.
func signer(t testing.TB) (*sign.Signer, *verify.Trust) {
	t.Helper()
	root, err := sign.NewRoot("example")
	if err != nil {
		t.Fatal(err)
	}
	s, err := root.NewSigner(verify.Certificate{Role: verify.RoleDocument,
		NotBefore: verify.Time{Time: issuedAt.AddDate(-1, 0, 0)}, NotAfter: verify.Time{Time: issuedAt.AddDate(1, 0, 0)}})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := root.Trust(issuedAt, []verify.Certificate{s.Certificate()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	trust, err := verify.ParseTrust(raw, root.Public())
	if err != nil {
		t.Fatal(err)
	}
	return s, trust
}
