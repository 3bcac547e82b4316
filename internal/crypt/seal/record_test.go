package seal

import (
	"bytes"
	"errors"
	"testing"
)

func TestPadded(t *testing.T) {
	for _, c := range []struct{ n, want int64 }{
		{0, 256}, {1, 256}, {256, 256}, {257, 272}, {272, 272}, {273, 288}, {1000, 1024}, {1025, 1088}, {65535, 65536}, {65537, 67584}, {10 << 20, 10 << 20}, {10<<20 + 1, 10<<20 + 1<<18},
	} {
		if got := Padded(c.n); got != c.want {
			t.Errorf("Padded(%d) = %d, want %d", c.n, got, c.want)
		}
	}
	for n := int64(floor); n < 1<<20; n += n/97 + 1 {
		p := Padded(n)
		if p < n || float64(p-n) > 0.12*float64(n) || Padded(p) != p {
			t.Errorf("Padded(%d) = %d", n, p)
		}
		if p > chunkSize && p%chunkSize == 1 {
			t.Errorf("Padded(%d) leaves a chunk of one byte", n)
		}
	}
}

func TestUnpadRefusesOtherPadding(t *testing.T) {
	good := pad([]byte("text"))
	if clear, err := unpad(good); err != nil || string(clear) != "text" {
		t.Fatalf("unpad = %q, %v", clear, err)
	}
	for name, change := range map[string]func([]byte) []byte{
		"not zero":  func(b []byte) []byte { b[len(b)-1] = 1; return b },
		"too long":  func(b []byte) []byte { return append(b, make([]byte, 16)...) },
		"cut":       func(b []byte) []byte { return b[:100] },
		"length":    func(b []byte) []byte { b[0] = 0xff; return b },
		"too short": func([]byte) []byte { return nil },
	} {
		if _, err := unpad(change(bytes.Clone(good))); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: unpad = %v, want ErrFormat", name, err)
		}
	}
}

func TestSealTo(t *testing.T) {
	key, label := [32]byte{1}, "a draft"
	for _, n := range []int{0, 1, 252, 253, 100_000} {
		clear := bytes.Repeat([]byte{7}, n)
		sealed, err := SealTo(key, label, clear)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := OpenTo(key, label, sealed); err != nil || !bytes.Equal(got, clear) {
			t.Errorf("%d bytes: OpenTo = %d bytes, %v", n, len(got), err)
		}
	}
	one, _ := SealTo(key, label, nil)
	two, _ := SealTo(key, label, nil)
	if bytes.Equal(one, two) {
		t.Error("sealing twice gives the same bytes")
	}
	if _, err := OpenTo([32]byte{2}, label, one); !errors.Is(err, ErrCommitment) {
		t.Errorf("another key: %v, want ErrCommitment", err)
	}
	if _, err := OpenTo(key, "a receipt", one); !errors.Is(err, ErrCommitment) {
		t.Errorf("another label: %v, want ErrCommitment", err)
	}
	for i := range one {
		bad := bytes.Clone(one)
		bad[i] ^= 1
		if _, err := OpenTo(key, label, bad); err == nil {
			t.Fatalf("byte %d changed, and it opens", i)
		}
		if _, err := OpenTo(key, label, one[:i]); err == nil {
			t.Fatalf("cut at %d, and it opens", i)
		}
	}
}
