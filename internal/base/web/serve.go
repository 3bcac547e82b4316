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
	"sync"
	"time"
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
	places := &placed{Listener: ln, taken: make(chan struct{}, opts.Conns), closed: make(chan struct{})}
	srv.ConnState = places.leave
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(places) }()
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

// placed lets so many connections be open at once. It hands each on as it is:
// net/http must see a TLS connection to know it, and to speak HTTP/2.
type placed struct {
	net.Listener
	taken, closed chan struct{}
	once          sync.Once
}

func (p *placed) Accept() (net.Conn, error) {
	select {
	case p.taken <- struct{}{}:
	case <-p.closed:
		return nil, net.ErrClosed
	}
	c, err := p.Listener.Accept()
	if err != nil {
		<-p.taken
	}
	return c, err
}

func (p *placed) Close() error {
	p.once.Do(func() { close(p.closed) })
	return p.Listener.Close()
}

// leave gives a place back: net/http tells of each end once.
func (p *placed) leave(_ net.Conn, state http.ConnState) {
	if state == http.StateClosed || state == http.StateHijacked {
		<-p.taken
	}
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
