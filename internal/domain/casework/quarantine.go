package casework

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"

	"wasl/internal/base/db"
	"wasl/internal/domain/intake"
)

// Bounds of the quarantine, which a hostile portal could fill: past the first
// thousand, what failed is noted without its bytes.
const (
	mostQuarantined = 1000
	mostReason      = 300 // bytes
)

// quarantine keeps what failed a check for a person to look at. It is named by
// all that was offered, so that rubbish under the id of an envelope still to
// come does not stand in that envelope's way.
func (o *Office) quarantine(ctx context.Context, off intake.Offered, why error) error {
	sum := sha256.New()
	for _, part := range [][]byte{[]byte(off.Envelope), []byte(off.Kind), []byte(off.Reference), off.Body, off.Deposit, off.Salt} {
		fmt.Fprintf(sum, "%d\n%s", len(part), part)
	}
	name, reason := hex.EncodeToString(sum.Sum(nil)), plainReason(why)
	if isID(off.Envelope) {
		name = off.Envelope + "." + name[:16]
	}
	o.log.Error("envelope quarantined", "envelope", name, "reason", reason)
	return o.db.Update(ctx, func(tx *db.Tx) error {
		var held int64
		if err := tx.QueryRow(`SELECT count(*) FROM quarantine`).Scan(&held); err != nil {
			return err
		}
		body := []byte{}
		if held < mostQuarantined && len(off.Body) <= intake.MaxEnvelope {
			body = append(body, off.Body...)
		}
		if _, err := tx.Exec(`INSERT INTO quarantine (envelope, at, reason, body) VALUES ($1, $2, $3, $4) ON CONFLICT (envelope) DO NOTHING`,
			name, db.Micros(tx.Now), reason, body); err != nil {
			return err
		}
		return setProgress(tx, exchangeCursor, off.Seq)
	})
}

// plainReason is an error as one short line that every store takes.
func plainReason(why error) string {
	reason := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(why.Error(), ""))
	return reason[:min(len(reason), mostReason)]
}
