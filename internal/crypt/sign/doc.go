// Package sign knows how an administration signs: Ed25519 keys, each certified
// by the authority root for one role and period, and what they put their name
// to (docs/formats.md). It refuses to sign for another role than its
// certificate's, or what package verify would not accept. It knows nothing of
// procedures. A portal holds a receipt key, an office a document and a ledger
// key, and nobody's running program the root's.
package sign
