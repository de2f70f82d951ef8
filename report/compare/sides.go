package compare

import (
	"github.com/aibench/aibench/report"
)

// summarise writes down what every side did.
func (c *Comparison) summarise(sides []Side, family []subject) {
	for i := range sides {
		s := &sides[i]
		out := Summary{
			Name: s.Name, Vars: append([]Var{}, s.Vars...), Command: s.Command, URL: s.URL, Runs: len(s.Runs),
			Verdict:      "control",
			RequestsPerS: median(s.Runs, func(r *report.Run) *float64 { return r.Throughput.RequestsPerS }),
			TokensPerS:   median(s.Runs, func(r *report.Run) *float64 { return r.Throughput.OutputTokensPerS }),
			GoodputPerS:  median(s.Runs, func(r *report.Run) *float64 { return r.Throughput.GoodputPerS }),
			Errors:       failedOf(s.Runs),
			CPUS:         median(s.Runs, func(r *report.Run) *float64 { return r.Server.CPUS }),
			RSSBytes:     median(s.Runs, memory),
			Metrics:      []Value{},
		}
		if out.Runs == 0 {
			c.Sides = append(c.Sides, out)
			continue
		}
		out.URL = s.Runs[0].Target.URL
		for _, bad := range c.InvalidRuns {
			if bad.Side == s.Name {
				out.Invalid++
			}
		}
		for k := range family {
			if taken := family[k].take(s); taken.why == "" {
				v := Value{Metric: family[k].name, Unit: family[k].unit, Median: estimate(taken.values, 1).Median}
				out.Metrics = append(out.Metrics, v)
			}
		}
		c.Sides = append(c.Sides, out)
	}
}

// failedOf is the share of errors among the requests of all runs: the median of the runs would hide a run that broke.
func failedOf(runs []*report.Run) *float64 {
	var over, ok int64
	for _, run := range runs {
		over += run.Counts.Requests - run.Counts.InFlightAtEnd
		ok += run.Counts.OK
	}
	if over <= 0 {
		return nil
	}
	return new(round(float64(over-ok) / float64(over)))
}

func memory(run *report.Run) *float64 {
	if run.Server.RSSBytes == nil {
		return nil
	}
	return new(float64(*run.Server.RSSBytes))
}

// metric finds a median of the side; nil where it is not known.
func (s *Summary) metric(name string) *float64 {
	for i := range s.Metrics {
		if s.Metrics[i].Metric == name {
			return &s.Metrics[i].Median
		}
	}
	return nil
}
