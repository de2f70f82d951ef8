package compare

import (
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
	rank   float64   // its median
	errors []float64
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

// configurations gives the sides that can be ranked against each other, and says why others cannot be.
func (c *Comparison) configurations(sides []Side) (by ranking, able []configuration, out []string) {
	for _, by = range rankings(sides[0].Runs[0]) {
		able, out = nil, nil
		for i := range sides {
			conf, why := c.configuration(&sides[i], &c.Sides[i], by)
			if why != "" {
				out = append(out, report.Printable(sides[i].Name)+" is not considered: "+why+".")
				continue
			}
			able = append(able, conf)
		}
		if len(able) > 1 {
			break
		}
	}
	return by, able, out
}

// configuration gathers what ranks one side.
func (c *Comparison) configuration(side *Side, summary *Summary, by ranking) (conf configuration, why string) {
	conf = configuration{Summary: summary, runs: side.Runs}
	if c.hasInvalid(side.Name) {
		return conf, "the client, not the server, was the limit in some of its runs"
	}
	for i := range c.Rows {
		if r := &c.Rows[i]; r.Side == side.Name && r.Metric == errorShare && r.Call == verdict.Worse.String() {
			return conf, "its errors rose"
		}
	}
	for _, run := range side.Runs {
		v, share := by.of(run), 0.0
		share, why = failed(run)
		if v == nil || *v <= 0 || why != "" {
			return conf, by.name + " is not known of all its runs"
		}
		conf.ranked, conf.errors = append(conf.ranked, *v), append(conf.errors, share)
	}
	conf.rank = estimate(conf.ranked, 1).Median
	return conf, ""
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

// besides tells whether two sides agree in every variable but one.
func (s *Summary) besides(key string, other *Summary) bool {
	without := func(vars []Var) []Var {
		return slices.DeleteFunc(slices.Clone(vars), func(v Var) bool { return v.Key == key })
	}
	return slices.Equal(without(s.Vars), without(other.Vars))
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
