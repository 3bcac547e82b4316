// Package errs classifies what went wrong: a kind that decides the answer, a
// message key for people, and a cause for the log. It refuses to carry personal
// data: keys and arguments are for pages, causes are for operators. Every zone
// may use it.
package errs

import (
	"errors"
	"fmt"
)

// Kind decides how an error is answered.
type Kind int

// Kinds. Anything unclassified is Internal.
const (
	Internal Kind = iota
	Invalid       // the request is wrong and can be mended
	NotFound      // there is nothing, or nothing this person may know of
	Denied        // known person, not allowed
	Conflict      // it was done already, or meanwhile
	Expired       // it was right once
	Busy          // try again later
)

var names = [...]string{"internal", "invalid", "not found", "denied", "conflict", "expired", "busy"}

func (k Kind) String() string {
	if k < 0 || int(k) >= len(names) {
		return "internal"
	}
	return names[k]
}

// Error is a classified error.
type Error struct {
	Kind Kind
	Key  string // message key in the page's catalog
	Args []any  // values of the message's placeholders, never personal
	Err  error  // cause for the log, may be nil
}

// New is an error of a kind with a message for people.
func New(kind Kind, key string, args ...any) *Error { return &Error{Kind: kind, Key: key, Args: args} }

// Wrap classifies a cause; errors.Is and errors.As still find it.
func Wrap(kind Kind, key string, err error) *Error { return &Error{Kind: kind, Key: key, Err: err} }

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s (%s): %v", e.Key, e.Kind, e.Err)
	}
	return fmt.Sprintf("%s (%s)", e.Key, e.Kind)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf is the kind of the outermost classified error in a chain, else
// Internal: what nobody classified is never explained to the person asking.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}
