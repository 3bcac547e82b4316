package intake

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"wasl/internal/base/errs"
)

func TestOfferNumbersWithoutGaps(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		in, raw := application(t, d, "later")
		const filings = 40
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range filings / 8 {
					if _, err := d.Accept(ctx, residence, newKey(), raw, in); err != nil {
						t.Error(err)
					}
				}
			})
		}
		var pulled []Offered
		for deadline := time.Now().Add(time.Minute); len(pulled) < filings && time.Now().Before(deadline); {
			var last int64
			if len(pulled) > 0 {
				last = pulled[len(pulled)-1].Seq
			}
			next, err := d.Offer(ctx, last, 7)
			if err != nil {
				t.Fatal(err)
			}
			pulled = append(pulled, next...)
		}
		wg.Wait()
		seen := map[string]bool{}
		for i, o := range pulled {
			if o.Seq != int64(i)+1 {
				t.Errorf("envelope %d has number %d", i+1, o.Seq)
			}
			seen[o.Envelope] = true
		}
		if len(seen) != filings {
			t.Errorf("pulled %d envelopes, want %d", len(seen), filings)
		}
		again, err := d.Offer(ctx, 0, 3)
		if err != nil || len(again) != 3 || again[0].Envelope != pulled[0].Envelope {
			t.Errorf("pulled again: %d, %v", len(again), err)
		}
	})
}

func TestTakeIsIdempotent(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		before, err := d.Published(ctx)
		if err != nil {
			t.Fatal(err)
		}
		push := Push{
			Publications: published(t),
			Facts:        []Fact{{ID: "fact/1", Reference: "R", At: time.Now(), Kind: "filed", Data: map[string]string{"state": "under-review"}}},
			Messages:     []SealedMessage{{ID: "m1", Reference: "R", At: time.Now(), Kind: MessageRequest, Sealed: []byte("x")}},
			Inclusions:   []Inclusion{{Envelope: "e1", Proof: []byte("p")}},
			Ledger:       []LedgerFile{{Path: "checkpoint", Body: tree(t, 1, "a")}},
		}
		for range 2 {
			if err := d.Take(ctx, push); err != nil {
				t.Fatal(err)
			}
		}
		push.Ledger[0].Body = tree(t, 2, "a")
		if err := d.Take(ctx, push); err != nil {
			t.Fatal(err)
		}
		for table, want := range map[string]int64{"fact": 1, "message": 1, "inclusion": 1, "ledger_file": 1} {
			if got := count(t, d, table); got != want {
				t.Errorf("%d rows in %s, want %d", got, table, want)
			}
		}
		if body, err := d.Ledger(ctx, "checkpoint"); err != nil || !bytes.Equal(body, tree(t, 2, "a")) {
			t.Errorf("checkpoint %q, %v", body, err)
		}
		if _, err := d.Ledger(ctx, "tile/0/../x"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("an unknown ledger file: %v", err)
		}
		after, err := d.Published(ctx)
		if err != nil || !slices.Equal(before, after) {
			t.Errorf("published %v, then %v, %v", before, after, err)
		}
	})
}

func TestTakeRefusesWhatDoesNotStand(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		before := len(d.Services())
		for _, p := range []Publication{
			{Kind: PublishService, ID: "x", Body: []byte(`{"services/x/service.yaml":"service: x"}`)},
			{Kind: PublishService, ID: "x", Body: []byte(`nonsense`)},
			{Kind: PublishAuthority, ID: "book", Body: []byte(`{"authorities/a.yaml":"id: b"}`)},
			{Kind: PublishLaw, ID: LawID, Body: []byte(`profile: [`)},
			{Kind: PublishTrust, ID: "trust", Body: otherTrust(t)},
		} {
			err := d.Take(ctx, Push{Publications: []Publication{p}, Facts: []Fact{{ID: "f", Reference: "R", At: time.Now(), Kind: "filed"}}})
			if errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s %s: %v", p.Kind, p.Body, err)
			}
		}
		if count(t, d, "fact") != 0 || len(d.Services()) != before {
			t.Error("a refused push left something")
		}
	})
}
