package intake

import (
	"bytes"
	"testing"
	"time"

	"wasl/internal/base/errs"
	"wasl/verify"
)

// trustAt is a trust file that the root issued at an instant, with the
// receipt key revoked or not.
func trustAt(t *testing.T, d *Desk, at time.Time, revoked bool) []byte {
	t.Helper()
	w := worldOf(t)
	var gone []verify.Revocation
	if revoked {
		gone = append(gone, verify.Revocation{KeyID: w.receipt.KeyID(), At: verify.Time{Time: at.UTC().Truncate(time.Second)}, Reason: "stolen"})
	}
	raw, err := w.root.Trust(at, d.catalogue().trust.Certificates, gone)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestOldTrustFile hands in an old trust file after the one that revokes a key.
func TestOldTrustFile(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		pin := func(raw ...[]byte) {
			t.Helper()
			var p Push
			for _, body := range raw {
				p.Publications = append(p.Publications, Publication{Kind: PublishTrust, ID: "trust", Body: body})
			}
			if err := d.Take(t.Context(), p); err != nil {
				t.Fatal(err)
			}
		}
		now := time.Now()
		newest := trustAt(t, d, now.Add(2*time.Minute), true)
		older, oldest := trustAt(t, d, now.Add(time.Minute), false), trustAt(t, d, now.Add(-time.Minute), false)
		pin(newest, older)
		pin(oldest)
		if !bytes.Equal(d.TrustFile(), newest) {
			t.Error("an older trust file took the place of the newest")
		}
		if err := d.fileable(d.catalogue(), now.Add(3*time.Minute)); errs.KindOf(err) != errs.Busy {
			t.Errorf("filing under a revoked key: %v", err)
		}
		again := reopened(t, d)
		if !bytes.Equal(again.TrustFile(), newest) {
			t.Error("after a restart an older trust file is served")
		}
		err := d.Take(t.Context(), Push{Publications: []Publication{
			{Kind: PublishTrust, ID: "trust", Body: otherTrust(t)}, {Kind: PublishTrust, ID: "trust", Body: trustAt(t, d, now.Add(3*time.Minute), false)}}})
		if errs.KindOf(err) != errs.Invalid || !bytes.Equal(d.TrustFile(), newest) {
			t.Errorf("a stranger's trust file beside a sound one: %v", err)
		}
		next := trustAt(t, d, now.Add(4*time.Minute), false)
		if pin(next); !bytes.Equal(d.TrustFile(), next) {
			t.Error("a newer trust file is not served")
		}
	})
}

// reopened is a second desk on the store of another.
func reopened(t *testing.T, d *Desk) *Desk {
	t.Helper()
	again, err := Open(t.Context(), Config{DB: d.db, Blobs: d.blobs, Signer: d.signer, Root: d.root, Log: d.log})
	if err != nil {
		t.Fatal(err)
	}
	return again
}
