package seal

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

const (
	testEnvelope = "00112233445566778899aabbccddeeff"
	testFile     = "ffeeddccbbaa99887766554433221100"
)

func sealBytes(t testing.TB, key ContentKey, id string, clear []byte) (SealedFile, []byte) {
	t.Helper()
	var out bytes.Buffer
	s, err := SealFile(key, testEnvelope, id, &out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(s, iotest.HalfReader(bytes.NewReader(clear))); err != nil {
		t.Fatal(err)
	}
	f, err := s.Close()
	if err != nil {
		t.Fatal(err)
	}
	return f, out.Bytes()
}

func openBytes(key ContentKey, envelope string, f SealedFile, sealed []byte) ([]byte, error) {
	r, err := OpenFile(key, envelope, f, bytes.NewReader(sealed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func TestFileRoundTrip(t *testing.T) {
	key := ContentKey{5}
	source := rand.NewChaCha8([32]byte{})
	for _, n := range []int{0, 1, 253, 254, 255, chunkRoom - 1, chunkRoom, chunkRoom + 1, chunkSize, 2*chunkRoom - 1, 2 * chunkRoom, 2*chunkRoom + 1, 1_000_003} {
		clear := make([]byte, n)
		source.Read(clear[:n/2]) // the other half is zeros, as padding is
		f, sealed := sealBytes(t, key, testFile, clear)
		if !isPadded(f.Size) || int64(len(sealed)) != sealedSize(f.Size) {
			t.Errorf("%d bytes: size %d with %d bytes of ciphertext", n, f.Size, len(sealed))
		}
		if sum := sha256.Sum256(sealed); !bytes.Equal(sum[:], f.Digest) {
			t.Errorf("%d bytes: digest is not the ciphertext's", n)
		}
		got, err := openBytes(key, testEnvelope, f, sealed)
		if err != nil || !bytes.Equal(got, clear) {
			t.Errorf("%d bytes: opened %d, %v", n, len(got), err)
		}
		check := NewFileCheck(f)
		check.Write(sealed)
		if err := check.Done(); err != nil {
			t.Errorf("%d bytes: check: %v", n, err)
		}
	}
}

func TestFileRefuses(t *testing.T) {
	key := ContentKey{5}
	clear := bytes.Repeat([]byte("page "), 60_000)
	f, sealed := sealBytes(t, key, testFile, clear)
	other, otherSealed := sealBytes(t, key, testEnvelope, clear)
	const full = chunkSize + tagSize
	swapped := bytes.Clone(sealed)
	copy(swapped, sealed[full:2*full])
	copy(swapped[full:], sealed[:full])
	flipped := bytes.Clone(sealed)
	flipped[len(flipped)/2] ^= 1
	resized := f
	resized.Size = 2 * chunkSize
	salted := f
	salted.Salt = other.Salt
	committed := f
	committed.Commitment = other.Commitment
	digest := f
	digest.Digest = other.Digest
	for name, c := range map[string]struct {
		key      ContentKey
		envelope string
		head     SealedFile
		sealed   []byte
	}{
		"chunks swapped":     {key, testEnvelope, f, swapped},
		"bit flipped":        {key, testEnvelope, f, flipped},
		"cut at a chunk":     {key, testEnvelope, f, sealed[:2*full]},
		"cut and told so":    {key, testEnvelope, resized, sealed[:2*full]},
		"cut inside":         {key, testEnvelope, f, sealed[:len(sealed)-1]},
		"something behind":   {key, testEnvelope, f, append(bytes.Clone(sealed), 0)},
		"empty":              {key, testEnvelope, f, nil},
		"another file":       {key, testEnvelope, f, otherSealed},
		"another key":        {ContentKey{6}, testEnvelope, f, sealed},
		"another envelope":   {key, testFile, f, sealed},
		"another id":         {key, testEnvelope, SealedFile{ID: testEnvelope, Salt: f.Salt, Commitment: f.Commitment, Digest: f.Digest, Size: f.Size}, sealed},
		"another salt":       {key, testEnvelope, salted, sealed},
		"another commitment": {key, testEnvelope, committed, sealed},
		"another digest":     {key, testEnvelope, digest, sealed},
		"no header":          {key, testEnvelope, SealedFile{}, sealed},
		"a path as id":       {key, "../../../../../../../../etc/pass", f, sealed},
	} {
		got, err := openBytes(c.key, c.envelope, c.head, c.sealed)
		if err == nil {
			t.Errorf("%s: opens", name)
		}
		if len(got) == len(clear) {
			t.Errorf("%s: gives the whole file before the error", name)
		}
	}
	check := NewFileCheck(f)
	check.Write(flipped)
	if err := check.Done(); !errors.Is(err, ErrSealed) {
		t.Errorf("check of a changed file: %v", err)
	}
}

func TestFileWriterFails(t *testing.T) {
	s, err := SealFile(ContentKey{}, testEnvelope, testFile, failing{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(s, strings.NewReader(strings.Repeat("x", 3*chunkSize)))
	if err == nil {
		t.Error("a failing disk is not told")
	}
	if _, err := s.Close(); err == nil {
		t.Error("a file that failed closes")
	}
	for _, bad := range []string{"", "x", "../" + testFile[3:], strings.ToUpper(testFile)} {
		if _, err := SealFile(ContentKey{}, testEnvelope, bad, io.Discard); err == nil {
			t.Errorf("file id %q is taken", bad)
		}
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func BenchmarkSealFile(b *testing.B) {
	clear := make([]byte, 10<<20)
	b.SetBytes(int64(len(clear)))
	for b.Loop() {
		s, _ := SealFile(ContentKey{}, testEnvelope, testFile, io.Discard)
		s.Write(clear)
		s.Close()
	}
}
