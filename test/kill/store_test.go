package kill

import (
	"database/sql"
	"net/url"
	"strings"
	"testing"

	_ "wasl/internal/base/db" // registers the drivers
)

// store reads one side's store directly, as no part of the product does.
type store struct {
	t  testing.TB
	on *sql.DB
}

func open(t testing.TB, address string) store {
	t.Helper()
	driver, source := "pgx", address
	if file, ok := strings.CutPrefix(address, "sqlite:"); ok {
		driver, source = "sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?_pragma=query_only(ON)&_pragma=busy_timeout(10000)"
	}
	on, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { on.Close() })
	return store{t, on}
}

// number reads one whole number.
func (s store) number(query string, args ...any) (n int64) {
	s.t.Helper()
	if err := s.on.QueryRow(query, args...).Scan(&n); err != nil {
		s.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// each reads rows of texts or bytes.
func (s store) each(query string, columns int, do func(cells []string)) {
	s.t.Helper()
	rows, err := s.on.Query(query)
	if err != nil {
		s.t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		raw := make([]sql.RawBytes, columns)
		into := make([]any, columns)
		for i := range raw {
			into[i] = &raw[i]
		}
		if err := rows.Scan(into...); err != nil {
			s.t.Fatalf("%s: %v", query, err)
		}
		cells := make([]string, columns)
		for i := range raw {
			cells[i] = string(raw[i])
		}
		do(cells)
	}
	if err := rows.Err(); err != nil {
		s.t.Fatalf("%s: %v", query, err)
	}
}

// counted reads how often each text of a column stands in a table.
func (s store) counted(column, from string) map[string]int {
	s.t.Helper()
	n := map[string]int{}
	s.each("SELECT "+column+" FROM "+from, 1, func(c []string) { n[c[0]]++ })
	return n
}
