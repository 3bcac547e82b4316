// Package worker is the office's unattended hand: it brings envelopes in from
// the portal, sequences the ledger, pushes what the portal shows, and records
// what the passing of time does to cases. It calls the portal, never the other
// way round, and treats every answer as hostile: bounded, checked, never
// trusted with a decision. It opens intake sections and nothing else, logs no
// personal data, and belongs to the office zone.
package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"

	"wasl/internal/domain/casework"
)

// Config is what a worker needs.
type Config struct {
	Office *casework.Office
	Portal string       // base URL of exchange, such as http://exchange
	Client *http.Client // reaches it: over a Unix socket, or with mutual TLS
	Ledger note.Signer  // the ledger key
	Log    *slog.Logger

	Present func() time.Time // nil: the wall clock
}

// Paces of the loop.
const (
	shortWait    = 200 * time.Millisecond // after a round that did something, then doubling
	longWait     = 500 * time.Millisecond // between rounds without work
	longestWait  = 5 * time.Second        // between tries at a portal that does not answer
	sequenceRest = time.Second            // between two checkpoints at least
	publishRest  = time.Minute            // between two looks at what the portal has published
	searchRest   = time.Minute            // between two looks for files that were missing
	dueRest      = 10 * time.Second       // between two looks at legal dates
)

// Worker runs the office's side of exchange. One Run at a time.
type Worker struct {
	office  *casework.Office
	portal  portal
	signer  note.Signer
	log     *slog.Logger
	present func() time.Time

	sequenced time.Time // when the last checkpoint was made
	compared  time.Time // when the portal's publications were last looked at
	due       time.Time // when legal dates were last looked at
	postponed int       // how many rounds they waited for what the portal still offers
	more      bool      // the portal offered something in this round
	searched  time.Time // when missing files were last asked for
	told      string    // the shelf that the portal has
	waitsFor  string    // the envelope whose files are not there yet
	tries     int       // how often they were asked for

	reached atomic.Int64 // when the portal last answered, microseconds
}

// New makes a worker.
func New(c Config) (*Worker, error) {
	if c.Office == nil || c.Client == nil || c.Ledger == nil || c.Portal == "" {
		return nil, errors.New("worker: office, portal, client and ledger key are needed")
	}
	client := *c.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the portal sends us nowhere
	w := &Worker{office: c.Office, portal: portal{base: strings.TrimSuffix(c.Portal, "/"), client: &client}, signer: c.Ledger, log: c.Log, present: c.Present}
	if w.present == nil {
		w.present = time.Now
	}
	if w.log == nil {
		w.log = slog.New(slog.DiscardHandler)
	}
	return w, nil
}

// Run works until ctx ends. It never gives up: what fails is logged and tried
// again, later and later, five seconds apart at most.
func (w *Worker) Run(ctx context.Context) error {
	wait := shortWait
	failures := 0
	for ctx.Err() == nil {
		did, err := w.Round(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			if failures++; failures == 4 || failures%20 == 0 {
				w.log.Warn("worker round failed", "err", err, "failures", failures)
			}
			wait = min(shortWait<<min(failures, 10), longestWait)
		case did:
			failures, wait = 0, 0
		default:
			if failures > 3 {
				w.log.Info("worker goes on", "after_failures", failures)
			}
			failures, wait = 0, min(max(2*wait, shortWait), longWait)
		}
		pause(ctx, wait)
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// Round does once everything there is to do and tells whether there was any.
// A portal that is down stops neither the ledger nor the legal dates: it is
// waited for once in a round.
func (w *Worker) Round(ctx context.Context) (did bool, err error) {
	for _, part := range []struct {
		name  string
		calls bool // the portal
		do    func(context.Context) (bool, error)
	}{
		{"reading the shelf", false, w.refresh},
		{"publishing", true, w.publish},
		{"pulling", true, w.pull},
		{"looking for missing files", true, w.search},
		{"sequencing", false, w.sequence},
		{"pushing", true, w.push},
		{"legal dates", false, w.runDue},
	} {
		if part.calls && errors.Is(err, errSilent) {
			continue
		}
		some, perr := w.part(ctx, part.do)
		did = did || some
		if perr != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", part.name, perr))
		}
	}
	return did, err
}

// part runs one part; a panic in it is an error of this round, with its place
// and, but for the runtime's own, without its words: they may be personal.
func (w *Worker) part(ctx context.Context, do func(context.Context) (bool, error)) (did bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			what := fmt.Sprintf("of type %T", p)
			if e, ok := p.(runtime.Error); ok {
				what = e.Error()
			}
			did, err = false, fmt.Errorf("panic %s\n%s", what, debug.Stack())
		}
	}()
	return do(ctx)
}

func (w *Worker) refresh(ctx context.Context) (bool, error) { return false, w.office.Refresh(ctx) }

// sequence puts waiting leaves into the ledger, at most one checkpoint a second.
func (w *Worker) sequence(ctx context.Context) (bool, error) {
	now := w.present()
	if now.Sub(w.sequenced).Abs() < sequenceRest {
		return false, nil
	}
	n, err := w.office.Sequence(ctx, w.signer)
	if n > 0 {
		w.sequenced = now
	}
	return n > 0, err
}

// Bounds of one look at legal dates.
const (
	mostPostponed = 30   // rounds: a portal that goes on offering holds up no date for ever
	enough        = 4000 // cases
)

// runDue looks at legal dates every ten seconds. What was deposited before a
// date comes before it, so the dates wait, within bounds, until the portal
// offers nothing more.
func (w *Worker) runDue(ctx context.Context) (bool, error) {
	now := w.present()
	if now.Sub(w.due).Abs() < dueRest {
		return false, nil
	}
	if w.more && w.postponed < mostPostponed {
		w.postponed++
		return true, nil
	}
	w.postponed = 0
	if err := w.office.ResumeLaw(ctx); err != nil {
		w.log.Error("an act of law does not go on", "reason", err)
	}
	n, err := w.RunDue(ctx, now)
	if n < enough || err != nil {
		w.due = now
	}
	return n > 0, err
}

// RunDue records what the passing of time did until now, batch after batch until
// nothing is due, and tells of how many cases, at most about four thousand a
// call: then the portal is told before the next. A failure ends it.
func (w *Worker) RunDue(ctx context.Context, now time.Time) (cases int, err error) {
	for cases < enough {
		n, err := w.office.RunDue(ctx, now)
		if cases += n; n == 0 || err != nil {
			return cases, err
		}
	}
	return cases, nil
}

// Ready says why the worker lags, or nil.
func (w *Worker) Ready(ctx context.Context) error {
	if err := w.office.Ready(ctx); err != nil {
		return err
	}
	if last := time.UnixMicro(w.reached.Load()); w.present().Sub(last) > time.Minute {
		return errors.New("the portal has not answered for a minute")
	}
	lag, err := w.office.Lag(ctx)
	if err != nil {
		return err
	}
	if lag.Outbox > lagging || lag.Leaves > lagging || lag.Due > lagging {
		return fmt.Errorf("behind: %d messages, %d leaves, %d due cases", lag.Outbox, lag.Leaves, lag.Due)
	}
	return nil
}

// lagging is how many waiting rows are still no reason to worry.
const lagging = 10000
