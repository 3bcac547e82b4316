//go:build linux

package main

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	if _, err := programs(); err != nil {
		t.Skip(err)
	}
	seen := filepath.Join(t.TempDir(), "seen")
	code, err := run([]string{"sh", "-c", `echo "$WASL_TEST_POSTGRES" >"$1"; exit 7`, "sh", seen})
	if code != 7 || err != nil {
		t.Fatalf("run = %d, %v, want the command's 7", code, err)
	}
	got, err := os.ReadFile(seen)
	if err != nil {
		t.Fatal(err)
	}
	dsn, err := url.Parse(strings.TrimSpace(string(got)))
	if err != nil || dsn.Query().Get("host") == "" {
		t.Fatalf("the command got the address %q (%v), want one with a socket's folder", got, err)
	}
	if _, err := os.Stat(dsn.Query().Get("host")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the cluster's folder is still there (%v)", err)
	}
	if code, err := run([]string{"/no/such/command"}); code != 1 || err == nil {
		t.Errorf("a command that does not exist gave %d, %v", code, err)
	}
}

func TestVersion(t *testing.T) {
	for path, want := range map[string]int{"/usr/lib/postgresql/15/bin/initdb": 15, "/usr/lib/postgresql/9.6/bin/initdb": 0} {
		if got := version(path); got != want {
			t.Errorf("version(%s) = %d, want %d", path, got, want)
		}
	}
}
