package db

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"wasl/internal/base/errs"
)

// mostPerCommit bounds how many queued functions share one COMMIT.
const mostPerCommit = 256

// patience is how long an update waits before it asks whether it is waiting
// for itself.
const patience = 200 * time.Millisecond

// writer is the one writer of a SQLite store: a goroutine that runs queued
// functions one after the other, each in a savepoint, and commits together
// those that were waiting. One fsync so serves many callers, and nobody waits
// for a batch to fill.
type writer struct {
	pool    *sql.DB
	session *session
	jobs    chan *job
	done    chan struct{} // closed when the goroutine has ended
	goes    atomic.Pointer[[]byte]

	mu    sync.RWMutex // guards ended, and jobs against being closed while used
	ended bool
}

// job is one call of Update.
type job struct {
	ctx    context.Context
	fn     func(*Tx) error
	err    error
	taken  atomic.Bool // by the writer, which runs it, or by its caller, who gave up
	answer chan error
}

func newWriter(pool *sql.DB) *writer {
	w := &writer{pool: pool, session: &session{pool: pool},
		jobs: make(chan *job, mostPerCommit), done: make(chan struct{})}
	go w.run()
	return w
}

func (w *writer) close() error {
	w.mu.Lock()
	if !w.ended {
		w.ended = true
		close(w.jobs)
	}
	w.mu.Unlock()
	<-w.done
	return errors.Join(w.session.close(), w.pool.Close())
}

// do queues fn and waits until it is durable. Once fn has started, the end of
// ctx changes nothing: the answer tells what was kept.
func (w *writer) do(ctx context.Context, fn func(*Tx) error) error {
	j := &job{ctx: ctx, fn: fn, answer: make(chan error, 1)}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	if err := w.enqueue(j, timer); err != nil {
		return err
	}
	quit := ctx.Done()
	for {
		select {
		case err := <-j.answer:
			return err
		case <-timer.C:
			if w.isMe() && j.taken.CompareAndSwap(false, true) {
				return errNested
			}
		case <-quit:
			if j.taken.CompareAndSwap(false, true) {
				return notRun(ctx.Err())
			}
			quit = nil
		}
	}
}

func (w *writer) enqueue(j *job, timer *time.Timer) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.ended {
		return notRun(errors.New("the store is closed"))
	}
	for {
		select {
		case w.jobs <- j:
			return nil
		case <-j.ctx.Done():
			return notRun(j.ctx.Err())
		case <-timer.C:
			if w.isMe() {
				return errNested
			}
		}
	}
}

// isMe tells whether the writer's goroutine is the one that asks. Reading the
// number of a goroutine is slow, so it is done only after some patience.
func (w *writer) isMe() bool {
	id := w.goes.Load()
	return id != nil && bytes.Equal(*id, goroutine())
}

// goroutine is the number of the calling goroutine, as its stack is headed.
func goroutine() []byte {
	var buf [64]byte
	head := buf[:runtime.Stack(buf[:], false)]
	return bytes.Fields(head)[1]
}

func (w *writer) run() {
	id := goroutine()
	w.goes.Store(&id)
	batch := make([]*job, 0, mostPerCommit)
	ended := false
	defer func() {
		if ended {
			close(w.done)
			return
		}
		// A function ended the goroutine (runtime.Goexit, as a failing test
		// does): nothing of its batch is kept, and another goroutine goes on.
		w.session.drop()
		answer(batch, errs.Wrap(errs.Internal, "internal", errors.New("a function ended the writer's goroutine")))
		go w.run()
	}()
	for first := range w.jobs {
		batch = w.gather(append(batch[:0], first))
		err := w.commit(batch)
		if err != nil {
			w.session.drop()
		}
		answer(batch, err)
	}
	ended = true
}

// answer tells each caller of a batch its own error, else the batch's.
func answer(batch []*job, err error) {
	for i, j := range batch {
		if j.err == nil {
			j.err = err
		}
		j.answer <- j.err
		batch[i] = nil
	}
}

// gather takes what is queued already, without waiting for more.
func (w *writer) gather(batch []*job) []*job {
	for len(batch) < mostPerCommit {
		select {
		case j, ok := <-w.jobs:
			if !ok {
				return batch
			}
			batch = append(batch, j)
		default:
			return batch
		}
	}
	return batch
}

// commit runs a batch in one transaction. Its error means that nothing of the
// batch can be counted on; the caller of commit then drops the session, which
// undoes what is not committed.
func (w *writer) commit(batch []*job) error {
	ctx := context.WithValue(context.Background(), inside{}, true)
	err := w.session.connect(ctx)
	if err == nil {
		_, err = w.session.ExecContext(ctx, `BEGIN IMMEDIATE`)
	}
	if err != nil && locked(err) {
		return notRun(err)
	}
	if err != nil {
		return fmt.Errorf("starting to write: %w", err)
	}
	end := `ROLLBACK`
	for _, j := range batch {
		if !j.taken.CompareAndSwap(false, true) {
			continue // its caller has left
		}
		if err := j.ctx.Err(); err != nil {
			j.err = notRun(err)
			continue
		}
		if err := w.one(j); err != nil {
			return fmt.Errorf("writing: %w", err)
		}
		if j.err == nil {
			end = `COMMIT`
		}
	}
	if acknowledgeEarly { // the control of the kill test, never in a real build
		answer(slices.Clone(batch), nil)
		time.Sleep(50 * time.Millisecond)
	}
	if _, err := w.session.ExecContext(ctx, end); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

// one runs a job inside its savepoint. Its error is about the transaction
// around, the job's own goes to the job.
func (w *writer) one(j *job) error {
	ctx := context.WithValue(context.WithoutCancel(j.ctx), inside{}, true)
	if _, err := w.session.ExecContext(ctx, `SAVEPOINT one`); err != nil {
		return err
	}
	if j.err = newTx(ctx, SQLite, w.session).run(j.fn); j.err != nil {
		if _, err := w.session.ExecContext(ctx, `ROLLBACK TO one`); err != nil {
			return err
		}
	}
	_, err := w.session.ExecContext(ctx, `RELEASE one`)
	return err
}
