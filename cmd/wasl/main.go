// Command wasl runs and checks a platform of digital public services.
//
// One filing's walk through it: the portal (internal/role/portal) shows a
// service's pages, keeps a draft sealed under the applicant's resume code and
// files it (internal/domain/intake), with a signed receipt; the worker
// (internal/role/worker) pulls the sealed filing through exchange into the
// office's store and writes the ledger; an agent (internal/role/office) opens
// it, after a ledger entry, and decides (internal/domain/casework); the
// document goes back sealed, and `wasl verify` checks it anywhere.
//
// Exit codes: 0 done, 1 the thing checked is wrong, 2 usage, 3 could not run.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/alecthomas/kong"
)

// Exit codes, for scripts.
const (
	exitWrong    = 1
	exitUsage    = 2
	exitCouldNot = 3
)

// errWrong is the answer of a command whose subject is wrong and which has
// already said what.
var errWrong = errors.New("wrong")

type commands struct {
	Demo    demo    `cmd:"" help:"Run both sides on this machine with example authorities, services and accounts. Protects nothing: one user runs all."`
	Up      up      `cmd:"" help:"Run both sides for real use, as two users, from one configuration file."`
	Portal  portalC `cmd:"" help:"Run the portal alone."`
	Office  officeC `cmd:"" help:"Run the office alone, with the worker unless --no-worker."`
	Worker  workerC `cmd:"" help:"Run the worker alone."`
	Check   check   `cmd:"" help:"Prove the services below a folder: structure, words, law, examples."`
	Clock   clockC  `cmd:"" help:"Compute law cases line by line for a court, or check a folder of them."`
	Publish publish `cmd:"" help:"Check a folder's services and publish them to the office's store."`
	Verify  verifyC `cmd:"" help:"Verify a receipt or an issued document, offline."`
	Keys    keys    `cmd:"" help:"Make and list keys and their certificates."`
	Agents  agents  `cmd:"" help:"Enter the agents of an office."`
	Law     law     `cmd:"" help:"Look at the law in force, edit its holidays, bring a changed law to open cases."`
}

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	var c commands
	parser, err := kong.New(&c, kong.Name("wasl"), kong.Description("Digital public services that can be checked."),
		kong.UsageOnError(), kong.Exit(func(code int) { os.Exit(code) }))
	if err != nil {
		fmt.Fprintln(os.Stderr, "wasl:", err)
		return exitCouldNot
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "wasl: %v. See wasl --help.\n", err)
		return exitUsage
	}
	err = ctx.Run()
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errWrong):
		return exitWrong
	}
	fmt.Fprintln(os.Stderr, "wasl:", err)
	return exitCouldNot
}
