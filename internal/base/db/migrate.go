package db

import (
	"cmp"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Migrations are one package's numbered SQL files, 001 and up without a gap:
// NNN_name.sql for both engines (BLOB becomes BYTEA on PostgreSQL), or
// NNN_name.sqlite.sql beside NNN_name.postgres.sql. Statements end with ';' and
// hold no ';' or '--' within a text. A file never changes once it was applied
// anywhere, and each must suit the program before it too.
type Migrations struct {
	Owner string // the package's name; owners are applied in the order given
	FS    fs.FS  // the files, at its root
}

// Embedded are an owner's migrations, compiled in as the folder "migrations". It
// panics at start-up where there is no such folder.
func Embedded(owner string, files embed.FS) Migrations {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err)
	}
	return Migrations{Owner: owner, FS: sub}
}

type migration struct {
	owner, name, text, sum string
	number                 int
}

func (m migration) String() string { return fmt.Sprintf("%s/%03d_%s", m.owner, m.number, m.name) }

var (
	fileName = regexp.MustCompile(`^(\d{3})_([a-z0-9_]+)(?:\.(sqlite|postgres))?\.sql$`)
	blobWord = regexp.MustCompile(`\bBLOB\b`)
	comment  = regexp.MustCompile(`--[^\n]*`)
)

func (m migration) key() string { return fmt.Sprintf("%s/%d", m.owner, m.number) }

// list reads an owner's files for an engine, in order.
func (m Migrations) list(engine Engine) ([]migration, error) {
	entries, err := fs.ReadDir(m.FS, ".")
	if err != nil {
		return nil, fmt.Errorf("migrations of %s: %w", m.Owner, err)
	}
	var out []migration
	for _, e := range entries {
		part := fileName.FindStringSubmatch(e.Name())
		if part == nil {
			return nil, fmt.Errorf("migrations of %s: %s is not named NNN_name.sql", m.Owner, e.Name())
		}
		if part[3] != "" && part[3] != string(engine) {
			continue
		}
		data, err := fs.ReadFile(m.FS, e.Name())
		if err != nil {
			return nil, fmt.Errorf("migrations of %s: %w", m.Owner, err)
		}
		number, _ := strconv.Atoi(part[1]) // three digits
		sum := sha256.Sum256(data)
		text := comment.ReplaceAllString(string(data), "")
		if engine == Postgres {
			text = blobWord.ReplaceAllString(text, "BYTEA")
		}
		out = append(out, migration{owner: m.Owner, number: number, name: part[2], text: text, sum: hex.EncodeToString(sum[:])})
	}
	slices.SortFunc(out, func(a, b migration) int { return cmp.Compare(a.number, b.number) })
	for i, mig := range out {
		if mig.number != i+1 {
			return nil, fmt.Errorf("migrations of %s: number %03d is missing or there twice", m.Owner, i+1)
		}
	}
	return out, nil
}

// migrate applies what the store lacks, all of it or nothing. A file changed
// after it was applied, or one that this program does not know, is an error.
func (d *DB) migrate(ctx context.Context, all []Migrations) error {
	var want []migration
	for _, m := range all {
		list, err := m.list(d.engine)
		if err != nil {
			return err
		}
		want = append(want, list...)
	}
	return d.Update(ctx, func(tx *Tx) error {
		if err := tx.Lock("schema_migration"); err != nil {
			return err
		}
		if _, err := tx.Exec(`CREATE TABLE IF NOT EXISTS schema_migration (
			owner TEXT NOT NULL, number BIGINT NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL,
			PRIMARY KEY (owner, number))`); err != nil {
			return err
		}
		done, err := applied(tx)
		if err != nil {
			return err
		}
		return bring(tx, want, done)
	})
}

// bring goes from the applied migrations to the wanted ones.
func bring(tx *Tx, want []migration, applied map[string]migration) error {
	for _, m := range want {
		key := m.key()
		was, done := applied[key]
		delete(applied, key)
		if done && was.sum != m.sum {
			return fmt.Errorf("migration %v was changed after it was applied as %v: restore the file, and put the change in a new one", m, was)
		}
		if done {
			continue
		}
		if err := m.apply(tx); err != nil {
			return fmt.Errorf("migration %v: %w", m, err)
		}
	}
	if len(applied) > 0 {
		unknown := slices.SortedFunc(maps.Values(applied), func(a, b migration) int { return cmp.Compare(a.String(), b.String()) })
		return fmt.Errorf("the store is newer than this program, or not its own: it holds migrations %v", unknown)
	}
	return nil
}

func (m migration) apply(tx *Tx) error {
	for stmt := range strings.SplitSeq(m.text, ";") {
		if strings.TrimSpace(stmt) == "" {
			continue
		}
		if _, err := tx.Exec(stmt); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`INSERT INTO schema_migration (owner, number, name, checksum, applied_at) VALUES ($1, $2, $3, $4, $5)`,
		m.owner, m.number, m.name, m.sum, Micros(tx.Now))
	return err
}

// applied lists what the store holds, by owner and number.
func applied(tx *Tx) (map[string]migration, error) {
	rows, err := tx.Query(`SELECT owner, number, name, checksum FROM schema_migration`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]migration{}
	for rows.Next() {
		var m migration
		if err := rows.Scan(&m.owner, &m.number, &m.name, &m.sum); err != nil {
			return nil, err
		}
		out[m.key()] = m
	}
	return out, rows.Err()
}
