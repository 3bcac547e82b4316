package intake

import (
	"context"
	"testing"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
)

func TestSweep(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		filed, _ := filled(t, d, "bill")
		if _, err := d.File(ctx, filed, i18n.FR); err != nil {
			t.Fatal(err)
		}
		kept, cookie := filled(t, d, "bill")
		gone, _ := filled(t, d, "lease")
		for _, table := range []string{"visit SET seen_at = seen_at", "loose_blob SET added_at = added_at"} {
			age(t, d, `UPDATE `+table+` - $1`, visitKept+time.Hour)
		}
		err := d.expect(ctx, "nobody", BlobName(randomID(), randomID())) // of a process that stopped
		if err != nil {
			t.Fatal(err)
		}
		age(t, d, `UPDATE draft SET updated_at = updated_at - $1 WHERE locator = '`+locatorHash(gone.keys)+`'`, DraftKept+time.Hour)
		if err := d.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if v, err := d.Visit(ctx, cookie); v != nil || err != nil {
			t.Errorf("an ended visit is there: %v", err)
		}
		if _, _, err := d.Resume(ctx, nil, gone.Code); errs.KindOf(err) != errs.NotFound {
			t.Errorf("an abandoned draft: %v", err)
		}
		if _, err := d.File(ctx, gone, i18n.FR); errs.KindOf(err) != errs.NotFound {
			t.Errorf("filing a forgotten draft: %v", err)
		}
		if again, _, err := d.Resume(ctx, nil, kept.Code); err != nil || len(again.Files) != 1 {
			t.Errorf("a living draft: %v", err)
		}
		if n := len(blobsOf(t, d)); n != 2 {
			t.Errorf("%d blobs are left, want the filed one and the living draft's", n)
		}
		if n := count(t, d, "loose_blob"); n != 2 {
			t.Errorf("%d noted blobs, want the living draft's and the young one", n)
		}
		if _, _, err := d.Resume(ctx, nil, filed.Code); err != nil {
			t.Errorf("a filed case after a sweep: %v", err)
		}
	})
}
