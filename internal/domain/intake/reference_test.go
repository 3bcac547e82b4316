package intake

import (
	"strings"
	"testing"
)

func TestReferenceCatchesSlips(t *testing.T) {
	for range 200 {
		ref := string(NewReference())
		if got, err := ParseReference(strings.ToLower(ref[:4] + "-" + ref[4:8] + " " + ref[8:])); err != nil || string(got) != ref {
			t.Fatalf("ParseReference(%s) = %q, %v", ref, got, err)
		}
		for i := range ref {
			for _, c := range alphabet {
				if byte(c) != ref[i] {
					if _, err := ParseReference(ref[:i] + string(c) + ref[i+1:]); err == nil {
						t.Fatalf("%s: wrong character %d accepted", ref, i)
					}
				}
			}
			if i > 0 && ref[i] != ref[i-1] {
				swapped := ref[:i-1] + ref[i:i+1] + ref[i-1:i] + ref[i+1:]
				if _, err := ParseReference(swapped); err == nil {
					t.Fatalf("%s: swap accepted: %s", ref, swapped)
				}
			}
		}
	}
}

func FuzzParseReference(f *testing.F) {
	f.Add("7k2m-9qx3 tpc")
	f.Fuzz(func(t *testing.T, s string) {
		if ref, err := ParseReference(s); err == nil {
			if again, err := ParseReference(string(ref)); err != nil || again != ref {
				t.Errorf("%q does not parse as itself", ref)
			}
		}
	})
}
