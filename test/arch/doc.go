// Package arch holds the tests that keep the shape of the program: which
// package may import which, that each says what it is for, and what the
// portal's binary may contain. It knows source files, nothing at run time.
package arch
