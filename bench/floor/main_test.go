package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test binary be the processes that the program starts of
// itself.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "--role" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestParse(t *testing.T) {
	t.Parallel()
	p, err := parse([]string{"--streams", "7", "--gap", "5ms", "--seconds", "0.5", "--rounds", "2", "--clients", "floor,wire"}, io.Discard)
	if err != nil || p.streams != 7 || p.gap != 5*time.Millisecond || p.window != 500*time.Millisecond || p.rounds != 2 ||
		strings.Join(p.clients, " ") != "floor wire" {
		t.Errorf("got %+v, %v", p, err)
	}
	for _, args := range [][]string{
		{"--streams", "0"}, {"--rounds", "0"}, {"--gap", "0s"}, {"--seconds", "-1"}, {"--clients", "floor,nobody"}, {"what"}, {"--nothing"},
	} {
		if _, err := parse(args, io.Discard); !errors.As(err, new(usageError)) {
			t.Errorf("%q: got %v, want a usage error", args, err)
		}
	}
}

func TestMedianAndRatio(t *testing.T) {
	t.Parallel()
	cost := func(us ...int) (rs []result) {
		for _, n := range us {
			rs = append(rs, result{Events: 1000, Reads: 1000, CPU: time.Duration(n) * time.Millisecond, Wall: time.Second})
		}
		return rs
	}
	results := map[string][]result{"floor": cost(10, 20, 40), "wire": cost(12, 26, 44)}
	if got := median(results["floor"], result.perEvent); got != 20 {
		t.Errorf("median %v, want 20", got)
	}
	if got := median(cost(10, 20), result.perEvent); got != 15 {
		t.Errorf("median of two %v, want 15", got)
	}
	p := plan{streams: 1000, gap: time.Second, clients: []string{"floor", "wire"}}
	if got := p.ratio(results, "wire"); math.Abs(got-1.2) > 1e-9 { // of 1.2, 1.3, 1.1
		t.Errorf("ratio %v, want 1.2: the median of the rounds' ratios", got)
	}
	results["floor"][0].Others = time.Second
	if got := p.ratio(results, "wire"); math.Abs(got-1.2) > 1e-9 { // of 1.3 and 1.1
		t.Errorf("ratio %v, want 1.2: without the disturbed round", got)
	}
	if got := median(p.clean(results["floor"]), result.perEvent); got != 30 {
		t.Errorf("median %v, want 30: without the disturbed turn", got)
	}
}

func TestDoubts(t *testing.T) {
	t.Parallel()
	p := plan{streams: 100, gap: 20 * time.Millisecond}
	clean := result{Events: 5000, Reads: 5000, Wall: time.Second}
	for want, change := range map[string]func(*result){
		"":                 func(*result) {},
		"other processes":  func(r *result) { r.Others = 100 * time.Millisecond },
		"hypervisor":       func(r *result) { r.Steal = 200 * time.Millisecond },
		"was planned":      func(r *result) { r.Events, r.Reads = 4000, 4000 },
		"no event arrived": func(r *result) { r.Events, r.Reads = 0, 0 },
		"shared a read":    func(r *result) { r.Reads = 4000 },
	} {
		r := clean
		change(&r)
		if got := strings.Join(p.doubts(r), "; "); !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// The whole program, small: every client receives, and the table has a row for
// each.
func TestCompare(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("epoll is Linux's")
	}
	if runtime.NumCPU() < 2 {
		t.Skip("two CPUs are needed")
	}
	args := []string{"--streams", "20", "--gap", "10ms", "--seconds", "0.1", "--warmup", "0s", "--rounds", "1", "--tries", "1"}
	var out strings.Builder
	if err := run(args, nil, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, c := range clients() {
		if !strings.Contains(out.String(), fmt.Sprintf(" %s ", c.name)) {
			t.Errorf("no row of %s in\n%s", c.name, out.String())
		}
	}
}
