package main

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// lane is one server with its store and what was measured on it.
type lane struct {
	server  *server
	look    *look
	acked   []string
	results []result
	grown   float64 // bytes of the store per filing
}

// race is null handler, floor and portal side by side.
type race struct {
	*demo
	null, floor, portal lane
	pages               []result // whole journeys
	requests            int      // of one journey
	durable             string
	loads               [2]string // before and after
	stolen              time.Duration
}

// lanes opens the stores behind the servers and pins PostgreSQL beside them.
func (d *demo) lanes(s [3]*server, floorStore string, acked []string) (*race, error) {
	r := &race{demo: d, null: lane{server: s[0]}, floor: lane{server: s[1]}, portal: lane{server: s[2], acked: acked}}
	var err error
	if r.floor.look, err = openLook(floorStore); err != nil {
		return nil, err
	}
	if r.portal.look, err = openLook(d.stores[0]); err != nil {
		return nil, err
	}
	if r.durable, err = r.portal.look.durable(); err != nil {
		return nil, err
	}
	if postmaster := r.portal.look.postmaster(); postmaster != 0 {
		s[1].database, s[2].database = postmaster, postmaster
		for _, pid := range family(postmaster) {
			if err := pinAll(pid, d.serversOn); err != nil {
				fmt.Fprintln(os.Stderr, "bench: PostgreSQL keeps its processors:", err)
				break
			}
		}
	}
	return r, nil
}

func (r *race) close() {
	r.floor.look.Close()
	r.portal.look.Close()
}

// run fills in the results: the null handler before and after, floor and API
// in pairs whose order is drawn, then journeys.
func (r *race) run(steps []step) {
	r.loads[0] = load()
	stolenBefore := stolen()
	nullRun := r.filing("/", false)
	r.null.add(r.window(r.null.server, nullRun))
	sizes := [2]int64{r.floor.size(), r.portal.size()}
	for range r.pairs {
		order := []*lane{&r.floor, &r.portal}
		if r.random.IntN(2) == 0 {
			order[0], order[1] = order[1], order[0]
		}
		for _, l := range order {
			l.add(r.window(l.server, r.filing(apiPath, true)))
		}
	}
	r.floor.grown = float64(r.floor.size()-sizes[0]) / float64(max(1, r.floor.filed()))
	r.portal.grown = float64(r.portal.size()-sizes[1]) / float64(max(1, r.portal.filed()))
	r.null.add(r.window(r.null.server, nullRun))
	r.requests = 1 + 2*len(steps)
	for range (r.pairs + 1) / 2 {
		w := r.window(r.portal.server, r.journey(steps))
		r.portal.acked = append(r.portal.acked, w.references...)
		r.pages = append(r.pages, w)
	}
	r.loads[1], r.stolen = load(), stolen()-stolenBefore
}

func (l *lane) add(w result) {
	l.results = append(l.results, w)
	l.acked = append(l.acked, w.references...)
}

// filed counts the filings of the lane's windows, warm-up too.
func (l *lane) filed() (n int) {
	for _, w := range l.results {
		n += len(w.references)
	}
	return n
}

func (l *lane) size() int64 {
	n, err := l.look.bytes()
	if err != nil {
		return 0 // check says what is wrong with the store
	}
	return n
}

// check compares the stores with what was acknowledged, and gathers errors.
func (r *race) check() error {
	var failed []error
	for _, list := range [][]result{r.null.results, r.floor.results, r.portal.results, r.pages} {
		for _, w := range list {
			failed = append(failed, w.failed)
			if w.answers == 0 {
				failed = append(failed, errors.New("a window saw no answer"))
			}
		}
	}
	for name, l := range map[string]*lane{"floor": &r.floor, "portal": &r.portal} {
		rows, err := l.look.compare(l.acked)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", name, err))
			continue
		}
		r.line("%-7s %d filings acknowledged, %d stored, none lost", name+":", len(l.acked), rows)
	}
	return errors.Join(failed...)
}

// ratios are the API's rate over the floor's, pair by pair.
func (r *race) ratios() (rates, costs []float64) {
	for i := range r.floor.results {
		f, p := r.floor.results[i], r.portal.results[i]
		rates = append(rates, p.filings()/max(1, f.filings()))
		costs = append(costs, p.per(p.cpu+p.database)/max(1, f.per(f.cpu+f.database)))
	}
	return rates, costs
}
