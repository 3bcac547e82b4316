package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"wasl/internal/base/errs"
)

// Tx is one transaction. It is for one goroutine, and ends when the function
// that got it returns.
//
// Both engines follow PostgreSQL's rules, the stricter ones: a failed statement
// ends the transaction (what comes after fails with the same error, and so does
// the transaction), and rows must be closed before the next statement.
type Tx struct {
	Now time.Time // the one instant of this transaction: UTC, whole microseconds

	ctx    context.Context
	on     querier
	engine Engine
	rows   *sql.Rows // the last ones given out
	failed error     // the first statement that failed
	ended  atomic.Bool
}

// querier runs statements: a PostgreSQL transaction, or a SQLite session.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func newTx(ctx context.Context, engine Engine, on querier) *Tx {
	return &Tx{Now: time.Now().UTC().Truncate(time.Microsecond), ctx: ctx, on: on, engine: engine}
}

// Context is the context of the call; inside an update, it makes another
// update fail at once.
func (t *Tx) Context() context.Context { return t.ctx }

// Exec runs a statement and gives the number of rows it changed.
func (t *Tx) Exec(query string, args ...any) (int64, error) {
	res, err := t.on.ExecContext(t.ready(), query, args...)
	if err != nil {
		return 0, t.fail(err)
	}
	return res.RowsAffected()
}

// Query lists rows; the caller closes them before the next statement.
func (t *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	rows, err := t.on.QueryContext(t.ready(), query, args...)
	if err != nil {
		return nil, t.fail(err)
	}
	t.rows = rows
	return rows, nil
}

// QueryRow reads one row, and its Scan must be called; Scan gives
// sql.ErrNoRows when there is none.
func (t *Tx) QueryRow(query string, args ...any) *sql.Row {
	return t.on.QueryRowContext(t.ready(), query, args...)
}

// Lock makes transactions that name the same thing wait for each other until
// they end. SQLite has one writer, so nothing needs doing there.
func (t *Tx) Lock(name string) error {
	if t.engine != Postgres {
		return nil
	}
	_, err := t.Exec(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, name)
	return err
}

var (
	errEnded = errors.New("a transaction was used after its end")
	errRows  = errors.New("a statement was run before the rows of another were closed")
)

// ready is the context for the next statement: one that has already ended,
// with the reason, when the transaction cannot run it.
func (t *Tx) ready() context.Context {
	if t.ended.Load() {
		return over{t.ctx, errEnded}
	}
	if t.failed == nil && t.rows != nil {
		if _, err := t.rows.Columns(); err == nil { // an error means that they are closed
			t.fail(errRows)
		}
	}
	if t.failed != nil {
		return over{t.ctx, t.failed}
	}
	return t.ctx
}

func (t *Tx) fail(err error) error {
	if t.failed == nil {
		t.failed = err
	}
	return err
}

// run calls fn and ends the transaction object. Panics become errors.
func (t *Tx) run(fn func(*Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errs.Wrap(errs.Internal, "internal", fmt.Errorf("panic in a transaction: %v\n%s", p, debug.Stack()))
		}
		if t.rows != nil {
			t.rows.Close()
		}
		t.ended.Store(true)
	}()
	if err := fn(t); err != nil {
		return err
	}
	return t.failed
}

// over is a context that has ended for a reason of ours, so that a driver
// refuses a statement with that reason.
type over struct {
	context.Context
	reason error
}

var closed = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

func (o over) Done() <-chan struct{} { return closed }
func (o over) Err() error            { return o.reason }
