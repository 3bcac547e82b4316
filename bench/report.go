package main

import (
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// report writes what was measured, for people.
type report struct {
	w     io.Writer
	on    string // engine being measured
	gates []string
}

func (r *report) line(format string, args ...any) { fmt.Fprintf(r.w, format+"\n", args...) }

// heading says what ran where.
func (b *bench) heading() {
	commit, err := exec.Command("git", "describe", "--always", "--dirty", "--abbrev=12").Output()
	if err != nil {
		commit = []byte("unknown")
	}
	b.line("Wasl: filings against the built-in floor and the null handler")
	b.line("commit %s, %s, %s, %d processors (%s), load %s", strings.TrimSpace(string(commit)), time.Now().UTC().Format("2006-01-02 15:04 MST"),
		runtime.Version(), runtime.NumCPU(), processor(), load())
	where := "servers and generator share them"
	if b.pin {
		where = "servers (PostgreSQL too) on the first, generator on the rest"
	}
	b.line("%s; servers run with GOMAXPROCS 4, generator with %d", where, runtime.GOMAXPROCS(0))
	b.line("%d connections, windows of %v after %v, %d pairs, seed %d", b.conns, b.options.window, b.warm, b.pairs, b.seed)
	b.line("floor: JSON, two X-Wing wraps and the applicant's, three signatures, receipt, the same rows, group commit; no judging, words, clock or router")
}

func (b *bench) section(engine string) {
	b.on = engine
	b.line("\n== %s ==", engine)
}

// table writes one engine's results.
func (b *bench) table(r *race) {
	b.line("store: %s", r.durable)
	b.line("body of %d bytes, %s; journey of %d requests", len(b.body), "POST "+apiPath, r.requests)
	b.line("load before %s, after %s; %v stolen by the host", r.loads[0], r.loads[1], r.stolen)
	b.line("%-16s %-26s %-24s %-24s %-22s %s", "median [min-max]", "per second", "p50 ms", "p99 ms", "server CPU µs each", "PostgreSQL CPU µs each")
	row := func(name string, list []result, rate func(result) float64) {
		database := "-"
		if s := each(list, func(r result) float64 { return r.per(r.database) }); s.most > 0 {
			database = s.show(0)
		}
		b.line("%-16s %-26s %-24s %-24s %-22s %s", name, each(list, rate).show(0), each(list, func(r result) float64 { return r.p(0.5) }).show(1),
			each(list, func(r result) float64 { return r.p(0.99) }).show(1), each(list, func(r result) float64 { return r.per(r.cpu) }).show(0), database)
	}
	row("null handler", r.null.results, result.rate)
	row("floor", r.floor.results, result.filings)
	row("API", r.portal.results, result.filings)
	row("journeys", r.pages, result.filings)
	b.line("  journeys in requests per second: %s", each(r.pages, result.rate).show(0))
	b.line("  null handler before and after: %.0f, %.0f per second", r.null.results[0].rate(), r.null.results[len(r.null.results)-1].rate())
	rates, costs := r.ratios()
	b.line("API / floor, rate by pairs: %s  (%s)", spreadOf(rates).show(2), list(rates))
	b.gate("API / floor", spreadOf(rates).median, ">=", 0.6, "")
	b.line("API / floor, CPU by pairs:  %s", spreadOf(costs).show(2))
	b.line("bytes in the store per filing: floor %.0f, API %.0f", r.floor.grown, r.portal.grown)
}

// gate notes a figure and the limit it is held against. Slowness is told,
// never punished: machines differ.
func (r *report) gate(what string, got float64, sense string, limit float64, unit string) {
	verdict := "kept"
	if sense == ">=" && got < limit || sense == "<=" && got > limit {
		verdict = "MISSED"
	}
	r.gates = append(r.gates, fmt.Sprintf("%-9s %-34s %8.2f %s  (%s %g)  %s", r.on, what, got, unit, sense, limit, verdict))
}

// summary lists every figure that has a limit.
func (r *report) summary() {
	r.line("\n== limits ==")
	for _, g := range r.gates {
		r.line("%s", g)
	}
}

func list(values []float64) string {
	var words []string
	for _, v := range values {
		words = append(words, fmt.Sprintf("%.2f", v))
	}
	return strings.Join(words, " ")
}
