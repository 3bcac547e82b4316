package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx", which keeps prepared statements by itself
)

const (
	mostConnections = 16
	mostTries       = 5
)

// openPostgres opens a pool and checks that a commit means "on disk".
func openPostgres(ctx context.Context, dsn string) (*DB, error) {
	pool, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, errors.New("the PostgreSQL address does not parse") // it may hold a password
	}
	pool.SetMaxOpenConns(mostConnections)
	pool.SetMaxIdleConns(mostConnections)
	for _, name := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		var value string
		err := pool.QueryRowContext(ctx, `SELECT current_setting($1)`, name).Scan(&value)
		if err == nil && value == "off" {
			err = fmt.Errorf("the store is not durable: PostgreSQL has %s = off", name)
		}
		if err != nil {
			return nil, errors.Join(err, pool.Close())
		}
	}
	return &DB{engine: Postgres, pool: pool}, nil
}

func (d *DB) viewPostgres(ctx context.Context, fn func(*Tx) error) error {
	tx, err := d.pool.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("starting to read: %w", err)
	}
	defer tx.Rollback()
	return newTx(ctx, Postgres, tx).run(fn)
}

// updatePostgres runs fn in its own transaction, again when it collided with
// another one.
func (d *DB) updatePostgres(ctx context.Context, fn func(*Tx) error) error {
	ctx = context.WithValue(ctx, inside{}, true)
	for try := 1; ; try++ {
		err := d.onePostgres(ctx, fn)
		if err == nil || try == mostTries || !collided(err) {
			return err
		}
		select {
		case <-time.After(rand.N(time.Duration(try) * 10 * time.Millisecond)):
		case <-ctx.Done():
			return notRun(ctx.Err())
		}
	}
}

// onePostgres starts its transaction on a context that does not end, so that a
// caller who leaves interrupts fn's statements but never a COMMIT half way.
func (d *DB) onePostgres(ctx context.Context, fn func(*Tx) error) error {
	tx, err := d.pool.BeginTx(context.WithoutCancel(ctx), &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return fmt.Errorf("starting to write: %w", err)
	}
	defer tx.Rollback()
	if err := newTx(ctx, Postgres, tx).run(fn); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

// collided tells that PostgreSQL undid a transaction for the sake of another:
// a serialisation failure or a deadlock.
func collided(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}
