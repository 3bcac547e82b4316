// Package boot starts a role: its configuration, its log, its signals, its
// listeners. It knows the process and nothing of the domain; it refuses
// configuration keys it does not know, and plain HTTP between roles. Every
// role's command may use it. It carries the time zones of the world, because
// legal dates need Africa/Casablanca on any machine.
package boot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	_ "time/tzdata" // legal dates must not depend on the machine

	"github.com/goccy/go-yaml"
)

const (
	mostConfig = 1 << 20 // bytes
	leastProcs = 4
)

// Load reads a role's configuration from a YAML file. A key that T does not
// have, a key given twice and a second document are errors, with their line.
func Load[T any](path string) (*T, error) {
	data, err := readFile(path, mostConfig)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	config := new(T)
	dec := yaml.NewDecoder(bytes.NewReader(data), yaml.DisallowUnknownField())
	err = dec.Decode(config)
	if err == nil || errors.Is(err, io.EOF) { // an empty file is the zero value
		var more any
		if err = dec.Decode(&more); errors.Is(err, io.EOF) {
			return config, nil
		}
		err = errors.New("it holds more than one document")
	}
	// The error's text without the lines of the file, which may be private.
	return nil, fmt.Errorf("configuration %s: %s", path, yaml.FormatError(err, false, false))
}

// Log says how to log, on standard error. The zero value logs text from level
// info up.
type Log struct {
	Format string     `yaml:"format"` // text or json
	Level  slog.Level `yaml:"level"`  // debug, info, warn or error
}

func (l Log) handler(w io.Writer) (slog.Handler, error) {
	opts := &slog.HandlerOptions{Level: l.Level}
	switch l.Format {
	case "", "text":
		return slog.NewTextHandler(w, opts), nil
	case "json":
		return slog.NewJSONHandler(w, opts), nil
	}
	return nil, fmt.Errorf("log format %q is neither text nor json", l.Format)
}

// Start sets the process up: the default logger, how memory is held, and at
// least four threads of Go code, so that slow sealing on a small machine does
// not hold up short requests. The context ends with the first interrupt or
// SIGTERM; a second one kills. Call stop when the role has ended.
func Start(l Log) (ctx context.Context, stop context.CancelFunc, err error) {
	h, err := l.handler(os.Stderr)
	if err != nil {
		return nil, nil, err
	}
	slog.SetDefault(slog.New(h))
	if runtime.GOMAXPROCS(0) < leastProcs {
		runtime.GOMAXPROCS(leastProcs)
	}
	ctx, stop = signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	holdMemory()
	return ctx, stop, nil
}

// readFile reads a regular file of at most so many bytes.
func readFile(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > most {
		return nil, fmt.Errorf("%s is not a file of at most %d bytes", path, most)
	}
	return io.ReadAll(f)
}
