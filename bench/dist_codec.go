package bench

import (
	"errors"
	"fmt"
	"math/bits"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// HdrHistogram's layout for three digits from 1 on: 2,048 buckets one wide,
// then 1,024 for every further bit of the value, twice as wide each time, up to
// the bit that the highest value needs.
const (
	exactBits = 11
	perBit    = 1 << (exactBits - 1)
	buckets   = 23 * perBit
)

// bucketOf is the bucket of a value in thousandths, from 0 to highest.
func bucketOf(v int64) int {
	wide := max(bits.Len64(uint64(v))-exactBits, 0)
	return wide*perBit + int(v>>wide)
}

// edges are the least and the largest value of a bucket, in thousandths.
func edges(i int) (lower, upper int64) {
	wide := max(i/perBit-1, 0)
	lower = int64(i-wide*perBit) << wide
	return lower, lower + 1<<wide - 1
}

// histogram is a copy as the library has it.
func (d *Dist) histogram() *hdrhistogram.Histogram {
	return hdrhistogram.Import(&hdrhistogram.Snapshot{
		LowestTrackableValue: lowest, HighestTrackableValue: highest, SignificantFigures: digits,
		Counts: d.counts, IntegerToDoubleConversionRatio: 1,
	})
}

// Encoded is the histogram as HdrHistogram V2, compressed, base64; "" when
// nothing was recorded. Its values are thousandths of the metric's unit.
func (d *Dist) Encoded() (string, error) {
	if d.total == 0 {
		return "", nil
	}
	b, err := d.histogram().Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	return string(b), err
}

// maxEncoded bounds what [DecodeDist] reads, in bytes. A histogram of ours has
// 23,552 buckets of at most nine bytes, and base64 adds a third.
const maxEncoded = 512 << 10

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
	d := &Dist{
		counts: h.Export().Counts, total: h.TotalCount(),
		min: h.Min() * ticksPerThousandth, max: h.Max() * ticksPerThousandth,
	}
	return d, nil
}
