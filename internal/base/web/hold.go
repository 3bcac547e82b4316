package web

import (
	"io"
	"net/http"

	"wasl/internal/base/errs"
)

// Bodies that are read whole rest in memory while their request lasts, and a
// client may let it last. The first freeHeld bytes of each count for nothing,
// so that plain forms are always taken; the rest of all shares Config.Memory.
const (
	freeHeld   = 64 << 10
	mostMemory = 256 << 20 // default of Config.Memory
)

// hold counts n more bytes of a request's body that stay in memory; error.busy
// (503) when there is no room.
func (s *Site) hold(st *state, n int) error {
	st.read += int64(n)
	more := st.read - freeHeld - st.held
	if more <= 0 {
		return nil
	}
	st.held += more
	if s.held.Add(more) > s.conf.Memory {
		return errs.New(errs.Busy, KeyBusy)
	}
	return nil
}

// letGo gives back what a request held.
func (s *Site) letGo(st *state) { s.held.Add(-st.held) }

// holder reads a body of which every byte is kept.
type holder struct {
	r  io.Reader
	st *state
}

// Kept makes a reader of r's body, such as a file of its form that is read
// whole, count what it reads as held.
func Kept(r *http.Request, from io.Reader) io.Reader { return holder{from, stateOf(r)} }

func (h holder) Read(p []byte) (int, error) {
	n, err := h.r.Read(p)
	if h.st.body == nil || n == 0 {
		return n, err
	}
	if full := h.st.body.site.hold(h.st, n); full != nil {
		return 0, full
	}
	return n, err
}
