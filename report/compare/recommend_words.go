package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/verdict"
)

// words says what to take, what each step bought, and where the knee is.
func (r *Recommendation) words(best, choice *configuration, rivals []configuration, by ranking) []string {
	out := r.call(best, choice, rivals, by)
	for i := range r.Steps {
		out = append(out, r.Steps[i].words(by))
	}
	for i := range r.Knees {
		k := &r.Knees[i]
		out = append(out, k.words())
		switch key := report.Printable(k.Key); k.Edge {
		case "largest":
			out = append(out, fmt.Sprintf("%s is the largest %s that was tried: try more.", report.Printable(r.Choice), key))
		case "smallest":
			out = append(out, fmt.Sprintf("%s is the smallest %s that was tried: try less.", report.Printable(r.Choice), key))
		}
	}
	return out
}

// call says what to take, or which sides stand in the way of that.
func (r *Recommendation) call(best, choice *configuration, rivals []configuration, by ranking) []string {
	name, among := report.Printable(choice.Name), ""
	if len(r.Excluded) > 0 {
		among = " of those that count"
	}
	switch {
	case len(rivals) > 0:
		out := []string{none(fmt.Sprintf("%s is the best%s, with %s, and another may be the better choice",
			report.Printable(best.Name), among, by.words(best.rank)))}
		for i := range rivals {
			out = append(out, fmt.Sprintf("%s measured %s, and %s: measure it again.",
				report.Printable(rivals[i].Name), by.words(rivals[i].rank), rivals[i].why))
		}
		return out
	case choice.Name != best.Name:
		return []string{fmt.Sprintf("Take %s: %s, within noise of the best%s, %s, with %s.",
			name, by.words(choice.rank), among, report.Printable(best.Name), by.words(best.rank))}
	}
	return []string{fmt.Sprintf("Take %s: with %s it is the best%s, and no smaller one is within noise of it.", name, by.words(choice.rank), among)}
}

// price says what is worse with the choice than with the control: what ranks is not all there is.
func (c *Comparison) price(choice string) []string {
	var worse []string
	for i := range c.Rows {
		if r := &c.Rows[i]; r.Side == choice && r.Call == verdict.Worse.String() {
			worse = append(worse, report.Printable(r.Metric)+" "+r.change(r.Change))
		}
	}
	if worse == nil {
		return nil
	}
	return []string{fmt.Sprintf("Its price: %s against %s.", strings.Join(worse, ", "), report.Printable(c.Control))}
}

// none says why nothing is recommended.
func none(why string) string { return "No recommendation: " + why + "." }

// leftAside says which sides took no part, unless that was said with the call.
func (r *Recommendation) leftAside() []string {
	var out []string
	for _, e := range r.Excluded {
		if !e.Open {
			out = append(out, report.Printable(e.Side)+" is not considered: "+e.Reason+".")
		}
	}
	return out
}

// words says where the knee is, as far as that is known.
func (k *Knee) words() string {
	side, key := report.Printable(k.Side), report.Printable(k.Key)
	var unknown []string
	for _, name := range k.Unknown {
		unknown = append(unknown, report.Printable(name))
	}
	switch {
	case len(unknown) > 0:
		return fmt.Sprintf("The knee is at %s or beyond: invalid runs hide what %s can do.", side, strings.Join(firsts(unknown, 4), ", "))
	case k.Reached:
		return fmt.Sprintf("The knee is at %s: beyond it no step of %s pays.", side, key)
	}
	return fmt.Sprintf("No knee in sight: the last step of %s, to %s, still pays.", key, side)
}

// words says what one step bought and what it cost.
func (s *Step) words(by ranking) string {
	gain := s.Gain
	if !by.higher {
		gain = -gain
	}
	items := []string{fmt.Sprintf("%s %s", by.title(), signed(gain, percent(math.Abs(gain))))}
	if s.Tail != nil {
		items = append(items, "tail (p95) "+signed(*s.Tail, percent(math.Abs(*s.Tail))))
	}
	if s.CPUS != nil {
		items = append(items, "CPU "+signed(*s.CPUS, report.InUnit(math.Abs(*s.CPUS)*1000, "ms")))
	}
	if s.RSSBytes != nil {
		items = append(items, "memory "+signed(*s.RSSBytes, megabytes(math.Abs(*s.RSSBytes))))
	}
	verdict := ""
	if !s.Pays {
		verdict = fmt.Sprintf(": it does not pay, %s is due", percent(s.Due))
	}
	return fmt.Sprintf("%s to %s: %s%s.", report.Printable(s.From), report.Printable(s.To), strings.Join(items, ", "), verdict)
}

func (b *ranking) title() string {
	if b.higher {
		return "throughput"
	}
	return b.name
}

func (b *ranking) words(v float64) string {
	if b.higher {
		return report.Digits(v) + b.unit
	}
	return b.name + " " + report.InUnit(v, b.unit)
}

// rule holds the choice against the rule of thumb for worker processes: 2 x cores + 1.
func (r *Recommendation) rule(able []configuration, choice *configuration, by ranking, keys []string) []string {
	cpus := choice.runs[0].Environment.CPUs
	i := slices.IndexFunc(keys, func(key string) bool { return countsWorkers(key, able) })
	if !r.SharedCPU || cpus <= 0 || i < 0 || r.Choice == "" {
		return nil
	}
	rule := fmt.Sprintf("2 x %d cores + 1 = %d", cpus, 2*cpus+1)
	for _, conf := range able {
		v, _ := conf.value(keys[i])
		switch {
		case int(v) != 2*cpus+1 || !conf.besides(keys[i], choice.Summary):
			continue
		case conf.Name == choice.Name:
			return []string{rule + ": the rule of thumb gives the same."}
		}
		gain := conf.rank/choice.rank - 1
		items := []string{fmt.Sprintf("%s against %s", signed(gain, percent(math.Abs(gain))), report.Printable(choice.Name))}
		if d := more(choice.RSSBytes, conf.RSSBytes); d != nil {
			items = append(items, "memory "+signed(*d, megabytes(math.Abs(*d))))
		}
		return []string{fmt.Sprintf("%s, the rule of thumb, gives %s: %s.", rule, by.words(conf.rank), strings.Join(items, ", "))}
	}
	return []string{rule + ", the rule of thumb, was not tried."}
}

// countsWorkers tells whether a variable looks like a number of processes.
func countsWorkers(key string, able []configuration) bool {
	for _, conf := range able {
		if v, ok := conf.value(key); !ok || v != math.Trunc(v) || v > 10_000 {
			return false
		}
	}
	key = strings.ToLower(key)
	return strings.Contains(key, "worker") || slices.Contains([]string{"w", "n", "p", "procs", "processes", "web_concurrency"}, key)
}

// shared says that the servers had not the machine for themselves.
func (r *Recommendation) shared(best *configuration) []string {
	if !r.SharedCPU {
		return nil
	}
	took := ""
	if f := median(best.runs, func(run *report.Run) *float64 { return run.Client.CPUFraction }); f != nil {
		took = fmt.Sprintf(", which took %s of them", percent(*f))
	}
	cpus := plural(best.runs[0].Environment.CPUs, "core")
	return []string{fmt.Sprintf("The servers shared %s with aibench%s: on a machine of their own more may pay.", cpus, took)}
}
