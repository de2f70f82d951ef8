package compare

import (
	"math"
	"strconv"
	"strings"

	"github.com/aibench/aibench/report"
)

// change words a change with its sign: +30 %, −2.1 %, +0.3 points, +4.00 ms.
func (r *Row) change(v float64) string {
	switch {
	case !r.Absolute:
		return signed(v, percent(math.Abs(v)))
	case r.Unit == "fraction":
		return signed(v, points(math.Abs(v)))
	}
	// In one unit, so that the ends of an interval read as what they are.
	return signed(v, strings.TrimSpace(report.Digits(math.Abs(v))+" "+r.Unit))
}

// compared words the change as a comparison: 30 % higher.
func (r *Row) compared() string {
	size := strings.TrimLeft(r.change(r.Change), "+−")
	if r.Change < 0 {
		return size + " lower"
	}
	return size + " higher"
}

// margin words the margin as change does, without a sign.
func (r *Row) margin() string { return r.size(r.Margin) }

// size words an amount of change without its direction, and with no more digits than it needs: 10 %, 1 point.
func (r *Row) size(v float64) string {
	s := strings.Replace(strings.TrimPrefix(r.change(v), "+"), ".0 ", " ", 1)
	if s == "1 points" {
		return "1 point"
	}
	return s
}

// p is the p value of a change in the direction that was found.
func (r *Row) p() float64 {
	if r.Change < 0 != r.Higher && r.Change != 0 {
		return r.PBetter
	}
	return r.P
}

// interval words the bounds: from −2.1 to +4.0 %, or that there are none.
func (r *Row) interval() string {
	switch {
	case r.Low == nil && r.High == nil:
		return "unbounded"
	case r.Low == nil:
		return "up to " + r.change(*r.High)
	case r.High == nil:
		return "from " + r.change(*r.Low)
	}
	if low, high := r.change(*r.Low), r.change(*r.High); low != high {
		return low + " to " + high
	}
	return r.change(*r.Low) + " in all"
}

// value words an amount of the row's unit.
func (r *Row) value(v float64) string { return amount(v, r.Unit) }

// amount words a value with its unit.
func amount(v float64, unit string) string {
	if unit == "/s" {
		return report.Digits(v) + "/s"
	}
	return report.InUnit(v, unit)
}

// signed puts the sign in front of a magnitude. A magnitude that reads 0 has none.
func signed(v float64, magnitude string) string {
	switch {
	case strings.Trim(magnitude, "0. %µmspoint") == "":
		return magnitude
	case v < 0:
		return "−" + magnitude
	}
	return "+" + magnitude
}

// percent words a share: with one digit after the point below 10 %.
func percent(v float64) string {
	p := v * 100
	switch {
	case p < 9.95:
		return strconv.FormatFloat(p, 'f', 1, 64) + " %"
	case p < 999.5:
		return strconv.FormatFloat(p, 'f', 0, 64) + " %"
	}
	return report.Digits(p) + " %"
}

// points words a difference of two shares.
func points(v float64) string { return strconv.FormatFloat(v*100, 'f', 1, 64) + " points" }

// pValue words a probability with no more digits than matter.
func pValue(p float64) string {
	switch {
	case p < 0.001:
		return "< 0.001"
	case p >= 0.995:
		return "1"
	}
	return strings.TrimRight(strconv.FormatFloat(p, 'f', 3, 64), "0")
}

// megabytes words an amount of memory.
func megabytes(v float64) string { return report.Digits(v/1e6) + " MB" }
