package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"

	"wasl/internal/base/boot"
)

// childEnv names the server that this process is to be: null or floor.
const childEnv = "WASL_BENCH_CHILD"

// serveChild runs this process as one of the bench's own servers when it was
// started for that. They are processes of their own so that what they use can
// be told from what the generator uses.
func serveChild() bool {
	kind := os.Getenv(childEnv)
	if kind == "" {
		return false
	}
	if err := serve(kind, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench server:", err)
		os.Exit(1)
	}
	return true
}

func serve(kind string, args []string) error {
	ctx, stop, err := boot.Start(boot.Log{Level: slog.LevelWarn})
	if err != nil {
		return err
	}
	defer stop()
	handler := http.Handler(http.HandlerFunc(null))
	if kind == "floor" {
		f, err := openFloor(ctx, args[0])
		if err != nil {
			return err
		}
		defer f.store.Close()
		handler = f
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler}
	context.AfterFunc(ctx, func() { server.Close() })
	fmt.Println(ln.Addr())
	if err := server.Serve(ln); err != http.ErrServerClosed {
		return err
	}
	return nil
}

// application is the body of a filing.
type application struct {
	Authority string          `json:"authority"`
	Language  string          `json:"language"`
	Answers   json.RawMessage `json:"answers"`
}

// null reads a filing and does nothing with it: what HTTP and JSON cost alone.
func null(w http.ResponseWriter, r *http.Request) {
	var in struct {
		application
		Answers map[string]any `json:"answers"`
	}
	raw, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(raw, &in)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer(w, map[string]string{"reference": ""})
}

func answer(w http.ResponseWriter, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	w.Write(raw) // the generator may be gone
}
