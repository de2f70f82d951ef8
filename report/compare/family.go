package compare

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report/verdict"
)

// defaultAlpha is the family-wise level unless another is asked for.
const defaultAlpha = 0.05

// Family lists the metrics that are compared unless others are asked for.
func Family(kinds bench.Kinds) []string {
	if kinds.Has(bench.Jobs) {
		return []string{"accept.p50", "queue_wait.p50", "queue_wait.p95", "turnaround.p50", "completion.p50", errorShare}
	}
	return []string{"ttft.p50", "ttft.p95", "tpot.p50", "chunk_gap.p99", "e2e.p50", errorShare}
}

// errorShare is the share of the requests that were over and had not ended well.
const errorShare = "errors"

// A subject is what one row compares: a quantile, the share of errors, or what passed in a second.
type subject struct {
	name, metric, stat string
	unit               string
	higher             bool
	share              bool // compared by subtraction
	margin             verdict.Margin
}

// subjects reads the names of the family and gives each its margin.
func (o Options) subjects(kinds bench.Kinds) ([]subject, error) {
	names := o.Metrics
	if names == nil {
		names = Family(kinds)
	}
	var out []subject
	for i, name := range names {
		s, err := parseSubject(kinds, name)
		if err != nil {
			return nil, err
		}
		if slices.Contains(names[:i], name) {
			return nil, fmt.Errorf("metric %s is named twice", name)
		}
		out = append(out, s)
	}
	return out, o.setMargins(out)
}

// setMargins puts the margins that were asked for in the place of the usual ones.
func (o Options) setMargins(family []subject) error {
	for _, key := range slices.Sorted(maps.Keys(o.Margins)) {
		margin, found := o.Margins[key], false
		if !(margin > 0 && margin < 10) {
			return fmt.Errorf("margin of %s: %v is not between 0 and 1000 %%", key, margin)
		}
		for i := range family {
			s := &family[i]
			if _, own := o.Margins[s.name]; key != s.name && (own || key != s.metric) {
				found = found || key == s.metric
				continue
			}
			found = true
			if s.share {
				s.margin = verdict.Margin{Floor: margin}
			} else {
				s.margin.Relative = margin
			}
		}
		if !found {
			return fmt.Errorf("margin of %s: it is not among what is compared: %s", key, strings.Join(names(family), ", "))
		}
	}
	return nil
}

func names(family []subject) []string {
	var out []string
	for i := range family {
		out = append(out, family[i].name)
	}
	return out
}

// parseSubject reads ttft.p95, errors, requests_per_s.
func parseSubject(kinds bench.Kinds, name string) (subject, error) {
	if name == errorShare {
		return subject{name: name, metric: name, unit: "fraction", share: true, margin: verdict.Margin{Floor: 0.01}}, nil
	}
	if slices.Contains(rates(), name) {
		return subject{name: name, metric: name, unit: "/s", higher: true, margin: verdict.Margin{Relative: 0.1}}, nil
	}
	id, stat, _ := strings.Cut(name, ".")
	m, ok := bench.MetricByName(id)
	if !ok || !m.Kinds.Has(kinds) {
		return subject{}, fmt.Errorf("unknown metric %q: such as %s", name, strings.Join(Family(kinds), ", "))
	}
	if !slices.Contains(stats(), stat) {
		return subject{}, fmt.Errorf("metric %q: %s needs a quantile, such as %s.p50", name, id, id)
	}
	return subject{
		name: name, metric: id, stat: stat, unit: m.Unit.String(), higher: m.Higher,
		margin: verdict.Margin{Relative: relative(stat), Floor: floor(m)},
	}, nil
}

func rates() []string { return []string{"requests_per_s", "output_tokens_per_s", "goodput_per_s"} }

func stats() []string { return []string{"p1", "p50", "p75", "p90", "p95", "p99", "p999"} }

// relative is the usual margin: a tail moves more than a middle.
func relative(stat string) float64 {
	if stat == "p50" || stat == "p75" {
		return 0.1
	}
	return 0.2
}

// floor is the change that matters to nobody, however large a share it is.
func floor(m bench.Metric) float64 {
	switch {
	case m.Unit == bench.Count:
		return 0.5
	case m.Unit != bench.Milliseconds:
		return 0
	case m.Taken == bench.Gaps || m.Taken == bench.Rate:
		return 0.5
	}
	return 5
}
