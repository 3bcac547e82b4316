package intake

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
)

// application is an API body made from an example.
func application(t testing.TB, d *Desk, example string) (Application, []byte) {
	t.Helper()
	ex := exampleOf(t, d, example)
	in := Application{Authority: ex.Authority, Language: i18n.AR, Answers: ex.Answers}
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	return in, raw
}

func newKey() string { return rand.Text() + rand.Text() }

func TestAcceptIsIdempotent(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		in, raw := application(t, d, "bill")
		key := newKey()
		var wg sync.WaitGroup
		answers := make([]*Accepted, 8)
		for i := range answers {
			wg.Go(func() {
				var err error
				if answers[i], err = d.Accept(ctx, residence, key, raw, in); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if t.Failed() {
			return
		}
		for _, a := range answers {
			if *a != *answers[0] {
				t.Error("one key had two answers")
			}
		}
		if n := count(t, d, "submission"); n != 1 {
			t.Errorf("%d filings stored", n)
		}
		if n := len(blobsOf(t, d)); n != 1 || count(t, d, "loose_blob") != 0 {
			t.Errorf("%d blobs, %d noted; want 1 and 0", n, count(t, d, "loose_blob"))
		}
		if !strings.Contains(answers[0].Receipt, `"`+answers[0].Reference+`"`) {
			t.Error("the receipt does not hold the reference")
		}
		other := bytes.Replace(raw, []byte("AB123456"), []byte("AB123457"), 1)
		in.Answers = bytes.Replace(in.Answers, []byte("AB123456"), []byte("AB123457"), 1)
		var e *errs.Error
		if _, err := d.Accept(ctx, residence, key, other, in); !errors.As(err, &e) || e.Key != "api.keyreused" {
			t.Errorf("same key, other body: %v", err)
		}
		if a, err := d.Accept(ctx, residence, newKey(), other, in); err != nil || a.Reference == answers[0].Reference {
			t.Errorf("another key: %v", err)
		}
	})
}

func TestAcceptRepeatsWhatItWouldRefuseNow(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		in, raw := application(t, d, "bill")
		key := newKey()
		first, err := d.Accept(ctx, residence, key, raw, in)
		if err != nil {
			t.Fatal(err)
		}
		in.Authority = "closed-since"
		again, err := d.Accept(ctx, residence, key, raw, in)
		if err != nil || *again != *first {
			t.Errorf("repeated: %v", err)
		}
		age(t, d, `UPDATE idempotency SET created_at = created_at - $1`, firstAnswerKept+time.Minute)
		var refused *Refused
		if _, err := d.Accept(ctx, residence, key, raw, in); !errors.As(err, &refused) || !refused.NoAuthority {
			t.Errorf("repeated after a day: %v", err)
		}
		in.Authority = "zitouna"
		if fresh, err := d.Accept(ctx, residence, key, raw, in); err != nil || fresh.Reference == first.Reference {
			t.Errorf("filed after a day: %v", err)
		}
	})
}

// age moves stored times back.
func age(t *testing.T, d *Desk, update string, by time.Duration) {
	t.Helper()
	err := d.db.Update(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(update, by.Microseconds())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAcceptRefuses(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		var refused *Refused
		var e *errs.Error
		in, raw := application(t, d, "bill")
		if _, err := d.Accept(ctx, residence, "", raw, in); !errors.As(err, &e) || e.Key != "api.key" {
			t.Errorf("no key: %v", err)
		}
		if _, err := d.Accept(ctx, residence, strings.Repeat("a", 35), raw, in); !errors.As(err, &e) || e.Key != "api.key" {
			t.Errorf("a short key: %v", err)
		}
		if _, err := d.Accept(ctx, "no-such-service", newKey(), raw, in); errs.KindOf(err) != errs.NotFound {
			t.Errorf("an unknown service: %v", err)
		}
		wrong := in
		wrong.Authority = "nobody"
		if _, err := d.Accept(ctx, residence, newKey(), raw, wrong); !errors.As(err, &refused) || !refused.NoAuthority {
			t.Errorf("an unknown authority: %v", err)
		}
		wrong = in
		wrong.Answers = bytes.Replace(in.Answers, []byte("JVBERi0x"), []byte("f0VMRgIB"), 1)
		if _, err := d.Accept(ctx, residence, newKey(), raw, wrong); !errors.As(err, &refused) || refused.Problems[0].Key != "file.type" {
			t.Errorf("a renamed program: %v", err)
		}
		in, raw = application(t, d, "refused")
		if _, err := d.Accept(ctx, residence, newKey(), raw, in); !errors.As(err, &refused) || len(refused.Problems) < 3 {
			t.Errorf("wrong answers: %v", err)
		}
		if count(t, d, "submission") != 0 || count(t, d, "idempotency") != 0 || len(blobsOf(t, d)) != 0 {
			t.Error("a refused call left something")
		}
	})
}
