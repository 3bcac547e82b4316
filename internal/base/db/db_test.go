package db_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"wasl/internal/base/db"
	"wasl/internal/base/db/dbtest"
	"wasl/internal/base/errs"
)

func things() db.Migrations {
	return db.Migrations{Owner: "things", FS: fstest.MapFS{"001_thing.sql": {Data: []byte(
		"-- things; with a comment\nCREATE TABLE thing (id TEXT PRIMARY KEY, n BIGINT NOT NULL, body BLOB NOT NULL, extra TEXT);\nCREATE INDEX thing_n ON thing (n);")}}}
}

func count(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	if err := d.View(context.Background(), func(tx *db.Tx) error { return tx.QueryRow(`SELECT count(*) FROM thing`).Scan(&n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

func put(id string) func(*db.Tx) error {
	return func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO thing (id, n, body) VALUES ($2, $1, $3)`, 7, id, []byte{1, 2})
		return err
	}
}

func TestUpdatesAreApart(t *testing.T) {
	dbtest.Each(t, []db.Migrations{things()}, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		wrong := errors.New("wrong")
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				err := d.Update(ctx, func(tx *db.Tx) error {
					if err := put(fmt.Sprint(i))(tx); err != nil {
						return err
					}
					switch i % 4 {
					case 1:
						return wrong
					case 2:
						panic("in the middle")
					}
					return nil
				})
				switch i % 4 {
				case 1:
					if !errors.Is(err, wrong) {
						t.Errorf("got %v, want the function's own error", err)
					}
				case 2:
					if errs.KindOf(err) != errs.Internal || err == nil {
						t.Errorf("panic gave %v", err)
					}
				default:
					if err != nil {
						t.Errorf("update %d: %v", i, err)
					}
				}
			})
		}
		wg.Wait()
		if got := count(t, d); got != 100 {
			t.Errorf("%d rows, want 100", got)
		}
	})
}

func TestUpdateRefusals(t *testing.T) {
	dbtest.Each(t, []db.Migrations{things()}, func(t *testing.T, d *db.DB) {
		err := d.Update(context.Background(), func(tx *db.Tx) error { return d.Update(tx.Context(), put("inner")) })
		if err == nil {
			t.Error("an update inside an update was accepted")
		}
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		if err := d.Update(ended, put("late")); err == nil {
			t.Error("an update whose caller has left was run")
		}
		if err := d.View(context.Background(), put("view")); err == nil {
			t.Error("a view wrote")
		}
		if got := count(t, d); got != 0 {
			t.Errorf("%d rows, want none", got)
		}
	})
}

func TestSchemaIsTheSameOnBothEngines(t *testing.T) {
	ctx := context.Background()
	light := dbtest.Open(t, dbtest.SQLite(t), things())
	heavy := dbtest.Open(t, dbtest.Postgres(t), things())
	a, err := light.Schema(ctx)
	if err != nil {
		t.Fatal(err)
	}
	b, err := heavy.Schema(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if a != b {
		t.Errorf("sqlite:\n%s\npostgres:\n%s", a, b)
	}
	if !strings.Contains(a, "thing column body bytes required\n") || !strings.Contains(a, "thing index (n) thing_n\n") {
		t.Errorf("schema lacks the table:\n%s", a)
	}
}

func TestMigrationsRefuse(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		dbtest.Open(t, dsn, things())
		changed := things()
		changed.FS = fstest.MapFS{"001_thing.sql": {Data: []byte("CREATE TABLE thing (id TEXT PRIMARY KEY)")}}
		if _, err := db.Open(ctx, dsn, changed); err == nil || !strings.Contains(err.Error(), "changed") {
			t.Errorf("a changed migration gave %v", err)
		}
		if _, err := db.Open(ctx, dsn); err == nil || !strings.Contains(err.Error(), "newer") {
			t.Errorf("a newer store gave %v", err)
		}
		gap := db.Migrations{Owner: "gap", FS: fstest.MapFS{"002_x.sql": {Data: []byte("SELECT 1")}}}
		if _, err := db.Open(ctx, dsn, things(), gap); err == nil || !strings.Contains(err.Error(), "missing") {
			t.Errorf("a gap gave %v", err)
		}
	})
}

func BenchmarkUpdate64Callers(b *testing.B) {
	d := dbtest.Open(b, dbtest.SQLite(b), things())
	b.SetParallelism(32)
	var mu sync.Mutex
	n := 0
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			mu.Lock()
			n++
			id := n
			mu.Unlock()
			err := d.Update(context.Background(), func(tx *db.Tx) error {
				for k := range 3 {
					if err := put(fmt.Sprint(os.Getpid(), id, k))(tx); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Error(err)
			}
		}
	})
}
