package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// result is one client's turn, as its process reports it.
type result struct {
	Events, Reads int64
	CPU, Wall     time.Duration
	Mallocs       uint64
	Grown         int64         // bytes of resident memory since before the first stream
	Stacks        int64         // bytes of goroutine stacks, out of them
	Heap          int64         // bytes of heap in use, out of them
	Others        time.Duration // CPU time of processes that have no part in this
	Steal         time.Duration // CPU time that the hypervisor kept
}

func (r result) perEvent() float64 { return float64(r.CPU.Nanoseconds()) / 1e3 / float64(r.Events) }

// print writes the table. Ratios are taken within a round and then their
// median, so that what drifts from round to round cancels out. Disturbed turns
// are left out where there are others.
func (p plan) print(out io.Writer, machine string, results map[string][]result) error {
	fmt.Fprintf(out, "%d streams, one event of %d bytes per packet every %v; medians of %d rounds of %v\n%s\n\n",
		p.streams, len(payload), p.gap, p.rounds, p.window, machine)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "client\tCPU µs/event\tx floor\tbar\tdelivered\tevents/read\tallocs/event\tKB/stream\tof it stacks\theap\t")
	for _, row := range clients() {
		rs := p.clean(results[row.name])
		if len(rs) == 0 {
			continue
		}
		bar := ""
		if row.bar > 0 {
			bar = fmt.Sprintf("≤ %.2f", row.bar)
		}
		fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%s\t%.1f %%\t%.3f\t%.4f\t%.1f\t%.1f\t%.1f\t\n", row.name,
			median(rs, result.perEvent), p.ratio(results, row.name), bar,
			100*median(rs, p.delivered),
			median(rs, func(r result) float64 { return float64(r.Events) / float64(r.Reads) }),
			median(rs, func(r result) float64 { return float64(r.Mallocs) / float64(r.Events) }),
			median(rs, func(r result) float64 { return p.perStreamKB(r.Grown) }),
			median(rs, func(r result) float64 { return p.perStreamKB(r.Stacks) }),
			median(rs, func(r result) float64 { return p.perStreamKB(r.Heap) }))
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print table: %w", err)
	}
	p.explain(out, results)
	p.warn(out, results)
	return nil
}

// explain says who is who.
func (p plan) explain(out io.Writer, results map[string][]result) {
	fmt.Fprintln(out)
	for _, row := range clients() {
		if len(results[row.name]) > 0 {
			fmt.Fprintf(out, "%-12s %s\n", row.name, row.what)
		}
	}
}

// warn names what makes the figures doubtful.
func (p plan) warn(out io.Writer, results map[string][]result) {
	for _, name := range p.clients {
		for i, r := range results[name] {
			if p.disturbed(r) {
				fmt.Fprintf(out, "disturbed: %s, round %d: %s\n", name, i+1, strings.Join(p.doubts(r), "; "))
			}
		}
	}
}

func (p plan) disturbed(r result) bool { return len(p.doubts(r)) > 0 }

// doubts says what speaks against a turn.
func (p plan) doubts(r result) []string {
	if r.Events == 0 || r.Reads == 0 {
		return []string{"no event arrived"}
	}
	var found []string
	doubt := func(yes bool, text string, share float64) {
		if yes {
			found = append(found, fmt.Sprintf(text, 100*share))
		}
	}
	others := r.Others.Seconds() / r.Wall.Seconds()
	doubt(others > 0.05, "other processes used %.0f %% of a CPU", others)
	steal := r.Steal.Seconds() / r.Wall.Seconds()
	doubt(steal > 0.10, "the hypervisor kept %.0f %% of a CPU", steal)
	doubt(p.delivered(r) < 0.98, "only %.1f %% of what was planned arrived", p.delivered(r))
	merged := 1 - float64(r.Reads)/float64(r.Events)
	doubt(merged > 0.05, "%.0f %% of the events shared a read, which makes them cheap", merged)
	return found
}

// delivered is the share of the planned events that came.
func (p plan) delivered(r result) float64 {
	planned := float64(p.streams) * r.Wall.Seconds() / p.gap.Seconds()
	return float64(r.Events) / planned
}

func (p plan) perStreamKB(bytes int64) float64 { return float64(bytes) / 1024 / float64(p.streams) }

// clean returns the turns that nothing disturbed, all of them where there are
// none.
func (p plan) clean(rs []result) []result {
	good := slices.DeleteFunc(slices.Clone(rs), p.disturbed)
	if len(good) == 0 {
		return rs
	}
	return good
}

// ratio is the median over the rounds of a client's cost to the first one's;
// over those in which neither was disturbed, where there are any.
func (p plan) ratio(results map[string][]result, name string) float64 {
	var good, all []float64
	for i, r := range results[name] {
		base := results[p.clients[0]][i]
		all = append(all, r.perEvent()/base.perEvent())
		if !p.disturbed(r) && !p.disturbed(base) {
			good = append(good, all[i])
		}
	}
	if len(good) == 0 {
		return middle(all)
	}
	return middle(good)
}

// median of what f finds in each result.
func median(rs []result, f func(result) float64) float64 {
	values := make([]float64, len(rs))
	for i, r := range rs {
		values[i] = f(r)
	}
	return middle(values)
}

// middle is the median of values, which it sorts.
func middle(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}
