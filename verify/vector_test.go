package verify

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the test vectors anew")

// vectors is testdata/vectors.json: what anyone who implements docs/formats.md
// must get from the files beside it.
type vectors struct {
	Root     Hex               `json:"root"`     // Ed25519 public key, to pin
	Now      Time              `json:"now"`      // of every check
	Reports  map[string]string `json:"reports"`  // file → code of File
	KeyIDs   map[string]string `json:"key_ids"`  // hex of an Ed25519 key → id
	Leaves   []leafVector      `json:"leaves"`   // commitments and entries
	JSON     []jsonVector      `json:"json"`     // any JSON → canonical form, "" where refused
	Modified map[string]string `json:"modified"` // file with its first "7K2M" made "7K2N" → code
}

type leafVector struct {
	Salt       Hex             `json:"salt"`
	Event      json.RawMessage `json:"event"`
	Commitment Hex             `json:"commitment"`
	At         Time            `json:"at"`
	Entry      string          `json:"entry"`
}

type jsonVector struct {
	Give string `json:"give"`
	Want string `json:"want"`
}

func TestVectors(t *testing.T) {
	if *update {
		writeVectors(t)
	}
	raw, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	trust, err := ParseTrust(vector(t, "trust.json"), []byte(v.Root))
	if err != nil {
		t.Fatal(err)
	}
	for name, code := range v.Reports {
		if r := File(vector(t, name), trust, v.Now.Time, Options{}); r.Code != code {
			t.Errorf("%s: %s, want %s", name, r.Code, code)
		}
	}
	for name, code := range v.Modified {
		bad := bytes.Replace(vector(t, name), []byte("7K2M"), []byte("7K2N"), 1)
		if r := File(bad, trust, v.Now.Time, Options{}); r.Valid || r.Code != code {
			t.Errorf("%s modified: %s, want %s", name, r.Code, code)
		}
	}
	for key, id := range v.KeyIDs {
		public, err := hex.DecodeString(key)
		if err != nil || KeyID(Ed25519, public) != id {
			t.Errorf("key id of %s is %s, want %s", key, KeyID(Ed25519, public), id)
		}
	}
	for _, l := range v.Leaves {
		got, err := Commitment(l.Salt, l.Event)
		if err != nil || !bytes.Equal(got, l.Commitment) {
			t.Errorf("commitment to %s is %x, %v, want %x", l.Event, got, err, l.Commitment)
		}
		entry, err := Leaf{At: l.At, Commitment: got, Type: LeafReceipt}.Entry()
		if err != nil || string(entry) != l.Entry {
			t.Errorf("entry is %s, %v, want %s", entry, err, l.Entry)
		}
	}
	for _, j := range v.JSON {
		if got, err := Canonical(json.RawMessage(j.Give)); string(got) != j.Want || (err == nil) != (j.Want != "") {
			t.Errorf("%s is %s, %v, want %s", j.Give, got, err, j.Want)
		}
	}
}

func vector(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// writeVectors makes the vectors from the example administration of the tests,
// whose keys come from fixed seeds.
func writeVectors(t *testing.T) {
	w := newWorld(t)
	receipt := w.sign(FormatReceipt, exampleReceipt(), w.receipt)
	pdf := w.signedPDF()
	payload, _, err := FromPDF(pdf)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{
		"trust.json": w.trustRaw, "receipt.json": receipt, "deposit.json": w.sign(FormatDeposit, exampleReceipt().Deposit, w.receipt),
		"receipt-proved.json": w.join(receipt, w.ledgerOf(exampleReceipt(), present.Add(3*time.Second), 5, 300)),
		"receipt-late.json":   w.join(receipt, w.ledgerOf(exampleReceipt(), present.Add(time.Hour), 0, 0)),
		"act.json":            w.sign(FormatAct, exampleAct(), w.document), "document.json": payload, "document.pdf": pdf, "qr.txt": []byte(w.qr(exampleQR())),
		"receipt-other-root.json": worldOf(t, "another root", nil).signReceipt(),
	}
	v := vectors{Root: Hex(w.public()), Now: Time{present.Add(2 * time.Hour)}, Reports: map[string]string{}, KeyIDs: map[string]string{}, Modified: map[string]string{}}
	for name, raw := range files {
		if err := os.WriteFile(filepath.Join("testdata", name), raw, 0o644); err != nil {
			t.Fatal(err)
		}
		v.Reports[name] = File(raw, w.trust, v.Now.Time, Options{}).Code
		if bad := bytes.Replace(raw, []byte("7K2M"), []byte("7K2N"), 1); !bytes.Equal(bad, raw) {
			v.Modified[name] = File(bad, w.trust, v.Now.Time, Options{}).Code
		}
	}
	for _, k := range []testKey{w.receipt, w.document, w.ledger} {
		v.KeyIDs[hex.EncodeToString(k.cert.PublicKey)] = k.cert.KeyID
	}
	event, err := Canonical(exampleReceipt().Deposit)
	if err != nil {
		t.Fatal(err)
	}
	l := leafVector{Salt: exampleReceipt().Salt, Event: event, At: Time{present.UTC()}}
	if l.Commitment, err = Commitment(l.Salt, exampleReceipt().Deposit); err != nil {
		t.Fatal(err)
	}
	entry, err := Leaf{At: l.At, Commitment: l.Commitment, Type: LeafReceipt}.Entry()
	if err != nil {
		t.Fatal(err)
	}
	l.Entry = string(entry)
	v.Leaves = []leafVector{l}
	for _, give := range []string{` { "b" : 1, "a" : [ true , null ] }`, `{"\ufb33":1,"\ud83d\ude00":2}`, `"\u0041\/\u001f\u2028<"`, `9007199254740991`, `9007199254740992`, `1.0`, `1e2`, `-0`} {
		want, _ := Canonical(json.RawMessage(give)) // refused: ""
		v.JSON = append(v.JSON, jsonVector{give, string(want)})
	}
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("testdata/vectors.json", append(raw, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (w *world) signReceipt() []byte { return w.sign(FormatReceipt, exampleReceipt(), w.receipt) }
