package report

import (
	"math"
	"strings"

	"github.com/aibench/aibench/bench"
)

// narrowest is the least width of the scale, as a logarithm: 5 %. Within less
// than that a picture would show the histogram's own steps.
const narrowest = 0.05

// spark draws a distribution in one line: columns of equal width on a
// logarithmic scale from the smallest to the largest value. A column that
// holds anything at all is seen. Bars that cannot be read give "".
func spark(encoded string, columns int) string {
	d, err := bench.DecodeDist(encoded)
	if err != nil || columns < 1 {
		return ""
	}
	low, ok := d.Min()
	high, _ := d.Max()
	if !ok {
		return ""
	}
	// Zeros have no logarithm; a millionth of the unit is below resolution.
	from, to := math.Log(max(low, 1e-6)), math.Log(max(high, 1e-6))
	if narrow := (narrowest - (to - from)) / 2; narrow > 0 {
		from, to = from-narrow, to+narrow
	}
	heights := make([]int64, columns)
	for _, bar := range d.Bars() {
		at := (math.Log(max(bar.Upto, 1e-6)) - from) / (to - from)
		heights[min(max(int(at*float64(columns)), 0), columns-1)] += bar.Count
	}
	return draw(heights)
}

// draw turns counts into blocks of eight heights.
func draw(counts []int64) string {
	blocks := []rune("▁▂▃▄▅▆▇█")
	var highest int64
	for _, n := range counts {
		highest = max(highest, n)
	}
	var b strings.Builder
	for _, n := range counts {
		if n == 0 {
			b.WriteByte(' ')
			continue
		}
		level := int(math.Ceil(float64(n)/float64(highest)*float64(len(blocks)))) - 1
		b.WriteRune(blocks[max(level, 0)])
	}
	return strings.TrimRight(b.String(), " ")
}
