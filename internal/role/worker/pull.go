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

// fileTries is how many rounds an envelope waits for a file that the portal
// does not give, or not as it was sealed.
const fileTries = 20

// pull takes the envelopes that the portal offers, in order, each with its
// files first.
func (w *Worker) pull(ctx context.Context) (bool, error) {
	w.more = false
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
	w.more = len(offered) > 0
	return w.more, nil
}

func (w *Worker) heard() { w.reached.Store(w.present().UnixMicro()) }

// take fetches an envelope's files, then takes it. A file that the portal does
// not give in many rounds is an alarm and no reason to hold up every case
// behind it: it is asked for again every minute.
func (w *Worker) take(ctx context.Context, off intake.Offered) error {
	needs, err := w.office.Needs(ctx, off)
	if err != nil {
		return err
	}
	if w.waitsFor != off.Envelope {
		w.waitsFor, w.tries = off.Envelope, 0
	}
	for _, need := range needs {
		err := w.fetch(ctx, need)
		if err == nil {
			continue
		}
		if w.tries++; !absent(err) || w.tries < fileTries {
			return err
		}
		w.log.Error("a sealed file is missing at the portal", "envelope", off.Envelope, "file", need.Name, "reason", err)
		if err := w.office.Miss(ctx, need); err != nil {
			return err
		}
	}
	return w.office.Take(ctx, off)
}

func (w *Worker) fetch(ctx context.Context, need casework.Need) error {
	return w.portal.blob(ctx, need.Name, func(r io.Reader) error { return w.office.KeepFile(ctx, need, r) })
}

// absent tells whether the portal answered, and does not have the file.
func absent(err error) bool {
	var status statusError
	return errors.Is(err, casework.ErrFile) || errors.As(err, &status) && status == http.StatusNotFound
}

// search asks again for the files that were missing.
func (w *Worker) search(ctx context.Context) (bool, error) {
	now := w.present()
	if now.Sub(w.searched).Abs() < searchRest {
		return false, nil
	}
	w.searched = now
	needs, err := w.office.Wanted(ctx)
	if err != nil {
		return false, err
	}
	did := false
	for _, need := range needs {
		err := w.fetch(ctx, need)
		if absent(err) {
			continue
		}
		if err == nil {
			err = w.office.Found(ctx, need)
		}
		if err != nil {
			return did, err
		}
		w.log.Info("a missing file was found", "file", need.Name)
		did = true
	}
	return did, nil
}
