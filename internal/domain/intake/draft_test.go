package intake

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"testing"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/service"
)

const residence = "residence-certificate"

func TestDraftRoundTrip(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		dr, cookie, err := d.Begin(ctx, nil, residence)
		if err != nil || cookie == "" || dr.Code == "" {
			t.Fatalf("Begin: cookie %q, code %q, %v", cookie, dr.Code, err)
		}
		typed := service.Typed{"cnie": {"not a number \xff"}, "name.given_ar": {"  سلمى "}, "phone": {"of another page"}, "_add": {"x"}}
		if err := d.SavePage(ctx, dr, "you", typed); err != nil {
			t.Fatal(err)
		}
		if err := d.SetAuthority(ctx, dr, "zitouna"); err != nil {
			t.Fatal(err)
		}
		again := draftOf(t, d, cookie, "")
		want := service.Typed{"cnie": {"not a number \xff"}, "name.given_ar": {"  سلمى "}}
		if !maps.EqualFunc(again.Typed, want, func(a, b []string) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
			t.Errorf("kept %q, want %q", again.Typed, want)
		}
		if again.Code != dr.Code || again.Authority != "zitouna" || again.Token == "" {
			t.Errorf("code %q, authority %q, token %q", again.Code, again.Authority, again.Token)
		}
		if err := d.SetAuthority(ctx, again, "nobody"); errs.KindOf(err) != errs.Invalid {
			t.Errorf("an authority without an offer: %v", err)
		}
		same, _, err := d.Begin(ctx, visitOf(t, d, cookie), residence)
		if err != nil || same.Code != dr.Code {
			t.Errorf("Begin again gave another draft (%v)", err)
		}
	})
}

// draftOf opens the residence draft of a cookie.
func draftOf(t testing.TB, d *Desk, cookie, token string) *Draft {
	t.Helper()
	dr, err := d.Draft(context.Background(), visitOf(t, d, cookie), residence, token)
	if err != nil {
		t.Fatal(err)
	}
	return dr
}

func visitOf(t testing.TB, d *Desk, cookie string) *Visit {
	t.Helper()
	v, err := d.Visit(context.Background(), cookie)
	if err != nil || v == nil {
		t.Fatalf("no visit: %v", err)
	}
	return v
}

func TestDraftKeepsConcurrentPages(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		_, cookie, err := d.Begin(ctx, nil, residence)
		if err != nil {
			t.Fatal(err)
		}
		pages := map[string]service.Typed{"you": {"cnie": {"AB1"}}, "reach": {"phone": {"0612345678"}}, "home": {"home.place": {"Derb 4"}}, "proof": {"proof": {"bill"}}, "purpose": {"purpose": {"card"}}}
		var wg sync.WaitGroup
		for page, typed := range pages {
			dr := draftOf(t, d, cookie, "")
			wg.Go(func() {
				if err := d.SavePage(ctx, dr, page, typed); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := draftOf(t, d, cookie, "").Typed; len(got) != len(pages) {
			t.Errorf("kept %d of %d pages: %q", len(got), len(pages), got)
		}
	})
}

func TestResume(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		dr, _, err := d.Begin(ctx, nil, residence)
		if err != nil {
			t.Fatal(err)
		}
		shown, _, err := d.Resume(ctx, nil, dr.Code)
		if err != nil || shown.Service.ID != residence || shown.Code != dr.Code || len(shown.Typed) != 0 {
			t.Errorf("a code that was shown: %+v, %v", shown, err)
		}
		unused, other, err := d.Begin(ctx, nil, residence)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Leave(ctx, visitOf(t, d, other)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := d.Resume(ctx, nil, unused.Code); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a code under which nothing is kept, of a visit that ended: %v", err)
		}
		if err := d.SavePage(ctx, dr, "reach", service.Typed{"phone": {"06"}}); err != nil {
			t.Fatal(err)
		}
		found, cookie, err := d.Resume(ctx, nil, " "+dr.Code+" ")
		if err != nil || cookie == "" || found.Typed["phone"][0] != "06" || !found.StartedAt.Equal(dr.StartedAt) {
			t.Fatalf("Resume: %+v, %q, %v", found, cookie, err)
		}
		wrong := []byte(dr.Code)
		if wrong[0]++; wrong[0] > '7' {
			wrong[0] = '0'
		}
		for _, code := range []string{string(wrong), "", "nonsense", dr.Code + "0"} {
			_, cookie, err := d.Resume(ctx, nil, code)
			if errs.KindOf(err) != errs.NotFound || cookie != "" {
				t.Errorf("Resume(%q) = %q, %v", code, cookie, err)
			}
		}
		if err := d.Leave(ctx, visitOf(t, d, cookie)); err != nil {
			t.Fatal(err)
		}
		if v, err := d.Visit(ctx, cookie); v != nil || err != nil {
			t.Errorf("a visit after its end: %v, %v", v, err)
		}
	})
}

func TestTokenPicksTheDraftItWasMadeFor(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		other, _, err := d.Begin(ctx, nil, residence)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.SavePage(ctx, other, "reach", service.Typed{"phone": {"1"}}); err != nil {
			t.Fatal(err)
		}
		mine, cookie, err := d.Begin(ctx, nil, residence)
		if err != nil {
			t.Fatal(err)
		}
		before := cookie
		if _, cookie, err = d.Resume(ctx, visitOf(t, d, cookie), other.Code); err != nil {
			t.Fatal(err)
		}
		if got := draftOf(t, d, before, ""); got.Code != mine.Code {
			t.Error("who knew the cookie from before sees what was resumed")
		}
		if got := draftOf(t, d, cookie, mine.Token); got.Code != mine.Code {
			t.Error("the form's own draft was not found")
		}
		if got := draftOf(t, d, cookie, ""); got.Code != other.Code {
			t.Error("the newest draft was not found")
		}
		v := visitOf(t, d, cookie)
		if !v.Owns(mine.Token) || !v.Owns(v.Token()) || v.Owns("") || v.Owns("x") || (*Visit)(nil).Owns(mine.Token) {
			t.Error("a form token is judged wrongly")
		}
	})
}

func TestVisitHoldsFewCodes(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		_, cookie, err := d.Begin(ctx, nil, residence)
		if err != nil {
			t.Fatal(err)
		}
		for range maxHeld + 2 {
			other, _, err := d.Begin(ctx, nil, residence)
			if err != nil {
				t.Fatal(err)
			}
			if err := d.SavePage(ctx, other, "reach", service.Typed{"phone": {"1"}}); err != nil {
				t.Fatal(err)
			}
			if _, cookie, err = d.Resume(ctx, visitOf(t, d, cookie), other.Code); err != nil {
				t.Fatal(err)
			}
		}
		if got := len(visitOf(t, d, cookie).slots); got != maxHeld {
			t.Errorf("a visit holds %d codes, want %d", got, maxHeld)
		}
	})
}

func count(t testing.TB, d *Desk, table string) (n int64) {
	t.Helper()
	err := d.db.View(context.Background(), func(tx *db.Tx) error { return tx.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}
