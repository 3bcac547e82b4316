//go:build linux

// Command pgcluster runs a command beside a PostgreSQL server of its own and
// removes the server when the command ends:
//
//	go run ./internal/base/db/dbtest/pgcluster run -- go test ./internal/base/db
//
// The command finds the server's address in WASL_TEST_POSTGRES, and its exit
// code is pgcluster's. The server lives in a temporary folder, listens on a
// socket in that folder alone, and has fsync on, as a real one. PostgreSQL
// refuses to run as root; root's server runs as the user postgres, or nobody.
// This is for tests and refuses to keep any data. It exits 1 when the server
// cannot be started and 2 when called wrongly.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
)

func main() {
	// The server is told to stop when the thread that started it ends, so
	// main keeps its thread.
	runtime.LockOSThread()
	if len(os.Args) < 4 || os.Args[1] != "run" || os.Args[2] != "--" {
		fmt.Fprintln(os.Stderr, "usage: pgcluster run -- COMMAND [ARGUMENT…]")
		os.Exit(2)
	}
	code, err := run(os.Args[3:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "pgcluster:", err)
	}
	os.Exit(code)
}

// run starts a cluster, runs the command, and gives the command's exit code.
func run(command []string) (code int, err error) {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	c, err := start()
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), "WASL_TEST_POSTGRES="+c.dsn())
	if err := cmd.Start(); err != nil {
		return 1, err
	}
	ended := make(chan struct{})
	go func() {
		for {
			select {
			case s := <-signals:
				cmd.Process.Signal(s)
			case <-ended:
				return
			}
		}
	}()
	err = cmd.Wait()
	close(ended)
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0, nil
	case errors.As(err, &exit) && exit.Exited():
		return exit.ExitCode(), nil
	}
	return 1, fmt.Errorf("%s: %w", command[0], err)
}
