//go:build unix && !linux

package boot

import (
	"fmt"
	"syscall"
)

// NoDump keeps keys in memory out of core files. Call it before the first key
// is read.
func NoDump() error {
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("forbidding memory dumps: %w", err)
	}
	return nil
}
