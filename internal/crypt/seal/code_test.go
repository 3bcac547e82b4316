package seal

import (
	"fmt"
	"strings"
	"testing"

	"wasl/internal/base/crockford"
)

func TestCodeRoundTrip(t *testing.T) {
	for _, c := range []Code{{}, {0xff, 15: 0xff}, NewCode(), NewCode()} {
		text := c.String()
		if got, want := len(text), 27+6; got != want {
			t.Errorf("length of %s = %d, want %d", text, got, want)
		}
		if got, err := ParseCode(text); err != nil || got != c {
			t.Errorf("ParseCode(%s) = %x, %v, want %x", text, got[:], err, c[:])
		}
	}
}

func TestParseCodeRefuses(t *testing.T) {
	plain := strings.ReplaceAll(Code{1, 2, 3, 4, 5, 6, 7, 8}.String(), "-", "")
	for name, typed := range map[string]string{
		"empty": "", "short": plain[:26], "long": plain + "0", "letter U": "U" + plain[1:], "sign": plain[:26] + "*",
		"endless": strings.Repeat(" ", 300) + plain, "broken text": plain + "\xff",
		"over 128 bits": overflow(),
	} {
		if _, err := ParseCode(typed); err != ErrCode {
			t.Errorf("%s: ParseCode = %v, want ErrCode", name, err)
		}
	}
}

// overflow is a well-checked text whose first digit is above seven.
func overflow() string { return crockford.Write([]byte{8, codeDigits - 1: 0}) }

func TestSecretsAreNotPrinted(t *testing.T) {
	c := Code{1, 2, 3}
	for _, v := range []any{c, &c, c.Derive(), ContentKey{1, 2, 3}, PartKey{1, 2, 3}} {
		for _, verb := range []string{"%v", "%s", "%x", "%+v", "%#v", "%d"} {
			if got := fmt.Sprintf(verb, v); !strings.HasPrefix(got, "[") || len(got) > 30 {
				t.Errorf("%s of %T prints %q", verb, v, got)
			}
		}
	}
}

func TestDeriveGivesOneKeyForEachUse(t *testing.T) {
	k := Code{9}.Derive()
	seen := map[[32]byte]string{}
	for name, key := range map[string][32]byte{"locator": k.LocatorHash, "draft": k.Draft, "wrap": k.Wrap, "reply": k.Reply, "notice": k.Notice, "seed": k.seed} {
		if other, ok := seen[key]; ok {
			t.Errorf("%s and %s are one key", name, other)
		}
		seen[key] = name
	}
	if *k != *(Code{9}).Derive() {
		t.Error("the same code gives other keys")
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add(Code{1, 2}.String())
	f.Add("\u2066ooOO-lliI 0000 0000 0000 0000 000\u2069")
	f.Add("٠٠٠٠")
	f.Fuzz(func(t *testing.T, typed string) {
		c, err := ParseCode(typed)
		if err != nil {
			return
		}
		if again, err := ParseCode(c.String()); err != nil || again != c {
			t.Errorf("ParseCode(%q) does not survive writing: %v", typed, err)
		}
	})
}
