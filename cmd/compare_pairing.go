package cmd

import (
	"cmp"
	"slices"
	"time"

	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/compare"
)

// byPair puts saved runs in the order of their blocks, and tells whether they
// are such: every side has every block once, the runs of a block have one seed,
// and no block began before the one before it had. Two comparisons of one
// --seed, one after the other, have the same numbers and seeds, but what the
// machine was like was not the same for both; they are none. The sides are
// given back as they were then.
func byPair(sides []compare.Side) (ordered []compare.Side, ok bool) {
	ordered = slices.Clone(sides)
	for i := range ordered {
		runs := slices.Clone(ordered[i].Runs)
		if len(runs) != len(sides[0].Runs) || slices.ContainsFunc(runs, func(r *report.Run) bool { return r.Pair == nil }) {
			return sides, false
		}
		slices.SortStableFunc(runs, func(a, b *report.Run) int { return cmp.Compare(*a.Pair, *b.Pair) })
		ordered[i].Runs = runs
	}
	var before time.Time // the latest start of the last block
	for k, control := range ordered[0].Runs {
		if k > 0 && *ordered[0].Runs[k-1].Pair == *control.Pair {
			return sides, false
		}
		latest := before
		for _, s := range ordered {
			began, err := time.Parse(time.RFC3339Nano, s.Runs[k].Started)
			if err != nil || began.Before(before) || *s.Runs[k].Pair != *control.Pair || s.Runs[k].Seed != control.Seed {
				return sides, false
			}
			if began.After(latest) {
				latest = began
			}
		}
		before = latest
	}
	return ordered, true
}
