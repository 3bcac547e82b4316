package verify

import (
	"bytes"
	"testing"
)

// Each parser of outside bytes: it never panics, and what it takes has one form.

func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{"a":[1,"x",true,null]}`, `"\u0000"`, `-0`, `9007199254740991`, `{"b":1,"a":2}`, "\"\xed\xa0\x80\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var v any
		if Decode(raw, &v) != nil {
			return
		}
		if own, err := Canonical(v); err != nil || !bytes.Equal(own, raw) {
			t.Errorf("%q is taken, its canonical form is %q, %v", raw, own, err)
		}
	})
}

func FuzzTrust(f *testing.F) {
	w := newWorld(f)
	f.Add(w.trustRaw)
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, err := ParseTrust(raw, w.public()); err == nil && !bytes.Equal(raw, w.trustRaw) {
			t.Errorf("a forged trust file stands: %q", raw)
		}
		_, _ = ParseTrust(raw, nil)
	})
}

func FuzzReceipt(f *testing.F) {
	w := newWorld(f)
	plain := w.sign(FormatReceipt, exampleReceipt(), w.receipt)
	proof := w.ledgerOf(exampleReceipt(), present, 3, 4)
	proved := w.join(plain, proof)
	f.Add(plain, proof)
	f.Add(proved, []byte("{}"))
	f.Fuzz(func(t *testing.T, raw, other []byte) {
		if _, err := ParseReceipt(raw, w.trust, present); err == nil && !bytes.Equal(raw, plain) && !bytes.Equal(raw, proved) {
			t.Errorf("a forged receipt stands: %q", raw)
		}
		joined, err := WithProof(plain, other)
		if err != nil {
			return
		}
		if _, err := ParseReceipt(joined, w.trust, present); err == nil && !bytes.Equal(joined, proved) {
			t.Errorf("a forged proof stands: %q", other)
		}
	})
}

func FuzzPDF(f *testing.F) {
	w := newWorld(f)
	pdf := w.signedPDF()
	f.Add(pdf)
	f.Add(plainPDF())
	f.Add([]byte("%PDF-1.7\n1 0 obj" + pdfMark + "1 >>\nstream\nx"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if r := File(raw, w.trust, present, Options{}); r.Valid && r.Code == CodeDocument && !bytes.Equal(raw, pdf) {
			t.Errorf("a forged document stands: %q", raw)
		}
		if payload, part, err := FromPDF(raw); err == nil {
			if update, err := Appendix(part, payload); err != nil || !bytes.Equal(append(bytes.Clone(part), update...), raw) {
				t.Error("a PDF is taken that we would write otherwise")
			}
		}
	})
}

func FuzzQR(f *testing.F) {
	w := newWorld(f)
	text := w.qr(exampleQR())
	f.Add(text)
	f.Add(qrPrefix + "AAAA")
	f.Fuzz(func(t *testing.T, raw string) {
		if _, err := ParseQR(raw, w.trust, present); err == nil && raw != text {
			t.Errorf("a forged QR stands: %q", raw)
		}
	})
}

func FuzzCheckpoint(f *testing.F) {
	w := newWorld(f)
	cp := w.checkpoint(3, [32]byte{1})
	f.Add([]byte(cp))
	f.Add([]byte("zitouna.example/ledger\n3\nAAAA\n\n— zitouna.example/ledger AAAA\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, err := ParseCheckpoint(raw, w.trust, present); err == nil && string(raw) != cp {
			t.Errorf("a forged checkpoint stands: %q", raw)
		}
	})
}

func FuzzLeaf(f *testing.F) {
	f.Add([]byte(`{"at":"2026-11-25T09:00:00Z","commitment":"0000000000000000000000000000000000000000000000000000000000000000","format":"wasl-leaf-1","type":"receipt"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		l, err := ParseLeaf(raw)
		if err != nil {
			return
		}
		if own, err := l.Entry(); err != nil || !bytes.Equal(own, raw) {
			t.Errorf("%q is taken, its own form is %q, %v", raw, own, err)
		}
	})
}
