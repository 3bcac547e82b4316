// Command mutate asks whether the tests of the legal clock would notice a wrong
// engine. It flips each comparison, boolean operator, sum, article and number
// of internal/domain/clock, and each term and reading of the legal profile, one
// at a time, runs the engine's tests and the law cases, and names the test that
// fails. At least 95 of 100 must be caught; survivors.txt gives the reason of
// each mutant that is known to change nothing anybody could see.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"sort"
	"time"
)

const (
	engine  = "internal/domain/clock"
	enough  = 95 // of a hundred mutants
	reasons = "test/mutate/survivors.txt"
)

func main() {
	only := flag.String("only", "", "run the mutants whose description contains this")
	sample := flag.Int("sample", 0, "try this many mutants, drawn with the seed; 0 tries all")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano())%1e6, "of the sample")
	workers := flag.Int("workers", 2, "test processes at a time")
	flag.Parse()
	if err := run(*only, *sample, *seed, *workers); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(only string, sample int, seed uint64, workers int) error {
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	mutants, overlay, err := rewrite(dir)
	if err != nil {
		return err
	}
	suites, err := build(dir, overlay)
	if err != nil {
		return err
	}
	known, err := readReasons()
	if err != nil {
		return err
	}
	for _, s := range suites { // the control: nothing is flipped, nothing may fail
		if failed, out := s.fails(0); failed != "" {
			return fmt.Errorf("the tests fail with nothing flipped: %s\n%s", failed, out)
		}
	}
	chosen := pick(mutants, only)
	if sample > 0 && sample < len(chosen) {
		fmt.Printf("a sample of %d mutants of %d, seed %d\n", sample, len(chosen), seed)
		rand.New(rand.NewPCG(seed, seed)).Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
		chosen = chosen[:sample]
	}
	return report(try(chosen, suites, workers), known, len(chosen) == len(mutants))
}

// report prints each mutant with the test that caught it and judges the whole.
// A sample may draw more survivors than its share: there, those with a reason
// do not count.
func report(results []result, known map[string]string, whole bool) error {
	sort.Slice(results, func(i, j int) bool { return results[i].id < results[j].id })
	caught, excused, unused := 0, 0, map[string]bool{}
	for key := range known {
		unused[key] = true
	}
	for _, r := range results {
		key := r.String()
		delete(unused, key)
		switch {
		case r.by != "":
			caught++
			fmt.Printf("caught    %s: by %s\n", key, r.by)
			if known[key] != "" {
				fmt.Printf("note: survivors.txt excuses a mutant that is caught: %s\n", key)
			}
		case known[key] != "":
			excused++
			fmt.Printf("survived  %s: %s\n", key, known[key])
		default:
			fmt.Printf("SURVIVED  %s: nobody noticed\n", key)
		}
	}
	fmt.Printf("mutants %d, caught %d (%.1f %%), survivors with a reason %d, without one %d\n",
		len(results), caught, 100*float64(caught)/float64(max(1, len(results))), excused, len(results)-caught-excused)
	for key := range unused {
		if !whole {
			break
		}
		fmt.Printf("note: survivors.txt names a mutant that was not tried or that there is none of: %s\n", key)
	}
	switch {
	case len(results) == 0:
		return fmt.Errorf("no mutant was tried")
	case whole && caught*100 < enough*len(results), (caught+excused)*100 < enough*len(results):
		return fmt.Errorf("fewer than %d %% were caught", enough)
	}
	return nil
}
