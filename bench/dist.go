package bench

import "math"

// Bounds of every histogram, in thousandths of the metric's unit: one
// microsecond to one hour, three significant digits.
const (
	lowest  = 1
	highest = 3_600_000_000
	digits  = 3
)

// Ticks in which values enter a [Dist]: millionths of the metric's unit, so
// nanoseconds where the unit is the millisecond.
const (
	ticksPerUnit       = 1_000_000
	ticksPerThousandth = 1_000
)

// A Dist is a distribution of one metric's values and the only door to HDR
// histograms. It keeps the exact extremes, and counts what the histogram
// cannot hold instead of losing it. The zero value is empty and ready; it
// takes memory with its first value, 184 KB. One call at a time.
//
// The counts lie here, in HdrHistogram's own layout, and the library reads,
// writes and averages them. Rejected: its Histogram as the store; nothing but
// an iterator leads to its counts, which made merging, and with it every
// snapshot of a run, twenty times as long.
type Dist struct {
	counts   []int64 // nil until there is a value
	total    int64
	min, max int64 // ticks, exact; meaningless while total is 0
	dropped  int64
}

// Add counts n values of v ticks (millionths of the unit: nanoseconds for a
// duration). A value outside the range is counted as dropped.
func (d *Dist) Add(v, n int64) {
	if v < 0 || v > highest*ticksPerThousandth+ticksPerThousandth/2-1 || n < 0 || n > math.MaxInt64-d.total {
		d.dropped += n
		return
	}
	d.room()
	d.counts[bucketOf(thousandths(v))] += n
	if d.total == 0 {
		d.min, d.max = v, v
	}
	d.total += n
	d.min, d.max = min(d.min, v), max(d.max, v)
}

// room takes memory for the counts.
func (d *Dist) room() {
	if d.counts == nil {
		d.counts = make([]int64, buckets)
	}
}

// thousandths is a number of ticks, rounded.
func thousandths(ticks int64) int64 { return (ticks + ticksPerThousandth/2) / ticksPerThousandth }

// occupied gives the first and the last bucket that hold a value. It must not
// be asked of an empty Dist.
func (d *Dist) occupied() (first, last int) {
	return bucketOf(thousandths(d.min)), bucketOf(thousandths(d.max))
}

// Count is the number of values held, without those dropped.
func (d *Dist) Count() int64 { return d.total }

// Dropped is the number of values that were out of range.
func (d *Dist) Dropped() int64 { return d.dropped }

// Min is the smallest value in the metric's unit, exact; ok is false when
// there is none.
func (d *Dist) Min() (v float64, ok bool) {
	if d.total == 0 {
		return 0, false
	}
	return float64(d.min) / ticksPerUnit, true
}

// Max is the largest value in the metric's unit, exact; ok is false when
// there is none.
func (d *Dist) Max() (v float64, ok bool) {
	if d.total == 0 {
		return 0, false
	}
	return float64(d.max) / ticksPerUnit, true
}

// Mean is the mean in the metric's unit, to the histogram's three digits and
// never outside the exact extremes.
func (d *Dist) Mean() (v float64, ok bool) {
	if d.total == 0 {
		return 0, false
	}
	return d.within(d.histogram().Mean() * ticksPerThousandth), true
}

// Stddev is the standard deviation in the metric's unit, to three digits.
func (d *Dist) Stddev() (v float64, ok bool) {
	if d.total == 0 {
		return 0, false
	}
	return d.histogram().StdDev() / (ticksPerUnit / ticksPerThousandth), true
}

// Rank gives the k-th smallest value (from 1) in the metric's unit, to three
// digits and never outside the exact extremes: a histogram answers with the
// upper edge of a bucket, which may lie above every value seen.
func (d *Dist) Rank(k int64) (v float64, ok bool) {
	i, ok := d.bucketOfRank(k)
	if !ok {
		return 0, false
	}
	_, upper := edges(i)
	return d.within(float64(upper) * ticksPerThousandth), true
}

// atLeast gives a value that the k-th smallest is not below: where [Dist.Rank]
// rounds up to the edge of a bucket, it rounds down.
func (d *Dist) atLeast(k int64) (v float64, ok bool) {
	i, ok := d.bucketOfRank(k)
	if !ok {
		return 0, false
	}
	lower, _ := edges(i) // and Add has rounded to the nearest thousandth
	return d.within(float64(lower*ticksPerThousandth - ticksPerThousandth/2)), true
}

// bucketOfRank gives the bucket that holds the k-th smallest value.
func (d *Dist) bucketOfRank(k int64) (i int, ok bool) {
	if k < 1 || k > d.total {
		return 0, false
	}
	i, last := d.occupied()
	for ; i < last; i++ {
		if k -= d.counts[i]; k <= 0 {
			return i, true
		}
	}
	return last, true
}

// within brings ticks inside the exact extremes, and into the metric's unit.
func (d *Dist) within(ticks float64) float64 {
	return min(max(ticks, float64(d.min)), float64(d.max)) / ticksPerUnit
}

// Quantile gives the value of rank ⌈q·n⌉.
func (d *Dist) Quantile(q float64) (v float64, ok bool) { return d.Rank(NearestRank(q, d.Count())) }

// NearestRank is the rank, from 1, of the q-quantile of n values: the smallest k
// with k/n ≥ q.
func NearestRank(q float64, n int64) int64 {
	k := int64(math.Ceil(q * float64(n)))
	// Division rounds to nearest and multiplication may round up: 0.07·100 is
	// 7.000000000000001, yet 7/100 is 0.07.
	if float64(k-1)/float64(n) >= q {
		k--
	}
	return min(max(k, 1), n)
}

// Merge adds what from holds. from is unchanged.
func (d *Dist) Merge(from *Dist) {
	d.dropped += from.dropped
	switch {
	case from.total == 0:
		return
	case from.total > math.MaxInt64-d.total:
		d.dropped += from.total
		return
	case d.total == 0:
		d.min, d.max = from.min, from.max
	}
	d.room()
	first, last := from.occupied()
	into := d.counts[first : last+1]
	for i, n := range from.counts[first : last+1] {
		into[i] += n
	}
	d.total += from.total
	d.min, d.max = min(d.min, from.min), max(d.max, from.max)
}

// Reset empties the distribution and keeps its memory.
func (d *Dist) Reset() {
	if d.total > 0 {
		first, last := d.occupied()
		clear(d.counts[first : last+1])
	}
	d.total, d.dropped = 0, 0
}

// A Bar is one bucket of a distribution: Count values in (previous bar's Upto, Upto].
type Bar struct {
	Upto  float64 // in the metric's unit
	Count int64
}

// Bars gives the non-empty buckets in ascending order.
func (d *Dist) Bars() []Bar {
	if d.total == 0 {
		return nil
	}
	var bars []Bar
	first, last := d.occupied()
	for i := first; i <= last; i++ {
		if n := d.counts[i]; n > 0 {
			_, upper := edges(i)
			bars = append(bars, Bar{Upto: float64(upper) * ticksPerThousandth / ticksPerUnit, Count: n})
		}
	}
	return bars
}
