package bench

import "time"

// recentSeconds is how many closed seconds [Recent] looks back on.
const recentSeconds = 5

// Recent is what passed in the last five closed seconds and the current one.
type Recent struct {
	Span time.Duration // that it covers
	Flow Flow          // everything that passed in it
	// Dists of the metrics that [Metric.Shown] marks, of the requests that
	// count; the others are empty.
	Dists       [NumMetrics]Dist
	GapRequests int64 // requests with at least one chunk gap in Span
}

// Quantile gives the q-quantile of a shown metric in the span. It is founded as
// [Tally.Quantile] is: on the requests behind it, of which gaps count those
// that had one in the span. Requests still running have no part in it.
func (r *Recent) Quantile(id MetricID, q float64) Quantile {
	t := Tally{GapRequests: r.GapRequests}
	t.Dists[id] = r.Dists[id] // shares its counts, which are only read
	return t.Quantile(id, q)
}

// gapped counts requests with a chunk gap in some second by how many seconds
// ago they had their last one before; the last entry: longer ago, or never. So
// those of several seconds can be counted without counting one twice.
type gapped [recentSeconds + 2]int64

// note counts a request that has a gap in a second, once.
func (g *gapped) note(f *folded, second uint32) {
	if f.gapped == second {
		return
	}
	since := uint32(len(g) - 1)
	if f.gapped > 0 {
		since = min(second-f.gapped, since)
	}
	f.gapped = second
	g[since]++
}

// beyond counts those whose last gap before was more than some seconds ago.
func (g *gapped) beyond(seconds int) (n int64) {
	for _, c := range g[seconds+1:] {
		n += c
	}
	return n
}

func (g *gapped) add(from *gapped) {
	for i, n := range from {
		g[i] += n
	}
}

// A pastSecond is what [Recent] needs of a closed second.
type pastSecond struct {
	length time.Duration
	flow   Flow
	gapped gapped
	dists  [shownMetrics]Dist
}

// A past is the last closed seconds, a ring whose oldest entry is next.
type past struct {
	seconds [recentSeconds]pastSecond
	next    int
	sum     [shownMetrics]Dist // of all of them
}

// close takes in the second that ended, and its distributions of the shown
// metrics with their memory; those of the oldest second, which it leaves in their
// place, are the caller's to reset.
func (p *past) close(second *interval, shown []MetricID, length time.Duration) {
	oldest := &p.seconds[p.next]
	p.next = (p.next + 1) % recentSeconds
	oldest.length, oldest.flow, oldest.gapped = length, second.flow, second.gapped
	for i, id := range shown {
		oldest.dists[i], second.tally.Dists[id] = second.tally.Dists[id], oldest.dists[i]
		p.sum[i].Reset()
		for k := range p.seconds {
			p.sum[i].Merge(&p.seconds[k].dists[i])
		}
	}
}

// into brings r up to date with the past and with the current second, which is
// of some length so far.
func (p *past) into(r *Recent, current *interval, shown []MetricID, length time.Duration) {
	r.Span, r.Flow, r.GapRequests = length, current.flow, 0
	for age := range recentSeconds { // from the oldest
		s := &p.seconds[(p.next+age)%recentSeconds]
		r.Span += s.length
		r.Flow.add(s.flow)
		r.GapRequests += s.gapped.beyond(age)
	}
	r.GapRequests += current.gapped.beyond(recentSeconds)
	for i, id := range shown {
		r.Dists[id].Reset()
		r.Dists[id].Merge(&p.sum[i])
		r.Dists[id].Merge(&current.tally.Dists[id])
	}
}
