package intake

import (
	"context"
	"errors"
	"sync"
	"testing"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/domain/service"
)

// filled is a complete residence draft of a new visit, from an example.
func filled(t testing.TB, d *Desk, example string) (*Draft, string) {
	t.Helper()
	ctx := context.Background()
	dr, cookie, err := d.Begin(ctx, nil, residence)
	if err != nil {
		t.Fatal(err)
	}
	ex := exampleOf(t, d, example)
	typed, files, problems := dr.Service.FromJSON(ex.Answers)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, page := range dr.Service.Pages {
		if err := d.SavePage(ctx, dr, page.ID, typed); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range files {
		if _, err := d.AddFile(ctx, dr, f.Question, f.Name, reader(f.Data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.SetAuthority(ctx, dr, ex.Authority); err != nil {
		t.Fatal(err)
	}
	return dr, cookie
}

func exampleOf(t testing.TB, d *Desk, id string) service.Example {
	t.Helper()
	def, err := d.Service(residence)
	if err != nil {
		t.Fatal(err)
	}
	for _, ex := range def.Examples() {
		if ex.ID == id {
			return ex
		}
	}
	t.Fatalf("no example %s", id)
	return service.Example{}
}

func TestFileOnce(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		_, cookie := filled(t, d, "bill")
		var wg sync.WaitGroup
		refs := make([]string, 50)
		for i := range refs {
			dr := draftOf(t, d, cookie, "")
			wg.Go(func() {
				var err error
				if refs[i], err = d.File(ctx, dr, i18n.FR); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, r := range refs {
			if r != refs[0] || r == "" {
				t.Fatalf("one draft filed as %q and %q", refs[0], r)
			}
		}
		if n := count(t, d, "submission"); n != 1 {
			t.Errorf("%d filings stored", n)
		}
		for _, table := range []string{"draft", "loose_blob"} {
			if n := count(t, d, table); n != 0 {
				t.Errorf("%d rows left in %s", n, table)
			}
		}
	})
}

func TestPostAfterFiling(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		_, cookie := filled(t, d, "bill")
		late := draftOf(t, d, cookie, "")
		ref, err := d.File(ctx, draftOf(t, d, cookie, ""), i18n.FR)
		if err != nil {
			t.Fatal(err)
		}
		err = d.SavePage(ctx, late, "reach", service.Typed{"phone": {"0699999999"}})
		if errs.KindOf(err) != errs.Conflict || late.Filed != ref {
			t.Errorf("a page posted after filing: %v, filed %q, want %q", err, late.Filed, ref)
		}
		if _, err := d.AddFile(ctx, late, "proof_file", "x.pdf", reader(pdf)); errs.KindOf(err) != errs.Conflict {
			t.Errorf("a file posted after filing: %v", err)
		}
		if again := draftOf(t, d, cookie, ""); again.Filed != ref {
			t.Errorf("the draft says %q is filed, want %q", again.Filed, ref)
		}
		next, _, err := d.Begin(ctx, visitOf(t, d, cookie), residence)
		if err != nil || next.Filed != "" || next.Code == late.Code {
			t.Errorf("no new draft after filing (%v)", err)
		}
	})
}

func TestFilingTakesAnswersKeptMeanwhile(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		_, cookie := filled(t, d, "bill")
		early := draftOf(t, d, cookie, "")
		if err := d.SavePage(ctx, draftOf(t, d, cookie, ""), "reach", service.Typed{"phone": {"0677777777"}}); err != nil {
			t.Fatal(err)
		}
		ref, err := d.File(ctx, early, i18n.FR)
		if err != nil {
			t.Fatal(err)
		}
		c, err := d.Case(ctx, visitOf(t, d, cookie), ref)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.reading.Answers["phone"]; got != "+212677777777" {
			t.Errorf("filed phone %v", got)
		}
	})
}

func TestRefusedFilingLosesNothing(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		dr, cookie := filled(t, d, "refused")
		_, err := d.File(ctx, dr, i18n.AR)
		var refused *Refused
		if !errors.As(err, &refused) || len(refused.Problems) == 0 || refused.NoAuthority {
			t.Fatalf("File: %v", err)
		}
		again := draftOf(t, d, cookie, "")
		if got := again.Typed["cnie"]; len(got) != 1 || got[0] != "123456" || again.Filed != "" {
			t.Errorf("after a refusal the draft holds %q", got)
		}
		empty, _, err := d.Begin(ctx, nil, residence)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.File(ctx, empty, i18n.AR); !errors.As(err, &refused) || !refused.NoAuthority {
			t.Errorf("an empty draft: %v", err)
		}
	})
}

// TestClosedFileIsNotFiled gives a file, then answers so that it is not asked.
func TestClosedFileIsNotFiled(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		dr, cookie := filled(t, d, "hosted")
		if len(dr.Files) != 1 || dr.Files[0].Question != "host_letter" {
			t.Fatalf("the example gives %v", dr.Files)
		}
		if err := d.SavePage(ctx, dr, "proof", service.Typed{"proof": {"bill"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.AddFile(ctx, dr, "proof_file", "bill.pdf", reader(pdf)); err != nil {
			t.Fatal(err)
		}
		closed := dr.body.Files[0]
		reference, err := d.File(ctx, dr, i18n.FR)
		if err != nil {
			t.Fatal(err)
		}
		c, err := d.Case(ctx, visitOf(t, d, cookie), reference)
		if err != nil {
			t.Fatal(err)
		}
		if files := c.Files(); len(files) != 1 || files[0].Question != "proof_file" {
			t.Errorf("filed %v, want the bill alone", files)
		}
		var loose int64
		err = d.db.View(ctx, func(tx *db.Tx) error {
			return tx.QueryRow(`SELECT count(*) FROM loose_blob WHERE name = $1`, BlobName(dr.body.Envelope, closed.ID)).Scan(&loose)
		})
		if err != nil || loose != 1 {
			t.Errorf("the file that was not filed is forgotten: %d, %v", loose, err)
		}
	})
}
