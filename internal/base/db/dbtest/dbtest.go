// Package dbtest gives tests a fresh store on each engine: SQLite in a
// temporary folder, PostgreSQL in a schema of its own on the server that
// WASL_TEST_POSTGRES names. It refuses to skip PostgreSQL where CI or
// WASL_REQUIRE_POSTGRES is set. Tests of every zone use it, nothing else may.
package dbtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wasl/internal/base/db"
)

// Each runs a test on a fresh store of each engine.
func Each(t *testing.T, migrations []db.Migrations, run func(t *testing.T, d *db.DB)) {
	t.Helper()
	EachDSN(t, func(t *testing.T, dsn string) { run(t, Open(t, dsn, migrations...)) })
}

// EachDSN is Each for tests that open their store themselves, or twice. Under
// the race detector SQLite is left out, unless WASL_RACE_SQLITE is set.
func EachDSN(t *testing.T, run func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		if raced && os.Getenv("WASL_RACE_SQLITE") == "" {
			t.Skip("not run on SQLite under the race detector")
		}
		run(t, SQLite(t))
	})
	t.Run("postgres", func(t *testing.T) { run(t, Postgres(t)) })
}

// Open opens a store that is closed when the test ends.
func Open(t testing.TB, dsn string, migrations ...db.Migrations) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), dsn, migrations...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// SQLite is the address of a fresh file.
func SQLite(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "store.db")
}

// Postgres is the address of a fresh schema, dropped when the test ends. It
// skips the test where there is no server and none is required.
func Postgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv("WASL_TEST_POSTGRES")
	if server == "" && (os.Getenv("WASL_REQUIRE_POSTGRES") != "" || os.Getenv("CI") != "") {
		t.Fatal("PostgreSQL is required here, and WASL_TEST_POSTGRES names no server")
	}
	if server == "" {
		t.Skip("not run on PostgreSQL: WASL_TEST_POSTGRES names no server (go run ./internal/base/db/dbtest/pgcluster run -- go test …)")
	}
	schema := "t_" + strings.ToLower(rand.Text())
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Exec("CREATE SCHEMA " + schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("DROP SCHEMA " + schema + " CASCADE"); err != nil {
			t.Error(err)
		}
		admin.Close()
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal("WASL_TEST_POSTGRES is not a postgres:// address")
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}
