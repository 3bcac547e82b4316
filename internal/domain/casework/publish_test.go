package casework_test

import (
	"testing"

	"wasl"
)

// TestPublishedAgain publishes a version, another, and the first once more: it
// is in force again on both sides, with a leaf of its own. Once more is nothing.
func TestPublishedAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		def, err := w.desk.Service("residence-certificate")
		w.must(err)
		first := def.Hash
		w.consenting()
		if def, err = w.desk.Service("residence-certificate"); err != nil || def.Hash == first {
			t.Fatalf("the second version is not in force: %v", err)
		}
		leaves := w.count(`SELECT count(*) FROM leaf WHERE kind = 'publication'`)
		for range 2 {
			w.publish(wasl.Content, w.desk.TrustFile())
			if def, err = w.desk.Service("residence-certificate"); err != nil || def.Hash != first {
				t.Errorf("the portal has version %s in force, want %s, %v", def.Hash, first, err)
			}
			if n := w.count(`SELECT count(*) FROM leaf WHERE kind = 'publication'`); n != leaves+1 {
				t.Errorf("%d leaves more, want 1", n-leaves)
			}
		}
		has, err := w.desk.Published(t.Context())
		w.must(err)
		if lacks, err := w.office.Unpushed(t.Context(), has); err != nil || len(lacks) != 0 {
			t.Errorf("%d texts are still to be pushed, %v", len(lacks), err)
		}
		w.consenting() // only the newest is pushed, and a portal that lost its store gets all
		if lacks, err := w.office.Unpushed(t.Context(), nil); err != nil || len(lacks) != len(has) {
			t.Errorf("%d texts for an empty portal, want %d, %v", len(lacks), len(has), err)
		}
	})
}
