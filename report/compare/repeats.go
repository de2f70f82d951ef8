package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/aibench/aibench/report"
)

// repeats lists the discarded runs for whose sake their pairs were made again.
func repeats(sides []Side) []Repeat {
	var out []Repeat
	for i := range sides {
		for _, run := range sides[i].Discarded {
			if limited(run) && run.Pair != nil {
				out = append(out, Repeat{Pair: *run.Pair, Side: sides[i].Name, Run: run.ID, Breaches: breaches(run)})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Repeat) int { return cmp.Compare(a.Pair, b.Pair) })
	return out
}

// again says how many pairs were made again, and for what.
func (c *Comparison) again() string {
	var each []string
	for _, r := range c.Repeated {
		each = append(each, report.Printable(fmt.Sprintf("pair %d (%s: %s)", r.Pair, r.Side, strings.Join(r.Breaches[:min(1, len(r.Breaches))], ""))))
	}
	return c.repeated() + ", since the client was the limit: " + strings.Join(firsts(each, 5), "; ")
}

// repeated counts the pairs that were made again.
func (c *Comparison) repeated() string {
	n := len(c.Repeated)
	switch same := func(a, b Repeat) bool { return a.Pair == b.Pair }; {
	case len(slices.CompactFunc(slices.Clone(c.Repeated), same)) < n:
		return fmt.Sprintf("pairs were run again %d times", n)
	case n == 1:
		return "1 pair was run again"
	}
	return plural(n, "pair") + " were run again"
}
