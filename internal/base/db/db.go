// Package db is the store behind every zone: SQLite for one place, PostgreSQL
// for a nation, the same SQL text on both. It knows transactions, migrations
// and durability; it refuses to acknowledge what is not on disk, a store whose
// settings could lose an acknowledged write, and a store newer than the
// program. It has no domain words. Every zone may use it.
//
// SQL is written once: $1 placeholders, times as BIGINT microseconds UTC, ids
// as TEXT, bytes as BLOB, booleans as BIGINT 0 or 1, JSON as opaque TEXT.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"wasl/internal/base/errs"
)

// Engine names a store's engine.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// DB is one open store. It is safe for concurrent use.
type DB struct {
	engine  Engine
	pool    *sql.DB  // PostgreSQL: every connection; SQLite: the readers'
	readers *readers // SQLite only
	writer  *writer  // SQLite only
	closing sync.Once
	closed  error // what Close answered
}

// Open opens a store and brings it to the given migrations. A dsn is
// "sqlite:FILE" or "postgres://…". Errors say what to mend and hold no password.
func Open(ctx context.Context, dsn string, migrations ...Migrations) (*DB, error) {
	var d *DB
	var err error
	switch {
	case strings.HasPrefix(dsn, "sqlite:"):
		d, err = openSQLite(ctx, strings.TrimPrefix(dsn, "sqlite:"))
	case strings.HasPrefix(dsn, "postgres://"), strings.HasPrefix(dsn, "postgresql://"):
		d, err = openPostgres(ctx, dsn)
	default:
		return nil, errors.New("opening the store: the address is neither sqlite:FILE nor postgres://…")
	}
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	if err := d.migrate(ctx, migrations); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the store: %w", err), d.Close())
	}
	return d, nil
}

// Engine tells which engine this is.
func (d *DB) Engine() Engine { return d.engine }

// Close finishes the queued writes and closes the store. Later calls of Update
// get Busy; a later Close answers as the first.
func (d *DB) Close() error {
	d.closing.Do(func() {
		if d.engine == Postgres {
			d.closed = d.pool.Close()
			return
		}
		d.closed = errors.Join(d.writer.close(), d.readers.close(), d.pool.Close())
	})
	return d.closed
}

// View runs fn on one snapshot of the store, in which nothing can be written.
// fn must not keep tx.
func (d *DB) View(ctx context.Context, fn func(*Tx) error) error {
	if d.engine == Postgres {
		return d.viewPostgres(ctx, fn)
	}
	return d.readers.view(ctx, fn)
}

type inside struct{} // context key: this call runs in an update

// Update runs fn in a transaction and returns when the transaction is durable.
// An error of fn undoes fn alone and is returned as it is; a panic of fn
// becomes an Internal error of this caller. fn may run again (PostgreSQL
// repeats what collided), so it changes nothing but the store; it must neither
// keep tx nor call Update, which gives Internal. When ctx ends before fn
// starts, fn does not run and the error is Busy.
//
// SQLite runs updates one after the other. On PostgreSQL a statement sees what
// others committed before it began (read committed): let a constraint or
// Tx.Lock decide what two updates must not both do.
func (d *DB) Update(ctx context.Context, fn func(*Tx) error) error {
	if ctx.Value(inside{}) != nil {
		return errNested
	}
	if err := ctx.Err(); err != nil {
		return notRun(err)
	}
	if d.engine == Postgres {
		return d.updatePostgres(ctx, fn)
	}
	return d.writer.do(ctx, fn)
}

var errNested = errs.Wrap(errs.Internal, "internal", errors.New("an update was called inside an update"))

// notRun says that an update never started.
func notRun(cause error) error {
	return errs.Wrap(errs.Busy, "busy", fmt.Errorf("the update did not run: %w", cause))
}

// Micros is how times rest in the store: microseconds since 1970, UTC.
func Micros(t time.Time) int64 { return t.UnixMicro() }

// FromMicros reads a time back.
func FromMicros(us int64) time.Time { return time.UnixMicro(us).UTC() }
