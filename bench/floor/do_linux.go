package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// do is the parent's work, or that of the process it started.
func (p plan) do(in *os.File, out, errs io.Writer) error {
	switch p.role {
	case "":
		return p.compare(out, errs)
	case "server":
		return serve(p, in, out)
	}
	return p.measure(out)
}

// compare lets the clients take turns.
func (p plan) compare(out, errs io.Writer) error {
	cores, err := pinnable()
	if err != nil {
		return err
	}
	server, address, err := startServer(p, cores[0])
	if err != nil {
		return err
	}
	defer server.stop()
	p.address = address
	results := map[string][]result{}
	for round := range p.rounds {
		for _, name := range p.clients {
			fmt.Fprintf(errs, "round %d of %d: %s\n", round+1, p.rounds, name)
			r, err := p.turn(name, cores[1], errs)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			results[name] = append(results[name], r)
		}
	}
	return p.print(out, describeMachine(cores), results)
}

// turn is one client's part of a round. One that was disturbed by others is
// repeated; the last is taken as it is, and print says so.
func (p plan) turn(name string, core int, errs io.Writer) (result, error) {
	for try := 1; ; try++ {
		r, err := p.once(name, core)
		if err != nil || try >= p.tries || !p.disturbed(r) {
			return r, err
		}
		fmt.Fprintf(errs, "  disturbed (%s), again\n", strings.Join(p.doubts(r), "; "))
	}
}

func (p plan) once(name string, core int) (result, error) {
	p.role = name
	c, err := start(p, core)
	if err != nil {
		return result{}, err
	}
	var r result
	if err := c.answer(&r); err != nil {
		return result{}, err
	}
	return r, c.wait()
}

// describeMachine names what the figures were taken on.
func describeMachine(cores [2]int) string {
	model := "unknown CPU"
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, rest, ok := strings.Cut(string(b), "model name"); ok {
			line, _, _ := strings.Cut(rest, "\n")
			model = strings.TrimLeft(line, "\t :")
		}
	}
	var u unix.Utsname
	_ = unix.Uname(&u) // an empty release then
	return fmt.Sprintf("%s, %d CPUs (server on %d, client on %d), Linux %s, %s", model, runtime.NumCPU(),
		cores[0], cores[1], unix.ByteSliceToString(u.Release[:]), runtime.Version())
}
