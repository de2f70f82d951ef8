package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/aibench/aibench/report/verdict"
)

// pays is the gain from which on a step pays, unless it is a small step.
const pays = 0.1

// advise recommends one of several configurations, or says what is missing for that; nil when the sides are none.
func (c *Comparison) advise(sides []Side, o Options) *Recommendation {
	keys := keys(sides)
	if keys == nil {
		return nil
	}
	by, able, out := c.configurations(sides)
	r := &Recommendation{By: by.name, Knees: []Knee{}, Steps: []Step{}, Excluded: []Excluded{}}
	r.SharedCPU = slices.ContainsFunc(sides, func(s Side) bool { return s.Command != "" })
	for i := range out {
		r.Excluded = append(r.Excluded, Excluded{Side: out[i].Name, Reason: out[i].why, Value: out[i].ranks()})
	}
	if why := c.lacking(able); why != "" {
		r.withdraw(why)
		return r
	}
	best, choice := c.pick(able, by, o)
	rivals := rivals(out, &best, &choice, by)
	for i := range rivals {
		at := slices.IndexFunc(r.Excluded, func(e Excluded) bool { return e.Side == rivals[i].Name })
		r.Excluded[at].Open = true
	}
	r.Best = best.Name
	if len(rivals) == 0 {
		r.Choice = choice.Name
	}
	r.climb(keys, able, out, &best, by)
	r.Words = append(r.words(&best, &choice, rivals, by), r.rule(able, &choice, by, keys)...)
	r.Words = append(append(r.Words, r.leftAside()...), r.shared(&best)...)
	r.Words = slices.Insert(r.Words, 1, c.price(r.Choice)...)
	return r
}

// withdraw leaves of a recommendation why there is none.
func (r *Recommendation) withdraw(why string) {
	r.Best, r.Choice, r.Knees, r.Steps = "", "", []Knee{}, []Step{}
	for i := range r.Excluded {
		r.Excluded[i].Open = false // there is no choice to stand in the way of
	}
	r.Words = append([]string{none(why)}, r.leftAside()...)
}

// lacking says what a recommendation would take; empty: it has it. A pick among sides that no test can tell apart would
// only repeat their noise.
func (c *Comparison) lacking(able []configuration) string {
	if len(able) < 2 {
		return fmt.Sprintf("of %s %d can be ranked", plural(len(c.Sides), "side"), len(able))
	}
	need := c.Needed
	// Of each side but the best what ranks and the errors are tested.
	for tests := 2 * (len(able) - 1); c.fewFor(tests, need) != nil; {
		need++
	}
	if c.Pairs >= need {
		return ""
	}
	what := "pairs"
	if c.Test != SignFlip {
		what = "runs a side"
	}
	return fmt.Sprintf("to tell these sides from noise takes %d %s, have %d", need, what, c.Pairs)
}

// pick finds the best configuration and the smallest within noise of it.
func (c *Comparison) pick(able []configuration, by ranking, o Options) (best, choice configuration) {
	best = slices.MaxFunc(able, func(a, b configuration) int {
		if !by.higher {
			a, b = b, a
		}
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.size(), a.size()))
	})
	choice = best
	for _, conf := range c.within(&best, able, by, o) {
		if conf.size() < choice.size() {
			choice = conf
		}
	}
	return best, choice
}

// rivals are the configurations that would be the choice, were their runs sound and what they measured true.
func rivals(out []configuration, best, choice *configuration, by ranking) []configuration {
	var list []configuration
	for _, conf := range out {
		if !conf.doubted || conf.rank <= 0 {
			continue
		}
		loss := 1 - conf.rank/best.rank
		if !by.higher {
			loss = conf.rank/best.rank - 1
		}
		if loss < 0 || loss < pays && conf.size() < choice.size() {
			list = append(list, conf)
		}
	}
	return list
}

// climb finds the steps along each variable, and the knee of each on the best side's line.
func (r *Recommendation) climb(keys []string, able, out []configuration, best *configuration, by ranking) {
	for _, key := range keys {
		tried := lines(slices.Concat(able, out), key)
		for _, row := range lines(able, key) {
			steps := row.steps(key, by)
			r.Steps = append(r.Steps, steps...)
			at := slices.IndexFunc(tried, func(l line) bool { return l[0].besides(key, row[0].Summary) })
			if len(steps) > 0 && at >= 0 && row[0].besides(key, best.Summary) {
				r.Knees = append(r.Knees, row.knee(key, steps, tried[at], r.Choice))
			}
		}
	}
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

// knee finds the side after which no step pays. The line is of the configurations that take part; tried holds the others
// as well.
func (l line) knee(key string, steps []Step, tried line, choice string) Knee {
	k := Knee{Key: key, Side: l[0].Name, Unknown: []string{}}
	for _, s := range steps {
		if s.Pays {
			k.Side = s.To
		}
	}
	at := slices.IndexFunc(tried, func(conf configuration) bool { return conf.Name == k.Side })
	for _, conf := range tried[at+1:] {
		if conf.doubted {
			k.Unknown = append(k.Unknown, conf.Name)
		}
	}
	k.Reached = !steps[len(steps)-1].Pays && len(k.Unknown) == 0
	v, _ := tried[0].value(key)
	switch {
	case tried[len(tried)-1].Name == choice:
		k.Edge = "largest"
	case tried[0].Name == choice && math.Round(v) > 1:
		k.Edge = "smallest"
	}
	return k
}
