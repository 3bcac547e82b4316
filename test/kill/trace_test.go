package kill

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"wasl/test/stack"
)

// A kill leaves what the kernel holds, a power cut does not: so the portal is
// traced while it takes filings, with files and without. Everything written for
// a filing must have been forced to the disk when the 201 goes out.
func TestDiskBeforeAnswer(t *testing.T) {
	if testing.Short() {
		t.Skip("starts both sides")
	}
	d := stack.Start(t, stack.Options{})
	for i, trace := range traced(t, d) {
		if err := durable(trace, filepath.Join(d.Dir, "public")); err != nil {
			t.Errorf("filing %d: %v\n%s", i, err, trace)
		}
	}
}

// The control: the same look at a program that acknowledges early.
func TestDiskBeforeAnswerIsCaught(t *testing.T) {
	if testing.Short() {
		t.Skip("starts both sides")
	}
	program := stack.Control(t, "wasl_control_early")
	made := stack.Start(t, stack.Options{})
	if err := made.Stop(); err != nil {
		t.Fatal(err)
	}
	d := stack.Start(t, stack.Options{Dir: made.Dir, Program: program})
	defer d.Kill()
	for _, trace := range traced(t, d) {
		if err := durable(trace, filepath.Join(d.Dir, "public")); err != nil {
			t.Logf("caught: %v", err)
			return
		}
	}
	t.Error("a program that acknowledges early was not caught")
}

// traced files some applications, one after the other, and gives the system
// calls that the portal made for each. Those without a file come first: they
// are one transaction, so that no earlier one can be taken for theirs. The
// office stands still meanwhile, so that the portal writes nothing else.
func traced(t *testing.T, d *stack.Demo) []string {
	t.Helper()
	list, err := applications(t.Context(), d.Portal)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(d.OfficePID, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	defer syscall.Kill(d.OfficePID, syscall.SIGCONT)
	tr := &trial{t: t, demo: d, client: &http.Client{Timeout: time.Minute}}
	var out []string
	for _, files := range []bool{false, true} {
		enough := len(out) + 2
		for _, a := range list {
			body, err := json.Marshal(map[string]any{"authority": a.Authority, "answers": a.Answers, "language": "fr"})
			if err != nil {
				t.Fatal(err)
			}
			if len(out) == enough || bytes.Contains(body, []byte(`"media_type"`)) != files {
				continue
			}
			out = append(out, strace(t, d.PortalPID, func() {
				if !tr.send(&filing{service: a.of.ID, key: newKey(), body: body}) {
					t.Fatal(tr.wrong)
				}
			}))
		}
		if len(out) != enough {
			t.Fatalf("too few examples with files: %v", files)
		}
	}
	return out
}

// strace gives the calls a process makes while do runs. Where strace is not to
// be had the test is skipped, unless WASL_REQUIRE_TOOLS says that it must be.
func strace(t *testing.T, pid int, do func()) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "trace")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "strace", "-f", "-y", "-s", "40", "-e", "trace=read,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2",
		"-o", file, "-p", fmt.Sprint(pid))
	var said bytes.Buffer
	cmd.Stderr = &said
	err := cmd.Start()
	if err == nil {
		if err = attached(pid); err != nil {
			cmd.Process.Kill()
			cmd.Wait()
			err = fmt.Errorf("%w: %s", err, said.String())
		}
	}
	if err != nil {
		if os.Getenv("WASL_REQUIRE_TOOLS") != "" {
			t.Fatalf("strace is required here: %v", err)
		}
		t.Skipf("not traced: %v", err)
	}
	do()
	cmd.Process.Signal(os.Interrupt)
	cmd.Wait() // it ends by the signal
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// attached waits until every thread of a process is traced.
func attached(pid int) error {
	for limit := time.Now().Add(10 * time.Second); time.Now().Before(limit); time.Sleep(10 * time.Millisecond) {
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
		if err != nil {
			return err
		}
		all := len(threads) > 0
		for _, name := range threads {
			status, err := os.ReadFile(name)
			all = all && (err != nil || !bytes.Contains(status, []byte("TracerPid:\t0\n")))
		}
		if all {
			return nil
		}
	}
	return fmt.Errorf("strace does not attach to process %d", pid)
}

// call is one line of a trace: thread, call, its first file, and the rest.
var call = regexp.MustCompile(`^(\d+) +(\w+)\((?:\d+<([^>]*)>)?(.*)$`)

var resumed = regexp.MustCompile(`^(\d+) +<\.\.\. (\w+) resumed>(.*)$`)

// durable reads a trace of one filing: from the request's arrival to the first
// byte of its 201, whatever was written to the store's log and to sealed files
// below dir must have been synced, and the log must have been written at all.
func durable(trace, dir string) error {
	d := disk{dir: dir, dirty: map[string]int{}, syncing: map[string]syncing{}}
	came := false
	for i, line := range strings.Split(trace, "\n") {
		if strings.Contains(line, `"POST /api/v1/services/`) {
			came = true
			d.logSynced = false
		}
		if came && strings.Contains(line, `"HTTP/1.1 201`) {
			return d.clean()
		}
		d.line(i+1, line)
	}
	return fmt.Errorf("the trace shows no filing that came in (%v) and was answered", came)
}

type syncing struct {
	file string
	from int
}

// disk is what a trace shows of the files below a folder.
type disk struct {
	dir       string
	dirty     map[string]int     // line of the last change that was not synced
	syncing   map[string]syncing // by thread
	logSynced bool
}

func (d *disk) line(n int, line string) {
	if m := resumed.FindStringSubmatch(line); m != nil {
		if s, ok := d.syncing[m[1]]; ok && strings.HasSuffix(m[2], "sync") {
			delete(d.syncing, m[1])
			d.synced(s, line)
		}
		return
	}
	m := call.FindStringSubmatch(line)
	if m == nil {
		return
	}
	switch file := m[3]; {
	case strings.HasPrefix(m[2], "rename") && strings.Contains(m[4], filepath.Join(d.dir, "blobs")):
		d.dirty[filepath.Join(d.dir, "blobs")] = n
	case !strings.HasPrefix(file, d.dir) || strings.HasSuffix(file, ".db"):
	case strings.HasSuffix(m[2], "write") || m[2] == "pwrite64":
		d.dirty[file] = n
	case strings.HasSuffix(m[2], "sync"):
		s := syncing{file, n}
		if strings.HasSuffix(line, "<unfinished ...>") {
			d.syncing[m[1]] = s
		} else {
			d.synced(s, line)
		}
	}
}

func (d *disk) synced(s syncing, line string) {
	if !strings.HasSuffix(line, "= 0") {
		return
	}
	if d.dirty[s.file] < s.from {
		delete(d.dirty, s.file)
	}
	d.logSynced = d.logSynced || strings.HasSuffix(s.file, "-wal")
}

func (d *disk) clean() error {
	for file := range d.dirty {
		return fmt.Errorf("201 was answered before %s was on the disk", filepath.Base(file))
	}
	if !d.logSynced {
		return fmt.Errorf("201 was answered and the store's log was not synced since the filing came in")
	}
	return nil
}
