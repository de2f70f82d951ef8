package cmd

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/compare"
)

// salvage keeps a run that is none of the comparison's, since it was cut or
// came to nothing, for a report that has nothing better. It may be nil.
func (x *course) salvage(t turn, run *report.Run) {
	if run == nil || run.Sent() == 0 {
		return
	}
	if x.salvaged == nil {
		x.salvaged = make([][]*report.Run, len(x.sides))
	}
	x.attribute(t, run)
	x.salvaged[t.side] = append(x.salvaged[t.side], run)
}

// attribute says in a run which of the comparison's it is.
func (x *course) attribute(t turn, run *report.Run) {
	run.Pair, run.Order = new(t.block+1), new(t.order+1)
	for i := range run.Command {
		run.Command[i] = x.secrets.mask(run.Command[i])
	}
}

// concludeNothing reports a comparison of which no block was finished: why, and
// what was measured of each side. failed may be nil: then it was a signal.
func (x *course) concludeNothing(failed error, out *results) error {
	why := "partial: ended before the first " + x.unit(1) + " was complete; nothing is decided."
	if failed != nil {
		why = x.inBrief(failed)
	}
	sides := x.asSides(0)
	for i := range sides {
		s := &sides[i]
		s.Runs = slices.Clone(x.runs[i])
		if x.salvaged != nil {
			s.Runs = append(s.Runs, x.salvaged[i]...)
		}
		if at, err := x.load.at(x.sides[i].url); err == nil && x.sides[i].url != "" {
			s.URL = x.secrets.mask(at.shown())
		}
	}
	return x.app.publishPartial(x.comparisonOptions, sides, why, out)
}

// publishPartial reports sides that make no comparison. A table of nothing
// would hide the one line that matters: without any run, only programs are told
// more than that.
func (a *App) publishPartial(o *comparisonOptions, sides []compare.Side, why string, out *results) error {
	c, err := compare.Partial(o.load.kinds, sides, o.options(true), why)
	if err != nil {
		return cannot(err, "", "compare")
	}
	measured := slices.ContainsFunc(sides, func(s compare.Side) bool { return len(s.Runs) > 0 })
	return a.publish(o, c, sides, out, measured)
}

// incomparable reports runs that were made, and which the comparison refuses;
// then it fails as it would have. Saved runs are as they were before, and
// nothing is written about them.
func (a *App) incomparable(o *comparisonOptions, sides []compare.Side, refused error, out *results) error {
	if o.kind == saved {
		return refused
	}
	return errors.Join(a.publishPartial(o, sides, inBrief(refused), out), refused)
}

// inBrief is what a failure says first, in a line: the last words of a server
// are not repeated.
func inBrief(failed error) string {
	text := failed.Error()
	if f := failuresIn(failed); len(f) > 0 {
		text = f[0].Error()
	}
	line, _, more := strings.Cut(text, "\n")
	if more {
		line = strings.TrimSuffix(line, "; its last lines:")
	}
	return report.Printable(line)
}

// inBrief is what a failure says first, without secrets.
func (x *course) inBrief(failed error) string { return x.secrets.mask(inBrief(failed)) }

// early says how far a comparison came that was ended, and by what, unless it
// was a signal.
func (x *course) early(blocks int, failed error) string {
	text := fmt.Sprintf("ended after %d of %d %s", blocks, x.pairs.n, x.unit(int(x.pairs.n)))
	if failed != nil {
		text += ": " + x.inBrief(failed)
	}
	return text
}
