package compare

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/verdict"
)

// A configuration is a side that differs from the others by its variables.
type configuration struct {
	*Summary
	runs   []*report.Run
	ranked []float64 // what ranks, one value per run
	rank   float64   // its median; 0 where no run has a value
	errors []float64

	why     string // it takes no part; empty: it does
	doubted bool   // it takes none because nobody knows what its server can do
}

// A ranking is what configurations are ordered by.
type ranking struct {
	name   string
	higher bool
	unit   string
	of     func(*report.Run) *float64
}

// rankings lists what could rank, the best first. A closed loop gives as much load as is served, so that its
// throughput tells, unless the runs were so short that nothing ended in them; in an open loop throughput is the rate
// that was asked for, and the time that it took tells.
func rankings(run *report.Run) []ranking {
	var out []ranking
	if run.Load.Kind != "open" {
		what := " ok requests/s"
		if run.Jobs() {
			what = " ok jobs/s"
		}
		out = append(out, ranking{"ok_per_s", true, what, func(run *report.Run) *float64 { return run.Throughput.RequestsPerS }})
	}
	for _, id := range []string{"e2e", "ttft", "completion"} {
		out = append(out, ranking{id + ".p50", false, "ms", func(run *report.Run) *float64 {
			m, _ := run.Metrics.Get(id)
			return m.P50
		}})
	}
	return out
}

// configurations gives the sides that can be ranked against each other, and those that cannot be: by the first ranking
// that has two, or else the most.
func (c *Comparison) configurations(sides []Side) (by ranking, able, out []configuration) {
	for i, next := range rankings(sides[0].Runs[0]) {
		var in, not []configuration
		for k := range sides {
			conf := c.configuration(&sides[k], &c.Sides[k], next)
			if conf.why == "" {
				in = append(in, conf)
			} else {
				not = append(not, conf)
			}
		}
		if i == 0 || len(in) > len(able) {
			by, able, out = next, in, not
		}
		if len(able) > 1 {
			break
		}
	}
	return by, able, out
}

// configuration gathers what ranks one side.
func (c *Comparison) configuration(side *Side, summary *Summary, by ranking) configuration {
	conf := configuration{Summary: summary, runs: side.Runs}
	unknown := false
	for _, run := range side.Runs {
		v := by.of(run)
		share, why := failed(run)
		if v == nil || *v <= 0 || why != "" {
			unknown = true
			continue
		}
		conf.ranked, conf.errors = append(conf.ranked, *v), append(conf.errors, share)
	}
	if len(conf.ranked) > 0 {
		conf.rank = estimate(conf.ranked, 1).Median
	}
	rose := slices.ContainsFunc(c.Rows, func(r Row) bool {
		return r.Side == side.Name && r.Metric == errorShare && r.Call == verdict.Worse.String()
	})
	switch {
	case summary.Invalid > 0:
		conf.doubted = true
		conf.why = fmt.Sprintf("the client, not the server, was the limit in %d of its %s", summary.Invalid, plural(summary.Runs, "run"))
	case rose:
		conf.why = "its errors rose"
	case unknown:
		conf.why = by.name + " is not known of all its runs"
	}
	return conf
}

// ranks is the median of what ranks; nil where no run has a value.
func (conf *configuration) ranks() *float64 {
	if len(conf.ranked) == 0 {
		return nil
	}
	return &conf.rank
}

// value is a variable's value as a number above 0.
func (s *Summary) value(key string) (float64, bool) {
	for _, v := range s.Vars {
		if v.Key == key {
			f, err := strconv.ParseFloat(v.Value, 64)
			return f, err == nil && f > 0 && !math.IsInf(f, 0)
		}
	}
	return 0, false
}

// size is the product of the variables that are numbers: 4 workers of 8 threads are 32.
func (s *Summary) size() float64 {
	size := 1.0
	for _, v := range s.Vars {
		if f, ok := s.value(v.Key); ok {
			size *= f
		}
	}
	return size
}

// besides tells whether two sides agree in everything but one variable: a step from one command to another says nothing
// of what the variable is worth.
func (s *Summary) besides(key string, other *Summary) bool {
	without := func(vars []Var) []Var {
		return slices.DeleteFunc(slices.Clone(vars), func(v Var) bool { return v.Key == key })
	}
	return s.Command == other.Command && slices.Equal(without(s.Vars), without(other.Vars))
}

// keys are the variables of a set of configurations; nil when they are none: some side has other variables, or none.
func keys(sides []Side) []string {
	var out []string
	for i := range sides {
		var own []string
		for _, v := range sides[i].Vars {
			own = append(own, v.Key)
		}
		if i == 0 {
			out = own
		}
		if len(own) == 0 || !slices.Equal(own, out) {
			return nil
		}
	}
	return out
}
