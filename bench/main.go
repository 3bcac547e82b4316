// Command bench measures filing: the public API and the pages of a real
// wasl-portal against two servers of its own that need no download, a null
// handler and the floor, which is the least that a sealed, signed and durable
// filing can cost. It knows processes, addresses and the public contract.
//
//	go run ./bench [-short] [-out FILE]
//
// PostgreSQL is measured too where WASL_TEST_POSTGRES names a server. It exits
// 1 when a count is wrong (rows are not the acknowledged filings, an error was
// answered) and never for slowness. Only maintainers and tests run it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

// options say what is measured, and how long.
type options struct {
	engines  []string
	pairs    int           // windows of floor and API
	window   time.Duration // counted time of one window
	warm     time.Duration // before it, not counted
	conns    int           // connections at once
	starts   int           // how often each side is started
	filings  int           // before memory is weighed
	seed     uint64
	pin      bool   // servers on the first core, generator on the others
	programs string // folder of wasl and wasl-portal, "" builds them
}

func full() options {
	return options{pairs: 7, window: 3 * time.Second, warm: 700 * time.Millisecond, conns: 64, starts: 11, filings: 1000, pin: true}
}

func short() options {
	return options{pairs: 2, window: 700 * time.Millisecond, warm: 200 * time.Millisecond, conns: 64, starts: 2, filings: 200, pin: true}
}

func main() {
	if serveChild() {
		return
	}
	o := full()
	quick := flag.Bool("short", os.Getenv("WASL_BENCH") == "short", "a smoke run of a few seconds")
	out := flag.String("out", "", "file to write the report to as well")
	flag.IntVar(&o.pairs, "pairs", o.pairs, "pairs of windows")
	flag.DurationVar(&o.window, "window", o.window, "counted time of a window")
	flag.IntVar(&o.conns, "conns", o.conns, "connections at once")
	flag.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "order of the windows")
	flag.BoolVar(&o.pin, "pin", o.pin, "servers on the first core, generator on the others")
	flag.StringVar(&o.programs, "bin", os.Getenv("WASL_BIN"), "folder of wasl and wasl-portal; built when empty")
	engine := flag.String("engine", "", "sqlite or postgres; both when empty")
	flag.Parse()
	if *quick {
		s := short()
		s.seed, s.programs, s.pin = o.seed, o.programs, o.pin
		o = s
	}
	if o.engines = engines(*engine); len(o.engines) == 0 {
		fmt.Fprintln(os.Stderr, "bench: WASL_TEST_POSTGRES names no server (go run ./internal/base/db/dbtest/pgcluster run -- go run ./bench)")
		os.Exit(2)
	}
	if err := run(o, *out); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures, and writes the report to standard output and a file.
func run(o options, file string) (err error) {
	if file == "" {
		return measure(o, os.Stdout)
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return measure(o, io.MultiWriter(os.Stdout, f))
}

// engines are those that can be measured here.
func engines(only string) []string {
	var list []string
	for _, e := range []string{"sqlite", "postgres"} {
		if (only == "" || only == e) && (e != "postgres" || os.Getenv("WASL_TEST_POSTGRES") != "") {
			list = append(list, e)
		}
	}
	return list
}

// measure runs everything and writes the report.
func measure(o options, w io.Writer) error {
	b, err := newBench(o, w)
	if err != nil {
		return err
	}
	defer b.close()
	b.heading()
	var failed error
	for _, e := range o.engines {
		if err := b.engine(e); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", e, err))
		}
	}
	b.summary()
	return failed
}
