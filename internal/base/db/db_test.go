package db_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/db/dbtest"
	"wasl/internal/base/errs"
)

// migrations builds an owner's files from name and text pairs.
func migrations(owner string, files ...string) db.Migrations {
	m := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		m[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return db.Migrations{Owner: owner, FS: m}
}

func things() db.Migrations {
	return migrations("things", "001_thing.sql", `-- things; with a comment
		CREATE TABLE thing (id TEXT PRIMARY KEY, n BIGINT NOT NULL, body BLOB NOT NULL, extra TEXT);
		CREATE INDEX thing_n ON thing (n);
	`)
}

func each(t *testing.T, run func(t *testing.T, d *db.DB)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{things()}, run)
}

func count(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	err := d.View(t.Context(), func(tx *db.Tx) error { return tx.QueryRow(`SELECT count(*) FROM thing`).Scan(&n) })
	if err != nil {
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

func TestUpdatesOfABatchAreApart(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		wrong := errors.New("wrong")
		var wg sync.WaitGroup
		for i := range 400 {
			wg.Go(func() {
				err := d.Update(t.Context(), func(tx *db.Tx) error {
					if err := put(fmt.Sprint(i))(tx); err != nil {
						return err
					}
					switch i % 4 {
					case 1:
						return wrong
					case 2:
						panic("in the middle")
					case 3:
						return put(fmt.Sprint(i))(tx) // the same key again
					}
					return nil
				})
				switch got := errs.KindOf(err); {
				case i%4 == 0 && err != nil,
					i%4 == 1 && err != wrong,
					i%4 > 1 && (err == nil || got != errs.Internal):
					t.Errorf("update %d: %v", i, err)
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
	each(t, func(t *testing.T, d *db.DB) {
		err := d.Update(t.Context(), func(tx *db.Tx) error { return d.Update(tx.Context(), put("inner")) })
		if err == nil || errs.KindOf(err) != errs.Internal {
			t.Errorf("an update inside an update gave %v", err)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := d.Update(ended, put("late")); errs.KindOf(err) != errs.Busy || !errors.Is(err, context.Canceled) {
			t.Errorf("an update whose caller has left gave %v", err)
		}
		if err := d.View(t.Context(), put("view")); err == nil {
			t.Error("a view wrote")
		}
		if err := d.View(t.Context(), func(*db.Tx) error { panic("while reading") }); errs.KindOf(err) != errs.Internal || err == nil {
			t.Errorf("a panic in a view gave %v", err)
		}
		if got := count(t, d); got != 0 {
			t.Errorf("%d rows, want none", got)
		}
	})
}

// Both engines must refuse what PostgreSQL refuses, or tests on SQLite lie.
func TestStrictTransactions(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		if err := d.Update(t.Context(), put("a")); err != nil {
			t.Fatal(err)
		}
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			put("a")(tx) // fails, and nobody looks
			put("b")(tx)
			return nil
		})
		if err == nil {
			t.Error("a transaction went on after a failed statement")
		}
		err = d.Update(t.Context(), func(tx *db.Tx) error {
			put("c")(tx)
			_, err := tx.Query(`SELECT id FROM thing`)
			if err != nil {
				return err
			}
			var n int
			return tx.QueryRow(`SELECT count(*) FROM thing`).Scan(&n)
		})
		if err == nil || !strings.Contains(err.Error(), "rows of another") {
			t.Errorf("a statement while rows were open gave %v", err)
		}
		var kept *db.Tx
		if err := d.Update(t.Context(), func(tx *db.Tx) error { kept = tx; return nil }); err != nil {
			t.Fatal(err)
		}
		if err := put("d")(kept); err == nil {
			t.Error("a transaction was used after its end")
		}
		if got := count(t, d); got != 1 {
			t.Errorf("%d rows, want only the first", got)
		}
	})
}

func TestViewIsOneSnapshot(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		err := d.View(t.Context(), func(tx *db.Tx) error {
			var before, after int
			if err := tx.QueryRow(`SELECT count(*) FROM thing`).Scan(&before); err != nil {
				return err
			}
			if err := d.Update(t.Context(), put("meanwhile")); err != nil {
				return err
			}
			if err := tx.QueryRow(`SELECT count(*) FROM thing`).Scan(&after); err != nil {
				return err
			}
			if before != 0 || after != 0 {
				t.Errorf("the view saw %d then %d rows, want none twice", before, after)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := count(t, d); got != 1 {
			t.Errorf("%d rows afterwards, want 1", got)
		}
	})
}

func TestValuesComeBack(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var now time.Time
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			now = tx.Now
			_, err := tx.Exec(`INSERT INTO thing (id, n, body) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET n = $2`, "é ⵣ ع", db.Micros(now), []byte{0, 255})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if now.Location() != time.UTC || now.Nanosecond()%1000 != 0 || time.Since(now) > time.Minute {
			t.Errorf("Now = %v, want this moment in UTC and whole microseconds", now)
		}
		err = d.View(t.Context(), func(tx *db.Tx) error {
			var id string
			var n int64
			var body []byte
			var extra *string
			if err := tx.QueryRow(`SELECT id, n, body, extra FROM thing WHERE id = $1`, "é ⵣ ع").Scan(&id, &n, &body, &extra); err != nil {
				return err
			}
			if !db.FromMicros(n).Equal(now) || string(body) != "\x00\xff" || extra != nil {
				t.Errorf("got %v %x %v", db.FromMicros(n), body, extra)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestLock(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		if err := d.Update(t.Context(), put("counter")); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				err := d.Update(t.Context(), func(tx *db.Tx) error {
					if err := tx.Lock("counter"); err != nil {
						return err
					}
					var n int
					if err := tx.QueryRow(`SELECT n FROM thing WHERE id = 'counter'`).Scan(&n); err != nil {
						return err
					}
					_, err := tx.Exec(`UPDATE thing SET n = $1 WHERE id = 'counter'`, n+1)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		d.View(t.Context(), func(tx *db.Tx) error {
			var n int
			if err := tx.QueryRow(`SELECT n FROM thing WHERE id = 'counter'`).Scan(&n); err != nil || n != 57 {
				t.Errorf("counted %d (%v), want 57", n, err)
			}
			return nil
		})
	})
}

func TestCollisionsAreRepeated(t *testing.T) {
	d := dbtest.Open(t, dbtest.Postgres(t), things())
	for _, id := range []string{"a", "b"} {
		if err := d.Update(t.Context(), put(id)); err != nil {
			t.Fatal(err)
		}
	}
	// Each takes its row, waits for the other to have its own, then wants that: a deadlock.
	var both, wg sync.WaitGroup
	both.Add(2)
	var runs atomic.Int32
	for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		wg.Go(func() {
			meet := sync.OnceFunc(func() { both.Done(); both.Wait() })
			err := d.Update(t.Context(), func(tx *db.Tx) error {
				runs.Add(1)
				for _, id := range order {
					if _, err := tx.Exec(`UPDATE thing SET n = n + 1 WHERE id = $1`, id); err != nil {
						return err
					}
					meet()
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if runs.Load() != 3 {
		t.Errorf("%d runs, want 3: one of the two again", runs.Load())
	}
	var sum int
	d.View(t.Context(), func(tx *db.Tx) error { return tx.QueryRow(`SELECT sum(n) FROM thing`).Scan(&sum) })
	if sum != 18 {
		t.Errorf("the sum is %d, want 18", sum)
	}
}

func TestOpenRefuses(t *testing.T) {
	for dsn, want := range map[string]string{
		"":                              "neither",
		"mysql://x":                     "neither",
		"sqlite:":                       "file name",
		"sqlite:/no/such/folder/x.db":   "no such",
		"postgres://u:hush@h:port/x":    "parse",
		"postgres://u:hush@127.0.0.1:1": "127.0.0.1",
	} {
		_, err := db.Open(t.Context(), dsn)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hush") {
			t.Errorf("Open(%q) = %v, want an error with %q", dsn, err, want)
		}
	}
}

func TestFileIsPrivateAndAnyNameWorks(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a b?c%20#d.db")
	d := dbtest.Open(t, "sqlite:"+file, things())
	if err := d.Update(t.Context(), put("a")); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(file + suffix)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v (%v), want 0600", suffix, info.Mode(), err)
		}
	}
}

func TestTwoProcessesShareAFile(t *testing.T) {
	dsn := dbtest.SQLite(t)
	one, two := dbtest.Open(t, dsn, things()), dbtest.Open(t, dsn, things())
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			if err := []*db.DB{one, two}[i%2].Update(t.Context(), put(fmt.Sprint(i))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if a, b := count(t, one), count(t, two); a != 100 || b != 100 {
		t.Errorf("they see %d and %d rows, want 100", a, b)
	}
}

// More views than connections, all with statements not prepared yet.
func TestManyViews(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		var wg sync.WaitGroup
		for i := range 64 {
			wg.Go(func() {
				err := d.View(ctx, func(tx *db.Tx) error {
					for k := range 20 {
						rows, err := tx.Query(fmt.Sprintf(`SELECT id FROM thing WHERE n = %d`, (i+k)%40))
						if err != nil {
							return err
						}
						rows.Close()
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	})
}

// A view whose caller leaves must give its connection back in order.
func TestViewsThatAreLeft(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		const long = `WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000000000) SELECT max(n) FROM c`
		for range 8 {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			err := d.View(ctx, func(tx *db.Tx) error {
				var n int
				return tx.QueryRow(long).Scan(&n)
			})
			cancel()
			if err == nil {
				t.Error("the long query ended")
			}
			if got := count(t, d); got != 0 {
				t.Errorf("%d rows", got)
			}
		}
	})
}

func BenchmarkUpdate64Callers(b *testing.B) {
	d := dbtest.Open(b, dbtest.SQLite(b), things())
	b.SetParallelism(32)
	var id atomic.Int64
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := id.Add(1)
			err := d.Update(context.Background(), func(tx *db.Tx) error {
				for k := range int64(3) {
					if err := put(fmt.Sprint(3*i + k))(tx); err != nil {
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
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
}
