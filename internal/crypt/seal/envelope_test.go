package seal

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"strings"
	"testing"
)

// sample is the header of a filing, as intake fills it.
func sample() Header {
	return Header{ID: testEnvelope, Kind: "filing", Service: "residence-certificate", Version: strings.Repeat("ab", 32),
		Authority: "zitouna", Unit: "citizens", Territory: "03.999.01", Previous: strings.Repeat("0d", 32)}
}

func sampleContent(t testing.TB, key ContentKey) Content {
	f, _ := sealBytes(t, key, testFile, []byte("a scan"))
	g, _ := sealBytes(t, key, testEnvelope, []byte("another scan"))
	return Content{Sections: map[string][]byte{"intake": []byte(`{"fees":[]}`), "identity": []byte(`{"name":"x"}`), "empty": nil,
		"words": bytes.Repeat([]byte("long "), 500)}, Files: []SealedFile{f, g}}
}

func sealSample(t testing.TB, key ContentKey, keys *Keys) *Envelope {
	t.Helper()
	e, err := Seal(key, sample(), sampleContent(t, key), nil, keys)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestSealOpens(t *testing.T) {
	key, keys := NewContentKey(), NewCode().Derive()
	e := sealSample(t, key, keys)
	raw, err := e.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Unmarshal(raw)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := got.Marshal(); err != nil || !bytes.Equal(again, raw) {
		t.Errorf("an envelope does not survive reading: %v", err)
	}
	if got.Digest != e.Digest {
		t.Error("digest changed on the way")
	}
	if err := got.Verify(); err != nil {
		t.Fatal(err)
	}
	opened, err := got.OpenCodeWrap(keys)
	if err != nil || opened != key {
		t.Fatalf("the code's wrap: %v", err)
	}
	sections, err := got.OpenContent(opened)
	if err != nil {
		t.Fatal(err)
	}
	want := sampleContent(t, key).Sections
	if !maps.EqualFunc(sections, want, bytes.Equal) {
		t.Errorf("sections = %q, want %q", sections, want)
	}
	h, err := got.ParseHeader()
	if err != nil {
		t.Fatal(err)
	}
	if h.File(testFile) == nil || h.File("none") != nil || h.Files[0].ID != testEnvelope {
		t.Error("files are not listed by id")
	}
	if bytes.Contains(raw, []byte("long long")) || bytes.Contains(raw, key[:]) {
		t.Error("clear text in an envelope")
	}
}

func TestSealingAgainSharesNoKey(t *testing.T) {
	key, keys := ContentKey{1}, Code{}.Derive()
	a, b := sealSample(t, key, keys), sealSample(t, key, keys)
	ha, _ := a.ParseHeader()
	hb, _ := b.ParseHeader()
	for i := range ha.Sections {
		if bytes.Equal(ha.Sections[i].Commitment, hb.Sections[i].Commitment) {
			t.Errorf("section %s is sealed twice under one key", ha.Sections[i].ID)
		}
	}
}

func TestSealRefuses(t *testing.T) {
	keys := Code{}.Derive()
	for name, change := range map[string]func(*Header, *Content){
		"id":         func(h *Header, _ *Content) { h.ID = "../x" },
		"no id":      func(h *Header, _ *Content) { h.ID = "" },
		"kind":       func(h *Header, _ *Content) { h.Kind = "A b" },
		"service":    func(h *Header, _ *Content) { h.Service = `a"b` },
		"unit":       func(h *Header, _ *Content) { h.Unit = "" },
		"previous":   func(h *Header, _ *Content) { h.Previous = "zz" },
		"locator":    func(h *Header, _ *Content) { h.Locator = strings.Repeat("00", 32) },
		"section id": func(_ *Header, c *Content) { c.Sections["A section"] = nil },
		"file twice": func(_ *Header, c *Content) { c.Files = append(c.Files, c.Files[0]) },
		"file":       func(_ *Header, c *Content) { c.Files[0].Size = 257 },
	} {
		h, c := sample(), sampleContent(t, ContentKey{})
		change(&h, &c)
		if _, err := Seal(ContentKey{}, h, c, nil, keys); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: Seal = %v, want ErrFormat", name, err)
		}
	}
}

// TestEveryHeaderFieldIsBound changes one field after another, as a thief of
// the envelope would, and keeps the header well formed.
func TestEveryHeaderFieldIsBound(t *testing.T) {
	key, keys := NewContentKey(), NewCode().Derive()
	e := sealSample(t, key, keys)
	head, _ := e.ParseHeader()
	hex32, sum := strings.Repeat("5a", 32), bytes.Repeat([]byte{0x5a}, 32)
	changes := map[string]func(*Header){
		"Authority": func(h *Header) { h.Authority = "roummane" }, "Unit": func(h *Header) { h.Unit = "others" },
		"Kind": func(h *Header) { h.Kind = "answer" }, "Service": func(h *Header) { h.Service = "forsa-call" },
		"Version": func(h *Header) { h.Version = hex32 }, "Territory": func(h *Header) { h.Territory = "" },
		"Previous": func(h *Header) { h.Previous = "" }, "Locator": func(h *Header) { h.Locator = hex32 },
		"ID": func(h *Header) { h.ID = testFile }, "Commitment": func(h *Header) { h.Commitment = sum },
		"Signer":   func(h *Header) { h.Signer = sum },
		"Sections": func(h *Header) { h.Sections[1].Salt = sum },
		"Files":    func(h *Header) { h.Files = h.Files[:1] },
		"Format":   func(h *Header) { h.Format = "wasl-envelope-2" }, "Suite": func(h *Header) { h.Suite = "none" },
	}
	for i := range reflect.TypeFor[Header]().NumField() {
		if name := reflect.TypeFor[Header]().Field(i).Name; changes[name] == nil {
			t.Errorf("field %s has no case here", name)
		}
	}
	for name, change := range changes {
		raw, _ := json.Marshal(head)
		changed := &Header{}
		if err := json.Unmarshal(raw, changed); err != nil {
			t.Fatal(err)
		}
		change(changed)
		bad := *e
		bad.head = nil
		bad.Header, _ = json.Marshal(changed)
		if err := bad.Verify(); err == nil {
			t.Errorf("%s changed: the old digest stands", name)
		}
		bad.Digest = bad.digest() // as Unmarshal does
		if err := bad.Verify(); err == nil {
			t.Errorf("%s changed: the signature stands", name)
		}
		if _, err := bad.OpenContent(key); err == nil {
			t.Errorf("%s changed: sections open", name)
		}
		if _, err := bad.OpenCodeWrap(keys); err == nil {
			t.Errorf("%s changed: the code's wrap opens", name)
		}
	}
}

func TestSectionsCannotMove(t *testing.T) {
	key, keys := NewContentKey(), NewCode().Derive()
	e := sealSample(t, key, keys) // empty, identity and intake have one size
	e.Sections[0], e.Sections[1] = e.Sections[1], e.Sections[0]
	e.Digest = e.digest()
	if err := e.Verify(); !errors.Is(err, ErrSignature) {
		t.Errorf("swapped sections: Verify = %v", err)
	}
	if _, err := e.OpenContent(key); !errors.Is(err, ErrSealed) {
		t.Errorf("swapped sections: OpenContent = %v", err)
	}
	e = sealSample(t, key, keys)
	e.Sections = e.Sections[:3]
	e.head = nil
	if err := e.Verify(); !errors.Is(err, ErrFormat) {
		t.Errorf("a section left out: Verify = %v", err)
	}
	other := sealSample(t, key, keys)
	e = sealSample(t, key, keys)
	e.Sections[2] = other.Sections[2]
	if _, err := e.OpenContent(key); !errors.Is(err, ErrSealed) {
		t.Errorf("a section of another envelope: %v", err)
	}
}

// TestCommitmentsAreRecomputed plays an applicant who signs a header that does
// not commit to the keys used, to show two readers two texts.
func TestCommitmentsAreRecomputed(t *testing.T) {
	key, keys := NewContentKey(), NewCode().Derive()
	for name, change := range map[string]func(*Header){
		"content key": func(h *Header) { h.Commitment = bytes.Repeat([]byte{1}, 32) },
		"section":     func(h *Header) { h.Sections[0].Commitment = bytes.Repeat([]byte{1}, 32) },
	} {
		e, err := Seal(key, sample(), Content{Sections: map[string][]byte{"one": nil}}, nil, keys)
		if err != nil {
			t.Fatal(err)
		}
		h, _ := e.ParseHeader()
		change(h)
		e.Header, _ = h.encode() // sealed and signed again under the changed header
		a, _, _ := key.part(labelSection, h.ID, "one", h.Sections[0].Salt).aead()
		e.Sections[0] = a.Seal(nil, zeroNonce[:], pad(nil), e.HeaderHash())
		e.Digest = e.digest()
		e.Signature = ed25519.Sign(keys.signing(), signedText(e.Digest))
		if err := e.Verify(); err != nil {
			t.Errorf("%s: the case itself is wrong: %v", name, err)
		}
		if _, err := e.OpenContent(key); !errors.Is(err, ErrCommitment) {
			t.Errorf("%s: OpenContent = %v, want ErrCommitment", name, err)
		}
	}
}

func TestEveryByteCounts(t *testing.T) {
	key, keys := NewContentKey(), NewCode().Derive()
	raw, err := sealSample(t, key, keys).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		bad := bytes.Clone(raw)
		bad[i] ^= 0x20
		if e, err := Unmarshal(bad); err == nil && e.Verify() == nil {
			if got, err := e.OpenCodeWrap(keys); err == nil && got == key {
				t.Fatalf("byte %d of %d changed, and nobody minds", i, len(raw))
			}
		}
		if _, err := Unmarshal(raw[:i]); err == nil {
			t.Fatalf("cut at %d of %d, and it reads", i, len(raw))
		}
	}
}

func TestParseHeaderRefusesOtherForms(t *testing.T) {
	e := sealSample(t, ContentKey{}, Code{}.Derive())
	good := string(e.Header)
	if _, err := ParseHeader(e.Header); err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string]string{
		"space":     strings.Replace(good, ":", ": ", 1),
		"behind":    good + "\n",
		"two":       good + good,
		"unknown":   strings.Replace(good, "{", `{"aaa":1,`, 1),
		"twice":     strings.Replace(good, `"kind":"filing"`, `"kind":"answer","kind":"filing"`, 1),
		"case":      strings.Replace(good, `"kind"`, `"Kind"`, 1),
		"escape":    strings.Replace(good, "zitouna", `\u007aitouna`, 1),
		"float":     strings.Replace(good, `"size":256`, `"size":256.0`, 1),
		"exponent":  strings.Replace(good, `"size":256`, `"size":2560e-1`, 1),
		"size":      strings.Replace(good, `"size":256`, `"size":257`, 1),
		"negative":  strings.Replace(good, `"size":256`, `"size":-256`, 1),
		"null":      strings.Replace(good, `"sections":[`, `"sections":null,"x":[`, 1),
		"order":     `{"format":"wasl-envelope-1"}`,
		"base64":    strings.Replace(good, `="`, `"`, 1),
		"empty":     "",
		"array":     "[]",
		"too large": "{" + strings.Repeat(" ", maxHeader),
	} {
		if raw == good {
			t.Errorf("%s: the case changes nothing", name)
		}
		if _, err := ParseHeader([]byte(raw)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: ParseHeader = %v, want ErrFormat", name, err)
		}
	}
}

// TestHeaderIsCanonical holds the fast encoding against sorting by name.
func TestHeaderIsCanonical(t *testing.T) {
	e := sealSample(t, ContentKey{}, Code{}.Derive())
	var v map[string]any
	d := json.NewDecoder(bytes.NewReader(e.Header))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	want, err := json.Marshal(v) // sorts
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(e.Header, want) {
		t.Errorf("header = %s\nwant %s", e.Header, want)
	}
	for _, word := range []string{"reference", "deposited", "time"} {
		if strings.Contains(string(e.Header), word) {
			t.Errorf("the header tells its %s", word)
		}
	}
	sum := sha256.Sum256(append([]byte(labelHeader+"\x00"), e.Header...))
	if !bytes.Equal(sum[:], e.HeaderHash()) {
		t.Error("hash of the header is not as written")
	}
}

func FuzzUnmarshal(f *testing.F) {
	raw, err := sealSample(f, ContentKey{}, Code{}.Derive()).Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add(raw[:200])
	f.Add([]byte(envelopeMagic + "\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := Unmarshal(raw)
		if err != nil {
			return
		}
		again, err := e.Marshal()
		if err != nil || !bytes.Equal(again, raw) {
			t.Errorf("an envelope of %d bytes is not its own form: %v", len(raw), err)
		}
		if e.Verify() == nil {
			_, _ = e.OpenContent(ContentKey{})
		}
	})
}

func FuzzParseHeader(f *testing.F) {
	f.Add(sealSample(f, ContentKey{}, Code{}.Derive()).Header)
	f.Add([]byte(`{"authority":"a","commitment":"","files":[]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		h, err := ParseHeader(raw)
		if err != nil {
			return
		}
		if again, err := h.encode(); err != nil || !bytes.Equal(again, raw) {
			t.Error("a header is not its own form")
		}
		for _, f := range h.Files {
			if strings.ContainsAny(f.ID+h.ID, "./\\") {
				t.Error("an id that is no file name")
			}
		}
	})
}

func BenchmarkDerive(b *testing.B) {
	for b.Loop() {
		NewCode().Derive()
	}
}

func BenchmarkVerify(b *testing.B) {
	e := sealSample(b, ContentKey{}, Code{}.Derive())
	for b.Loop() {
		if err := e.Verify(); err != nil {
			b.Fatal(err)
		}
	}
}
