package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/aibench/aibench/report"
)

// words says what to take, what each step bought, and where the knee is.
func (r *Recommendation) words(best, choice *configuration, by ranking) []string {
	name := report.Printable(choice.Name)
	out := []string{fmt.Sprintf("Take %s: with %s it is the best, and no smaller one is within noise of it.", name, by.words(choice.rank))}
	if choice.Name != best.Name {
		out[0] = fmt.Sprintf("Take %s: %s, within noise of the best, %s, with %s.",
			name, by.words(choice.rank), report.Printable(best.Name), by.words(best.rank))
	}
	for i := range r.Steps {
		out = append(out, r.Steps[i].words(by))
	}
	for _, k := range r.Knees {
		side, key := report.Printable(k.Side), report.Printable(k.Key)
		if k.Reached {
			out = append(out, fmt.Sprintf("The knee is at %s: beyond it no step of %s pays.", side, key))
		} else {
			out = append(out, fmt.Sprintf("No knee in sight: the last step of %s, to %s, still pays.", key, side))
		}
		switch k.Edge {
		case "largest":
			out = append(out, fmt.Sprintf("%s is the largest %s that was tried: try more.", name, key))
		case "smallest":
			out = append(out, fmt.Sprintf("%s is the smallest %s that was tried: try less.", name, key))
		}
	}
	return out
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
		items = append(items, "CPU "+signed(*s.CPUS, report.Digits(math.Abs(*s.CPUS))+" s"))
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
	if !r.SharedCPU || cpus <= 0 || i < 0 {
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
