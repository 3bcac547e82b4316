package clock_test

import (
	"testing"
	"time"

	. "wasl/internal/domain/clock"
)

// TestDateOf: an instant has the civil day of the profile's zone, on both sides
// of the first day that is counted.
func TestDateOf(t *testing.T) {
	p := propertyLaw(t)
	for _, c := range []struct{ at, want string }{
		{"2026-06-01T22:59:59Z", "2026-06-01"},
		{"2026-06-01T23:00:00Z", "2026-06-02"}, // midnight in Morocco, an hour before UTC's
		{"2026-02-28T23:30:00Z", "2026-02-28"}, // in Ramadan Morocco keeps UTC
		{"1970-01-02T00:00:00Z", "1970-01-02"},
		{"1969-12-31T09:00:00Z", "1969-12-31"},
		{"1969-12-01T09:00:00Z", "1969-12-01"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.DateOf(at); got != civil(t, c.want) {
			t.Errorf("%s: got %s, want %s", c.at, got, c.want)
		}
	}
}

// TestEmptyQuotes: a date of two quotes is refused as the empty text it is.
func TestEmptyQuotes(t *testing.T) {
	_, empty := ParseDate("")
	for _, text := range []string{`''`, `""`} {
		var d Date
		if err := d.UnmarshalYAML([]byte(text)); err == nil || err.Error() != empty.Error() {
			t.Errorf("%s: got %v", text, err)
		}
	}
}
