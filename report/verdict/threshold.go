package verdict

import (
	"math"
	"strconv"
)

// A Topic is what kind of thing a [Subject] is.
type Topic uint8

// The topics.
const (
	Statistic  Topic = iota // of a metric: Name and Stat, in the metric's unit
	Outcomes                // requests that are over and ended as Name says; "errors": not well
	Goodput                 // requests that met every SLO: their share, or how many a second
	Throughput              // what Name says, per second
	Findings                // diagnoses of a severity or with a code, which Name says; "": all
)

// A Subject is what a threshold is about.
type Subject struct {
	Topic
	Name  string
	Stat  string // "p99", "mean", …
	Share bool   // of Outcomes and Goodput: as a fraction of the requests
}

// A Threshold is a demand on a whole run, such as "ttft.p99<800ms". Value is in
// Unit, as it was written, so that String gives it back unchanged.
type Threshold struct {
	Subject Subject
	Op      Op
	Value   float64
	Unit    Unit
}

// String returns the threshold in the form that [ParseThreshold] reads.
func (t Threshold) String() string {
	return t.Subject.String() + t.Op.String() + strconv.FormatFloat(t.Value, 'f', -1, 64) + string(t.Unit)
}

// String returns what stands before the operator.
func (s Subject) String() string {
	switch {
	case s.Topic == Statistic:
		return s.Name + "." + s.Stat
	case s.Topic == Goodput:
		return "goodput"
	case s.Topic == Findings && s.Name == "":
		return "findings"
	case s.Topic == Findings:
		return "findings." + s.Name
	}
	return s.Name
}

// Limit is the bound in the unit that a [Source] answers in: milliseconds for
// times, a fraction for shares, per second for rates.
func (t Threshold) Limit() float64 {
	switch t.Unit {
	case Microseconds:
		return shift(t.Value, -3)
	case Seconds:
		return shift(t.Value, 3)
	case Percent:
		return shift(t.Value, -2)
	case PerMinute:
		return t.Value / 60
	case Plain, Milliseconds, PerSecond:
	}
	return t.Value
}

// shift moves the decimal point. Multiplying would make 0.7 % a little less
// than seven of a thousand.
func shift(v float64, places int) float64 {
	shifted, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', -1, 64)+"e"+strconv.Itoa(places), 64)
	if err != nil {
		return v * math.Pow10(places)
	}
	return shifted
}

// A Source knows the values of one run, finished or not.
type Source interface {
	// Value gives a subject's value: a metric's in its own unit (ms), a share
	// as a fraction, a rate per second, counts as they are. It is exact when
	// why is empty. Otherwise why says, in words that can follow a colon, why
	// it is not known: v is then NaN, or a bound that the true value is not
	// below.
	Value(s Subject) (v float64, why string)
}

// A Judgement is what became of a threshold.
type Judgement struct {
	Value   float64 // as [Source.Value] gives it; NaN when nothing is known
	Known   bool    // the value is enough to tell
	AtLeast bool    // Value is a lower bound
	OK      bool    // never without Known
	Why     string  // why the value is not known, or no more than a bound
}

// Judge holds the threshold against what a source knows. What is not known is
// not met. A lower bound decides where it lies beyond the limit already.
func (t Threshold) Judge(s Source) Judgement {
	v, why := s.Value(t.Subject)
	limit := t.Limit()
	if why == "" {
		return Judgement{Value: v, Known: !math.IsNaN(v), OK: t.Op.holds(v, limit)}
	}
	j := Judgement{Value: v, AtLeast: !math.IsNaN(v), Why: why}
	switch t.Op {
	case Greater, GreaterEqual:
		j.OK = t.Op.holds(v, limit)
		j.Known = j.OK
	case Less:
		j.Known = v >= limit
	case LessEqual, Equal:
		j.Known = v > limit
	}
	return j
}

// NeedsSLO tells whether the threshold can be judged only where an SLO says
// what a good request is.
func (t Threshold) NeedsSLO() bool {
	return t.Subject.Topic == Goodput || t.Subject.Name == "goodput_per_s"
}
