package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// tick is the unit of /proc's processor times on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// cpuOf is the processor time that a process has used, its ended children
// counted.
func cpuOf(pid int) time.Duration {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := bytes.Fields(raw[bytes.LastIndexByte(raw, ')')+1:])
	sum := 0
	for _, i := range []int{11, 12, 13, 14} { // utime stime cutime cstime
		n, _ := strconv.Atoi(string(fields[i]))
		sum += n
	}
	return time.Duration(sum) * tick
}

// family is a process with its children, and theirs.
func family(pid int) []int {
	all := []int{pid}
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, file := range lists {
		raw, _ := os.ReadFile(file)
		for _, word := range bytes.Fields(raw) {
			if child, err := strconv.Atoi(string(word)); err == nil {
				all = append(all, family(child)...)
			}
		}
	}
	return all
}

// pss is the memory of a process in bytes, what it shares with others divided
// among them.
func pss(pid int) (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := bytes.Cut(raw, []byte("\nPss:"))
	var kb int64
	if _, err := fmt.Sscanf(string(rest), "%d kB", &kb); err != nil {
		return 0, err
	}
	return kb << 10, nil
}

// pin keeps a thread, or the calling one for 0, to these processors.
func pin(thread int, processors uint64) error {
	if _, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_SETAFFINITY, uintptr(thread), unsafe.Sizeof(processors), uintptr(unsafe.Pointer(&processors))); errno != 0 {
		return errno
	}
	return nil
}

// pinAll keeps every thread of a process to these processors.
func pinAll(pid int, processors uint64) error {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
	for _, t := range threads {
		id, _ := strconv.Atoi(filepath.Base(t))
		if perr := pin(id, processors); perr != nil && !errors.Is(perr, syscall.ESRCH) {
			err = errors.Join(err, perr)
		}
	}
	return err
}

// load is the machine's load averages.
func load() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(raw))[:3], " ")
}

// stolen is the processor time that the machine's host took away.
func stolen() time.Duration {
	raw, _ := os.ReadFile("/proc/stat")
	line, _, _ := bytes.Cut(raw, []byte("\n"))
	fields := bytes.Fields(line)
	if len(fields) < 9 {
		return 0
	}
	n, _ := strconv.Atoi(string(fields[8]))
	return time.Duration(n) * tick
}

// processor is the model's name.
func processor() string {
	raw, _ := os.ReadFile("/proc/cpuinfo")
	_, rest, _ := strings.Cut(string(raw), "model name")
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(strings.TrimLeft(line, "\t :"))
}
