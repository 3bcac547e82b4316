package web

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/net/netutil"
)

// ServeOptions bound one listener. Zero values become the defaults.
type ServeOptions struct {
	Conns int           // open connections; 10,000
	Grace time.Duration // for requests under way at the end; 20 s
	Log   *slog.Logger
}

// Serve answers on ln until ctx ends, then lets the requests under way finish.
// A client has 15 s for its headers, at most 16 KB of them; bodies and answers
// are timed by Site. It returns nil after a graceful stop.
func Serve(ctx context.Context, ln net.Listener, h http.Handler, opts ServeOptions) error {
	if opts.Conns == 0 {
		opts.Conns = 10_000
	}
	if opts.Grace == 0 {
		opts.Grace = 20 * time.Second
	}
	srv := &http.Server{
		Handler:                      h,
		ReadHeaderTimeout:            15 * time.Second,
		IdleTimeout:                  2 * time.Minute,
		MaxHeaderBytes:               16 << 10,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     log.New(serverLog{opts.Log}, "", 0),
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(netutil.LimitListener(ln, opts.Conns)) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), opts.Grace)
	defer cancel()
	if err := srv.Shutdown(stop); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return srv.Close()
		}
		return fmt.Errorf("stopping: %w", err)
	}
	return nil
}

// serverLog passes on what net/http has to say, without client addresses.
type serverLog struct{ log *slog.Logger }

func (l serverLog) Write(p []byte) (int, error) {
	if l.log != nil {
		text, _, _ := strings.Cut(string(p), " from ")
		l.log.Warn("http server", "message", strings.TrimSpace(text))
	}
	return len(p), nil
}
