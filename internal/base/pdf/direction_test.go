package pdf

import (
	"strings"
	"testing"

	"github.com/go-text/typesetting/bidi"
)

// TestLevels holds levels against UAX #9: a digit per rune. Capitals stand for
// Arabic letters.
func TestLevels(t *testing.T) {
	tests := []struct {
		name, text string
		base       bidi.Level
		want       string
	}{
		{"latin", "ab 12", 0, "00000"},
		{"arabic", "AB 12", 1, "11122"},
		{"arabic in latin", "a AB b", 0, "001100"},
		{"number after arabic", "a AB 12, b", 0, "0011122000"},
		{"reference", "A 12-34 A", 1, "112212211"},
		{"isolated reference", "A \u206612-34\u2069 A", 1, "11122222111"},
		{"isolated latin", "A \u2068ab 1\u2069, A", 1, "111222211" + "11"},
		{"two isolates", "\u2068A\u2069, \u2068B\u2069", 0, "01000010"},
		{"mixed isolate", "A \u2068ab AB 4, c\u2069.", 1, "111222333422211"},
		{"nested", "a \u2067A \u2066b\u2069 A\u2069 c", 0, "0001112111000"},
		{"not closed", "A \u2066ab", 1, "11122"},
		{"closed twice", "A\u2069 B", 1, "1111"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			runes := []rune(strings.NewReplacer("A", "ا", "B", "ب").Replace(tt.text))
			var got strings.Builder
			for _, level := range newTypesetter(false).levels(runes, tt.base) {
				got.WriteByte('0' + byte(level))
			}
			if got.String() != tt.want {
				t.Errorf("%q: got %s, want %s", tt.text, got.String(), tt.want)
			}
		})
	}
}
