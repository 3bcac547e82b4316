package worker

import (
	"context"
	"fmt"
	"slices"

	"wasl/internal/domain/intake"
)

// publish hands over what this office has published and the portal lacks: at
// once when something new was published here, and now and then for a portal
// that lost its store.
func (w *Worker) publish(ctx context.Context) (bool, error) {
	now, shelf := w.present(), w.office.Shelf()
	if shelf == w.told && now.Sub(w.compared).Abs() < publishRest {
		return false, nil
	}
	has, err := w.portal.published(ctx)
	if err != nil {
		return false, err
	}
	w.heard()
	lacks, err := w.office.Unpushed(ctx, has)
	if err != nil {
		return false, err
	}
	for _, p := range lacks {
		if err := w.portal.push(ctx, intake.Push{Publications: []intake.Publication{p}}); err != nil {
			return false, fmt.Errorf("%s %s: %w", p.Kind, p.ID, err)
		}
	}
	if len(lacks) > 0 {
		w.log.Info("published at the portal", "texts", len(lacks))
	}
	w.told, w.compared = shelf, now
	return len(lacks) > 0, nil
}

// push hands over the outbox, then the ledger's files. What it hands over
// twice because an answer was lost changes nothing there.
func (w *Worker) push(ctx context.Context) (bool, error) {
	did := false
	for ctx.Err() == nil {
		push, ids, err := w.office.Outbox(ctx)
		if err != nil || len(ids) == 0 {
			some, lerr := w.pushLedger(ctx)
			if err == nil {
				err = lerr
			}
			return did || some, err
		}
		if err := w.portal.push(ctx, push); err != nil {
			return did, err
		}
		w.heard()
		if err := w.office.Delivered(ctx, ids); err != nil {
			return did, err
		}
		did = true
	}
	return did, ctx.Err()
}

// mostLedger bounds one push of ledger files, in bytes.
const mostLedger = 2 << 20

// pushLedger hands over tiles, the checkpoint last: nobody sees a checkpoint
// whose tiles are missing.
func (w *Worker) pushLedger(ctx context.Context) (bool, error) {
	files, size, err := w.office.LedgerFiles(ctx)
	if err != nil || len(files) == 0 {
		return false, err
	}
	slices.SortStableFunc(files, func(a, b intake.LedgerFile) int { return checkpointLast(a) - checkpointLast(b) })
	for len(files) > 0 {
		n, bytes := 0, 0
		for n < len(files) && (n == 0 || bytes+len(files[n].Body) <= mostLedger) {
			bytes += len(files[n].Body)
			n++
		}
		if err := w.portal.push(ctx, intake.Push{Ledger: files[:n]}); err != nil {
			return false, err
		}
		files = files[n:]
	}
	w.heard()
	return true, w.office.LedgerDelivered(ctx, size)
}

func checkpointLast(f intake.LedgerFile) int {
	if f.Path == "checkpoint" {
		return 1
	}
	return 0
}
