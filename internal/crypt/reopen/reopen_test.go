package reopen

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"wasl/internal/crypt/seal"
)

const (
	envelope = "00112233445566778899aabbccddeeff"
	fileID   = "ffeeddccbbaa99887766554433221100"
)

func TestDraftAndItsFile(t *testing.T) {
	keys, key := seal.NewCode().Derive(), seal.NewContentKey()
	sealed, err := seal.SealTo(keys.Draft, "draft", []byte("typed"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Open(keys.Draft, "draft", sealed); err != nil || string(got) != "typed" {
		t.Errorf("Open = %q, %v", got, err)
	}
	if _, err := Open(keys.Wrap, "draft", sealed); err == nil {
		t.Error("another key of the code opens a draft")
	}
	var out bytes.Buffer
	s, err := seal.SealFile(key, envelope, fileID, &out)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(s, "a scan")
	f, err := s.Close()
	if err != nil {
		t.Fatal(err)
	}
	r, err := File(key, envelope, f, bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != "a scan" {
		t.Errorf("file = %q, %v", got, err)
	}
	if r, err := File(seal.NewContentKey(), envelope, f, nil); r != nil || !errors.Is(err, seal.ErrCommitment) {
		t.Errorf("another key: %v, %v", r, err)
	}
}

func TestEnvelope(t *testing.T) {
	keys, key := seal.NewCode().Derive(), seal.NewContentKey()
	h := seal.Header{ID: envelope, Kind: "answer", Service: "s", Version: "v", Authority: "a", Unit: "u"}
	env, err := seal.Seal(key, h, seal.Content{Sections: map[string][]byte{"words": []byte("yes")}}, nil, keys)
	if err != nil {
		t.Fatal(err)
	}
	o, err := Envelope(keys, env)
	if err != nil || string(o.Sections["words"]) != "yes" || o.Header.Kind != "answer" {
		t.Fatalf("Envelope = %v, %v", o, err)
	}
	if r, err := o.File(fileID, nil); r != nil || !errors.Is(err, seal.ErrFormat) {
		t.Errorf("a file it has not: %v, %v", r, err)
	}
	if _, err := Envelope(seal.NewCode().Derive(), env); !errors.Is(err, seal.ErrSealed) {
		t.Errorf("another code: %v", err)
	}
	env.Signature[0] ^= 1
	if _, err := Envelope(keys, env); !errors.Is(err, seal.ErrSignature) {
		t.Errorf("another signature: %v", err)
	}
}
