package canary

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"wasl/test/stack"
)

// Even at the most talkative level neither side logs what people typed, nor
// what opens it.
func TestLogsHoldNoPlantedWord(t *testing.T) {
	if testing.Short() {
		t.Skip("starts both sides")
	}
	s := begin(t, stack.Options{})
	if err := s.demo.Stop(); err != nil {
		t.Fatal(err)
	}
	bin, err := stack.Binaries()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(bin, "wasl")
	portal := talkative(t, program, "portal", filepath.Join(s.demo.Dir, "public", "portal.yaml"), s.demo.Portal)
	office := talkative(t, program, "office", filepath.Join(s.demo.Dir, "office", "office.yaml"), s.demo.Office)
	s.people(s.defs[:2])
	s.agents()
	s.oddities()
	f := newFinder(append(s.plant.all(), s.demo.Password(agentName)))
	for name, log := range map[string]func() []byte{"portal": portal, "office": office} {
		text := log()
		t.Logf("%d lines of the %s", bytes.Count(text, []byte("\n")), name)
		if !bytes.Contains(text, []byte("is ready")) {
			t.Errorf("the %s does not log at this level: this shows nothing", name)
		}
		search(f, []place{{"the log of the " + name, text}}, t.Errorf)
	}
}

// talkative runs one role from its configuration with the level debug. What it
// returns ends it and gives its log.
func talkative(t *testing.T, program, role, config, url string) func() []byte {
	t.Helper()
	louder(t, config)
	file := filepath.Join(t.TempDir(), role+".log")
	log, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd := exec.Command(program, role, "--config", config)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop := func() []byte {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait() // how it ends is another test's matter
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for limit := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		res, err := http.Get(url + "/readyz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				t.Cleanup(func() { cmd.Process.Kill() })
				return stop
			}
		}
		if time.Now().After(limit) {
			t.Fatalf("the %s was not ready:\n%s", role, stop())
		}
	}
}

// louder sets a configuration's level to debug.
func louder(t *testing.T, config string) {
	t.Helper()
	settings, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	debug := strings.Replace(string(settings), "level: WARN", "level: DEBUG", 1)
	if debug == string(settings) {
		t.Fatalf("%s sets no level", config)
	}
	if err := os.WriteFile(config, []byte(debug), 0o600); err != nil {
		t.Fatal(err)
	}
}
