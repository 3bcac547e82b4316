// Package pii holds personal data that hides itself: printed, logged or
// formatted, it shows a mark instead of its value. It refuses to be encoded as
// JSON by accident; Reveal is the one way out. Every zone may use it.
package pii

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

const mark = "[personal]"

// Text is a personal text. Keep it in exported fields: fmt prints an unexported
// field of a struct, and encoding/json a map key, without asking the type how.
type Text string

// Reveal gives the text itself.
func (t Text) Reveal() string { return string(t) }

func (t Text) String() string { return mark }

// GoString hides the text from %#v.
func (t Text) GoString() string { return mark }

// LogValue hides the text from slog.
func (t Text) LogValue() slog.Value { return slog.StringValue(mark) }

// Format hides the text from every verb.
func (t Text) Format(f fmt.State, _ rune) { io.WriteString(f, mark) }

var errEncoded = errors.New("personal text is not encoded without Reveal")

// MarshalJSON refuses: personal data is encoded by name, with Reveal.
func (t Text) MarshalJSON() ([]byte, error) { return nil, errEncoded }

// MarshalText refuses for every other encoder.
func (t Text) MarshalText() ([]byte, error) { return nil, errEncoded }
