package boot

import (
	"fmt"
	"syscall"
)

// NoDump keeps keys in memory out of core files and out of the reach of
// processes of the same user. Call it before the first key is read.
func NoDump() error {
	const setDumpable = 4 // PR_SET_DUMPABLE of prctl(2)
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, setDumpable, 0, 0); errno != 0 {
		return fmt.Errorf("forbidding memory dumps: %w", errno)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("forbidding memory dumps: %w", err)
	}
	return nil
}
