package compare

import (
	"strings"
	"testing"

	"github.com/aibench/aibench/report"
)

// each applies a change to all runs of a side.
func each(s Side, change func(*report.Run)) {
	for _, run := range s.Runs {
		change(run)
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		sides   func() []Side
		options Options
		want    string
		says    string // in the sentence
	}{
		{"a third slower", func() []Side { return pair(1.3) }, Options{Paired: true}, Regression, "ttft.p50 of head is"},
		{"a third faster", func() []Side { return pair(0.7) }, Options{Paired: true}, Pass, "better: ttft.p50"},
		{"the same", func() []Side { return pair(1) }, Options{Paired: true}, Pass, "over 8 pairs, none of 6 metrics is worse"},
		{"too noisy to tell", func() []Side {
			return []Side{sideOf("base", 8, 1, 100, 0.5, streamRun), sideOf("head", 8, 2, 100, 0.5, streamRun)}
		}, Options{Paired: true}, Inconclusive, "may be worse than base's by its margin of 10 %, or not"},
		{"too few pairs", func() []Side {
			return []Side{sideOf("base", 6, 1, 100, 0.03, streamRun), sideOf("head", 6, 2, 200, 0.03, streamRun)}
		}, Options{Paired: true}, Undecidable, "cannot decide: 6 metrics at α 0.05 need 7 pairs, have 6"},
		{"few pairs, but one metric", func() []Side {
			return []Side{sideOf("base", 5, 1, 100, 0.03, streamRun), sideOf("head", 5, 2, 200, 0.03, streamRun)}
		}, Options{Paired: true, Metrics: []string{"ttft.p50"}}, Regression, "p 0.031"},
		{"a saturated client", func() []Side {
			s := pair(1.3)
			s[1].Runs[2].Verdict, s[1].Runs[2].Client.Verdict = report.Invalid, report.ClientLimited
			s[1].Runs[2].Client.Breaches = []report.Breach{{Code: "send-lag", Value: 31, Bound: 5, Unit: "ms"}}
			return s
		}, Options{Paired: true}, Invalid, "in 1 run: run 3 of head: send lag p99 31.0 ms > 5.00 ms"},
		{"errors that rose", func() []Side {
			s := pair(1)
			each(s[1], func(run *report.Run) { fail(run, 30) })
			return s
		}, Options{Paired: true}, Regression, "the error rate of head is 3.0 points higher than base's"},
		{"errors that rose a little", func() []Side {
			s := pair(1)
			each(s[1], func(run *report.Run) { fail(run, 5) })
			return s
		}, Options{Paired: true}, Pass, ""},
		{"nothing but errors", func() []Side {
			s := pair(1)
			for _, side := range s {
				each(side, func(run *report.Run) { fail(run, 1000); run.Metrics = nil })
			}
			return s
		}, Options{Paired: true}, Undecidable, "cannot decide: of 6 metrics no latency could be compared: ttft.p50 could not be compared: run 1 of base: nothing was measured (and 7 more)"},
		{"head hangs", func() []Side {
			s := pair(1)
			censor(s[1].Runs[0], "e2e")
			return s
		}, Options{Paired: true}, Inconclusive, "e2e.p50 could not be compared: run 1 of head"},
		{"base hung", func() []Side {
			s := pair(1)
			censor(s[0].Runs[0], "e2e")
			return s
		}, Options{Paired: true}, Pass, "none of 5 metrics"},
		{"jobs a third slower", func() []Side {
			return []Side{sideOf("base", 8, 1, 1000, 0.03, jobRun), sideOf("head", 8, 2, 1300, 0.03, jobRun)}
		}, Options{Paired: true}, Regression, "queue_wait.p50 of head"},
		{"a metric that was asked for and is not known", func() []Side { return pair(1) },
			Options{Paired: true, Metrics: []string{"requests_per_s", "goodput_per_s"}}, Inconclusive,
			"inconclusive: goodput_per_s could not be compared: run 1 of base: not known (and 7 more)."},
		{"a rate alone", func() []Side { return pair(1) },
			Options{Paired: true, Metrics: []string{"requests_per_s"}}, Pass, "pass: over 8 pairs, requests_per_s is not worse by its margin."},
		{"a wide margin", func() []Side { return pair(1.3) }, Options{Paired: true, Margins: map[string]float64{
			"ttft": 0.5, "tpot": 0.5, "chunk_gap": 0.5, "e2e": 0.5,
		}}, Pass, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := compared(t, test.sides(), test.options)
			if c.Verdict != test.want || !strings.Contains(c.Sentence, test.says) {
				t.Errorf("%s: %q\nwant %s: %q", c.Verdict, c.Sentence, test.want, test.says)
			}
			if c.Verdict != Pass && len(c.Reasons) == 0 {
				t.Error("no reason is given")
			}
		})
	}
}

// censor makes a metric's quantiles lower bounds, as requests that still ran do.
func censor(run *report.Run, metric string) {
	for i := range run.Metrics {
		if e := &run.Metrics[i]; e.Name == metric {
			e.Value = report.Metric{Unit: "ms", Count: 100, Censored: 900}
			e.Value.Above.Add("p50", 9800)
		}
	}
}

// Swapping the sides turns every call of worse into better and back, and a regression never survives it.
func TestSwappedSides(t *testing.T) {
	t.Parallel()
	for _, factor := range []float64{0.7, 0.95, 1, 1.05, 1.3} {
		s := pair(factor)
		there := compared(t, s, Options{Paired: true})
		back := compared(t, []Side{s[1], s[0]}, Options{Paired: true})
		for i := range there.Rows {
			a, b := &there.Rows[i], &back.Rows[i]
			if a.Metric != b.Metric || a.P != b.PBetter || a.PBetter != b.P || (a.Call == "worse") != (b.Call == "better") {
				t.Errorf("factor %v: %+v\nand swapped %+v", factor, *a, *b)
			}
		}
	}
}

// A machine that is ten times as slow changes no ratio, and so no p value.
func TestScale(t *testing.T) {
	t.Parallel()
	slow := func(level float64) []Side {
		return []Side{sideOf("base", 8, 1, level, 0.03, streamRun), sideOf("head", 8, 2, level*1.3, 0.03, streamRun)}
	}
	a, b := compared(t, slow(1000), Options{Paired: true}), compared(t, slow(10_000), Options{Paired: true})
	for i := range a.Rows {
		x, y := &a.Rows[i], &b.Rows[i]
		if x.P != y.P || x.Call != y.Call || x.change(x.Change) != y.change(y.Change) {
			t.Errorf("%+v\nand ten times as slow %+v", *x, *y)
		}
	}
}

func TestErrorsAloneDecideNothing(t *testing.T) {
	t.Parallel()
	c := compared(t, pair(1), Options{Paired: true, Metrics: []string{"errors"}})
	if c.Verdict != Undecidable || c.Sentence != "cannot decide: errors alone carry no verdict: a latency or a rate is needed as well." {
		t.Errorf("%s: %s", c.Verdict, c.Sentence)
	}
}

func TestMoreSidesShareAlpha(t *testing.T) {
	t.Parallel()
	sides := append(pair(1.3), sideOf("other", 8, 3, 100, 0.03, streamRun), sideOf("third", 8, 4, 100, 0.03, streamRun))
	c := compared(t, sides, Options{Paired: true})
	if c.Tests != 18 || c.Needed != 9 || c.Verdict != Undecidable ||
		!strings.Contains(c.Sentence, "6 metrics x 3 sides at α 0.05 need 9 pairs, have 8") {
		t.Errorf("%d tests, %d needed: %s", c.Tests, c.Needed, c.Sentence)
	}
	c = compared(t, sides, Options{Paired: true, Metrics: []string{"ttft.p50", "errors"}})
	var got []string
	for _, s := range c.Sides {
		got = append(got, s.Verdict)
	}
	if want := "control regression pass pass"; strings.Join(got, " ") != want || c.Verdict != Regression {
		t.Errorf("%v and %s, want %s", got, c.Verdict, want)
	}
}

func TestQueueThatIsEmptyIsComparedByDifference(t *testing.T) {
	t.Parallel()
	sides := []Side{sideOf("base", 8, 1, 1000, 0.01, jobRun), sideOf("head", 8, 2, 1000, 0.01, jobRun)}
	each(sides[0], func(run *report.Run) {
		for i := range run.Metrics {
			if run.Metrics[i].Name == "queue_wait" {
				run.Metrics[i].Value.P50 = new(0.0)
			}
		}
	})
	c := compared(t, sides, Options{Paired: true})
	for _, r := range c.Rows {
		if r.Metric == "queue_wait.p50" && (!r.Absolute || r.Call != "worse" || r.Margin != 5) {
			t.Errorf("%+v", r)
		}
	}
}

func TestUnsoundIsLeftOut(t *testing.T) {
	t.Parallel()
	sides := []Side{sideOf("base", 8, 1, 1000, 0.01, jobRun), sideOf("head", 8, 2, 1000, 0.01, jobRun)}
	set := func(run *report.Run, name string, change func(*report.Metric)) {
		for i := range run.Metrics {
			if run.Metrics[i].Name == name {
				change(&run.Metrics[i].Value)
			}
		}
	}
	set(sides[1].Runs[3], "accept", func(m *report.Metric) {
		m.P50 = nil
		m.Withheld.Add("p50", report.Withheld{Have: 3, Need: 10})
	})
	each(sides[1], func(run *report.Run) {
		set(run, "turnaround", func(m *report.Metric) { m.Basis = new(report.BasisPolls) })
	})
	each(sides[0], func(run *report.Run) {
		set(run, "queue_wait", func(m *report.Metric) { m.Width = &report.Width{P50: new(600.0), Max: new(700.0)} })
	})
	c := compared(t, sides, Options{Paired: true})
	for _, want := range []LeftOut{
		{"head", "accept.p50", "run 4 of head: withheld: p50 needs 10 jobs, have 3", true, false},
		{"head", "turnaround.p50", "its instants rest on the server's stamps in the control and on the answers to polls in head", false, false},
		{"base", "queue_wait.p50", "run 1 of base: only known to within 600 ms", false, false},
	} {
		found := false
		for _, l := range c.LeftOut {
			found = found || l.Side == want.Side && l.Metric == want.Metric && l.Blind == want.Blind && strings.HasPrefix(l.Reason, want.Reason)
		}
		if !found {
			t.Errorf("%+v is not among %+v", want, c.LeftOut)
		}
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		o    Options
		want string
	}{
		{Options{Alpha: 0.7}, "alpha 0.7"},
		{Options{Metrics: []string{"tfft.p50"}}, `unknown metric "tfft.p50"`},
		{Options{Metrics: []string{"completion.p50"}}, `unknown metric`},
		{Options{Metrics: []string{"ttft"}}, "such as ttft.p50"},
		{Options{Metrics: []string{"errors", "errors"}}, "named twice"},
		{Options{Margins: map[string]float64{"ttft.p99": 0.1}}, "not among what is compared"},
		{Options{Margins: map[string]float64{"ttft.p50": -1}}, "not between"},
		{Options{AA: true}, "needs pairs"},
	} {
		_, err := Compare(pair(1), test.o)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v, want %q", test.o, err, test.want)
		}
	}
}

func TestSidesThatMakeNoComparison(t *testing.T) {
	t.Parallel()
	s := pair(1)
	for _, test := range []struct {
		sides []Side
		want  string
	}{
		{s[:1], "two sides or more"},
		{[]Side{s[0], {Name: "head"}}, "head has no runs"},
		{[]Side{s[0], s[0]}, "two sides are named base"},
		{[]Side{s[0], {Name: "head", Runs: s[1].Runs[1:]}}, "base has 8 runs and head 7"},
		{[]Side{sideOf("a", 21, 1, 9, 0, streamRun), sideOf("b", 21, 1, 9, 0, streamRun)}, "at most 20"},
	} {
		if _, err := Compare(test.sides, Options{Paired: true}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v, want %q", err, test.want)
		}
	}
}
