package boot

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

type config struct {
	Listen string        `yaml:"listen"`
	Grace  time.Duration `yaml:"grace"`
	Log    Log           `yaml:"log"`
}

func write(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoad(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       config
		wrong      string // part of the error
	}{
		{name: "full", text: "listen: :80\ngrace: 5s\nlog: {format: json, level: warn}\n",
			want: config{":80", 5 * time.Second, Log{"json", slog.LevelWarn}}},
		{name: "empty", text: "", want: config{}},
		{name: "comment", text: "# nothing yet\n", want: config{}},
		{name: "unknown key", text: "listen: :80\nlisten_on: :81\n", wrong: "listen_on"},
		{name: "unknown inside", text: "log: {formats: json}\n", wrong: "formats"},
		{name: "twice", text: "listen: a\nlisten: b\n", wrong: "listen"},
		{name: "wrong type", text: "listen: [a]\n", wrong: "[1:"},
		{name: "not YAML", text: "listen: [\n", wrong: "configuration"},
		{name: "two documents", text: "listen: a\n---\nlisten: b\n", wrong: "more than one"},
		{name: "too long", text: strings.Repeat("#", mostConfig+1), wrong: "at most"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Load[config](write(t, c.text, 0o644))
			switch {
			case c.wrong == "" && err != nil:
				t.Fatal(err)
			case c.wrong == "" && *got != c.want:
				t.Errorf("got %+v, want %+v", *got, c.want)
			case c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)):
				t.Errorf("got %v, want an error with %q", err, c.wrong)
			}
		})
	}
	if _, err := Load[config](t.TempDir()); err == nil {
		t.Error("a folder was loaded")
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("listen: a\nlog: {level: debug}\n")
	f.Add("&a [*a, *a]")
	f.Add("a: &x {<<: *x}")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "c")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := Load[config](path); (got == nil) == (err == nil) {
			t.Errorf("got %v and %v", got, err)
		}
	})
}

func TestLogHandler(t *testing.T) {
	for format, want := range map[string]string{"": "msg=seen", "text": "msg=seen", "json": `"msg":"seen"`} {
		var out bytes.Buffer
		h, err := Log{Format: format}.handler(&out)
		if err != nil {
			t.Fatal(err)
		}
		slog.New(h).Debug("hidden")
		slog.New(h).Info("seen")
		if got := out.String(); !strings.Contains(got, want) || strings.Contains(got, "hidden") {
			t.Errorf("format %q wrote %s", format, got)
		}
	}
	if _, _, err := Start(Log{Format: "xml"}); err == nil {
		t.Error("format xml was accepted")
	}
}

func TestStart(t *testing.T) {
	defer slog.SetDefault(slog.Default())
	ctx, stop, err := Start(Log{})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	if got := runtime.GOMAXPROCS(0); got < leastProcs {
		t.Errorf("GOMAXPROCS = %d, want %d at least", got, leastProcs)
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ctx.Done():
	case <-time.After(10 * time.Second):
		t.Error("SIGTERM did not end the context")
	}
	if ctx.Err() != context.Canceled {
		t.Errorf("the context's error is %v", ctx.Err())
	}
}

// NoDump cannot be undone, so a child process calls it.
func TestNoDump(t *testing.T) {
	if os.Getenv("WASL_BOOT_CHILD") != "" {
		if err := NoDump(); err != nil {
			t.Fatal(err)
		}
		var core syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &core); err != nil || core.Cur != 0 || core.Max != 0 {
			t.Errorf("core files may have %d bytes (%v)", core.Cur, err)
		}
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestNoDump$")
	cmd.Env = append(os.Environ(), "WASL_BOOT_CHILD=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestCasablancaIsCarried(t *testing.T) {
	t.Setenv("ZONEINFO", "")
	if _, err := time.LoadLocation("Africa/Casablanca"); err != nil {
		t.Error(err)
	}
}
