package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"wasl/internal/base/errs"
)

// mostReaders bounds the snapshots open at once.
const mostReaders = 4

// sqliteDSN sets each connection up. secure_delete overwrites what is deleted
// where that costs no extra writing; trusted_schema stops a doctored file from
// running functions; query_only makes the readers readers.
func sqliteDSN(file string, readOnly bool) string {
	q := url.Values{}
	for _, p := range []string{"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)",
		"temp_store(MEMORY)", "trusted_schema(OFF)", "secure_delete(FAST)"} {
		q.Add("_pragma", p)
	}
	if readOnly { // pages that a reader lacks are in the system's cache
		q.Add("_pragma", "query_only(ON)")
		q.Add("_pragma", "cache_size(-1000)")
	} else {
		q.Add("_pragma", "cache_size(-6000)")
	}
	return "file:" + (&url.URL{Path: file}).EscapedPath() + "?" + q.Encode()
}

// openSQLite opens a file, readable by its owner alone, with one writing
// connection and a few that read.
func openSQLite(ctx context.Context, file string) (*DB, error) {
	if file == "" {
		return nil, errors.New("sqlite: needs a file name")
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	f.Close()
	write, err := sql.Open("sqlite", sqliteDSN(file, false))
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	if err := durable(ctx, write); err != nil {
		return nil, errors.Join(err, write.Close())
	}
	read, err := sql.Open("sqlite", sqliteDSN(file, true))
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	return &DB{engine: SQLite, pool: read, readers: newReaders(read), writer: newWriter(write)}, nil
}

// durable reads back that a commit means "on disk".
func durable(ctx context.Context, pool *sql.DB) error {
	var mode string
	var sync int
	if err := pool.QueryRowContext(ctx, `PRAGMA journal_mode`).Scan(&mode); err != nil {
		return err
	}
	if err := pool.QueryRowContext(ctx, `PRAGMA synchronous`).Scan(&sync); err != nil {
		return err
	}
	if mode != "wal" || sync != 2 {
		return fmt.Errorf("the store is not durable: journal_mode=%s synchronous=%d, want wal and 2", mode, sync)
	}
	return nil
}

// mostStatements bounds a cache of prepared statements: SQL text is written in
// code, so more than this means that somebody builds text from values.
const mostStatements = 512

// session is one SQLite connection with its prepared statements. It connects
// when first used, and again after drop. One goroutine uses it at a time.
type session struct {
	pool     *sql.DB
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
}

func (s *session) connect(ctx context.Context) error {
	if s.conn != nil {
		return nil
	}
	conn, err := s.pool.Conn(ctx)
	if err != nil {
		return err
	}
	s.conn, s.prepared = conn, map[string]*sql.Stmt{}
	return nil
}

// close gives the connection back to the pool.
func (s *session) close() error {
	if s.conn == nil {
		return nil
	}
	for _, stmt := range s.prepared {
		stmt.Close()
	}
	conn := s.conn
	s.conn, s.prepared = nil, nil
	return conn.Close()
}

// drop throws the connection away, for when its state is in doubt.
func (s *session) drop() {
	if conn := s.conn; conn != nil {
		for _, stmt := range s.prepared {
			stmt.Close()
		}
		conn.Raw(func(any) error { return driver.ErrBadConn })
		s.conn, s.prepared = nil, nil
	}
}

// statement is the prepared form of a query, nil when there is none: then the
// query runs as text, which reports what is wrong with it.
func (s *session) statement(ctx context.Context, query string) *sql.Stmt {
	stmt := s.prepared[query]
	if stmt != nil || len(s.prepared) >= mostStatements {
		return stmt
	}
	stmt, err := s.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	s.prepared[query] = stmt
	return stmt
}

func (s *session) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if stmt := s.statement(ctx, query); stmt != nil {
		return stmt.ExecContext(ctx, args...)
	}
	return s.conn.ExecContext(ctx, query, args...)
}

func (s *session) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if stmt := s.statement(ctx, query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return s.conn.QueryContext(ctx, query, args...)
}

func (s *session) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt := s.statement(ctx, query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return s.conn.QueryRowContext(ctx, query, args...)
}

// readers are the sessions that look at snapshots.
type readers struct{ free chan *session }

func newReaders(pool *sql.DB) *readers {
	pool.SetMaxOpenConns(mostReaders)
	pool.SetMaxIdleConns(mostReaders)
	r := &readers{free: make(chan *session, mostReaders)}
	for range mostReaders {
		r.free <- &session{pool: pool}
	}
	return r
}

func (r *readers) view(ctx context.Context, fn func(*Tx) error) error {
	var s *session
	select {
	case s = <-r.free:
	case <-ctx.Done():
		return errs.Wrap(errs.Busy, "busy", ctx.Err())
	}
	defer func() { r.free <- s }()
	if err := s.connect(ctx); err != nil {
		return fmt.Errorf("starting to read: %w", err)
	}
	background := context.WithoutCancel(ctx)
	if _, err := s.ExecContext(background, `BEGIN`); err != nil {
		s.drop()
		return fmt.Errorf("starting to read: %w", err)
	}
	defer func() {
		if _, err := s.ExecContext(background, `ROLLBACK`); err != nil {
			s.drop()
		}
	}()
	return newTx(ctx, SQLite, s).run(fn)
}

// close waits for the open snapshots.
func (r *readers) close() error {
	var err error
	for range mostReaders {
		err = errors.Join(err, (<-r.free).close())
	}
	return err
}

// locked tells that another process kept the file too long.
func locked(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY
}
