package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"time"
)

// Masks of processors. The generator's is set once, before anything starts.
const everywhere = ^uint64(0)

var generatorOn uint64 = everywhere

// bench is one run.
type bench struct {
	options
	report
	dir       string
	serversOn uint64
	body      body // of the filing
	counter   atomic.Int64
	random    *rand.Rand
}

func newBench(o options, w io.Writer) (*bench, error) {
	dir, err := os.MkdirTemp("", "wasl-bench-") // short: a socket's path has 108 bytes
	if err != nil {
		return nil, err
	}
	b := &bench{options: o, report: report{w: w}, dir: dir, serversOn: everywhere, random: rand.New(rand.NewPCG(o.seed, 1))}
	if b.pin = o.pin && runtime.NumCPU() > 1; b.pin {
		b.serversOn, generatorOn = 1, everywhere&^1
		if err := pinAll(os.Getpid(), generatorOn); err != nil {
			return nil, fmt.Errorf("choosing processors: %w", err)
		}
	}
	b.programs, err = build(o.programs, dir)
	return b, err
}

func (b *bench) close() { os.RemoveAll(b.dir) }

// engine measures everything on one engine.
func (b *bench) engine(name string) (err error) {
	dir := filepath.Join(b.dir, name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	list, drop, err := stores(name, dir, 3)
	if drop != nil {
		defer func() { err = errors.Join(err, drop()) }()
	}
	if err != nil {
		return err
	}
	d := &demo{bench: b, dir: filepath.Join(dir, "demo"), stores: [2]string{list[0], list[1]}}
	if name == "sqlite" {
		d.stores = [2]string{"sqlite:" + filepath.Join(d.dir, "public", "store.db"), "sqlite:" + filepath.Join(d.dir, "office", "store.db")}
	}
	if d.portal, err = free(); err != nil {
		return err
	}
	if d.office, err = free(); err != nil {
		return err
	}
	b.section(name)
	acked, steps, err := d.first()
	if err != nil {
		return err
	}
	if err := d.starts(); err != nil {
		return err
	}
	return d.race(list[2], acked, steps)
}

// first starts the demo on empty stores, files through it and weighs it. It
// gives the acknowledged references and the recorded journey.
func (d *demo) first() (acked []string, steps []step, err error) {
	from := time.Now()
	s, err := d.up()
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	d.line("first start of both sides, stores and keys made: ready after %.0f ms", time.Since(from).Seconds()*1000)
	ctx := context.Background()
	def, example, err := example(ctx, "http://"+d.portal)
	if err != nil {
		return nil, nil, err
	}
	if d.body, err = json.Marshal(application{Authority: example.Authority, Language: "fr", Answers: marshal(example.Answers)}); err != nil {
		return nil, nil, err
	}
	if steps, err = record(ctx, "http://"+d.portal, def, example); err != nil {
		return nil, nil, err
	}
	acked, err = d.weigh(s)
	return acked, steps, err
}

func marshal(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // it came from JSON
	}
	return raw
}

// weigh files some thousand applications and tells how much memory all
// processes of the demo have then, and when the office has taken them all.
func (d *demo) weigh(s *server) (acked []string, err error) {
	c := &client{addr: d.portal}
	defer c.close()
	do, from := d.filing(apiPath, true), time.Now()
	most := int64(0)
	for i := range d.options.filings {
		if err := do(c, nil); err != nil {
			return nil, err
		}
		if i%50 == 0 {
			sum, _, err := weightOf(s)
			if err != nil {
				return nil, err
			}
			most = max(most, sum)
		}
	}
	for _, a := range c.acked {
		acked = append(acked, a.reference)
	}
	filed := time.Since(from)
	l, err := openLook(d.stores[0])
	if err != nil {
		return nil, err
	}
	defer l.Close()
	for n := int64(0); n < int64(len(acked)); time.Sleep(20 * time.Millisecond) {
		if n, err = l.number(`SELECT count(*) FROM inclusion`); err != nil {
			return nil, err
		}
		if time.Since(from) > 5*time.Minute {
			return nil, fmt.Errorf("the office has taken %d of %d filings in five minutes", n, len(acked))
		}
	}
	taken := time.Since(from)
	sum, parts, err := weightOf(s)
	d.gate(fmt.Sprintf("memory after %d filings", len(acked)), float64(max(most, sum))/1e6, "<=", 200, "MB")
	d.line("memory after %d filings over the API, all taken by the office: %s MB (%s); most seen %s MB", len(acked), mb(sum), parts, mb(max(most, sum)))
	d.line("  filed one after the other in %.1f s; the office had taken the last after %.1f s", filed.Seconds(), taken.Seconds())
	return acked, err
}

// weightOf sums the memory of a demo's processes.
func weightOf(s *server) (sum int64, parts string, err error) {
	for i, pid := range family(s.command.Process.Pid) {
		n, err := pss(pid)
		if err != nil {
			return 0, "", err
		}
		sum += n
		if i > 0 {
			parts += " + "
		}
		parts += commandOf(pid) + " " + mb(n)
	}
	return sum, parts, nil
}

func mb(n int64) string { return fmt.Sprintf("%.1f", float64(n)/1e6) }

// starts tells how fast each side is ready on stores that exist.
func (d *demo) starts() error {
	for _, name := range []string{"portal", "office"} {
		took, err := d.readyAfter(name, d.options.starts)
		if err != nil {
			return err
		}
		d.gate(name+" alone is ready", spreadOf(took).median, "<=", 400, "ms")
		d.line("%s alone, stores there already: ready after %s ms (%d starts)", name, spreadOf(took).show(0), len(took))
	}
	return nil
}

const apiPath = "/api/v1/services/" + residence + "/submissions"

// race measures filing: floor and API in turns, then the pages.
func (d *demo) race(floorStore string, acked []string, steps []step) (err error) {
	var running [3]*server
	defer func() {
		for _, s := range running {
			if s != nil {
				err = errors.Join(err, s.stop())
			}
		}
	}()
	if running[0], err = d.own("null"); err != nil {
		return err
	}
	if running[1], err = d.own("floor", floorStore); err != nil {
		return err
	}
	if running[2], err = d.side("portal", d.serversOn); err != nil {
		return err
	}
	if err := running[2].await("/readyz"); err != nil {
		return err
	}
	r, err := d.lanes(running, floorStore, acked)
	if err != nil {
		return err
	}
	defer r.close()
	r.run(steps)
	d.table(r)
	return r.check()
}

// commandOf is the name of a process.
func commandOf(pid int) string {
	raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	name := string(raw)
	for len(name) > 0 && name[len(name)-1] == '\n' {
		name = name[:len(name)-1]
	}
	return name
}
