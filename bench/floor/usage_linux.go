package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// view is what a client process and its machine have used up to an instant.
type view struct {
	at           time.Time
	cpu          time.Duration
	reads, bytes int64
	mem          runtime.MemStats
	machine      machine
}

func look(c *counter) (view, error) {
	v := view{}
	runtime.ReadMemStats(&v.mem)
	var err error
	if v.machine, err = readMachine(); err != nil {
		return view{}, err
	}
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return view{}, fmt.Errorf("read own CPU time: %w", err)
	}
	v.at, v.cpu = time.Now(), time.Duration(u.Utime.Nano()+u.Stime.Nano())
	v.reads, v.bytes = c.reads.Load(), c.bytes.Load()
	return v, nil
}

// since returns the difference. What the machine did beyond this process, its
// parent and the server (the parent's other child) is other people's.
func (v view) since(a view) result {
	r := result{
		Reads:   v.reads - a.reads,
		CPU:     v.cpu - a.cpu,
		Wall:    v.at.Sub(a.at),
		Mallocs: v.mem.Mallocs - a.mem.Mallocs,
		Stacks:  int64(v.mem.StackInuse),
		Heap:    int64(v.mem.HeapInuse),
		Steal:   v.machine.steal - a.machine.steal,
	}
	r.Others = max(0, v.machine.busy-a.machine.busy-r.CPU-(v.machine.server-a.machine.server))
	return r
}

// machine is CPU time since boot, in ticks of 10 ms made into durations.
type machine struct{ busy, steal, server time.Duration }

const tick = 10 * time.Millisecond // USER_HZ is 100 on every Linux that Go runs on

func readMachine() (machine, error) {
	var m machine
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return machine{}, fmt.Errorf("read CPU use: %w", err)
	}
	line, _, _ := bytes.Cut(b, []byte("\n"))
	f := strings.Fields(string(line)) // cpu user nice system idle iowait irq softirq steal …
	if len(f) < 9 {
		return machine{}, fmt.Errorf("read CPU use: unexpected %q", line)
	}
	m.busy = ticks(f[1]) + ticks(f[2]) + ticks(f[3])
	m.steal = ticks(f[8])
	m.server = siblings()
	return m, nil
}

func ticks(s string) time.Duration {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0 // a field of /proc/stat that is no number is one we do not know
	}
	return time.Duration(n) * tick
}

// siblings returns the CPU time of the other processes that this one's parent
// has started, and its own.
func siblings() time.Duration {
	parent := strconv.Itoa(os.Getppid())
	b, err := os.ReadFile("/proc/" + parent + "/task/" + parent + "/children")
	if err != nil {
		return 0 // a kernel without the list: the server then counts as others
	}
	sum := processTime(parent)
	for _, pid := range strings.Fields(string(b)) {
		if pid != strconv.Itoa(os.Getpid()) {
			sum += processTime(pid)
		}
	}
	return sum
}

// processTime returns the CPU time of a process, 0 where there is none.
func processTime(pid string) time.Duration {
	b, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(b, []byte(") ")) // the name may hold anything but this
	f := strings.Fields(string(rest))
	if len(f) < 13 {
		return 0
	}
	return ticks(f[11]) + ticks(f[12])
}

// resident returns the process's resident memory in bytes.
func resident() int64 {
	f, err := os.Open("/proc/self/statm")
	if err != nil {
		return 0
	}
	defer f.Close()
	line, _ := bufio.NewReader(f).ReadString('\n')
	fields := strings.Fields(line)
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}
