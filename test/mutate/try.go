package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// suite is one built test program.
type suite struct{ dir, program string }

// result is a mutant and the test that caught it, "" when none did.
type result struct {
	mutant
	by string
}

// build makes the test programs of the engine, with the rewritten engine inside;
// the law cases first, which catch most mutants soonest.
func build(dir, overlay string) ([]suite, error) {
	var out []suite
	for _, pkg := range []string{engine + "/lawcase", engine} {
		if _, err := os.Stat(pkg); err != nil {
			return nil, err
		}
		program := filepath.Join(dir, filepath.Base(pkg)+".test")
		cmd := exec.Command("go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", program, "./"+pkg)
		if msg, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("building the tests of %s: %w\n%s", pkg, err, msg)
		}
		out = append(out, suite{pkg, program})
	}
	return out, nil
}

// patience is how long a mutant may run: one that counts for ever is caught.
const patience = 30 * time.Second

var failing = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// fails runs a suite with one mutant awake (0: none; below 0: of the profile)
// and names a test that failed.
func (s suite) fails(id int) (by, output string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.program, "-test.short", "-test.failfast", "-test.run", "^Test")
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "GOMEMLIMIT=512MiB", "GOMAXPROCS=2", "WASL_MUTANT="+strconv.Itoa(max(id, 0)), "WASL_MUTANT_TERM="+strconv.Itoa(max(-id, 0)))
	out, err := cmd.CombinedOutput()
	if err == nil {
		return "", ""
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return "endless counting", string(out)
	}
	names := failing.FindAllStringSubmatch(string(out), -1)
	if len(names) == 0 {
		return "a crash", string(out)
	}
	longest := ""
	for _, m := range names {
		if len(m[1]) > len(longest) {
			longest = m[1]
		}
	}
	return longest, string(out)
}

func pick(all []mutant, only string) []mutant {
	var out []mutant
	for _, m := range all {
		if strings.Contains(m.String(), only) {
			out = append(out, m)
		}
	}
	return out
}

// try runs every mutant against the suites, some at a time.
func try(mutants []mutant, suites []suite, workers int) []result {
	results := make([]result, len(mutants))
	next := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range next {
				results[i].mutant = mutants[i]
				for _, s := range suites {
					if by, _ := s.fails(mutants[i].id); by != "" {
						results[i].by = by
						break
					}
				}
			}
		})
	}
	for i := range mutants {
		next <- i
	}
	close(next)
	wg.Wait()
	return results
}

// readReasons reads survivors.txt: "mutant | reason" on each line.
func readReasons() (map[string]string, error) {
	f, err := os.Open(reasons)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	known := map[string]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, why, ok := strings.Cut(line, " | ")
		if !ok || why == "" {
			return nil, fmt.Errorf("%s: a line without a reason: %s", reasons, line)
		}
		known[key] = why
	}
	return known, nil
}
