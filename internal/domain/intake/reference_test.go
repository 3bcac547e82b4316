package intake

import (
	"strings"
	"testing"

	"wasl/internal/base/errs"
)

func TestReference(t *testing.T) {
	ref := string(NewReference())
	if len(ref) != 11 {
		t.Fatalf("reference %s has %d characters, want 11", ref, len(ref))
	}
	if got, err := ParseReference(strings.ToLower(ref[:4] + "-" + ref[4:8] + " " + ref[8:])); err != nil || string(got) != ref {
		t.Errorf("ParseReference(%s) = %q, %v", ref, got, err)
	}
	wrong := "0"
	if strings.HasSuffix(ref, wrong) {
		wrong = "1"
	}
	if _, err := ParseReference(ref[:10] + wrong); errs.KindOf(err) != errs.NotFound {
		t.Errorf("a wrong reference is %v, want not found", err)
	}
}
