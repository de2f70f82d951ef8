package html

import (
	"fmt"
	"math"
	"testing"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
)

func TestTicks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		s      scale
		wanted int
		want   []float64
	}{
		{"seconds", scale{from: 0, to: 60}, 6, []float64{0, 10, 20, 30, 40, 50, 60}},
		{"a part of one", scale{from: 0, to: 0.35}, 5, []float64{0, 0.1, 0.2, 0.30000000000000004}},
		{"one decade of a logarithm", scale{from: 100, to: 900, log: true}, 5, []float64{200, 400, 600, 800}},
		{"two and a half decades", scale{from: 0.8, to: 300, log: true}, 5, []float64{1, 3, 10, 30, 100, 300}},
		{"six", scale{from: 0.02, to: 30_000, log: true}, 5, []float64{1, 100, 10_000}},
		{"nothing", scale{}, 5, nil},
		{"no numbers", scale{from: math.NaN(), to: math.NaN()}, 5, nil},
	} {
		if got := c.s.ticks(c.wanted); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestScale(t *testing.T) {
	t.Parallel()
	s := scale{from: 1, to: 100, log: true, length: 200, up: true}
	for _, c := range []struct{ v, want float64 }{{1, 200}, {10, 100}, {100, 0}, {0.001, 200}, {1e9, 0}, {-1, 200}} {
		if got := s.at(c.v); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("at %v: got %v, want %v", c.v, got, c.want)
		}
	}
}

func TestWordsOfNumbers(t *testing.T) {
	t.Parallel()
	below := 90.0
	for _, c := range []struct{ got, want string }{
		{clock(3.04, 60), "3 s"}, {clock(61, 600), "1:01"}, {clock(3725, 7200), "1:02:05"},
		{briefly(0.05), "50 µs"}, {briefly(20), "20 ms"}, {briefly(2500), "2.5 s"}, {briefly(1_200_000), "20 min"}, {briefly(0), "0"},
		{percentile(0), "0 %"}, {percentile(0.5), "50 %"}, {percentile(0.99), "99 %"}, {percentile(0.999), "99.9 %"}, {percentile(0.99999), "99.999 %"},
		{difference(new(100.0), &below), "− 10 %"}, {difference(new(100.0), new(100.0)), "± 0 %"}, {difference(new(100.0), new(102.3)), "+ 2.3 %"},
		{difference(new(0.0), &below), ""}, {difference(nil, &below), ""}, {difference(new(0.001), &below), "× 90,000"},
		{num(12.345), "12.3"}, {num(math.Inf(1)), "0"}, {percentOf(305), "30.5%"}, {capital("queue wait"), "Queue wait"}, {capital(""), ""},
		{bind("99 % within 1.2 s, or 3 sets"), "99\u00a0% within 1.2\u00a0s, or 3 sets"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// TestDistributionsEndWhereKnowledgeEnds: what a table withholds, a line must
// not show.
func TestDistributionsEndWhereKnowledgeEnds(t *testing.T) {
	t.Parallel()
	for _, n := range []int64{0, 9, 10, 100, 687, 688, 1000, 6904, 6905, 1 << 40} {
		q := foundedUpTo(n)
		if q > 0 && bench.Needed(q-1e-9) > n {
			t.Errorf("%d requests: drawn up to %v, which needs %d", n, q, bench.Needed(q))
		}
		if next := q + (1-q)/2; q > 0 && n < 1<<20 && bench.Needed(next) <= n {
			t.Errorf("%d requests: drawn only up to %v, though %v needs %d", n, q, next, bench.Needed(next))
		}
	}
	run := lasting(3)
	for i := range run.Metrics {
		run.Metrics[i].Value.Censored = 200 // of 1,200
	}
	tail, ok := tailOf(run, "e2e")
	if !ok {
		t.Fatal("there is no distribution")
	}
	for _, c := range []struct {
		q     float64
		known bool
	}{{0.5, true}, {0.83, true}, {0.84, false}, {0.999, false}} {
		if _, known := tail.at(c.q); known != c.known {
			t.Errorf("with a sixth still running, is %v known? got %v", c.q, known)
		}
	}
}

func TestColumnsMergeSeconds(t *testing.T) {
	t.Parallel()
	c := courseOf(lasting(1801))
	if c.every != 3 || len(c.columns) != 601 || c.whole != 1801 {
		t.Fatalf("got %d columns of %d s up to %v, want 601 of 3 up to 1801", len(c.columns), c.every, c.whole)
	}
	first := c.columns[3] // seconds 9, 10 and 11, of which 10 is a bad one
	var started, highest float64
	for i := 9; i < 12; i++ {
		s := second(i)
		started += float64(s.Started) / 3
		highest = max(highest, *s.TTFTP99)
	}
	if math.Abs(first.started-started) > 1e-9 || *first.latency["ttft"].p99 != highest {
		t.Errorf("got %v starts a second and a p99 of %v, want %v and %v", first.started, *first.latency["ttft"].p99, started, highest)
	}
	var sum int64
	for i := 9; i < 12; i++ {
		sum += cells(i, 0)[1]
	}
	if got := first.heat["ttft"][:2]; got[0] != 4 || got[1] != sum {
		t.Errorf("heat: got row and count %v, want row 4 and %d", got, sum)
	}
}

// The first row of a heat map holds all that is smaller, and the last all that
// is larger: no bound may be made up for them.
func TestOpenRowsHaveNoBounds(t *testing.T) {
	t.Parallel()
	h := &heatMap{edges: edgesOf([]float64{0, 0.1, 0.2, 0.4})}
	for _, c := range []struct {
		rows []int64
		want string
	}{
		{[]int64{0, 3, 1, 2}, "0 and 200 µs"},
		{[]int64{1, 2, 2, 2}, "100 µs and 400 µs"},
		{[]int64{2, 1, 3, 1}, "200 µs and more"},
	} {
		if got := h.summary(c.rows)[1]; got != c.want {
			t.Errorf("rows %v lie between %s, want %s", c.rows, got, c.want)
		}
	}
}

// TestHeatOfForeignFiles: rows that the edges do not have are no reason to
// panic.
func TestHeatOfForeignFiles(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*report.Heat){
		"no edges":         func(h *report.Heat) { h.Edges = nil },
		"falling edges":    func(h *report.Heat) { h.Edges[3] = 0 },
		"a row above":      func(h *report.Heat) { h.Metrics[0].Value[0] = []int64{4000, 1} },
		"a row below":      func(h *report.Heat) { h.Metrics[0].Value[0] = []int64{-1, 1} },
		"half a cell":      func(h *report.Heat) { h.Metrics[0].Value[0] = []int64{3} },
		"too few columns":  func(h *report.Heat) { h.Metrics[0].Value = h.Metrics[0].Value[:1] },
		"too many columns": func(h *report.Heat) { h.Metrics[0].Value = append(h.Metrics[0].Value, h.Metrics[0].Value...) },
	} {
		run := lasting(5)
		spoil(run.Heat)
		page := pageFor(t, run)
		wellFormed(t, page)
		unsoiled(t, page)
		if t.Failed() {
			t.Fatalf("%s", name)
		}
	}
}
