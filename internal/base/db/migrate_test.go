package db_test

import (
	"strings"
	"testing"

	"wasl/internal/base/db"
	"wasl/internal/base/db/dbtest"
)

func TestMigrationsRunOnce(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		second := migrations("more", "001_more.sql", `CREATE TABLE more (id BIGINT PRIMARY KEY)`,
			"002_only.sqlite.sql", `INSERT INTO more (id) VALUES (1)`, "002_only.postgres.sql", `INSERT INTO more (id) VALUES (2)`)
		dbtest.Open(t, dsn, things())
		dbtest.Open(t, dsn, things(), second)
		d := dbtest.Open(t, dsn, second, things())
		var id int
		if err := d.View(t.Context(), func(tx *db.Tx) error { return tx.QueryRow(`SELECT id FROM more`).Scan(&id) }); err != nil {
			t.Fatal(err)
		}
		if want := map[db.Engine]int{db.SQLite: 1, db.Postgres: 2}[d.Engine()]; id != want {
			t.Errorf("%s ran the file of row %d, want %d", d.Engine(), id, want)
		}
	})
}

func TestMigrationsRefuse(t *testing.T) {
	for _, c := range []struct {
		name string
		then []db.Migrations // given after things() was applied
		want string          // part of the error
	}{
		{"a changed file", []db.Migrations{migrations("things", "001_thing.sql", `CREATE TABLE thing (id TEXT)`)}, "things/001_thing was changed"},
		{"a store that is newer", nil, "holds migrations [things/001_thing]"},
		{"a gap", []db.Migrations{things(), migrations("gap", "002_x.sql", `SELECT 1`)}, "001 is missing"},
		{"a double", []db.Migrations{things(), migrations("two", "001_x.sql", `SELECT 1`, "001_y.sql", `SELECT 1`)}, "there twice"},
		{"a stray file", []db.Migrations{things(), migrations("odd", "1-x.sql", "")}, "not named"},
		{"a mistake", []db.Migrations{things(), migrations("bad", "001_x.sql", "CREATE TABLE half (id TEXT); CREATE GIRAFFE;")}, "bad/001_x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dbtest.EachDSN(t, func(t *testing.T, dsn string) {
				d := dbtest.Open(t, dsn, things())
				before, err := d.Schema(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if _, err := db.Open(t.Context(), dsn, c.then...); err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v, want an error with %q", err, c.want)
				}
				if after, err := d.Schema(t.Context()); err != nil || after != before {
					t.Errorf("the store changed (%v):\n%s", err, after)
				}
			})
		})
	}
}

func schema() db.Migrations {
	return migrations("all", "001_all.sql", `
		CREATE TABLE parent (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, place BIGINT NOT NULL DEFAULT 0);
		CREATE TABLE child (parent TEXT NOT NULL REFERENCES parent (id) ON DELETE CASCADE, seq BIGINT NOT NULL,
			body BLOB, PRIMARY KEY (parent, seq), UNIQUE (seq, body));
		CREATE TABLE grandchild (parent TEXT, seq BIGINT, FOREIGN KEY (parent, seq) REFERENCES child (parent, seq));
		CREATE INDEX child_seq ON child (seq, parent);
		CREATE UNIQUE INDEX child_body ON child (body) WHERE body IS NOT NULL;
		CREATE INDEX parent_lower ON parent (lower(name), id);`)
}

const wantSchema = `child column body bytes
child column parent text required
child column seq bigint required
child index (seq, parent) child_seq
child key (parent, seq)
child reference (parent) parent on delete cascade
child unique (body) child_body partial
child unique (seq, body)
grandchild column parent text
grandchild column seq bigint
grandchild reference (parent, seq) child on delete no action
parent column id text required
parent column name text required
parent column place bigint required default
parent index (expression, id) parent_lower
parent key (id)
parent unique (name)
`

func TestSchemaIsTheSameOnBothEngines(t *testing.T) {
	dbtest.Each(t, []db.Migrations{schema()}, func(t *testing.T, d *db.DB) {
		got, err := d.Schema(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got, own, _ := strings.Cut(got, "schema_migration ")
		if got != wantSchema || own == "" {
			t.Errorf("got\n%s\nwant\n%s", got, wantSchema)
		}
	})
}
