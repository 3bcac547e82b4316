package identity

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/db/dbtest"
	"wasl/internal/base/errs"
)

func roll(t *testing.T, store *db.DB) *Roll {
	t.Helper()
	r := Open(store)
	for _, a := range []Agent{
		{ID: "amina", Name: "Amina Tazi", Authority: "zitouna", Unit: "citizens", Role: CaseWorker},
		{ID: "omar", Name: "Omar Idrissi", Authority: "zitouna", Unit: "citizens", Role: Supervisor},
	} {
		if err := r.Add(t.Context(), a, Hash("right "+string(a.ID))); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func each(t *testing.T, run func(*testing.T, *db.DB, *Roll)) {
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB) { run(t, d, roll(t, d)) })
}

func TestSignIn(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, r *Roll) {
		tests := []struct {
			name, id, password string
			ok                 bool
		}{
			{"right", "amina", "right amina", true},
			{"case and spaces of the name do not matter", " Amina ", "right amina", true},
			{"wrong password", "amina", "right omar", false},
			{"unknown name", "nobody", "right amina", false},
			{"empty", "", "", false},
			{"a zero byte", "amina\x00", "right amina", false},
			{"no text", "\xff", "right amina", false},
			{"case of the password matters", "amina", "Right amina", false},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				a, cookie, err := r.SignIn(t.Context(), tt.id, tt.password)
				if !tt.ok {
					if errs.KindOf(err) != errs.Denied || a != nil || cookie != "" {
						t.Fatalf("SignIn = %v, %q, %v; want denied", a, cookie, err)
					}
					return
				}
				if err != nil || a.ID != "amina" || a.Unit != "citizens" {
					t.Fatalf("SignIn = %v, %v", a, err)
				}
				if again, err := r.Session(t.Context(), cookie); err != nil || again == nil || again.ID != a.ID {
					t.Fatalf("Session = %v, %v", again, err)
				}
			})
		}
	})
}

func TestAddKeepsTheFirst(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, r *Roll) {
		if err := r.Add(t.Context(), Agent{ID: "amina", Authority: "other", Unit: "other", Role: Supervisor}, Hash("new")); err != nil {
			t.Fatal(err)
		}
		if _, _, err := r.SignIn(t.Context(), "amina", "new"); errs.KindOf(err) != errs.Denied {
			t.Fatalf("a second Add changed the password: %v", err)
		}
	})
}

func TestSessionEnds(t *testing.T) {
	each(t, func(t *testing.T, store *db.DB, r *Roll) {
		signIn := func() string {
			_, cookie, err := r.SignIn(t.Context(), "amina", "right amina")
			if err != nil {
				t.Fatal(err)
			}
			return cookie
		}
		gone := func(name, cookie string) {
			t.Helper()
			if a, err := r.Session(t.Context(), cookie); a != nil || err != nil {
				t.Errorf("%s: session = %v, %v; want none", name, a, err)
			}
		}
		age := func(column, cookie string, by time.Duration) {
			t.Helper()
			err := store.Update(context.Background(), func(tx *db.Tx) error {
				_, err := tx.Exec(`UPDATE agent_session SET `+column+` = `+column+` - $1 WHERE id = $2`, by.Microseconds(), sessionID(cookie))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		out := signIn()
		if err := r.SignOut(t.Context(), out); err != nil {
			t.Fatal(err)
		}
		gone("signed out", out)
		idle := signIn()
		age("seen_at", idle, sessionIdle+time.Second)
		gone("idle", idle)
		long := signIn()
		age("since", long, sessionLasts+time.Second)
		gone("a day later", long)
		gone("no cookie", "")
		gone("made up", strings.Repeat("A", 43))
		busy := signIn()
		age("seen_at", busy, 10*time.Minute)
		if a, err := r.Session(t.Context(), busy); a == nil || err != nil {
			t.Fatalf("after ten minutes: %v, %v", a, err)
		}
	})
}

func TestStoreHoldsNoSecret(t *testing.T) {
	each(t, func(t *testing.T, store *db.DB, r *Roll) {
		_, cookie, err := r.SignIn(t.Context(), "amina", "right amina")
		if err != nil {
			t.Fatal(err)
		}
		err = store.View(t.Context(), func(tx *db.Tx) error {
			var id, hash string
			if err := tx.QueryRow(`SELECT s.id, a.password FROM agent_session s JOIN agent a ON a.id = s.agent`).Scan(&id, &hash); err != nil {
				return err
			}
			if strings.Contains(id, cookie) || strings.Contains(hash, "right") || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
				t.Errorf("stored: %s, %s", id, hash)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzMatches(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA", "x")
	f.Add("$argon2id$$$$", "")
	f.Fuzz(func(t *testing.T, hash, password string) {
		if strings.Count(hash, "$") == 5 && strings.Contains(hash, "m=") {
			t.Skip() // each costs 19 MiB
		}
		if matches(hash, password) {
			t.Errorf("%q matches", hash)
		}
	})
}

func TestRights(t *testing.T) {
	all := []Permission{SeeQueue, OpenCase, Decide, SeeLaw, Law}
	tests := map[Role][]Permission{
		CaseWorker:    {SeeQueue, OpenCase, Decide},
		Supervisor:    {SeeQueue, SeeLaw},
		Administrator: {SeeLaw, Law},
		"":            nil,
		"king":        nil,
	}
	for role, want := range tests {
		var got []Permission
		for _, p := range all {
			if (&Agent{Role: role}).May(p) {
				got = append(got, p)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("role %q may %v, want %v", role, got, want)
		}
	}
	for _, role := range Roles {
		if _, known := tests[role]; !known || rights[role] == nil {
			t.Errorf("role %s has no rights", role)
		}
	}
}

func TestAgent(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, r *Roll) {
		if a, err := r.Agent(t.Context(), "omar"); err != nil || a.Role != Supervisor || a.Unit != "citizens" {
			t.Errorf("Agent = %v, %v", a, err)
		}
		if _, err := r.Agent(t.Context(), "nobody"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("of nobody: %v", err)
		}
	})
}
