// Command wasl-portal is the public side alone: pages, API, receipts and the
// exchange that the office calls. It refuses to start without a pinned root,
// and links nothing that reads a unit's, the intake's or the office's private
// keys, which a test shows.
package main

import (
	"fmt"
	"os"

	"wasl/internal/role/portal"
)

func main() {
	if len(os.Args) != 3 || os.Args[1] != "--config" {
		fmt.Fprintln(os.Stderr, "usage: wasl-portal --config FILE")
		os.Exit(2)
	}
	if err := portal.Run(os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "wasl-portal:", err)
		os.Exit(3)
	}
}
