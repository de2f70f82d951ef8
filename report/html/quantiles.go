package html

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
)

// A tail is a metric's distribution in one run, and how far into it the run's
// requests lead.
type tail struct {
	dist     *bench.Dist
	finished int64
	running  int64   // censored: they rank above all finished
	founded  float64 // the last quantile that enough requests stand behind
}

// tailOf decodes a metric's histogram. ok is false where there is none.
func tailOf(run *report.Run, metric string) (t tail, ok bool) {
	m, known := run.Metrics.Get(metric)
	hdr, kept := run.Histograms.Get(metric)
	if !known || !kept || m.Unit != "ms" {
		return tail{}, false
	}
	dist, err := bench.DecodeDist(hdr.HDR)
	if err != nil || dist.Count() == 0 {
		return tail{}, false
	}
	return tail{dist, dist.Count(), m.Censored, foundedUpTo(behind(run, metric, &m))}, true
}

// behind is how many requests stand behind a metric. Pooled gaps count their
// requests, of which the file tells when something is withheld; else those
// that have a time per token had gaps, too, and are no more.
func behind(run *report.Run, metric string, m *report.Metric) int64 {
	known, _ := bench.MetricByName(metric)
	if known.Taken != bench.Gaps {
		return m.Count + m.Censored
	}
	for _, w := range m.Withheld {
		return w.Value.Have
	}
	tpot, _ := run.Metrics.Get("tpot")
	return max(tpot.Count, bench.Needed(0.999))
}

// foundedUpTo is the highest quantile that so many requests can carry.
func foundedUpTo(requests int64) float64 {
	const most = 1 - 1e-7 // one in ten million
	if requests < bench.Needed(0.5) {
		return 0
	}
	return min(math.Pow(0.001, 1/float64(requests)), most)
}

// at gives the q-quantile, where it is known.
func (t *tail) at(q float64) (v float64, ok bool) {
	if q > t.founded+1e-12 {
		return 0, false
	}
	rank := int64(math.Ceil(q * float64(t.finished+t.running)))
	if rank > t.finished {
		return 0, false
	}
	return t.dist.Rank(max(rank, 1))
}

// points are the quantiles up to a rarity; of no tail none is known.
func (t *tail) points(most float64) []point {
	var out []point
	for _, q := range quantiles(most) {
		p := point{x: rarity(q)}
		if t != nil {
			p.y, p.known = t.at(q)
		}
		out = append(out, p)
	}
	return out
}

// rarity places a quantile on the abscissa: one more for each tenth of the
// requests that is left.
func rarity(q float64) float64 { return -math.Log10(1 - q) }

// quantiles lists those that are drawn: twelve to a decade, and the round ones.
func quantiles(most float64) []float64 {
	const perDecade = 12
	out := []float64{0, 0.25, 0.5, 0.75, 0.95}
	for i := 0; i <= int(most*perDecade+1e-9); i++ {
		out = append(out, 1-math.Pow(10, -float64(i)/perDecade))
	}
	slices.Sort(out)
	return slices.CompactFunc(out, func(a, b float64) bool { return math.Abs(a-b) < 1e-9*(1-a) })
}

// percentile writes a quantile as it is named: 99.9 %.
func percentile(q float64) string {
	share := 1 - q
	digits := max(0, int(math.Ceil(-math.Log10(share)-1e-9))-1)
	text := strconv.FormatFloat(q*100, 'f', min(digits, 6), 64)
	if strings.Contains(text, ".") {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	return text + " %"
}

// distributions makes a figure for each metric that a run keeps a histogram of.
func (b *book) distributions() []figure {
	var out []figure
	for _, m := range bench.Metrics() {
		shown := false
		tails := make([]*tail, len(b.sheets))
		for i := range b.sheets {
			for _, row := range b.sheets[i].run.Rows() {
				if row.Name != m.Name {
					continue
				}
				if t, ok := tailOf(b.sheets[i].run, m.Name); ok {
					tails[i], shown = &t, true
				}
			}
		}
		if shown {
			out = append(out, b.distribution(m, tails))
		}
	}
	return out
}

// distribution draws a metric's quantiles on a scale that stretches the tail.
func (b *book) distribution(m bench.Metric, tails []*tail) figure {
	c := &chart{id: "dist-" + m.Name, title: capital(m.Title), marked: b.several(), yWords: briefly}
	founded := 0.0
	for _, t := range tails {
		if t != nil {
			founded = max(founded, t.founded)
		}
	}
	// As far as the next round percentile beyond what is known, so that it is
	// seen where knowledge ends.
	most := max(2, math.Floor(rarity(founded)+1e-9)+1)
	c.x = scale{from: 0, to: most, length: across}
	low, high := math.Inf(1), 0.0
	for i, t := range tails {
		l := line{name: m.Title, class: "r0", run: i}
		if b.several() {
			l.name, l.class = b.sheets[i].name, classOf(i)
		}
		l.points = t.points(most)
		low, high = l.extremes(low, high)
		c.lines = append(c.lines, l)
	}
	c.y = around(low, high, 190)
	c.bands = []band{{rarity(founded), most, "unfounded", ""}}
	if wide := (most - rarity(founded)) / most; wide > 0.2 { // for the word
		c.bands[0].words = "withheld"
	}
	c.xTicks = []float64{0}
	if most <= 4 {
		c.xTicks = append(c.xTicks, rarity(0.5))
	}
	for decade := 1.0; decade <= most; decade++ {
		c.xTicks = append(c.xTicks, decade)
	}
	c.xWords = func(x float64) string {
		if x == 0 {
			return "min"
		}
		return percentile(1 - math.Pow(10, -x))
	}
	c.description = describe(c.lines, "ms")
	return c.figure(func(v float64) string { return report.InUnit(v, "ms") }, c.xWords)
}
