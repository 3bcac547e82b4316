package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// client is one connection of the generator. It writes requests by hand, so
// that the generator costs little beside what it measures.
type client struct {
	addr    string
	conn    net.Conn
	in      *bufio.Reader
	out     []byte
	cookie  string
	samples []sample // one per answer
	acked   []ack    // one per filing the server answered for
}

// sample is one answer: when it had come whole, and after how long.
type sample struct {
	at   time.Time
	took time.Duration
}

// ack is one acknowledged filing.
type ack struct {
	at        time.Time
	reference string
}

// reply is what the generator looks at of an answer.
type reply struct {
	status   int
	location string
	body     []byte
}

// send makes one request and reads the answer whole. Headers are lines that
// end with \r\n.
func (c *client) send(method, path, headers string, body []byte) (reply, error) {
	if c.conn == nil {
		conn, err := net.Dial("tcp", c.addr)
		if err != nil {
			return reply{}, err
		}
		c.conn, c.in = conn, bufio.NewReaderSize(conn, 32<<10)
	}
	b := append(c.out[:0], method...)
	b = append(append(append(b, ' '), path...), " HTTP/1.1\r\nHost: "...)
	b = append(append(append(b, c.addr...), "\r\n"...), headers...)
	if c.cookie != "" {
		b = append(append(append(b, "Cookie: "...), c.cookie...), "\r\n"...)
	}
	if method != http.MethodGet {
		b = append(strconv.AppendInt(append(b, "Content-Length: "...), int64(len(body)), 10), "\r\n"...)
	}
	c.out = append(append(b, "\r\n"...), body...)
	start := time.Now()
	if _, err := c.conn.Write(c.out); err != nil {
		return reply{}, err
	}
	res, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return reply{}, err
	}
	got, err := io.ReadAll(res.Body)
	if err != nil {
		return reply{}, err
	}
	now := time.Now()
	c.samples = append(c.samples, sample{now, now.Sub(start)})
	for _, set := range res.Cookies() {
		c.cookie = set.Name + "=" + set.Value
	}
	return reply{res.StatusCode, res.Header.Get("Location"), got}, nil
}

func (c *client) close() {
	if c.conn != nil {
		c.conn.Close()
	}
}

// errStopped says that a job broke off because its window had ended.
var errStopped = errors.New("the window has ended")

// job is what a client does again and again; it may look at stop between two
// requests.
type job func(c *client, stop *atomic.Bool) error

// filing posts an application to path. With confirmed, the answer must hold a
// reference.
func (b *bench) filing(path string, confirmed bool) job {
	const headers = "Content-Type: application/json\r\n"
	return func(c *client, _ *atomic.Bool) error {
		n := b.counter.Add(1)
		got, err := c.send(http.MethodPost, path, headers+"Idempotency-Key: "+newKey()+"\r\n", b.body.of(n))
		if err != nil {
			return err
		}
		if got.status != http.StatusCreated {
			return fmt.Errorf("POST %s: status %d: %.200s", path, got.status, got.body)
		}
		if !confirmed {
			return nil
		}
		reference := between(got.body, `"reference":"`, `"`)
		if reference == "" {
			return fmt.Errorf("POST %s: no reference in %.200s", path, got.body)
		}
		c.acked = append(c.acked, ack{time.Now(), reference})
		return nil
	}
}

func between(body []byte, before, after string) string {
	_, rest, _ := bytes.Cut(body, []byte(before))
	found, _, ok := bytes.Cut(rest, []byte(after))
	if !ok {
		return ""
	}
	return string(found)
}

// result is what one window showed.
type result struct {
	seconds       float64
	answers, acks int
	took          []time.Duration // of the answers, rising
	cpu, database time.Duration   // of the server's processes
	own           time.Duration   // of the generator
	references    []string        // of every acknowledged filing, counted or not
	failed        error
}

// window lets conns clients work on a server and counts what happens after
// the warm-up.
func (b *bench) window(s *server, do job) result {
	var stop atomic.Bool
	var wg sync.WaitGroup
	clients, failed := make([]*client, b.conns), make([]error, b.conns)
	for i := range clients {
		c := &client{addr: s.addr}
		clients[i] = c
		wg.Go(func() {
			defer c.close()
			for !stop.Load() {
				if err := do(c, &stop); err != nil && !errors.Is(err, errStopped) {
					failed[i] = err
					return
				}
			}
		})
	}
	time.Sleep(b.warm)
	from, before := time.Now(), s.used()
	time.Sleep(b.options.window)
	until, after := time.Now(), s.used()
	stop.Store(true)
	wg.Wait()
	r := result{seconds: until.Sub(from).Seconds(), cpu: after.own - before.own, database: after.database - before.database,
		own: after.generator - before.generator, failed: errors.Join(failed...)}
	for _, c := range clients {
		r.count(c, from, until)
	}
	sortDurations(r.took)
	return r
}

func (r *result) count(c *client, from, until time.Time) {
	within := func(t time.Time) bool { return t.After(from) && !t.After(until) }
	for _, s := range c.samples {
		if within(s.at) {
			r.answers++
			r.took = append(r.took, s.took)
		}
	}
	for _, a := range c.acked {
		if within(a.at) {
			r.acks++
		}
		r.references = append(r.references, a.reference)
	}
}
