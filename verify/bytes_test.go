package verify

import (
	"bytes"
	"slices"
	"testing"
)

// spoilt lists what can be done to one byte of a file.
func spoilt(raw []byte, i int) map[string][]byte {
	change := func(b byte) []byte {
		out := slices.Clone(raw)
		out[i] = b
		return out
	}
	return map[string][]byte{
		"lowest bit flipped":  change(raw[i] ^ 1),
		"letter case flipped": change(raw[i] ^ 0x20),
		"highest bit flipped": change(raw[i] ^ 0x80),
		"second bit flipped":  change(raw[i] ^ 2),
		"third bit flipped":   change(raw[i] ^ 4),
		"space before":        slices.Insert(slices.Clone(raw), i, ' '),
		"line feed before":    slices.Insert(slices.Clone(raw), i, '\n'),
		"written twice":       slices.Insert(slices.Clone(raw), i, raw[i]),
		"left out":            slices.Delete(slices.Clone(raw), i, i+1),
	}
}

// TestEveryByteCounts changes each byte of each kind of file in every way.
func TestEveryByteCounts(t *testing.T) {
	w := newWorld(t)
	receipt := w.sign(FormatReceipt, exampleReceipt(), w.receipt)
	proved, err := WithProof(receipt, w.ledgerOf(exampleReceipt(), present, 3, 4))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{
		"receipt":  receipt,
		"proved":   proved,
		"document": w.signedPDF(),
		"qr":       []byte(w.qr(exampleQR())),
		"act":      w.sign(FormatAct, exampleAct(), w.document),
		"deposit":  w.sign(FormatDeposit, exampleReceipt().Deposit, w.receipt),
		"trust":    w.trustRaw,
	}
	for name, raw := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if r := File(raw, w.trust, present, Options{}); !r.Valid {
				t.Fatalf("before: %s", r.Sentence)
			}
			for i := range raw {
				for how, bad := range spoilt(raw, i) {
					if bytes.Equal(bad, raw) {
						continue
					}
					if r := File(bad, w.trust, present, Options{}); r.Valid && !(name == "qr" && string(bytes.TrimRight(bad, "\r\n")) == string(raw)) {
						t.Errorf("byte %d (%q) %s: still %s", i, raw[i], how, r.Code)
					}
				}
			}
			for _, end := range []string{" ", "\n", "{}", "\x00"} {
				if r := File(append(slices.Clone(raw), end...), w.trust, present, Options{}); r.Valid && (name != "qr" || end != "\n") {
					t.Errorf("with %q at its end: still %s", end, r.Code)
				}
			}
		})
	}
}

func exampleAct() Act {
	return Act{ID: "7K2MQX94B0T.decision", Kind: "decision", Reference: "7K2MQX94B0T", Authority: "zitouna", Unit: "citizens", At: Time{present}, Text: `{"text":"Accordé."}`}
}
