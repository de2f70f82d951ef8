package report

import "strings"

// uncertain tells whether any of the shown values is only known to within
// something.
func uncertain(shown []row) bool {
	for _, r := range shown {
		if r.metric.vague() {
			return true
		}
	}
	return false
}

// vague tells whether a metric's uncertainty could change one of the three
// digits that its median is printed with.
func (m *Metric) vague() bool {
	const digits = 1000
	if m.Width == nil {
		return false
	}
	return m.P50 == nil || m.Width.Max == nil || *m.Width.Max*digits >= *m.P50
}

// unsure writes the uncertainty of a metric: its median.
func (m *Metric) unsure() string {
	switch {
	case !m.vague():
		return ""
	case m.Width.P50 == nil:
		return dash
	}
	return inUnit(*m.Width.P50, m.Unit)
}

// atWorst writes the uncertainty of nearly all values, or else of all.
func (w *Width) atWorst(unit string) string {
	switch {
	case w.P99 != nil:
		return inUnit(*w.P99, unit)
	case w.Max != nil:
		return "≤ " + inUnit(*w.Max, unit)
	}
	return dash
}

// A doubt is what a metric is uncertain for.
type doubt string

const (
	unseen  doubt = "between two answers nothing is known"
	coarse  doubt = "the server's stamps are no finer"
	skewed  doubt = "the two clocks are known to agree no better"
	unequal doubt = "the server's stamps where it gives them, else what answers bound"
)

// uncertainties explains the column of uncertainties.
func uncertainties(shown []row) []string {
	var notes []string
	for _, why := range []doubt{unseen, coarse, skewed, unequal} {
		var worst []string
		for _, r := range shown {
			if r.metric.vague() && r.doubt() == why {
				worst = append(worst, r.title+" "+r.metric.Width.atWorst(r.metric.Unit))
			}
		}
		if len(worst) > 0 {
			notes = append(notes, "± at p50 (p99: "+strings.Join(worst, ", ")+"): "+string(why))
		}
	}
	return notes
}

// doubt says why a metric is uncertain. Only the discovery leads from the
// server's clock to the client's.
func (r *row) doubt() doubt {
	switch basis := r.metric.Basis; {
	case basis == nil || *basis == BasisPolls:
		return unseen
	case *basis == BasisMixed:
		return unequal
	case r.name == "discovery":
		return skewed
	}
	return coarse
}

// unknown says of which steps of a job nothing is known, and why. Only jobs
// that ended well prove that there was nothing to be known.
func (r *Run) unknown() []string {
	if !r.Jobs() || r.Counts.OK == 0 {
		return nil
	}
	var notes []string
	for _, step := range []struct {
		names []string
		why   string
	}{
		{[]string{"queue_wait", "run"}, "no start was told or seen"},
		{[]string{"turnaround", "discovery"}, "the server does not stamp creation and end of a job"},
	} {
		var titles []string
		for _, name := range step.names {
			if m, _ := r.Metrics.Get(name); !m.known() {
				titles = append(titles, strings.ReplaceAll(name, "_", " "))
			}
		}
		if titles != nil {
			notes = append(notes, strings.Join(titles, ", ")+" unknown: "+step.why)
		}
	}
	if notes != nil {
		notes = append(notes, "if its answers hold such stamps, the timestamps of a --profile file can name them")
	}
	return notes
}
