package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"wasl": main})
}

// TestCommands runs the scripts of testdata: what each command prints and the
// code it ends with.
func TestCommands(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: "testdata", Setup: func(e *testscript.Env) error {
		e.Setenv("ROOT", root)
		e.Setenv("HOME", e.WorkDir)
		return os.CopyFS(filepath.Join(e.WorkDir, "data"), exampleContent)
	}, Cmds: map[string]func(*testscript.TestScript, bool, []string){"code": code}})
}

// code runs a command and demands its exit code: code N wasl …
func code(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = exitCode(err)
	}
	if got != args[0] {
		ts.Fatalf("%v ended with %s, want %s", args[1:], got, args[0])
	}
}
