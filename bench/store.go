package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	_ "wasl/internal/base/db" // both drivers
)

// look is a connection of our own to a store, to count what is in it.
type look struct {
	*sql.DB
	postgres bool
}

func openLook(dsn string) (*look, error) {
	if file, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		pool, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?_pragma=busy_timeout(10000)&_pragma=synchronous(FULL)")
		return &look{pool, false}, err
	}
	pool, err := sql.Open("pgx", dsn)
	return &look{pool, true}, err
}

func (l *look) number(query string) (n int64, err error) {
	err = l.QueryRow(query).Scan(&n)
	return n, err
}

// bytes is the size of everything in the store.
func (l *look) bytes() (int64, error) {
	if l.postgres {
		return l.number(`SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c
			JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relkind = 'r'`)
	}
	return l.number(`SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()`)
}

// durable tells how the store keeps what it has committed.
func (l *look) durable() (string, error) {
	if !l.postgres {
		var mode string
		err := l.QueryRow(`PRAGMA journal_mode`).Scan(&mode)
		return "journal_mode=" + mode + "; base/db reads PRAGMA synchronous back on opening and refuses any but 2 (FULL)", err
	}
	out := ""
	for _, name := range []string{"server_version", "fsync", "synchronous_commit", "full_page_writes"} {
		var v string
		if err := l.QueryRow(`SELECT current_setting($1)`, name).Scan(&v); err != nil {
			return "", err
		}
		out += ", " + name + "=" + v
	}
	return out[2:], nil
}

// compare tells how the filings in a store differ from the acknowledged ones.
func (l *look) compare(acked []string) (rows int, err error) {
	list, err := l.Query(`SELECT reference FROM submission WHERE kind = 'filing'`)
	if err != nil {
		return 0, err
	}
	defer list.Close()
	stored := map[string]bool{}
	for list.Next() {
		var r string
		if err := list.Scan(&r); err != nil {
			return 0, err
		}
		stored[r] = true
	}
	if err := list.Err(); err != nil {
		return 0, err
	}
	lost := 0
	for _, r := range acked {
		if !stored[r] {
			lost++
		}
	}
	if lost > 0 || len(stored) != len(acked) {
		return len(stored), fmt.Errorf("%d filings were acknowledged, %d are stored, %d of the acknowledged are lost", len(acked), len(stored), lost)
	}
	return len(stored), nil
}

// stores gives addresses of fresh stores, and what removes them.
func stores(engine, dir string, n int) (list []string, drop func() error, err error) {
	if engine == "sqlite" {
		for i := range n {
			list = append(list, "sqlite:"+filepath.Join(dir, fmt.Sprintf("store%d.db", i)))
		}
		return list, func() error { return nil }, nil
	}
	server := os.Getenv("WASL_TEST_POSTGRES")
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return nil, nil, err
	}
	var made []string
	drop = func() error {
		defer admin.Close()
		for _, schema := range made {
			if _, err := admin.Exec("DROP SCHEMA " + schema + " CASCADE"); err != nil {
				return err
			}
		}
		return nil
	}
	for range n {
		schema := "bench_" + strings.ToLower(rand.Text())
		if _, err := admin.ExecContext(context.Background(), "CREATE SCHEMA "+schema); err != nil {
			return nil, drop, err
		}
		made = append(made, schema)
		u, err := url.Parse(server)
		if err != nil {
			return nil, drop, err
		}
		q := u.Query()
		q.Set("search_path", schema)
		u.RawQuery = q.Encode()
		list = append(list, u.String())
	}
	return slices.Clip(list), drop, nil
}

// postmaster is the process of the PostgreSQL server behind a connection, 0
// where it runs elsewhere.
func (l *look) postmaster() int {
	if !l.postgres {
		return 0
	}
	backend, err := l.number(`SELECT pg_backend_pid()`)
	if err != nil {
		return 0
	}
	raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", backend))
	_, rest, _ := strings.Cut(string(raw), "\nPPid:")
	pid := 0
	fmt.Sscan(rest, &pid)
	return pid
}
