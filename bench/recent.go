package bench

import "time"

// Recent is what passed in the last five closed seconds and the current one.
type Recent struct {
	Span time.Duration // that it covers
	Flow Flow          // everything that passed in it
	// Dists of the metrics that [Metric.Shown] marks, of the requests that
	// count; the others are empty.
	Dists       [NumMetrics]Dist
	GapRequests int64 // requests with at least one chunk gap in Span
}

// Quantile gives the q-quantile of a shown metric in the span, founded as
// [Tally.Quantile] founds it.
func (r *Recent) Quantile(id MetricID, q float64) Quantile { return Quantile{Q: q} }
