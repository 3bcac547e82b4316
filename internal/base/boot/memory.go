package boot

import (
	"runtime/debug"
	"time"
)

const (
	leastWaste = 8 << 20         // bytes of garbage before a collection
	startTakes = 3 * time.Second // more or less
)

// ballast is never touched: it takes addresses and no memory. The collector
// waits for as much garbage as there is in use; a role keeps a few megabytes
// of its own, and without this would collect after every thirty filings.
var ballast []byte

// holdMemory makes collections rarer under load, and gives back what starting
// up left: compiling what is published takes many times what it keeps.
func holdMemory() {
	if ballast == nil {
		ballast = make([]byte, leastWaste)
		time.AfterFunc(startTakes, debug.FreeOSMemory)
	}
}
