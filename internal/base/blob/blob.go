// Package blob keeps sealed bytes by name in a folder. It knows durable,
// all-or-nothing files; it refuses names that are not hexadecimal, and never
// sees anything but ciphertext. Every zone may use it.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"wasl/internal/base/errs"
)

const (
	partial  = ".partial-"    // begins the name of a file being written
	mostLife = 24 * time.Hour // of a partial file whose writer died
	longest  = 128            // characters of a name
)

// Store is a folder of blobs. It is safe for concurrent use, also by several
// processes.
type Store struct{ dir string }

// Open uses a folder, which it makes if need be, readable by its owner alone.
// It removes what writers that died a day ago left.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("opening the blobs: %w", err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the blobs: %w", err)
	}
	for _, file := range files {
		if !strings.HasPrefix(file.Name(), partial) {
			continue
		}
		info, err := file.Info()
		if err == nil && time.Since(info.ModTime()) > mostLife {
			err = os.Remove(filepath.Join(dir, file.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("opening the blobs: %w", err)
		}
	}
	return &Store{dir: dir}, nil
}

// Create starts a blob, which exists for others from Commit on. End it with
// Commit or Abort; Abort after Commit does nothing, so it can be deferred.
func (s *Store) Create(ctx context.Context) (*Writer, error) {
	f, err := os.CreateTemp(s.dir, partial+"*")
	if err != nil {
		return nil, fmt.Errorf("starting a blob: %w", err)
	}
	return &Writer{ctx: ctx, store: s, file: f}, nil
}

// Open reads a blob of the given size in bytes; errs.NotFound when there is none.
func (s *Store) Open(name string) (io.ReadCloser, int64, error) {
	path, err := s.path(name)
	if err != nil {
		return nil, 0, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, errs.Wrap(errs.NotFound, "notfound", err)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("opening a blob: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("opening a blob: %w", err), f.Close())
	}
	return f, info.Size(), nil
}

// Delete removes a blob for good; one that is not there is removed already.
func (s *Store) Delete(name string) error {
	path, err := s.path(name)
	if err != nil {
		return err
	}
	err = os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("deleting a blob: %w", err)
	}
	return s.sync()
}

func (s *Store) path(name string) (string, error) {
	if name == "" || len(name) > longest || strings.Trim(name, "0123456789abcdef") != "" {
		return "", errs.Wrap(errs.NotFound, "notfound", errors.New("a blob's name is not lower-case hexadecimal"))
	}
	return filepath.Join(s.dir, name), nil
}

// sync makes the folder's list of names durable.
func (s *Store) sync() error {
	d, err := os.Open(s.dir)
	if err != nil {
		return fmt.Errorf("keeping a blob: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("keeping a blob: %w", err)
	}
	return nil
}

// Writer is a blob being written, by one goroutine.
type Writer struct {
	ctx   context.Context
	store *Store
	file  *os.File // nil when ended
	err   error    // the first failure; a blob with a hole is never kept
}

var errEnded = errors.New("a blob was written after its end")

// Write adds bytes. It fails once the context of Create has ended.
func (w *Writer) Write(p []byte) (int, error) {
	if w.file == nil {
		return 0, errEnded
	}
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.file.Write(p)
	w.err = err
	return n, err
}

// Commit names the blob and returns when it is on disk. A blob that had the
// name is replaced.
func (w *Writer) Commit(name string) error {
	if w.file == nil {
		return errEnded
	}
	defer w.Abort()
	path, err := w.store.path(name)
	if err == nil {
		err = w.err
	}
	if err == nil {
		err = w.file.Sync()
	}
	if err != nil {
		return fmt.Errorf("keeping a blob: %w", err)
	}
	if err := os.Rename(w.file.Name(), path); err != nil {
		return fmt.Errorf("keeping a blob: %w", err)
	}
	err = w.file.Close()
	w.file = nil
	return errors.Join(err, w.store.sync())
}

// Abort gives the blob up, unless it ended already.
func (w *Writer) Abort() {
	if w.file == nil {
		return
	}
	w.file.Close() // its bytes are not wanted
	os.Remove(w.file.Name())
	w.file = nil
}
