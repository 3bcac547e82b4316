package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"

	"wasl/internal/base/boot"
)

// side is one process of a pair.
type side struct {
	name    string
	command []string
	url     string // its listener, asked for /readyz
	as      *syscall.Credential

	running atomic.Int64 // process id
	since   time.Time    // when that process was started
}

// shortLife is a life so short that starting again will hardly help.
const shortLife = 5 * time.Second

func (s *side) pid() int64 { return s.running.Load() }

// pair runs the portal and the office as two processes and starts again what
// dies. Both end with the parent.
type pair struct {
	portal, office side
	env            []string
}

// run keeps both sides running until ctx ends; ready is called whenever both
// answer again.
func (p *pair) run(ctx context.Context, ready func()) error {
	// A child's death signal is tied to the thread that started it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	died := make(chan *side, 2)
	for _, s := range []*side{&p.portal, &p.office} {
		if err := p.start(ctx, s, died); err != nil {
			return err
		}
	}
	answering := make(chan struct{}, 2)
	watch := func() {
		if p.portal.await(ctx) && p.office.await(ctx) {
			answering <- struct{}{}
		}
	}
	go watch()
	quick := 0
	for {
		select {
		case <-answering:
			ready()
			quick = 0 // whoever answered was not kept from starting
		case s := <-died:
			if ctx.Err() != nil {
				return p.stop(s, died)
			}
			if quick++; time.Since(s.since) > shortLife {
				quick = 1
			}
			if quick > 5 {
				return errors.Join(fmt.Errorf("%s does not stay up", s.name), p.stop(s, died))
			}
			fmt.Fprintf(os.Stderr, "%s ended; starting it again\n", s.name)
			time.Sleep(100 * time.Millisecond)
			if err := p.start(ctx, s, died); err != nil {
				return errors.Join(err, p.stop(s, died))
			}
			go watch()
		case <-ctx.Done():
			return p.stop(nil, died)
		}
	}
}

func (p *pair) start(ctx context.Context, s *side, died chan<- *side) error {
	cmd := exec.Command(s.command[0], s.command[1:]...)
	cmd.Env = append(os.Environ(), p.env...)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM, Credential: s.as}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting the %s: %w", s.name, err)
	}
	s.running.Store(int64(cmd.Process.Pid))
	s.since = time.Now()
	go func() {
		cmd.Wait() // how it ended does not matter: it is started again, or was told to end
		died <- s
	}()
	return nil
}

// mostRest is between two questions to a side that takes its time.
const mostRest = 200 * time.Millisecond

// await asks /readyz until it is answered well. A certificate names the site
// and not this machine, so it is not judged: nothing but readiness is learnt.
func (s *side) await(ctx context.Context) bool {
	base := s.url
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	if over, at, err := (boot.Peer{URL: s.url}).Client(); err == nil { // a Unix socket
		client, base = over, at
	}
	client.Timeout = 2 * time.Second
	defer client.CloseIdleConnections()
	rest := 10 * time.Millisecond
	for ctx.Err() == nil {
		if res, err := client.Get(base + "/readyz"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return true
			}
		}
		time.Sleep(rest)
		rest = min(rest*5/4, mostRest)
	}
	return false
}

// stop ends both sides and waits for them; gone has ended already.
func (p *pair) stop(gone *side, died <-chan *side) error {
	waiting := 0
	for _, s := range []*side{&p.portal, &p.office} {
		if s == gone {
			continue
		}
		waiting++
		syscall.Kill(int(s.pid()), syscall.SIGTERM)
	}
	limit := time.After(25 * time.Second)
	for range waiting {
		select {
		case <-died:
		case <-limit:
			for _, s := range []*side{&p.portal, &p.office} {
				syscall.Kill(int(s.pid()), syscall.SIGKILL)
			}
			return errors.New("a side did not end in time and was killed")
		}
	}
	return nil
}
