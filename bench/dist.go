package bench

import (
	"errors"
	"fmt"
	"math"
	"math/bits"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Bounds of every histogram, in thousandths of the metric's unit: one
// microsecond to one hour, three significant digits.
const (
	lowest  = 1
	highest = 3_600_000_000
	digits  = 3
)

// exactBits: below 2^11, the first power of two past 2·10^digits, every bucket
// of a histogram is one wide; from there on their width doubles with every
// further bit of the value.
const exactBits = 11

// maxEncoded bounds what [DecodeDist] reads, in bytes. A histogram of ours has
// 23,552 buckets of at most nine bytes, and base64 adds a third.
const maxEncoded = 512 << 10

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

// Mean is the mean in the metric's unit, to the histogram's three digits and
// never outside the exact extremes.
func (d *Dist) Mean() (v float64, ok bool) {
	if d.Count() == 0 {
		return 0, false
	}
	return d.within(d.hdr.Mean() * ticksPerThousandth), true
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
	at, ok := d.upperEdge(k)
	if !ok {
		return 0, false
	}
	return d.within(float64(at) * ticksPerThousandth), true
}

// atLeast gives a value that the k-th smallest is not below: where [Dist.Rank]
// rounds up to the edge of a bucket, it rounds down.
func (d *Dist) atLeast(k int64) (v float64, ok bool) {
	at, ok := d.upperEdge(k)
	if !ok {
		return 0, false
	}
	// A bucket starts at a multiple of its width, and Add has rounded to the
	// nearest thousandth.
	width := max(bits.Len64(uint64(at))-exactBits, 0)
	low := at >> width << width
	return d.within(float64(low*ticksPerThousandth - ticksPerThousandth/2)), true
}

// upperEdge gives the upper edge, in thousandths, of the bucket that holds the
// k-th smallest value.
func (d *Dist) upperEdge(k int64) (at int64, ok bool) {
	n := d.Count()
	if k < 1 || k > n {
		return 0, false
	}
	// hdrhistogram takes rank ⌊percentile/100·n + ½⌋, and this lies in the
	// middle between two steps of it.
	return d.hdr.ValueAtPercentile(float64(k) / float64(n) * 100), true
}

// within brings ticks inside the exact extremes, and into the metric's unit.
func (d *Dist) within(ticks float64) float64 {
	return min(max(ticks, float64(d.min)), float64(d.max)) / ticksPerUnit
}

// Quantile gives the value of rank ⌈q·n⌉.
func (d *Dist) Quantile(q float64) (v float64, ok bool) { return d.Rank(rank(q, d.Count())) }

// rank is the nearest-rank definition: the smallest k with k/n ≥ q.
func rank(q float64, n int64) int64 {
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
	if from.Count() == 0 {
		return
	}
	if d.hdr == nil {
		// Copying is a tenth of the cost of merging, and every snapshot does it.
		d.hdr, d.min, d.max = from.hdr.Clone(), from.min, from.max
		return
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

// DecodeDist reads what [Dist.Encoded] wrote, and refuses histograms of another
// range or precision: merging them would lose values. The extremes of the
// result are those of its buckets.
func DecodeDist(encoded string) (*Dist, error) {
	if encoded == "" {
		return &Dist{}, nil
	}
	if len(encoded) > maxEncoded {
		return nil, fmt.Errorf("decode histogram: %d bytes, of which %d are allowed", len(encoded), maxEncoded)
	}
	h, err := hdrhistogram.Decode([]byte(encoded))
	if err != nil {
		return nil, fmt.Errorf("decode histogram: %w", err)
	}
	if h.LowestTrackableValue() != lowest || h.HighestTrackableValue() != highest || h.SignificantFigures() != digits {
		return nil, errors.New("decode histogram: its range or precision is not that of a run")
	}
	if h.TotalCount() == 0 {
		return &Dist{}, nil
	}
	return &Dist{hdr: h, min: h.Min() * ticksPerThousandth, max: h.Max() * ticksPerThousandth}, nil
}
