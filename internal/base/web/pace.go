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
)

// body is a request's body that knows slow from stopped. While it waits for
// bytes its request does not count as work.
type body struct {
	io.ReadCloser
	site   *Site
	ctl    *http.ResponseController
	began  bool
	ended  bool
	waited time.Duration // spent waiting in this window
	got    int           // bytes of this window
}

func (b *body) Read(p []byte) (int, error) {
	if b.ended {
		return b.ReadCloser.Read(p)
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
		b.ended = true
		_ = b.ctl.SetReadDeadline(time.Time{})
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = errs.Wrap(errs.Expired, KeyBodySlow, err)
		}
	}
	return n, err
}

// finish bounds what the server may still read of a body left unread.
func (b *body) finish() {
	if !b.ended {
		_ = b.ctl.SetReadDeadline(time.Now().Add(slowWindow))
	}
}
