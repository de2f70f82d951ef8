package verdict

import (
	"fmt"
	"strconv"
	"time"
)

// Op is a comparison between a measured value and its bound.
type Op uint8

// The comparisons. Equal is for what is counted: a measured time is never
// exactly anything, so a Condition has no use for it.
const (
	Less Op = iota
	LessEqual
	Greater
	GreaterEqual
	Equal
)

// String returns the operator as Parse reads it.
func (o Op) String() string {
	switch o {
	case Less:
		return "<"
	case LessEqual:
		return "<="
	case Greater:
		return ">"
	case GreaterEqual:
		return ">="
	case Equal:
		return "=="
	}
	return "Op(" + strconv.Itoa(int(o)) + ")"
}

// holds reports whether v compares to bound as the operator says. A value that
// is not a number does not.
func (o Op) holds(v, bound float64) bool {
	switch o {
	case Less:
		return v < bound
	case LessEqual:
		return v <= bound
	case Greater:
		return v > bound
	case GreaterEqual:
		return v >= bound
	case Equal:
		return v == bound
	}
	return false
}

// Unit is the unit that a bound was written in.
type Unit string

// The units that a bound can be written in. One without a unit is a plain
// number: a rate or a count. Only a Threshold knows the last three.
const (
	Plain        Unit = ""
	Microseconds Unit = "us"
	Milliseconds Unit = "ms"
	Seconds      Unit = "s"
	Percent      Unit = "%"
	PerSecond    Unit = "/s"
	PerMinute    Unit = "/m"
)

// scale returns how many nanoseconds one of u is, or 0 when u is no time.
func (u Unit) scale() float64 {
	switch u {
	case Microseconds:
		return float64(time.Microsecond)
	case Milliseconds:
		return float64(time.Millisecond)
	case Seconds:
		return float64(time.Second)
	case Plain, Percent, PerSecond, PerMinute:
		return 0
	}
	return 0
}

// IsTime reports whether u measures time.
func (u Unit) IsTime() bool { return u.scale() != 0 }

// Condition is one demand on one metric. Value is in Unit, as it was written,
// so that String gives it back unchanged.
type Condition struct {
	Metric string
	Stat   string // "p99", "mean", …; empty: each request's own value
	Op     Op
	Value  float64
	Unit   Unit
}

// String returns the condition in the form that Parse reads.
func (c Condition) String() string {
	name := c.Metric
	if c.Stat != "" {
		name += "." + c.Stat
	}
	return name + c.Op.String() + strconv.FormatFloat(c.Value, 'f', -1, 64) + string(c.Unit)
}

// Bound returns the bound in base units: nanoseconds for times, the number
// itself otherwise.
func (c Condition) Bound() float64 {
	if c.Unit.IsTime() {
		return c.Value * c.Unit.scale()
	}
	return c.Value
}

// Holds reports whether v, in the base units of Bound, meets the condition. An
// unknown value (NaN) meets none.
func (c Condition) Holds(v float64) bool { return c.Op.holds(v, c.Bound()) }

// SyntaxError says where a condition could not be read. Known, when not empty,
// lists what could have stood in place of Got. Try, when not empty, is the
// input as it was probably meant; Example, when not empty, is a threshold on the
// same subject.
type SyntaxError struct {
	Input string
	Pos   int // byte offset in Input
	Msg   string
	Got   string
	Known []string
	Try   string

	Example string
}

// Error returns the message in one line; Caret shows the place.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s (at column %d)", e.Msg, e.Pos+1)
}

// Caret returns two lines: the input, and a caret beneath the offending place.
func (e *SyntaxError) Caret() string {
	return e.Input + "\n" + blanks(e.Input[:e.Pos]) + "^"
}

// blanks returns one space for each character of s.
func blanks(s string) string {
	b := make([]byte, 0, len(s))
	for range s {
		b = append(b, ' ')
	}
	return string(b)
}
