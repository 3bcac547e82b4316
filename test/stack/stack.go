// Package stack starts the two sides as a newcomer would, with `wasl demo` in
// a folder of its own, for tests that look at the product from outside. It
// knows processes and addresses and nothing of what they do; only tests use it.
package stack

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"wasl/internal/base/db/dbtest"
	"wasl/verify"
)

// Account is one example agent.
type Account struct{ Name, Password, Role string }

// Demo is a running demo.
type Demo struct {
	Portal, Office       string // base URLs
	PortalPID, OfficePID int
	Accounts             []Account
	Dir                  string    // everything it writes, TMPDIR included
	Stores               [2]string // addresses of the portal's and the office's store

	command *exec.Cmd
	args    []string
	lines   chan string
	log     *os.File
}

// Options choose how a demo runs.
type Options struct {
	Dir      string // an earlier demo's folder; "" is a fresh one
	Postgres bool   // both stores on PostgreSQL
	Program  string // wasl; "" is the one built from this tree
}

// Binaries builds both programs once per test process and gives their folder;
// WASL_BIN names ones that are built already.
var Binaries = sync.OnceValues(func() (string, error) {
	if dir := os.Getenv("WASL_BIN"); dir != "" {
		return dir, nil
	}
	dir, err := os.MkdirTemp("", "wasl-bin-")
	if err != nil {
		return "", err
	}
	out, err := exec.Command("go", "build", "-o", dir+"/", "wasl/cmd/wasl", "wasl/cmd/wasl-portal").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building: %w\n%s", err, out)
	}
	return dir, nil
})

// Control builds wasl with a tag that makes it break a promise, for tests to
// show that they would notice.
func Control(t testing.TB, tag string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "wasl")
	out, err := exec.Command("go", "build", "-tags", tag, "-o", program, "wasl/cmd/wasl").CombinedOutput()
	if err != nil {
		t.Fatalf("building with %s: %v\n%s", tag, err, out)
	}
	return program
}

// Start runs a demo until the test ends.
func Start(t testing.TB, o Options) *Demo {
	t.Helper()
	d := &Demo{Dir: o.Dir}
	if d.Dir == "" {
		dir, err := os.MkdirTemp("", "wasl-demo-") // short: a socket's path has 108 bytes
		if err != nil {
			t.Fatal(err)
		}
		d.Dir = dir
		t.Cleanup(func() { os.RemoveAll(dir) })
	}
	program := o.Program
	if program == "" {
		bin, err := Binaries()
		if err != nil {
			t.Fatal(err)
		}
		program = filepath.Join(bin, "wasl")
	}
	portal, office := free(t), free(t)
	d.args = []string{program, "demo", "--portal", portal, "--office", office, "--data", d.Dir, "--limits", "off"}
	d.Stores = [2]string{"sqlite:" + filepath.Join(d.Dir, "public", "store.db"), "sqlite:" + filepath.Join(d.Dir, "office", "store.db")}
	if o.Postgres {
		d.Stores = [2]string{dbtest.Postgres(t), dbtest.Postgres(t)}
		d.args = append(d.args, "--public-store", d.Stores[0], "--office-store", d.Stores[1])
	}
	log, err := os.Create(filepath.Join(t.TempDir(), "demo.log"))
	if err != nil {
		t.Fatal(err)
	}
	d.log = log
	t.Cleanup(func() {
		d.Stop()
		if text, err := os.ReadFile(log.Name()); err == nil && t.Failed() {
			t.Logf("what the demo logged:\n%s", text)
		}
	})
	d.Run(t)
	return d
}

// Run starts the demo, again after Stop or Kill, and waits until it is ready.
func (d *Demo) Run(t testing.TB) {
	t.Helper()
	d.Launch(t)
	d.AwaitReady(t)
}

// Launch is Run without waiting.
func (d *Demo) Launch(t testing.TB) {
	t.Helper()
	d.command = exec.Command(d.args[0], d.args[1:]...)
	d.command.Stderr = d.log
	d.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	out, err := d.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.command.Start(); err != nil {
		t.Fatal(err)
	}
	d.lines = make(chan string, 256)
	go func() {
		defer close(d.lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			d.lines <- s.Text()
		}
	}()
}

// AwaitReady reads the lines that the demo prints when both sides answer, at
// first and after one was started again.
func (d *Demo) AwaitReady(t testing.TB) {
	t.Helper()
	limit := time.After(60 * time.Second)
	d.Accounts = nil
	for {
		select {
		case line, ok := <-d.lines:
			if !ok {
				text, _ := os.ReadFile(d.log.Name())
				t.Fatalf("the demo ended before it was ready:\n%s", text)
			}
			if d.read(line) {
				return
			}
		case <-limit:
			t.Fatal("the demo was not ready within a minute")
		}
	}
}

// read takes one line; true when it is the last of a report.
func (d *Demo) read(line string) bool {
	f := strings.Fields(line)
	switch {
	case len(f) == 3 && f[0] == "ready":
		fmt.Sscanf(line, "ready portal_pid=%d office_pid=%d", &d.PortalPID, &d.OfficePID)
	case len(f) == 2 && f[0] == "portal":
		d.Portal = f[1]
	case len(f) == 2 && f[0] == "office":
		d.Office = f[1]
	case len(f) == 4 && f[0] == "sign-in":
		d.Accounts = append(d.Accounts, Account{f[1], f[2], f[3]})
		return f[1] == lastAccount
	}
	return false
}

// lastAccount is the name on the last line of a report.
const lastAccount = "salma"

// Stop ends the demo as a person would and waits for it.
func (d *Demo) Stop() error {
	if d.command == nil || d.command.Process == nil {
		return nil
	}
	d.command.Process.Signal(syscall.SIGTERM)
	for range d.lines { // until it closes its output
	}
	err := d.command.Wait()
	d.command = nil
	return err
}

// Kill ends every process of the demo at once, as a power cut would.
func (d *Demo) Kill() {
	if d.command == nil {
		return
	}
	syscall.Kill(-d.command.Process.Pid, syscall.SIGKILL)
	for range d.lines {
	}
	d.command.Wait() // it was killed
	d.command = nil
	for _, address := range []string{d.args[3], d.args[5]} { // its sides end a little later
		for range 500 {
			if ln, err := net.Listen("tcp", address); err == nil {
				ln.Close()
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// Log is everything that the demo and its sides have written to stderr.
func (d *Demo) Log(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile(d.log.Name())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Password is the password of an example agent.
func (d *Demo) Password(name string) string {
	for _, a := range d.Accounts {
		if a.Name == name {
			return a.Password
		}
	}
	return ""
}

// Trust is the trust file of this demo.
func (d *Demo) Trust(t testing.TB) *verify.Trust {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(d.Dir, "trust.json"))
	if err != nil {
		t.Fatal(err)
	}
	trust, err := verify.ParseTrust(raw, nil)
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

// Wasl runs another command of the program and gives its output and exit code.
func (d *Demo) Wasl(t testing.TB, args ...string) (string, int) {
	t.Helper()
	cmd := exec.Command(d.args[0], args...)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// free is a loopback address that nobody uses now, below the ports that the
// system gives to outgoing connections: a client that asks a side which is just
// down could otherwise take its very port.
func free(t testing.TB) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(22_000))
		if ln, err := net.Listen("tcp", address); err == nil {
			ln.Close()
			return address
		}
	}
	t.Fatal("no port is free")
	return ""
}
