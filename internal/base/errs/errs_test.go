package errs

import (
	"errors"
	"fmt"
	"testing"
)

func TestKindOf(t *testing.T) {
	cause := errors.New("disk")
	wrapped := fmt.Errorf("filing: %w", Wrap(Busy, "busy", cause))
	if got := KindOf(wrapped); got != Busy {
		t.Errorf("KindOf = %v, want busy", got)
	}
	if !errors.Is(wrapped, cause) {
		t.Error("the cause is lost")
	}
	if got := KindOf(cause); got != Internal {
		t.Errorf("unclassified = %v, want internal", got)
	}
	if KindOf(nil) != Internal {
		t.Error("nil is not internal")
	}
	if got := KindOf(Wrap(Busy, "busy", New(Conflict, "twice"))); got != Busy {
		t.Errorf("outermost kind = %v, want busy", got)
	}
}

func TestErrorText(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{New(NotFound, "service.none", "x"), "service.none (not found)"},
		{Wrap(Denied, "signin.wrong", errors.New("no such agent")), "signin.wrong (denied): no such agent"},
		{New(Kind(99), "odd"), "odd (internal)"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("Error() = %q, want %q", got, c.want)
		}
	}
}
