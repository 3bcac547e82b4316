package unseal

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"io"
	"os"
	"testing"
	"testing/cryptotest"

	"wasl/internal/crypt/reopen"
	"wasl/internal/crypt/seal"
)

var update = flag.Bool("update", false, "write testdata anew; only for a new format")

const vectorPath = "testdata/envelope.json"

// vector is one whole envelope of the first format with everybody's keys.
type vector struct {
	Code     string            `json:"resume_code"`
	Keyring  json.RawMessage   `json:"keyring"`
	Envelope []byte            `json:"envelope"`
	Digest   string            `json:"digest"`
	Sections map[string]string `json:"sections"`
	File     []byte            `json:"sealed_file"`
	FileText string            `json:"file"`
	Record   []byte            `json:"sealed_record"` // under the reply key, label "letter"
	Text     string            `json:"record"`
	Blind    string            `json:"blind_index"` // of the text, field "phone"
}

func newVector(t *testing.T) vector {
	cryptotest.SetGlobalRandom(t, 55)
	code, key, k := seal.NewCode(), seal.NewContentKey(), NewKeyring()
	if err := k.Generate(unit, ReaderIntake); err != nil {
		t.Fatal(err)
	}
	path := t.TempDir() + "/keyring.json"
	if err := k.Save(path); err != nil {
		t.Fatal(err)
	}
	ring, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	v := vector{Code: code.String(), Keyring: ring, Sections: map[string]string{SectionIntake: "{}", "identity": `{"name":"x"}`},
		FileText: "a scan", Text: "a letter", Blind: k.Blind(unit, "phone", "a letter")}
	s, err := seal.SealFile(key, envelope, fileID, &out)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(s, v.FileText)
	head, err := s.Close()
	if err != nil {
		t.Fatal(err)
	}
	v.File = out.Bytes()
	content := seal.Content{Files: []seal.SealedFile{head}, Sections: map[string][]byte{}}
	for id, text := range v.Sections {
		content.Sections[id] = []byte(text)
	}
	h := seal.Header{ID: envelope, Kind: "filing", Service: "residence-certificate", Version: "v1", Authority: "zitouna", Unit: "citizens", Territory: "03.999.01"}
	env, err := seal.Seal(key, h, content, []seal.Reader{reader(t, k, unit, "unit"), reader(t, k, ReaderIntake, seal.RoleIntake, SectionIntake)}, code.Derive())
	if err != nil {
		t.Fatal(err)
	}
	v.Digest = hex.EncodeToString(env.Digest[:])
	if v.Envelope, err = env.Marshal(); err != nil {
		t.Fatal(err)
	}
	if v.Record, err = seal.SealTo(code.Derive().Reply, "letter", []byte(v.Text)); err != nil {
		t.Fatal(err)
	}
	return v
}

func readVector(t *testing.T) (v vector) {
	t.Helper()
	if *update {
		raw, err := json.MarshalIndent(newVector(t), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(vectorPath, append(raw, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(vectorPath)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestVectors opens what the format's first version sealed: it must open for
// ever.
func TestVectors(t *testing.T) {
	v := readVector(t)
	k, err := parse(v.Keyring)
	if err != nil {
		t.Fatal(err)
	}
	code, err := seal.ParseCode(v.Code)
	if err != nil {
		t.Fatal(err)
	}
	env, err := seal.Unmarshal(v.Envelope)
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(env.Digest[:]); got != v.Digest {
		t.Errorf("digest = %s, want %s", got, v.Digest)
	}
	o, err := k.Open(env, unit)
	if err != nil {
		t.Fatal(err)
	}
	own, err := reopen.Envelope(code.Derive(), env)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range v.Sections {
		if string(o.Sections[id]) != want || string(own.Sections[id]) != want {
			t.Errorf("section %s = %q, %q, want %q", id, o.Sections[id], own.Sections[id], want)
		}
	}
	if clear, err := k.OpenIntake(env); err != nil || string(clear) != v.Sections[SectionIntake] {
		t.Errorf("OpenIntake = %q, %v", clear, err)
	}
	r, err := o.File(fileID, bytes.NewReader(v.File))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != v.FileText {
		t.Errorf("file = %q, %v", got, err)
	}
	if got, err := reopen.Open(code.Derive().Reply, "letter", v.Record); err != nil || string(got) != v.Text {
		t.Errorf("record = %q, %v", got, err)
	}
	if got := k.Blind(unit, "phone", v.Text); got != v.Blind {
		t.Errorf("Blind = %s, want %s", got, v.Blind)
	}
}
