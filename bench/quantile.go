package bench

import "math"

// A Founding says whether a quantile may be printed as a number.
type Founding uint8

// The states of a quantile.
const (
	Missing  Founding = iota // nothing was measured
	Withheld                 // too few requests stand behind it
	Above                    // it lies among requests that were still running: the value is a lower bound
	Known
)

// A Quantile is a value together with what it is worth.
type Quantile struct {
	Q          float64
	Founding   Founding
	Value      float64 // in the metric's unit, when Known or Above
	Have, Need int64   // requests behind it, and the fewest that would do
}

// Needed is the smallest number of requests behind a quantile q:
// ln(0.001)/ln(max(q, 1−q)), so that with a probability of 99.9 % at least
// one of them lies beyond it. The extremes, 0 and 1, need one: they claim
// nothing beyond what was seen.
func Needed(q float64) int64 {
	if q <= 0 || q >= 1 {
		return 1
	}
	return int64(math.Ceil(math.Log(0.001) / math.Log(max(q, 1-q))))
}

// behind is the number of requests behind a metric. Pooled gaps count their
// requests and not their gaps, since one freeze hits hundreds of gaps at once.
func (t *Tally) behind(id MetricID) int64 {
	if Metrics()[id].Taken == Gaps {
		return t.GapRequests
	}
	return t.Dists[id].Count() + t.Censored[id].Count()
}

// Quantile gives the q-quantile of a metric. Requests still running rank
// above every finished one, which errs on the slow side; a quantile that falls
// among them is given as a lower bound: the value at its rank among the
// finished values and the ages of the others. Since no age exceeds its
// request's true value, the bound holds whatever these turn out to be.
func (t *Tally) Quantile(id MetricID, q float64) Quantile {
	out := Quantile{Q: q, Have: t.behind(id), Need: Needed(q)}
	if t.unfounded(id) {
		return out
	}
	finished, running := t.Dists[id].Count(), t.Censored[id].Count()
	switch {
	case finished+running == 0:
		return out
	case out.Have < out.Need:
		out.Founding = Withheld
		return out
	}
	k := NearestRank(q, finished+running)
	if k > finished {
		out.Founding = Above
		var seen Dist
		seen.Merge(&t.Dists[id])
		seen.Merge(&t.Censored[id])
		ranked, _ := seen.atLeast(k)
		age, _ := t.Censored[id].atLeast(k - finished)
		out.Value = max(ranked, age) // both hold; a bucket's floor may cost the first one a little
		if Metrics()[id].Unit == Count {
			out.Value = math.Ceil(out.Value)
		}
		return out
	}
	out.Founding = Known
	out.Value, _ = t.Dists[id].Rank(k)
	if Metrics()[id].Unit == Count {
		out.Value = math.Round(out.Value) // the histogram's three digits say 12.007
	}
	return out
}

// Width gives the q-quantile of how far a metric's values may be from the
// truth, in its unit. It is Missing where all of them are exact.
func (t *Tally) Width(id MetricID, q float64) Quantile {
	d := &t.Widths[id]
	out := Quantile{Q: q, Have: d.Count(), Need: Needed(q)}
	if widest, ok := d.Max(); !ok || widest == 0 {
		return out
	}
	if out.Have < out.Need {
		out.Founding = Withheld
		return out
	}
	out.Founding = Known
	out.Value, _ = d.Quantile(q)
	return out
}

// unfounded: ITL needs the number of tokens in each chunk. It is known when
// every server count agrees with the chunks. And many a service never tells
// that a job has begun: where no start was seen, a job that seems to wait may
// be running.
func (t *Tally) unfounded(id MetricID) bool {
	switch id {
	case ITL:
		return t.UsageAgrees == 0 || t.UsageDiffers > 0
	case QueueWait, Run:
		return t.Dists[id].Count() == 0
	default:
		return false
	}
}

// Count is the number of values behind a metric: 0 also for ITL when the
// number of tokens in a chunk is not known.
func (t *Tally) Count(id MetricID) int64 {
	if t.unfounded(id) {
		return 0
	}
	return t.Dists[id].Count()
}
