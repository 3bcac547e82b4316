package unseal

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wasl/internal/crypt/seal"
)

func TestKeyringSurvivesDisk(t *testing.T) {
	f := file(t)
	path := filepath.Join(t.TempDir(), "keyring.json")
	for range 2 { // the second time over the first
		if err := f.ring.Save(path); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v, %v, want 0600", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	k, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := k.Readers(), []string{ReaderIntake, unit, other}; !slices.Equal(got, want) {
		t.Errorf("readers = %v, want %v", got, want)
	}
	if !bytes.Equal(k.Public(unit), f.ring.Public(unit)) || k.Public("nobody") != nil {
		t.Error("public keys changed on the way")
	}
	if _, err := k.Open(f.env, unit); err != nil {
		t.Error(err)
	}
	if k.Blind(unit, "phone", "+212600000000") != f.ring.Blind(unit, "phone", "+212600000000") {
		t.Error("the index key changed on the way")
	}
}

func TestRenewedKeyKeepsOpening(t *testing.T) {
	f := file(t)
	before := f.ring.Public(unit)
	if err := f.ring.Generate(unit); err != nil || !bytes.Equal(f.ring.Public(unit), before) {
		t.Errorf("Generate draws a key that is there: %v", err)
	}
	if err := f.ring.Renew(unit); err != nil || bytes.Equal(f.ring.Public(unit), before) {
		t.Errorf("Renew = %v", err)
	}
	if _, err := f.ring.Open(f.env, unit); err != nil {
		t.Errorf("an envelope under the key before: %v", err)
	}
	path := filepath.Join(t.TempDir(), "keyring.json")
	if err := f.ring.Save(path); err != nil {
		t.Fatal(err)
	}
	if k, err := Load(path); err != nil || !bytes.Equal(k.Public(unit), f.ring.Public(unit)) {
		t.Errorf("the newest key is not first any more: %v", err)
	}
}

func TestLoadRefuses(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.json")
	k := NewKeyring()
	if err := k.Generate(unit); err != nil {
		t.Fatal(err)
	}
	if err := k.Save(good); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"no JSON":        "{",
		"another format": strings.Replace(string(raw), fileFormat, "wasl-keyring-9", 1),
		"another suite":  strings.Replace(string(raw), fileSuite, "P-256", 1),
		"no index":       strings.Replace(string(raw), `"index"`, `"other"`, 1),
		"short key":      `{"format":"` + fileFormat + `","suite":"` + fileSuite + `","index":"` + strings.Repeat("A", 43) + `=","keys":[{"reader":"x","private":"AAAA"}]}`,
		"no reader":      strings.Replace(string(raw), unit, "", 1),
	} {
		path := filepath.Join(dir, "bad.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(path); err == nil {
			t.Errorf("%s: Load takes it", name)
		}
	}
	if err := os.Chmod(good, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(good); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a file others read: %v", err)
	}
	if _, err := Load(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if err := k.Save(filepath.Join(dir, "none", "x")); err == nil {
		t.Error("Save into no folder")
	}
}

func TestBlind(t *testing.T) {
	k := NewKeyring()
	a := k.Blind(unit, "phone", "1")
	if len(a) != 32 || a != k.Blind(unit, "phone", "1") {
		t.Errorf("Blind = %q", a)
	}
	for _, b := range []string{k.Blind(other, "phone", "1"), k.Blind(unit, "number", "1"), k.Blind(unit, "phone", "2"), NewKeyring().Blind(unit, "phone", "1")} {
		if a == b {
			t.Error("two indexes agree")
		}
	}
}

func TestKeyringIsNotPrinted(t *testing.T) {
	k := NewKeyring()
	for _, verb := range []string{"%v", "%+v", "%#v", "%x"} {
		if got := fmt.Sprintf(verb, k); got != "[keyring]" {
			t.Errorf("%s prints %q", verb, got)
		}
	}
	if bytes.Contains([]byte(fmt.Sprint(seal.NewContentKey())), []byte{0}) {
		t.Error("a content key is printed")
	}
}
