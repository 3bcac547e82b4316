package seal

import (
	"fmt"
	"strings"
	"testing"
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

func TestParseCodeTolerance(t *testing.T) {
	c := Code{0x01, 0x10, 0x20, 0x00, 0x42}
	text := c.String()
	plain := strings.ReplaceAll(text, "-", "")
	arabic := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + 0x0660
		}
		return r
	}, text)
	for name, typed := range map[string]string{
		"lower":    strings.ToLower(text),
		"no group": plain,
		"spaces":   "  " + strings.ReplaceAll(text, "-", " ") + "\r\n",
		"isolates": "\u2066" + text + "\u2069",
		"hyphens":  strings.ReplaceAll(text, "-", "\u2011"),
		"letter O": strings.ReplaceAll(text, "0", "O"),
		"letter l": strings.ReplaceAll(text, "1", "l"),
		"letter I": strings.ReplaceAll(text, "1", "I"),
		"arabic":   arabic,
	} {
		if got, err := ParseCode(typed); err != nil || got != c {
			t.Errorf("%s: ParseCode(%q) = %v", name, typed, err)
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
	for i := range plain {
		for _, other := range []byte(alphabet) {
			if other == plain[i] {
				continue
			}
			wrong := plain[:i] + string(other) + plain[i+1:]
			if _, err := ParseCode(wrong); err == nil {
				t.Fatalf("one wrong character is not caught: %s for %s", wrong, plain)
			}
		}
		if i > 0 && plain[i] != plain[i-1] {
			wrong := plain[:i-1] + plain[i:i+1] + plain[i-1:i] + plain[i+1:]
			if _, err := ParseCode(wrong); err == nil {
				t.Fatalf("a swap is not caught: %s for %s", wrong, plain)
			}
		}
	}
}

// overflow is a well-checked text whose first digit is above seven.
func overflow() string {
	digits := make([]byte, codeChars)
	digits[0] = 8
	text := ""
	for _, d := range append(digits, check(digits)) {
		text += string(alphabet[d])
	}
	return text
}

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
