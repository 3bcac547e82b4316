// Package walk performs the walk of ARCHITECTURE.md from outside: one
// residence certificate, from the card to a document that anybody verifies,
// on both engines. Only tests use it.
package walk
