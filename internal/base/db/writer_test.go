package db

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"wasl/internal/base/errs"
)

func openThings(t *testing.T) *DB {
	t.Helper()
	d, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"), Migrations{Owner: "things",
		FS: fstest.MapFS{"001_thing.sql": {Data: []byte(`CREATE TABLE thing (id TEXT PRIMARY KEY, parent TEXT REFERENCES thing (id) DEFERRABLE INITIALLY DEFERRED)`)}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func thing(id string) func(*Tx) error {
	return func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO thing (id) VALUES ($1)`, id)
		return err
	}
}

func things(t *testing.T, d *DB) string {
	t.Helper()
	var ids string
	err := d.View(t.Context(), func(tx *Tx) error {
		return tx.QueryRow(`SELECT coalesce(group_concat(id, ' '), '') FROM (SELECT id FROM thing ORDER BY id)`).Scan(&ids)
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// batch queues functions while the writer is held, so that they share a COMMIT.
func batch(t *testing.T, d *DB, ctx context.Context, fns ...func(*Tx) error) (wait func() []error) {
	t.Helper()
	started, release, held := make(chan bool), make(chan bool), make(chan error)
	go func() {
		held <- d.Update(t.Context(), func(*Tx) error { started <- true; <-release; return nil })
	}()
	<-started
	answers := make([]chan error, len(fns))
	for i, fn := range fns {
		answers[i] = make(chan error, 1)
		go func() { answers[i] <- d.Update(ctx, fn) }()
		for len(d.writer.jobs) != i+1 {
			time.Sleep(time.Millisecond)
		}
	}
	return func() []error {
		close(release)
		if err := <-held; err != nil {
			t.Errorf("the holder: %v", err)
		}
		out := make([]error, len(fns))
		for i := range out {
			out[i] = <-answers[i]
		}
		return out
	}
}

func TestCommitFailureReachesEveryCaller(t *testing.T) {
	d := openThings(t)
	orphan := func(tx *Tx) error { // found at COMMIT only
		_, err := tx.Exec(`INSERT INTO thing (id, parent) VALUES ('orphan', 'none')`)
		return err
	}
	own := errors.New("own")
	got := batch(t, d, t.Context(), thing("a"), orphan, func(*Tx) error { return own }, thing("b"))()
	for _, i := range []int{0, 1, 3} {
		if got[i] == nil || !strings.Contains(got[i].Error(), "committing") {
			t.Errorf("caller %d got %v, want the commit's error", i, got[i])
		}
	}
	if got[2] != own {
		t.Errorf("the caller with its own error got %v", got[2])
	}
	if err := d.Update(t.Context(), thing("after")); err != nil {
		t.Errorf("the writer did not recover: %v", err)
	}
	if got := things(t, d); got != "after" {
		t.Errorf("kept %q, want what came after", got)
	}
}

func TestACallerWhoLeavesBeforeItsTurnIsNotRun(t *testing.T) {
	d := openThings(t)
	ctx, cancel := context.WithCancel(t.Context())
	ran := false
	wait := batch(t, d, ctx, func(*Tx) error { ran = true; return nil })
	cancel()
	if err := wait()[0]; errs.KindOf(err) != errs.Busy || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want busy", err)
	}
	if err := d.Update(t.Context(), thing("after")); err != nil || ran {
		t.Errorf("ran = %v, then %v", ran, err)
	}
}

func TestACallerWhoLeavesDuringItsTurnLearnsTheOutcome(t *testing.T) {
	d := openThings(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := d.Update(ctx, func(tx *Tx) error {
		cancel()
		return thing("kept")(tx)
	})
	if got := things(t, d); err != nil || got != "kept" {
		t.Errorf("got %v and %q, want it kept and told so", err, got)
	}
}

func TestUpdateInsideUpdateWithAnOuterContext(t *testing.T) {
	d := openThings(t)
	inner := errors.New("not set")
	err := d.Update(t.Context(), func(tx *Tx) error {
		inner = d.Update(t.Context(), thing("inner"))
		return thing("outer")(tx)
	})
	if inner != errNested || err != nil {
		t.Errorf("inner %v, outer %v, want %v and none", inner, err, errNested)
	}
	if err := d.Update(t.Context(), thing("after")); err != nil {
		t.Fatal(err)
	}
	if got := things(t, d); got != "after outer" {
		t.Errorf("kept %q, want no inner", got)
	}
}

// A test that fails inside an update ends the goroutine it runs on.
func TestAFunctionThatEndsTheGoroutine(t *testing.T) {
	d := openThings(t)
	got := batch(t, d, t.Context(), thing("before"), func(*Tx) error { runtime.Goexit(); return nil }, thing("behind"))()
	for i, err := range got {
		if err == nil {
			t.Errorf("caller %d was told that it is kept", i)
		}
	}
	if err := d.Update(t.Context(), thing("after")); err != nil {
		t.Errorf("nobody writes any more: %v", err)
	}
	if got := things(t, d); got != "after" {
		t.Errorf("kept %q", got)
	}
}

func TestClose(t *testing.T) {
	d := openThings(t)
	wait := batch(t, d, t.Context(), thing("queued"))
	closed := make(chan error)
	go func() { closed <- d.Close() }()
	if err := wait()[0]; err != nil {
		t.Errorf("what was queued before the end got %v", err)
	}
	if err := <-closed; err != nil {
		t.Errorf("closing: %v", err)
	}
	if err := d.Update(t.Context(), thing("late")); errs.KindOf(err) != errs.Busy {
		t.Errorf("an update after the end gave %v, want busy", err)
	}
}

func TestSettings(t *testing.T) {
	d := openThings(t)
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "2",
		"temp_store": "2", "trusted_schema": "0", "busy_timeout": "10000"} {
		for where, run := range map[string]func(context.Context, func(*Tx) error) error{"writer": d.Update, "reader": d.View} {
			var got string
			if err := run(t.Context(), func(tx *Tx) error { return tx.QueryRow("PRAGMA " + pragma).Scan(&got) }); err != nil || got != want {
				t.Errorf("%s: %s = %s (%v), want %s", where, pragma, got, err, want)
			}
		}
	}
}
