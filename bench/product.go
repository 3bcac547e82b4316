package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// server is a running process that answers HTTP.
type server struct {
	name, addr string
	command    *exec.Cmd
	lines      *bufio.Scanner // its standard output
	database   int            // process of the PostgreSQL server it uses, 0 is none
}

// usage is processor time used so far.
type usage struct{ own, database, generator time.Duration }

func (s *server) used() usage {
	u := usage{own: cpuOf(s.command.Process.Pid), generator: cpuOf(os.Getpid())}
	if s.database != 0 {
		for _, pid := range family(s.database) {
			u.database += cpuOf(pid)
		}
	}
	return u
}

// start runs a program on these processors until stop.
func start(name string, processors uint64, env []string, command ...string) (*server, error) {
	s := &server{name: name, command: exec.Command(command[0], command[1:]...)}
	s.command.Env, s.command.Stderr = append(os.Environ(), env...), os.Stderr
	s.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	out, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	// A child takes over the processors of the thread that starts it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := pin(0, processors); err != nil {
		return nil, fmt.Errorf("choosing processors: %w", err)
	}
	err = s.command.Start()
	if perr := pin(0, generatorOn); err == nil {
		err = perr
	}
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	s.lines = bufio.NewScanner(out)
	return s, nil
}

// stop ends the process and waits for it.
func (s *server) stop() error {
	if s == nil || s.command.ProcessState != nil {
		return nil
	}
	s.command.Process.Signal(syscall.SIGTERM)
	for s.lines.Scan() { // until it closes its output
	}
	if err := s.command.Wait(); err != nil {
		return fmt.Errorf("%s ended badly: %w", s.name, err)
	}
	return nil
}

// await asks a path until it is answered with 200.
func (s *server) await(path string) error {
	client := http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for limit := time.Now().Add(30 * time.Second); time.Now().Before(limit); time.Sleep(2 * time.Millisecond) {
		res, err := client.Get("http://" + s.addr + path)
		if err != nil {
			continue
		}
		res.Body.Close()
		if res.StatusCode == http.StatusOK {
			return nil
		}
	}
	return fmt.Errorf("%s does not answer %s within 30 s", s.name, path)
}

// own starts one of the bench's own servers.
func (b *bench) own(kind string, args ...string) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s, err := start(kind, b.serversOn, []string{childEnv + "=" + kind}, append([]string{self}, args...)...)
	if err != nil {
		return nil, err
	}
	if !s.lines.Scan() {
		return nil, errors.Join(fmt.Errorf("%s did not start", kind), s.stop())
	}
	s.addr = s.lines.Text()
	return s, nil
}

// demo is an installation: made by `wasl demo`, then run side by side or one
// side alone.
type demo struct {
	*bench
	dir, portal, office string    // folder and addresses
	stores              [2]string // the portal's and the office's
}

// up runs the demo and returns when both sides are ready.
func (d *demo) up() (*server, error) {
	args := []string{filepath.Join(d.programs, "wasl"), "demo", "--portal", d.portal, "--office", d.office, "--data", d.dir, "--limits", "off"}
	if strings.HasPrefix(d.stores[0], "postgres") {
		args = append(args, "--public-store", d.stores[0], "--office-store", d.stores[1])
	}
	s, err := start("demo", everywhere, nil, args...)
	if err != nil {
		return nil, err
	}
	s.addr = d.portal
	for s.lines.Scan() {
		if strings.HasPrefix(s.lines.Text(), "ready ") {
			return s, nil
		}
	}
	return nil, errors.Join(errors.New("the demo ended before it was ready"), s.stop())
}

// side runs the portal or the office alone.
func (d *demo) side(name string, processors uint64) (*server, error) {
	command, addr := []string{filepath.Join(d.programs, "wasl-portal"), "--config", filepath.Join(d.dir, "public", "portal.yaml")}, d.portal
	if name == "office" {
		command, addr = []string{filepath.Join(d.programs, "wasl"), "office", "--config", filepath.Join(d.dir, "office", "office.yaml")}, d.office
	}
	s, err := start(name, processors, nil, command...)
	if err != nil {
		return nil, err
	}
	s.addr = addr
	return s, nil
}

// readyAfter is how long a side takes from the start of its process until it
// says that it is ready, in milliseconds, each time it is started.
func (d *demo) readyAfter(name string, times int) ([]float64, error) {
	var took []float64
	for range times {
		from := time.Now()
		s, err := d.side(name, everywhere)
		if err != nil {
			return nil, err
		}
		err = s.await("/readyz")
		took = append(took, float64(time.Since(from).Microseconds())/1000)
		if err = errors.Join(err, s.stop()); err != nil {
			return nil, err
		}
	}
	return took, nil
}

// free is a loopback address that nobody uses now.
func free() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer ln.Close()
	return ln.Addr().String(), nil
}

// build gives the folder of both programs.
func build(programs, scratch string) (string, error) {
	if programs != "" {
		return filepath.Abs(programs)
	}
	dir := filepath.Join(scratch, "bin")
	cmd := exec.Command("go", "build", "-o", dir+"/", "wasl/cmd/wasl", "wasl/cmd/wasl-portal")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building: %w\n%s", err, out)
	}
	return dir, nil
}
