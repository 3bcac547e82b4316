// Package verify checks what a Wasl administration signs, offline: receipts,
// issued documents, letters, trust files, ledger checkpoints and proofs. It is
// the one implementation of docs/formats.md for checking.
//
// It needs a trust file and nothing else of ours: only the standard library
// and golang.org/x/mod/sumdb. It refuses any file that is not in its one
// canonical form, so that no byte of a file is without meaning, and any
// signature by a key that was not certified for that role. It holds no private
// key, opens no seal and uses no network; every zone, and anybody, may use it.
package verify

// Formats, each the label in front of what is signed or hashed.
const (
	FormatDeposit     = "wasl-deposit-1"
	FormatReceipt     = "wasl-receipt-1"
	FormatAct         = "wasl-act-1"
	FormatDocument    = "wasl-document-1"
	FormatQR          = "wasl-qr-1"
	FormatTrust       = "wasl-trust-1"
	FormatCertificate = "wasl-certificate-1"
	FormatLeaf        = "wasl-leaf-1"

	labelKey        = "wasl-key-1"
	labelCommitment = "wasl-commitment-1"
)

// Algorithms of keys in certificates.
const (
	Ed25519 = "Ed25519"         // signatures
	XWing   = "MLKEM768-X25519" // sealing (HPKE); such a key signs nothing
)

// Roles: a certificate names the one its key is for.
const (
	RoleReceipt  = "receipt"  // signs deposit records and receipts
	RoleDocument = "document" // signs issued documents and letters with legal effect
	RoleLedger   = "ledger"   // signs checkpoints
	RoleUnit     = "unit"     // opens filings
	RoleIntake   = "intake"   // opens intake sections
)

var roles = map[string]string{RoleReceipt: Ed25519, RoleDocument: Ed25519, RoleLedger: Ed25519, RoleUnit: XWing, RoleIntake: XWing}

// labelled puts a label and a line feed before what is signed.
func labelled(label string, text []byte) []byte {
	return append(append(make([]byte, 0, len(label)+1+len(text)), label+"\n"...), text...)
}
