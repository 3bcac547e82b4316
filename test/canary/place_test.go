package canary

import (
	"bytes"
	"database/sql"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "wasl/internal/base/db" // registers the drivers
)

// place is one thing to look through, such as a file.
type place struct {
	name string
	data []byte
}

// below is every file below a folder, each with its name.
func below(t testing.TB, dir string) (all []place) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			if os.IsNotExist(err) {
				return nil // gone meanwhile
			}
			return err
		}
		if !e.Type().IsRegular() {
			all = append(all, place{name, []byte(name)})
			return nil
		}
		data, err := os.ReadFile(name)
		if os.IsNotExist(err) {
			return nil
		}
		all = append(all, place{name, append(data, name...)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// deleted is every file that a process has open and that has no name any more.
func deleted(t testing.TB, pid int) (all []place) {
	t.Helper()
	links, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil || len(links) == 0 {
		t.Fatalf("process %d has no open files to look at: %v", pid, err)
	}
	for _, link := range links {
		to, err := os.Readlink(link)
		if err != nil || !strings.HasSuffix(to, " (deleted)") {
			continue
		}
		data, err := os.ReadFile(link)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, place{to, data})
	}
	return all
}

// rows is everything a store holds, table by table: a text that the engine
// spreads over pages is whole again here.
func rows(t testing.TB, address string) (all []place) {
	t.Helper()
	driver, source, list := "pgx", address, `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`
	if file, ok := strings.CutPrefix(address, "sqlite:"); ok {
		driver, source = "sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?_pragma=query_only(ON)&_pragma=busy_timeout(10000)"
		list = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'`
	}
	on, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	defer on.Close()
	for _, table := range cells(t, on, list) {
		all = append(all, place{"table " + table, []byte(strings.Join(cells(t, on, `SELECT * FROM `+table), "\n"))})
	}
	if len(all) < 5 {
		t.Fatalf("%d tables: this is not the store", len(all))
	}
	return all
}

func cells(t testing.TB, on *sql.DB, query string) (all []string) {
	t.Helper()
	found, err := on.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	columns, err := found.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for found.Next() {
		row := make([]sql.RawBytes, len(columns))
		into := make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := found.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for _, cell := range row {
			all = append(all, string(bytes.Clone(cell)))
		}
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// search looks through places and reports what it finds where. It gives how
// much it looked at.
func search(f *finder, places []place, report func(format string, args ...any)) (size int64) {
	for _, p := range places {
		size += int64(len(p.data))
		for _, hit := range f.find(p.data) {
			report("%s: %s", p.name, hit)
		}
	}
	return size
}
