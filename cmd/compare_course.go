package cmd

import (
	"context"
	"slices"
	"time"

	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/compare"
)

// A course is the making of all runs of a comparison.
type course struct {
	*comparisonOptions
	app     *App
	ahead   []turn // in their order
	spare   []turn // whole blocks, in the place of such in which the client is the limit
	secrets secrets
	keep    *runKeeper

	runs      [][]*report.Run // of each side, in the order of the blocks
	discarded [][]*report.Run // of each side, those of blocks that were made again
	salvaged  [][]*report.Run // of each side, what was cut or came to nothing; nil: nothing was
	repeats   int
	spent     []span // of each side, on its turns that are done
	done      []int  // of each side, how many these are
	told      bool   // how the answers read
	warned    bool   // of an invalid run that stays
	hurry     <-chan struct{}
}

// newCourse plans the runs, and finds what is wrong with them before the first.
func (a *App) newCourse(o *comparisonOptions) (*course, error) {
	n := len(o.sides)
	plan := turns(n, int(o.pairs.n+o.spare.n), o.seed)
	x := &course{
		comparisonOptions: o, app: a, ahead: plan[:n*int(o.pairs.n)], spare: plan[n*int(o.pairs.n):],
		runs: make([][]*report.Run, n), discarded: make([][]*report.Run, n), spent: make([]span, n), done: make([]int, n),
	}
	for _, s := range o.sides {
		_, op, err := x.asked(s, s.url, o.seed)
		if err != nil {
			return nil, err
		}
		o.load.rewind(a)
		if err := op.prepare(a, &x.secrets); err != nil {
			return nil, err
		}
		x.secrets.addCommand(s.line)
	}
	x.secrets.addURL("http://" + o.load.path) // its query may hold a key
	var err error
	x.keep, err = keepRuns(o.output.runs, o.sides, int(o.pairs.n))
	return x, err
}

// run makes the runs in their order, up to the first that cannot be made.
func (x *course) run(ctx context.Context) error {
	if x.kind == services && x.load.warmed() {
		for _, s := range x.sides {
			if err := x.warmUp(ctx, s, s.url, x.ahead[0].warm); err != nil {
				return err
			}
		}
	}
	for len(x.ahead) > 0 {
		t := x.ahead[0]
		began := time.Now()
		run, err := x.turn(ctx, t)
		if err != nil {
			return err
		}
		x.spent[t.side].d += time.Since(began)
		x.done[t.side]++
		x.ahead = x.ahead[1:]
		x.runs[t.side] = append(x.runs[t.side], run)
		if err := x.keep.write(t, run); err != nil {
			return err
		}
		repeat := run.Verdict == report.Invalid && len(x.spare) > 0
		if repeat {
			if err := x.again(t); err != nil {
				return err
			}
		}
		x.tell(t, run, repeat)
	}
	return nil
}

// again discards the runs of the block that a turn spoiled, and begins it anew
// with the seed and the order of a spare one. What of the block had no turn yet
// has none: it would be discarded too.
func (x *course) again(spoiled turn) error {
	n := len(x.sides)
	block := slices.Clone(x.spare[:n])
	x.spare = x.spare[n:]
	for i := range block {
		block[i].block, block[i].again = spoiled.block, true
	}
	x.ahead = append(block, x.ahead[n-1-spoiled.order:]...)
	for side, runs := range x.runs {
		if len(runs) > spoiled.block {
			x.discarded[side] = append(x.discarded[side], runs[spoiled.block])
			x.runs[side] = runs[:spoiled.block]
		}
	}
	x.repeats++
	return x.keep.discard(spoiled.block, x.repeats)
}

// left is how long the turns ahead are going to take: each as long as those of
// its side took, or of any where its side had none.
func (x *course) left() time.Duration {
	var spent time.Duration
	done := 0
	for side := range x.sides {
		spent += x.spent[side].d
		done += x.done[side]
	}
	if done == 0 {
		return 0
	}
	var left time.Duration
	for _, t := range x.ahead {
		if n := x.done[t.side]; n > 0 {
			left += x.spent[t.side].d / time.Duration(n)
		} else {
			left += spent / time.Duration(done)
		}
	}
	return left
}

// finished is how many blocks are complete.
func (x *course) finished() int {
	n := len(x.runs[0])
	for _, runs := range x.runs {
		n = min(n, len(runs))
	}
	return n
}

// asSides gives the runs of the first blocks.
func (x *course) asSides(blocks int) []compare.Side {
	runs := make([][]*report.Run, len(x.runs))
	for i := range x.runs {
		runs[i] = x.runs[i][:blocks]
	}
	list := asSides(x.sides, runs, x.secrets.mask)
	for i := range list {
		list[i].Discarded = x.discarded[i]
	}
	return list
}
