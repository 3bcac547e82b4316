package web

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"wasl/internal/base/errs"
)

// A body is cut when it brings less than slowRate bytes a second over a whole
// slowWindow of waiting, never for the time it takes in all.
const (
	slowRate   = 1 << 10
	slowWindow = 30 * time.Second
	maxDrained = 256 << 20 // bytes read past a refusal
)

// body is a request's body that knows slow from stopped. While it waits for
// bytes its request does not count as work.
type body struct {
	io.ReadCloser
	site   *Site
	ctl    *http.ResponseController
	waits  bool // the client sends only when told to (Expect)
	began  bool
	ended  bool
	err    error         // how it ended
	waited time.Duration // spent waiting in this window
	got    int           // bytes of this window
}

func (b *body) Read(p []byte) (int, error) {
	if b.ended {
		return 0, b.err
	}
	b.began = true
	start := time.Now()
	_ = b.ctl.SetReadDeadline(start.Add(slowWindow - b.waited)) // a recorder has none
	b.site.working.Add(-1)
	n, err := b.ReadCloser.Read(p)
	b.site.working.Add(1)
	b.waited += time.Since(start)
	if b.got += n; b.got >= slowRate*int(slowWindow/time.Second) {
		b.got, b.waited = 0, 0
	}
	if err != nil {
		if err == io.EOF {
			_ = b.ctl.SetReadDeadline(time.Time{})
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = errs.Wrap(errs.Expired, KeyBodySlow, err)
		}
		b.ended, b.err = true, err
	}
	return n, err
}

// settle reads the rest of a body before the answer is sent, so that a client
// still sending gets to read the answer instead of a reset. Refused clients
// and those who wait for leave to send are left alone, for a short time.
func (b *body) settle(leave bool) {
	if b == nil || b.ended {
		return
	}
	if leave || b.waits && !b.began {
		b.ended, b.err = true, http.ErrBodyReadAfterClose
		_ = b.ctl.SetReadDeadline(time.Now().Add(5 * time.Second))
		return
	}
	_, _ = io.CopyN(io.Discard, b, maxDrained)
	if !b.ended {
		_ = b.ctl.SetReadDeadline(time.Now().Add(5 * time.Second))
	}
}
