package seal

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write testdata anew; only for a new format")

const vectorPath = "testdata/derive.json"

// vector is every derivation of the first format, for fixed inputs.
type vector struct {
	Code       string            `json:"resume_code"`
	Keys       map[string]string `json:"keys"`
	ContentKey string            `json:"content_key"`
	Envelope   string            `json:"envelope"`
	Commitment string            `json:"content_key_commitment"`
	Salt       string            `json:"salt"`
	Section    map[string]string `json:"section"`
	File       map[string]string `json:"file"`
	Chunk      string            `json:"sealed_file"`
	Header     string            `json:"header"`
	HeaderHash string            `json:"header_hash"`
	Digest     string            `json:"envelope_digest"`
	Signature  string            `json:"envelope_signature"`
	Padded     [][2]int64        `json:"padded"`
}

func derive(t *testing.T) vector {
	code := Code{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	key := ContentKey(bytes.Repeat([]byte{0x11}, 32))
	salt := bytes.Repeat([]byte{0x22}, saltSize)
	h := func(b []byte) string { return hex.EncodeToString(b) }
	k := code.Derive()
	v := vector{Code: code.String(), ContentKey: h(key[:]), Envelope: testEnvelope, Commitment: h(key.commitment(testEnvelope)), Salt: h(salt),
		Keys: map[string]string{"locator_hash": h(k.LocatorHash[:]), "draft": h(k.Draft[:]), "wrap": h(k.Wrap[:]), "reply": h(k.Reply[:]),
			"notice": h(k.Notice[:]), "signing_public": h(k.Signer())}}
	part := func(label, id string) map[string]string {
		p := key.part(label, testEnvelope, id, salt)
		both := expand(p[:], 64, nil, labelKeys)
		return map[string]string{"id": id, "key": h(p[:]), "encryption_key": h(both[:32]), "commitment": h(both[32:])}
	}
	v.Section, v.File = part(labelSection, "identity"), part(labelFile, testFile)
	var out bytes.Buffer
	s, err := sealFile(key, testEnvelope, testFile, salt, &out)
	if err != nil {
		t.Fatal(err)
	}
	s.Write([]byte("a scan"))
	f, err := s.Close()
	if err != nil {
		t.Fatal(err)
	}
	v.Chunk = h(out.Bytes())
	head := sample()
	head.Format, head.Suite, head.Locator, head.Commitment = Format, Suite, v.Keys["locator_hash"], key.commitment(testEnvelope)
	head.Signer, head.Files, head.Sections = k.Signer(), []FileHeader{f}, []SectionHeader{{ID: "identity", Salt: salt, Commitment: f.Commitment, Size: floor}}
	e := &Envelope{Sections: [][]byte{make([]byte, floor+tagSize)}}
	if e.Header, err = head.encode(); err != nil {
		t.Fatal(err)
	}
	digest := e.digest()
	v.Header, v.HeaderHash, v.Digest = string(e.Header), h(e.HeaderHash()), h(digest[:])
	signed := ed25519.Sign(k.signing(), signedText(digest))
	v.Signature = h(signed)
	for _, n := range []int64{0, 256, 257, 1000, 65537, 10 << 20, 10<<20 + 1} {
		v.Padded = append(v.Padded, [2]int64{n, Padded(n)})
	}
	return v
}

// TestVectors holds every derivation against what was stored with the format's
// first version: a difference makes old envelopes unreadable.
func TestVectors(t *testing.T) {
	got, err := json.MarshalIndent(derive(t), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile(vectorPath, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(vectorPath)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("derivations changed:\n%s\nwant\n%s", got, want)
	}
}
