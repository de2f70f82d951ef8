package bench

import (
	"math"

	"github.com/HdrHistogram/hdrhistogram-go"
)

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
// takes memory with its first value. One call at a time.
type Dist struct {
	hdr      *hdrhistogram.Histogram
	min, max int64 // ticks, exact
	dropped  int64
}

// Add counts n values of v ticks (millionths of the unit: nanoseconds for a
// duration). A value outside the range is counted as dropped.
func (d *Dist) Add(v, n int64) {
	if d.hdr == nil {
		d.hdr = hdrhistogram.New(lowest, highest, digits)
		d.min, d.max = math.MaxInt64, math.MinInt64
	}
	thousandths := (v + ticksPerThousandth/2) / ticksPerThousandth
	if v < 0 || thousandths > highest || d.hdr.RecordValues(thousandths, n) != nil {
		d.dropped += n
		return
	}
	d.min, d.max = min(d.min, v), max(d.max, v)
}

// Count is the number of values held, without those dropped.
func (d *Dist) Count() int64 {
	if d.hdr == nil {
		return 0
	}
	return d.hdr.TotalCount()
}

// Dropped is the number of values that were out of range.
func (d *Dist) Dropped() int64 { return d.dropped }

// Min is the smallest value in the metric's unit, exact; ok is false when
// there is none.
func (d *Dist) Min() (v float64, ok bool) {
	if d.Count() == 0 {
		return 0, false
	}
	return float64(d.min) / ticksPerUnit, true
}

// Max is the largest value in the metric's unit, exact; ok is false when
// there is none.
func (d *Dist) Max() (v float64, ok bool) {
	if d.Count() == 0 {
		return 0, false
	}
	return float64(d.max) / ticksPerUnit, true
}

// Mean is the mean in the metric's unit, to the histogram's three digits.
func (d *Dist) Mean() (v float64, ok bool) {
	if d.Count() == 0 {
		return 0, false
	}
	return d.hdr.Mean() / (ticksPerUnit / ticksPerThousandth), true
}

// Stddev is the standard deviation in the metric's unit, to three digits.
func (d *Dist) Stddev() (v float64, ok bool) {
	if d.Count() == 0 {
		return 0, false
	}
	return d.hdr.StdDev() / (ticksPerUnit / ticksPerThousandth), true
}

// Rank gives the k-th smallest value (from 1) in the metric's unit, to three
// digits and never outside the exact extremes: a histogram answers with the
// upper edge of a bucket, which may lie above every value seen.
func (d *Dist) Rank(k int64) (v float64, ok bool) {
	n := d.Count()
	if k < 1 || k > n {
		return 0, false
	}
	// hdrhistogram rounds percentile/100·n + ½ down, hence the half step.
	at := d.hdr.ValueAtPercentile((float64(k) - 0.5) / float64(n) * 100)
	ticks := min(max(at*ticksPerThousandth, d.min), d.max)
	return float64(ticks) / ticksPerUnit, true
}

// Quantile gives the value of rank ⌈q·n⌉.
func (d *Dist) Quantile(q float64) (v float64, ok bool) { return d.Rank(rank(q, d.Count())) }

// rank is the nearest-rank definition: the smallest k with k/n ≥ q.
func rank(q float64, n int64) int64 {
	// The subtraction keeps 0.99·100 = 99.00000000000001 from becoming 100.
	k := int64(math.Ceil(q*float64(n) - 1e-9))
	return min(max(k, 1), n)
}

// Merge adds what from holds. from is unchanged.
func (d *Dist) Merge(from *Dist) {
	d.dropped += from.dropped
	if from.Count() == 0 {
		return
	}
	if d.hdr == nil {
		d.hdr = hdrhistogram.New(lowest, highest, digits)
		d.min, d.max = math.MaxInt64, math.MinInt64
	}
	d.dropped += d.hdr.Merge(from.hdr)
	d.min, d.max = min(d.min, from.min), max(d.max, from.max)
}

// Reset empties the distribution and keeps its memory.
func (d *Dist) Reset() {
	d.dropped = 0
	if d.Count() > 0 {
		d.hdr.Reset()
	}
	d.min, d.max = math.MaxInt64, math.MinInt64
}

// Encoded is the histogram as HdrHistogram V2, compressed, base64; "" when
// nothing was recorded. Its values are thousandths of the metric's unit.
func (d *Dist) Encoded() (string, error) {
	if d.Count() == 0 {
		return "", nil
	}
	b, err := d.hdr.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	return string(b), err
}

// A Bar is one bucket of a distribution: Count values in (previous bar's Upto, Upto].
type Bar struct {
	Upto  float64 // in the metric's unit
	Count int64
}

// Bars gives the non-empty buckets in ascending order.
func (d *Dist) Bars() []Bar {
	if d.Count() == 0 {
		return nil
	}
	var bars []Bar
	for _, b := range d.hdr.Distribution() {
		if b.Count > 0 {
			bars = append(bars, Bar{Upto: float64(b.To) * ticksPerThousandth / ticksPerUnit, Count: b.Count})
		}
	}
	return bars
}

// DecodeDist reads what [Dist.Encoded] wrote. The extremes of the result are
// those of its buckets.
func DecodeDist(encoded string) (*Dist, error) {
	if encoded == "" {
		return &Dist{}, nil
	}
	h, err := hdrhistogram.Decode([]byte(encoded))
	if err != nil {
		return nil, err
	}
	return &Dist{hdr: h, min: h.Min() * ticksPerThousandth, max: h.Max() * ticksPerThousandth}, nil
}
