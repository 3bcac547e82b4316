package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"wasl/internal/domain/casework"
	"wasl/internal/domain/intake"
)

// fileTries is how often a sealed file that is not the right one is fetched.
const fileTries = 3

// pull takes the envelopes that the portal offers, in order, each with its
// files first.
func (w *Worker) pull(ctx context.Context) (bool, error) {
	after, err := w.office.Progress(ctx)
	if err != nil {
		return false, err
	}
	offered, err := w.portal.offered(ctx, after)
	if err != nil {
		return false, err
	}
	w.heard()
	for i, off := range offered {
		if off.Seq != after+1 || i >= pullAtOnce {
			return i > 0, fmt.Errorf("the portal offers number %d after number %d", off.Seq, after)
		}
		if err := w.take(ctx, off); err != nil {
			return i > 0, err
		}
		after = off.Seq
	}
	return len(offered) > 0, nil
}

func (w *Worker) heard() { w.reached.Store(w.present().UnixMicro()) }

// take fetches an envelope's files, then takes it. A file that the portal does
// not have, or not as it was sealed, is an alarm and no reason to hold up the
// case: the page that would show the file says that it is missing.
func (w *Worker) take(ctx context.Context, off intake.Offered) error {
	needs, err := w.office.Needs(ctx, off)
	if err != nil {
		return err
	}
	for _, need := range needs {
		err := w.fetch(ctx, need)
		var status statusError
		switch {
		case err == nil:
		case errors.As(err, &status) && status == http.StatusNotFound, errors.Is(err, casework.ErrFile):
			w.log.Error("a sealed file is missing at the portal", "envelope", off.Envelope, "file", need.Name, "reason", err)
		default:
			return err
		}
	}
	return w.office.Take(ctx, off)
}

func (w *Worker) fetch(ctx context.Context, need casework.Need) (err error) {
	for range fileTries {
		err = w.portal.blob(ctx, need.Name, func(r io.Reader) error { return w.office.KeepFile(ctx, need, r) })
		if !errors.Is(err, casework.ErrFile) {
			return err
		}
	}
	return err
}
