package compare

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/aibench/aibench/report"
)

// configured is a side of a server with some variables, that answers so many requests in a second, 8 times.
func configured(vars []Var, perS float64, cpu, rss float64) Side {
	var name []string
	for _, v := range vars {
		name = append(name, v.Key+"="+v.Value)
	}
	s := sideOf(strings.Join(name, " "), 8, uint64(len(name[0])), 50_000/perS, 0.004, streamRun)
	s.Vars, s.Command = vars, "serve --workers {w}"
	each(s, func(run *report.Run) { run.Server = report.Server{CPUS: &cpu, RSSBytes: new(int64(rss * 1e6))} })
	return s
}

// workers are servers of 1 to 8 workers on 2 cores: beyond 2 of them nothing is gained.
func workers() []Side {
	var out []Side
	for _, c := range []struct{ w, perS float64 }{{1, 500}, {2, 960}, {4, 980}, {5, 985}, {8, 940}} {
		out = append(out, configured([]Var{{"w", fmt.Sprint(c.w)}}, c.perS, 5+c.w, 40*c.w))
	}
	return out
}

// ranked compares pairs by so few metrics that 8 pairs are enough for six sides.
func ranked() Options {
	return Options{Paired: true, Metrics: []string{"ttft.p50", "ttft.p95", "errors"}}
}

func TestRecommendation(t *testing.T) {
	t.Parallel()
	w := func(n int) []Var { return []Var{{"w", fmt.Sprint(n)}} }
	tests := []struct {
		name               string
		sides              []Side
		best, choice, knee string
		reached            bool
		edge               string
		says               []string
	}{
		{"a knee", workers(), "w=5", "w=2", "w=2", true, "", []string{
			"Take w=2: 960 ok requests/s, within noise of the best, w=5, with 985 ok requests/s.",
			"w=1 to w=2: throughput +92 %, tail (p95) −48 %, CPU +1.00 s, memory +40.0 MB.",
			"w=2 to w=4: throughput +2.1 %, tail (p95) −2.0 %, CPU +2.00 s, memory +80.0 MB: it does not pay, 10 % is due.",
			"The knee is at w=2: beyond it no step of w pays.",
			"2 x 2 cores + 1 = 5, the rule of thumb, gives 985 ok requests/s: +2.6 % against w=2, memory +120 MB.",
			"The servers shared 2 cores with aibench, which took 31 % of them: on a machine of their own more may pay.",
		}},
		{"no knee yet", []Side{configured(w(1), 500, 1, 1), configured(w(2), 990, 1, 1), configured(w(4), 1900, 1, 1)},
			"w=4", "w=4", "w=4", false, "largest", []string{
				"Take w=4: with 1,900 ok requests/s it is the best, and no smaller one is within noise of it.",
				"No knee in sight: the last step of w, to w=4, still pays.", "w=4 is the largest w that was tried: try more.",
				"2 x 2 cores + 1 = 5, the rule of thumb, was not tried.",
			}},
		{"more is worse", []Side{configured(w(2), 900, 1, 1), configured(w(4), 600, 1, 1)},
			"w=2", "w=2", "w=2", true, "smallest", []string{"w=2 is the smallest w that was tried: try less."}},
		{"small steps pay what they can", []Side{
			configured(w(8), 800, 1, 1), configured(w(9), 895, 1, 1), configured(w(10), 985, 1, 1),
		}, "w=10", "w=9", "w=10", false, "", nil},
		{"the rule of thumb", []Side{configured(w(3), 500, 1, 1), configured(w(5), 900, 1, 1), configured(w(9), 910, 1, 1)},
			"w=9", "w=5", "w=5", true, "", []string{"2 x 2 cores + 1 = 5: the rule of thumb gives the same."}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := compared(t, test.sides, ranked()).Advice
			if r == nil || len(r.Knees) != 1 {
				t.Fatalf("%+v", r)
			}
			k := r.Knees[0]
			if r.Best != test.best || r.Choice != test.choice || k.Side != test.knee || k.Reached != test.reached || k.Edge != test.edge {
				t.Errorf("best %s, choice %s, knee %+v\n%s", r.Best, r.Choice, k, strings.Join(r.Words, "\n"))
			}
			for _, want := range test.says {
				if !strings.Contains("\n"+strings.Join(r.Words, "\n")+"\n", "\n"+want+"\n") {
					t.Errorf("%q is not among\n%s", want, strings.Join(r.Words, "\n"))
				}
			}
		})
	}
}

func TestGrid(t *testing.T) {
	t.Parallel()
	var sides []Side
	for _, w := range []float64{1, 2, 4} {
		for _, threads := range []float64{1, 10} {
			perS := 400 * min(w, 2) * (1 + 0.02*math.Log10(threads))
			sides = append(sides, configured([]Var{{"w", fmt.Sprint(w)}, {"threads", fmt.Sprint(threads)}}, perS, w, w))
		}
	}
	r := compared(t, sides, Options{Paired: true, Metrics: []string{"ttft.p50", "errors"}}).Advice
	if r.Choice != "w=2 threads=1" || len(r.Steps) != 2*2+3 || len(r.Knees) != 2 {
		t.Errorf("%+v", r)
	}
	for _, k := range r.Knees {
		if !k.Reached {
			t.Errorf("%+v", k)
		}
	}
}

// A variable that is no number has no order, so no steps; the sides are ranked all the same.
func TestWorkerClasses(t *testing.T) {
	t.Parallel()
	r := compared(t, []Side{
		configured([]Var{{"k", "sync"}}, 100, 1, 1), configured([]Var{{"k", "uvicorn.workers.UvicornWorker"}}, 900, 1, 1),
	}, ranked()).Advice
	if r.Choice != "k=uvicorn.workers.UvicornWorker" || len(r.Steps)+len(r.Knees) != 0 {
		t.Errorf("%+v", r)
	}
}

func TestOpenLoopIsRankedByTime(t *testing.T) {
	t.Parallel()
	sides := workers()
	for _, s := range sides {
		each(s, func(run *report.Run) {
			run.Load.Kind, run.Load.RatePerS = "open", new(300.0)
			run.Throughput.RequestsPerS = new(300.0)
		})
	}
	r := compared(t, sides, ranked()).Advice
	if r.By != "e2e.p50" || r.Choice != "w=2" || r.Steps[0].Gain < 0.4 || r.Steps[0].Gain > 0.5 {
		t.Errorf("%+v", r)
	}
}

// Runs that are shorter than their streams have no throughput: what they took ranks.
func TestRunsInWhichNothingEnded(t *testing.T) {
	t.Parallel()
	sides := workers()
	for _, s := range sides {
		each(s, func(run *report.Run) { run.Throughput.RequestsPerS = new(0.0) })
	}
	if r := compared(t, sides, ranked()).Advice; r == nil || r.By != "e2e.p50" || r.Choice != "w=2" {
		t.Errorf("%+v", r)
	}
}

// A server that refuses quickly is not the best, and one whose runs do not count is not recommended.
func TestErrorsAreNoThroughput(t *testing.T) {
	t.Parallel()
	sides := []Side{
		configured([]Var{{"w", "1"}}, 500, 1, 1), configured([]Var{{"w", "2"}}, 900, 1, 1),
		configured([]Var{{"w", "4"}}, 5000, 1, 1), configured([]Var{{"w", "8"}}, 5000, 1, 1),
	}
	each(sides[2], func(run *report.Run) { fail(run, 900) })
	sides[3].Runs[0].Verdict = report.Invalid
	r := compared(t, sides, ranked()).Advice
	words := strings.Join(r.Words, "\n")
	if r.Best != "w=2" || !strings.Contains(words, "w=4 is not considered: its errors rose.") ||
		!strings.Contains(words, "w=8 measured 5,001 ok requests/s, and the client, not the server, was the limit in 1 of its 8 runs") {
		t.Errorf("%+v", r)
	}
}

// Throughput counts what ended well already: taking the errors from it once more would halve that of a server of which
// every second request fails.
func TestErrorsAreTakenFromThroughputOnce(t *testing.T) {
	t.Parallel()
	sides := []Side{configured([]Var{{"w", "1"}}, 500, 1, 1), configured([]Var{{"w", "2"}}, 900, 1, 1)}
	for _, s := range sides {
		each(s, func(run *report.Run) {
			run.Throughput.RequestsPerS = new(300.0)
			fail(run, 500)
		})
	}
	r := compared(t, sides, ranked()).Advice
	if !strings.Contains(r.Words[0], "300 ok requests/s") {
		t.Errorf("%v", r.Words)
	}
}

func TestNoConfigurationsNoAdvice(t *testing.T) {
	t.Parallel()
	if r := compared(t, pair(1), ranked()).Advice; r != nil {
		t.Errorf("%+v", r)
	}
}

// Throughput ranks, and is not all: what is worse with the choice is said with it.
func TestChoiceHasItsPrice(t *testing.T) {
	t.Parallel()
	sides := []Side{configured([]Var{{"w", "1"}}, 500, 1, 1), configured([]Var{{"w", "2"}}, 990, 1, 1)}
	each(sides[1], func(run *report.Run) { run.Metrics[0].Value.P95 = new(10 * *run.Metrics[0].Value.P95) })
	r := compared(t, sides, ranked()).Advice
	if len(r.Words) < 2 || r.Words[1] != "Its price: ttft.p95 +405 % against w=1." {
		t.Errorf("%q", r.Words)
	}
}
