package bench

import (
	"math"
	"slices"
)

// HeatRows is the number of rows of a [Heat].
const HeatRows = 53

// shownMetrics is how many metrics of a kind [Metric.Shown] marks at most.
const shownMetrics = 3

// HeatEdge is the lower edge of a row in milliseconds: 0 for row 0, 0.1 for
// row 1, and from there twice as much every two rows, up to 1.3 hours for the
// last, which holds all above. row lies in [0, HeatRows).
func HeatEdge(row int) float64 {
	if row <= 0 {
		return 0
	}
	return 0.1 * math.Exp2(float64(row-1)/2)
}

// HeatMetrics are the metrics that a run of some kinds keeps a [Heat] of, in
// the order in which reports show them.
func HeatMetrics(kinds Kinds) []MetricID {
	var ids []MetricID
	for _, m := range metricsOf(kinds) {
		if m.Shown {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

// A Heat is one second's values of up to three metrics, counted by rows of a
// heat map. An entry that is not used has no Counts.
type Heat [shownMetrics]HeatColumn

// A HeatColumn is one metric's counts: HeatRows of them, or none.
type HeatColumn struct {
	Metric MetricID
	Counts []uint32 // values in [HeatEdge(row), HeatEdge(row+1))
}

// heat counts the values of the shown metrics of a second by rows: 0.6 KB.
func heat(t *Tally, shown []MetricID) (h Heat) {
	counts := make([]uint32, len(shown)*HeatRows)
	for i, id := range shown {
		h[i] = HeatColumn{id, counts[i*HeatRows : (i+1)*HeatRows : (i+1)*HeatRows]}
		t.Dists[id].heat(h[i].Counts)
	}
	return h
}

// heat counts the values by rows, each by the lower edge of its bucket. The last
// row begins past the range of a Dist.
func (d *Dist) heat(counts []uint32) {
	if d.total == 0 {
		return
	}
	row := 0
	first, last := d.occupied()
	for i := first; i <= last; i++ {
		n := d.counts[i]
		if n == 0 {
			continue
		}
		lower, _ := edges(i)
		for float64(lower)*ticksPerThousandth/ticksPerUnit >= HeatEdge(row+1) {
			row++
		}
		counts[row] += uint32(min(n, math.MaxUint32-int64(counts[row])))
	}
}

// HeatOf gives the counts of a metric by rows, HeatRows of them; nil where they
// were not taken. They are shared, and only to be read.
func (s *Second) HeatOf(id MetricID) []uint32 {
	i := slices.IndexFunc(s.Heat[:], func(c HeatColumn) bool { return c.Metric == id && c.Counts != nil })
	if i < 0 {
		return nil
	}
	return s.Heat[i].Counts
}
