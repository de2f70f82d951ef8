package launch

import (
	"bytes"
	"io"
	"os"
	"strconv"
	"strings"
)

// ticksPerSecond is the unit of times in /proc: USER_HZ, which is 100 on every architecture that Go has on Linux.
const ticksPerSecond = 100

const (
	maxStat    = 4 << 10 // of /proc/PID/stat: some 50 numbers
	maxRollup  = 8 << 10 // of /proc/PID/smaps_rollup: some 20 lines
	maxEnviron = 1 << 20 // of /proc/PID/environ: what is added comes early or last
)

// stat is what /proc/PID/stat says of a process, as proc(5) has it.
type stat struct {
	pid, parent, session int
	name                 string
	state                byte
	used                 uint64 // user and system time, ticks
	waited               uint64 // that of children that it has waited for, and of theirs
	born                 uint64 // ticks since the machine started: with pid it is a process's name for good
	pages                int64  // resident
}

// dead says whether the process has ended: it is there until its parent has waited for it.
func (s stat) dead() bool { return s.state == 'Z' || s.state == 'X' }

// String names the process, which may have named itself to steer a terminal.
func (s stat) String() string { return shown(s.name) + " (pid " + strconv.Itoa(s.pid) + ")" }

// readStat reads what there is about a process; false: there is no such process.
func readStat(pid int) (stat, bool) {
	data, err := readProc(pid, "stat", maxStat)
	if err != nil {
		return stat{}, false
	}
	return parseStat(data)
}

// parseStat takes a line apart: the number, the name in parentheses, which may hold anything, and fields from the third.
func parseStat(line []byte) (s stat, ok bool) {
	open, end := bytes.IndexByte(line, '('), bytes.LastIndexByte(line, ')')
	if open < 0 || end < open {
		return stat{}, false
	}
	f := strings.Fields(string(line[end+1:]))
	if len(f) < 22 || len(f[0]) != 1 {
		return stat{}, false
	}
	ok = true
	number := func(text string) int64 {
		n, err := strconv.ParseInt(text, 10, 64)
		ok = ok && err == nil && n >= 0
		return n
	}
	s.pid = int(number(strings.TrimSpace(string(line[:open]))))
	s.name = string(line[open+1 : end])
	s.state = f[0][0]
	s.parent, s.session = int(number(f[1])), int(number(f[3]))
	s.used = uint64(number(f[11]) + number(f[12]))
	s.waited = uint64(number(f[13]) + number(f[14]))
	s.born = uint64(number(f[19]))
	s.pages = number(f[21])
	return s, ok
}

// readProc reads a file of /proc/PID.
func readProc(pid int, name string, limit int64) ([]byte, error) {
	f, err := os.Open("/proc/" + strconv.Itoa(pid) + "/" + name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}

// processes lists the numbers of all processes.
func processes() ([]int, error) {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	var pids []int
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}

// share is a process's proportional set size in bytes: its own pages, and of those it shares its part.
func share(pid int) (int64, bool) {
	data, err := readProc(pid, "smaps_rollup", maxRollup)
	if err != nil {
		return 0, false
	}
	_, rest, ok := strings.Cut(string(data), "\nPss:")
	if !ok {
		return 0, false
	}
	number, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	kib, err := strconv.ParseInt(number, 10, 64)
	return kib << 10, err == nil && kib >= 0
}

// inherits says whether a process was started with a variable, in itself or in whoever started it.
func inherits(pid int, variable string) bool {
	data, err := readProc(pid, "environ", maxEnviron)
	return err == nil && bytes.Contains(data, []byte(variable))
}
