package compare

import (
	"cmp"
	"math"
	"slices"

	"github.com/aibench/aibench/report/verdict"
)

// pays is the gain from which on a step pays, unless it is a small step.
const pays = 0.1

// advise recommends one of several configurations; nil when the sides are none, or too few of them can be ranked.
func (c *Comparison) advise(sides []Side, o Options) *Recommendation {
	keys := keys(sides)
	if keys == nil {
		return nil
	}
	by, able, out := c.configurations(sides)
	if len(able) < 2 {
		return nil
	}
	best := slices.MaxFunc(able, func(a, b configuration) int {
		if !by.higher {
			a, b = b, a
		}
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.size(), a.size()))
	})
	choice := best
	for _, conf := range c.within(&best, able, by, o) {
		if conf.size() < choice.size() {
			choice = conf
		}
	}
	r := &Recommendation{By: by.name, Best: best.Name, Choice: choice.Name, Knees: []Knee{}, Steps: []Step{}}
	r.SharedCPU = slices.ContainsFunc(sides, func(s Side) bool { return s.Command != "" })
	for _, key := range keys {
		for _, line := range lines(able, key) {
			steps := line.steps(key, by)
			r.Steps = append(r.Steps, steps...)
			if len(steps) > 0 && line[0].besides(key, best.Summary) {
				r.Knees = append(r.Knees, line.knee(key, steps, choice.Summary))
			}
		}
	}
	r.Words = append(r.words(&best, &choice, by), r.rule(able, &choice, by, keys)...)
	r.Words = append(append(r.Words, out...), r.shared(&best)...)
	return r
}

// within gives the configurations that lie within noise of the best: neither in what ranks nor in errors are they
// found worse than it, nor look so by the margin.
func (c *Comparison) within(best *configuration, able []configuration, by ranking, o Options) []configuration {
	var family []verdict.Paired
	var others []configuration
	for _, conf := range able {
		if conf.Name == best.Name {
			continue
		}
		others = append(others, conf)
		family = append(family, verdict.Paired{
			Name: by.name, Base: best.ranked, Head: conf.ranked, Higher: by.higher, Margin: verdict.Margin{Relative: pays},
		}, verdict.Paired{
			Name: errorShare, Base: best.errors, Head: conf.errors, Difference: true, Margin: verdict.Margin{Floor: 0.01},
		})
	}
	found, err := judgeAll(family, c.Alpha, o.Paired)
	if err != nil {
		return nil // what could not be judged is not recommended
	}
	var out []configuration
	for i, conf := range others {
		if within(&family[2*i], &found[2*i]) && within(&family[2*i+1], &found[2*i+1]) {
			out = append(out, conf)
		}
	}
	return out
}

func within(p *verdict.Paired, v *verdict.Comparison) bool {
	loss := v.Effect
	if p.Higher {
		loss = -loss
	}
	return v.Call != verdict.Worse && loss < v.Margin
}

// A line is a row of configurations that differ in one variable, in the order of its values.
type line []configuration

// lines sorts configurations into lines along one variable. A variable without numbers has no order, and no lines.
func lines(able []configuration, key string) []line {
	var out []line
	for _, conf := range able {
		if _, ok := conf.value(key); !ok {
			return nil
		}
		i := slices.IndexFunc(out, func(l line) bool { return l[0].besides(key, conf.Summary) })
		if i < 0 {
			out = append(out, nil)
			i = len(out) - 1
		}
		out[i] = append(out[i], conf)
	}
	for _, l := range out {
		slices.SortStableFunc(l, func(a, b configuration) int {
			x, _ := a.value(key)
			y, _ := b.value(key)
			return cmp.Compare(x, y)
		})
	}
	return out
}

// steps gives what each step along the line bought. A step that is small against what was there need not bring so
// much: half of its own size is due.
func (l line) steps(key string, by ranking) []Step {
	var out []Step
	for i := range len(l) - 1 {
		from, to := &l[i], &l[i+1]
		x, _ := from.value(key)
		y, _ := to.value(key)
		s := Step{Key: key, From: from.Name, To: to.Name, Due: min(pays, (y/x-1)/2), Gain: to.rank/from.rank - 1}
		if !by.higher {
			s.Gain = 1 - to.rank/from.rank
		}
		s.Gain, s.Due = round(s.Gain), round(s.Due)
		s.Pays = s.Gain >= s.Due
		for _, tail := range []string{"ttft.p95", "queue_wait.p95"} {
			if a, b := from.metric(tail), to.metric(tail); a != nil && b != nil && *a > 0 {
				s.Tail = finite(*b / *a - 1)
			}
		}
		s.CPUS, s.RSSBytes = more(from.CPUS, to.CPUS), more(from.RSSBytes, to.RSSBytes)
		out = append(out, s)
	}
	return out
}

func more(from, to *float64) *float64 {
	if from == nil || to == nil {
		return nil
	}
	return finite(*to - *from)
}

// knee finds the side after which no step pays.
func (l line) knee(key string, steps []Step, choice *Summary) Knee {
	k := Knee{Key: key, Side: l[0].Name, Reached: !steps[len(steps)-1].Pays}
	for _, s := range steps {
		if s.Pays {
			k.Side = s.To
		}
	}
	v, _ := choice.value(key)
	first, _ := l[0].value(key)
	last, _ := l[len(l)-1].value(key)
	switch {
	case v >= last:
		k.Edge = "largest"
	case v <= first && math.Round(v) > 1:
		k.Edge = "smallest"
	}
	return k
}
