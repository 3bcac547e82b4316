package boot

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	leastWaste = 8 << 20  // bytes of garbage before a collection
	mostSpare  = 20 << 20 // bytes held and not in use
	spareCheck = 3 * time.Second
)

// ballast is never touched: it takes addresses and no memory. The collector
// waits for as much garbage as there is in use; a role keeps a few megabytes
// of its own, and without this would collect after every thirty filings.
var ballast []byte

// holdMemory makes collections rarer under load and, until ctx ends, gives
// memory back that a burst of work left, such as compiling what is published.
func holdMemory(ctx context.Context) {
	if ballast == nil {
		ballast = make([]byte, leastWaste)
	}
	go func() {
		tick := time.NewTicker(spareCheck)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if spare, live := heap(); spare > max(mostSpare, live) {
				debug.FreeOSMemory()
			}
		}
	}()
}

// heap is what the process holds beyond what its last collection found in
// use, and that, in bytes.
func heap() (spare, live uint64) {
	s := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/unused:bytes"}, {Name: "/memory/classes/heap/free:bytes"}}
	metrics.Read(s)
	live = s[0].Value.Uint64()
	held := s[1].Value.Uint64() + s[2].Value.Uint64() + s[3].Value.Uint64()
	return held - min(held, live), live
}
