package unseal

import (
	"bytes"
	"crypto/hpke"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"wasl/internal/crypt/reopen"
	"wasl/internal/crypt/seal"
)

const (
	unit     = "zitouna/citizens"
	other    = "zitouna/works"
	envelope = "00112233445566778899aabbccddeeff"
	fileID   = "ffeeddccbbaa99887766554433221100"
)

// filing is a filing for a unit and the worker, its file, and who can open it.
type filing struct {
	ring *Keyring
	keys *seal.Keys
	key  seal.ContentKey
	env  *seal.Envelope
	file []byte
}

var scan = bytes.Repeat([]byte("a scan "), 20_000)

func reader(t testing.TB, k *Keyring, id, role string, scope ...string) seal.Reader {
	t.Helper()
	r, err := seal.NewReader(id, "key-"+strings.ReplaceAll(id, "/", "-"), role, k.Public(id))
	if err != nil {
		t.Fatal(err)
	}
	r.Scope = scope
	return r
}

func file(t testing.TB) *filing {
	t.Helper()
	f := &filing{ring: NewKeyring(), keys: seal.NewCode().Derive(), key: seal.NewContentKey()}
	if err := f.ring.Generate(unit, other, ReaderIntake); err != nil {
		t.Fatal(err)
	}
	var sealed bytes.Buffer
	s, err := seal.SealFile(f.key, envelope, fileID, &sealed)
	if err != nil {
		t.Fatal(err)
	}
	s.Write(scan)
	head, err := s.Close()
	if err != nil {
		t.Fatal(err)
	}
	f.file = sealed.Bytes()
	f.env = f.seal(t, head, reader(t, f.ring, unit, "unit"), reader(t, f.ring, ReaderIntake, seal.RoleIntake, SectionIntake))
	return f
}

func (f *filing) seal(t testing.TB, head seal.SealedFile, readers ...seal.Reader) *seal.Envelope {
	t.Helper()
	h := seal.Header{ID: envelope, Kind: "filing", Service: "residence-certificate", Version: "v1", Authority: "zitouna", Unit: "citizens"}
	content := seal.Content{Files: []seal.SealedFile{head}, Sections: map[string][]byte{
		SectionIntake: []byte(`{"fees":[]}`), "identity": []byte(`{"name":"x"}`), "reply": []byte(`{"key":"y"}`)}}
	env, err := seal.Seal(f.key, h, content, readers, f.keys)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := env.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if env, err = seal.Unmarshal(raw); err != nil {
		t.Fatal(err)
	}
	return env
}

func TestUnitOpensAll(t *testing.T) {
	f := file(t)
	o, err := f.ring.Open(f.env, unit)
	if err != nil {
		t.Fatal(err)
	}
	if o.Header.ID != envelope || len(o.Sections) != 3 || string(o.Sections["identity"]) != `{"name":"x"}` {
		t.Errorf("opened %v, %d sections", o.Header.ID, len(o.Sections))
	}
	r, err := o.File(fileID, bytes.NewReader(f.file))
	if err != nil {
		t.Fatal(err)
	}
	sections := o.Sections
	o.Close()
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, scan) {
		t.Errorf("file: %d bytes, %v", len(got), err)
	}
	if string(sections["identity"]) != `{"name":"x"}` {
		t.Error("sections went with Close")
	}
	if _, err := o.File(fileID, bytes.NewReader(f.file)); !errors.Is(err, ErrNoKey) {
		t.Errorf("a file after Close: %v", err)
	}
}

func TestApplicantOpensAll(t *testing.T) {
	f := file(t)
	o, err := reopen.Envelope(f.keys, f.env)
	if err != nil {
		t.Fatal(err)
	}
	if string(o.Sections["reply"]) != `{"key":"y"}` {
		t.Errorf("sections: %v", len(o.Sections))
	}
	r, err := o.File(fileID, bytes.NewReader(f.file))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, scan) {
		t.Errorf("file: %d bytes, %v", len(got), err)
	}
	if r, err := o.File(envelope, nil); err == nil || r != nil {
		t.Errorf("an unknown file: %v, %v", r, err)
	}
	if _, err := reopen.Envelope(seal.NewCode().Derive(), f.env); !errors.Is(err, seal.ErrSealed) {
		t.Errorf("another code: %v", err)
	}
}

func TestIntakeOpensItsSectionOnly(t *testing.T) {
	f := file(t)
	clear, err := f.ring.OpenIntake(f.env)
	if err != nil || string(clear) != `{"fees":[]}` {
		t.Fatalf("OpenIntake = %q, %v", clear, err)
	}
	o, err := f.ring.Open(f.env, ReaderIntake)
	if err != nil || len(o.Sections) != 1 {
		t.Fatalf("Open for intake = %v, %v", o, err)
	}
	if _, err := o.File(fileID, bytes.NewReader(f.file)); !errors.Is(err, ErrNoKey) {
		t.Errorf("intake opens a file: %v", err)
	}
	if _, err := seal.Seal(f.key, seal.Header{}, seal.Content{}, []seal.Reader{reader(t, f.ring, ReaderIntake, seal.RoleIntake)}, f.keys); err == nil {
		t.Error("intake is given a whole envelope")
	}
	whole := f.seal(t, f.head(t), reader(t, f.ring, ReaderIntake, "unit"))
	if _, err := f.ring.OpenIntake(whole); !errors.Is(err, ErrNoKey) {
		t.Errorf("OpenIntake of a wrap for everything: %v", err)
	}
}

func (f *filing) head(t testing.TB) seal.SealedFile {
	h, err := f.env.ParseHeader()
	if err != nil {
		t.Fatal(err)
	}
	return h.Files[0]
}

func TestOthersOpenNothing(t *testing.T) {
	f := file(t)
	stranger := NewKeyring()
	if err := stranger.Generate(unit, ReaderIntake); err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.Open(f.env, unit); !errors.Is(err, ErrNoKey) {
		t.Errorf("another office's key: %v", err)
	}
	if _, err := f.ring.Open(f.env, other); !errors.Is(err, ErrNoKey) {
		t.Errorf("another unit: %v", err)
	}
	if _, err := NewKeyring().Open(f.env, unit); !errors.Is(err, ErrNoKey) {
		t.Errorf("an empty keyring: %v", err)
	}
	if !f.env.HasReader(unit) || f.env.HasReader(other) || f.env.HasReader(ReaderIntake) {
		t.Error("HasReader does not tell who holds the whole")
	}
}

// TestWrapsAreBound moves, renames and widens wraps: none may open then.
func TestWrapsAreBound(t *testing.T) {
	f := file(t)
	again := f.seal(t, f.head(t), reader(t, f.ring, unit, "unit"), reader(t, f.ring, ReaderIntake, seal.RoleIntake, SectionIntake))
	two := f.seal(t, f.head(t), reader(t, f.ring, unit, "unit"), reader(t, f.ring, ReaderIntake, seal.RoleIntake, "identity"))
	for name, change := range map[string]func(e *seal.Envelope) string{
		"of another envelope": func(e *seal.Envelope) string { e.Wraps = again.Wraps; return unit },
		"intake's, of another envelope": func(e *seal.Envelope) string {
			e.Wraps = again.Wraps
			return ReaderIntake
		},
		"renamed":      func(e *seal.Envelope) string { e.Wraps[0].Reader = other; return other },
		"key id":       func(e *seal.Envelope) string { e.Wraps[0].KeyID = "k9"; return unit },
		"scope":        func(e *seal.Envelope) string { e.Wraps[1].Scope = []string{"identity"}; return ReaderIntake },
		"widened":      func(e *seal.Envelope) string { e.Wraps[1].Scope = nil; return ReaderIntake },
		"sealed part":  func(e *seal.Envelope) string { e.Wraps[0].Sealed = again.Wraps[0].Sealed; return unit },
		"key part":     func(e *seal.Envelope) string { e.Wraps[0].Enc = again.Wraps[0].Enc; return unit },
		"short key":    func(e *seal.Envelope) string { e.Wraps[0].Enc = e.Wraps[0].Enc[:10]; return unit },
		"another kind": func(e *seal.Envelope) string { e.Wraps[0].Kind = seal.WrapCode; return unit },
		"taken away":   func(e *seal.Envelope) string { e.Wraps = e.Wraps[1:]; return unit },
	} {
		e := *f.env
		e.Wraps = slices.Clone(f.env.Wraps)
		if _, err := f.ring.Open(&e, change(&e)); !errors.Is(err, ErrNoKey) {
			t.Errorf("wrap %s: Open = %v, want ErrNoKey", name, err)
		}
	}
	if _, err := f.ring.OpenIntake(two); !errors.Is(err, ErrNoKey) {
		t.Errorf("OpenIntake of another section: %v", err)
	}
	e := *f.env
	e.Wraps = again.Wraps
	if _, err := reopen.Envelope(f.keys, &e); !errors.Is(err, seal.ErrSealed) {
		t.Errorf("the applicant's wrap of another envelope: %v", err)
	}
}

// TestWrapOfAnotherKey plays an applicant who gives a reader another key than
// the header commits to.
func TestWrapOfAnotherKey(t *testing.T) {
	f := file(t)
	for i, id := range []string{unit, ReaderIntake} {
		public, err := seal.KEM().NewPublicKey(f.ring.Public(id))
		if err != nil {
			t.Fatal(err)
		}
		e := *f.env
		e.Wraps = slices.Clone(f.env.Wraps)
		w := &e.Wraps[i]
		enc, sender, err := hpke.NewSender(public, seal.KDF(), seal.AEAD(), w.Info(envelope))
		if err != nil {
			t.Fatal(err)
		}
		w.Enc = enc
		if w.Sealed, err = sender.Seal(e.HeaderHash(), bytes.Repeat([]byte{1}, 32)); err != nil {
			t.Fatal(err)
		}
		if _, err := f.ring.Open(&e, id); !errors.Is(err, seal.ErrCommitment) {
			t.Errorf("%s: Open = %v, want ErrCommitment", id, err)
		}
	}
}

func TestOpenChecksTheSignature(t *testing.T) {
	f := file(t)
	f.env.Signature = bytes.Clone(f.env.Signature)
	f.env.Signature[3] ^= 1
	_, unitErr := f.ring.Open(f.env, unit)
	_, intakeErr := f.ring.OpenIntake(f.env)
	_, ownErr := reopen.Envelope(f.keys, f.env)
	for _, err := range []error{unitErr, intakeErr, ownErr} {
		if !errors.Is(err, seal.ErrSignature) {
			t.Errorf("err = %v, want ErrSignature", err)
		}
	}
}

func BenchmarkOpenIntake(b *testing.B) {
	f := file(b)
	for b.Loop() {
		if _, err := f.ring.OpenIntake(f.env); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	f := file(b)
	for b.Loop() {
		if _, err := f.ring.Open(f.env, unit); err != nil {
			b.Fatal(err)
		}
	}
}
