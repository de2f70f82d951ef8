package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

func main() {
	err := run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.As(err, new(usageError)):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
}

// usageError is a flag that was not understood; package flag has printed why.
type usageError struct{ error }

// plan is what to measure.
type plan struct {
	streams int
	gap     time.Duration
	window  time.Duration
	warmup  time.Duration
	rounds  int
	tries   int
	clients []string

	// For the processes that the program starts of itself.
	role    string // "" for the parent, "server" or a client's name
	address string // of the server
}

// run parses args and does what they ask: compare clients, or be one.
func run(args []string, in *os.File, out, errs io.Writer) error {
	p, err := parse(args, errs)
	if err != nil {
		return err
	}
	return p.do(in, out, errs)
}

func parse(args []string, errs io.Writer) (plan, error) {
	var p plan
	var seconds float64
	var clients string
	f := flag.NewFlagSet("floor", flag.ContinueOnError)
	f.SetOutput(errs)
	f.IntVar(&p.streams, "streams", 1000, "streams at once")
	f.DurationVar(&p.gap, "gap", 20*time.Millisecond, "time between two events of a stream")
	f.Float64Var(&seconds, "seconds", 3, "measured time of each client and round")
	f.DurationVar(&p.warmup, "warmup", time.Second, "time before it, once all streams run")
	f.IntVar(&p.rounds, "rounds", 5, "rounds; medians are printed")
	f.IntVar(&p.tries, "tries", 3, "how often a client is measured anew when other processes disturbed it")
	f.StringVar(&clients, "clients", strings.Join(clientNames(), ","), "who takes part; ratios are to the first")
	f.StringVar(&p.role, "role", "", "used by the program itself")
	f.StringVar(&p.address, "address", "", "used by the program itself")
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return plan{}, err
		}
		return plan{}, usageError{err}
	}
	p.window = time.Duration(seconds * float64(time.Second))
	p.clients = strings.Split(clients, ",")
	return p, p.check(f)
}

func (p plan) check(f *flag.FlagSet) error {
	var problem string
	switch {
	case f.NArg() > 0:
		problem = fmt.Sprintf("unexpected %q", f.Arg(0))
	case p.streams < 1 || p.rounds < 1 || p.gap <= 0 || p.window <= 0:
		problem = "--streams, --rounds, --gap and --seconds have to be positive"
	}
	for _, name := range p.clients {
		if problem == "" && describe(name) == "" {
			problem = fmt.Sprintf("no client %q; there are %s", name, strings.Join(clientNames(), ", "))
		}
	}
	if problem == "" {
		return nil
	}
	fmt.Fprintln(f.Output(), "floor:", problem)
	return usageError{errors.New(problem)}
}

// clientRow is one way to receive streams.
type clientRow struct {
	name string
	what string
	bar  float64 // at most this many times the floor; 0: no bar
}

// clients lists them in the order of a round.
func clients() []clientRow {
	return []clientRow{
		{"floor", "raw epoll, receive, discard", 0},
		{"wire", "bench/wire: ReadBody", 1.35},
		{"wire+sse", "bench/wire and the SSE parser", 0},
		{"conn", "goroutine and net.Conn.Read, no HTTP", 0},
		{"nethttp+sse", "net/http and the SSE parser", 0},
	}
}

func clientNames() []string {
	var names []string
	for _, c := range clients() {
		names = append(names, c.name)
	}
	return names
}

// describe returns what the named client does, "" where there is none.
func describe(name string) string {
	for _, c := range clients() {
		if c.name == name {
			return c.what
		}
	}
	return ""
}
