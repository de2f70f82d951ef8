package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// child is this program again, in another role, on a CPU of its own. It ends
// when its standard input does, so it cannot outlive its parent.
type child struct {
	cmd *exec.Cmd
	in  io.Closer
	out *json.Decoder
}

// pinnable returns two CPUs that this process may use.
func pinnable() ([2]int, error) {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return [2]int{}, fmt.Errorf("read CPU affinity: %w", err)
	}
	var cores []int
	for i := 0; i < 8*len(set)*8 && len(cores) < 2; i++ {
		if set.IsSet(i) {
			cores = append(cores, i)
		}
	}
	if len(cores) < 2 {
		return [2]int{}, errors.New("two CPUs are needed, one for the server and one for the client")
	}
	return [2]int(cores), nil
}

// start starts the program in p's role on the given CPU. The affinity is that
// of the thread that forks, so the child has it from its first instruction and
// its runtime sees one CPU.
func start(p plan, core int) (*child, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find own program: %w", err)
	}
	cmd := exec.Command(exe, "--role", p.role, "--address", p.address,
		"--streams", strconv.Itoa(p.streams), "--gap", p.gap.String(),
		"--seconds", strconv.FormatFloat(p.window.Seconds(), 'g', -1, 64), "--warmup", p.warmup.String())
	cmd.Stderr = os.Stderr
	if p.role == "server" { // its thread never yields; being asked to a hundred times a second only disturbs
		cmd.Env = append(os.Environ(), "GODEBUG=asyncpreemptoff=1")
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	// The thread dies with this goroutine, and Pdeathsig follows the thread:
	// so the affinity is put back, and the thread kept.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var old, one unix.CPUSet
	one.Set(core)
	if err := errors.Join(unix.SchedGetaffinity(0, &old), unix.SchedSetaffinity(0, &one)); err != nil {
		return nil, fmt.Errorf("pin to CPU %d: %w", core, err)
	}
	err = errors.Join(cmd.Start(), unix.SchedSetaffinity(0, &old))
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", p.role, err)
	}
	return &child{cmd: cmd, in: in, out: json.NewDecoder(out)}, nil
}

// startServer returns the server and its address.
func startServer(p plan, core int) (*child, string, error) {
	p.role = "server"
	c, err := start(p, core)
	if err != nil {
		return nil, "", err
	}
	var address string
	if err := c.answer(&address); err != nil {
		c.stop()
		return nil, "", err
	}
	return c, address, nil
}

// answer reads the next thing that the child says.
func (c *child) answer(v any) error {
	if err := c.out.Decode(v); err != nil {
		return errors.Join(fmt.Errorf("read answer: %w", err), c.wait())
	}
	return nil
}

func (c *child) wait() error {
	return errors.Join(c.in.Close(), c.cmd.Wait())
}

// stop ends a child that runs until it is told not to.
func (c *child) stop() { _ = c.wait() }
