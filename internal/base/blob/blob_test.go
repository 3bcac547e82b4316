package blob

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"wasl/internal/base/errs"
)

const name = "00ff00ff"

func keep(t *testing.T, s *Store, name, text string) {
	t.Helper()
	w, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(name); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, s *Store, name string) string {
	t.Helper()
	r, size, err := s.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil || int64(len(b)) != size {
		t.Fatalf("read %d bytes of %d: %v", len(b), size, err)
	}
	return string(b)
}

func files(t *testing.T, dir string) int {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func open(t *testing.T) (*Store, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "blobs [a") // no pattern
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func TestLife(t *testing.T) {
	s, dir := open(t)
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder's mode is %v (%v), want 0700", info.Mode(), err)
	}
	if _, _, err := s.Open(name); errs.KindOf(err) != errs.NotFound {
		t.Errorf("no blob gave %v, want not found", err)
	}
	keep(t, s, name, "sealed")
	keep(t, s, name, "sealed again")
	if got := read(t, s, name); got != "sealed again" {
		t.Errorf("read %q", got)
	}
	for range 2 {
		if err := s.Delete(name); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	if got := files(t, dir); got != 0 {
		t.Errorf("%d files left", got)
	}
}

func TestNothingHalfDone(t *testing.T) {
	s, dir := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	w, err := s.Create(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("half")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Open(name); errs.KindOf(err) != errs.NotFound {
		t.Errorf("a blob shows before its commit: %v", err)
	}
	cancel()
	if _, err := w.Write([]byte("rest")); err == nil {
		t.Error("wrote after the caller left")
	}
	if err := w.Commit(name); err == nil {
		t.Error("committed a blob with a hole")
	}
	if _, err := w.Write(nil); err == nil {
		t.Error("wrote after the end")
	}
	if err := w.Commit(name); err == nil {
		t.Error("committed twice")
	}
	if got := files(t, dir); got != 0 {
		t.Errorf("%d files left", got)
	}
}

func TestNames(t *testing.T) {
	s, dir := open(t)
	for _, bad := range []string{"", "..", "../00", "00/11", "AB", "xyz", ".partial-1", "0 ", "00\x00", string(bytes.Repeat([]byte("0"), 129))} {
		if _, _, err := s.Open(bad); errs.KindOf(err) != errs.NotFound {
			t.Errorf("Open(%q) = %v, want not found", bad, err)
		}
		if err := s.Delete(bad); err == nil {
			t.Errorf("Delete(%q) was accepted", bad)
		}
		w, err := s.Create(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Commit(bad); err == nil {
			t.Errorf("Commit(%q) was accepted", bad)
		}
	}
	if got := files(t, dir); got != 0 {
		t.Errorf("%d files left", got)
	}
}

func TestOpenRemovesWhatDeadWritersLeft(t *testing.T) {
	s, dir := open(t)
	keep(t, s, name, "sealed")
	for file, age := range map[string]time.Duration{".partial-dead": 25 * time.Hour, ".partial-busy": time.Hour} {
		path := filepath.Join(dir, file)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Now().Add(-age), time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Open(dir); err != nil {
		t.Fatal(err)
	}
	if got := files(t, dir); got != 2 {
		t.Errorf("%d files, want the blob and the busy writer's", got)
	}
}

func TestConcurrentWriters(t *testing.T) {
	s, dir := open(t)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() { keep(t, s, []string{"aa", "bb"}[i%2], "sealed") })
	}
	wg.Wait()
	if read(t, s, "aa") != "sealed" || read(t, s, "bb") != "sealed" || files(t, dir) != 2 {
		t.Error("concurrent writers disturbed each other")
	}
}
