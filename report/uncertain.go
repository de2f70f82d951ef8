package report

import "strings"

// uncertain tells whether any of the shown values is only known to within
// something.
func uncertain(shown []row) bool {
	for _, r := range shown {
		if r.metric.Width != nil {
			return true
		}
	}
	return false
}

// unsure writes the uncertainty of a metric: its median.
func (m *Metric) unsure() string {
	switch {
	case m.Width == nil:
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

// uncertainties explains the column of uncertainties.
func uncertainties(shown []row) []string {
	var notes []string
	for _, why := range []struct{ basis, text string }{
		{BasisPolls, "between two answers nothing is known"},
		{BasisServer, "the two clocks are known to agree no better"},
		{BasisMixed, "the server's stamps where it gives them, else what polls bound"},
	} {
		var worst []string
		for _, r := range shown {
			if r.metric.Width != nil && r.metric.rests() == why.basis {
				worst = append(worst, r.title+" "+r.metric.Width.atWorst(r.metric.Unit))
			}
		}
		if len(worst) > 0 {
			notes = append(notes, "± at p50 (p99: "+strings.Join(worst, ", ")+"): "+why.text)
		}
	}
	return notes
}

// rests is the basis of an uncertain metric. One that the client saw for
// itself is uncertain only as far as it did not look.
func (m *Metric) rests() string {
	if m.Basis == nil {
		return BasisPolls
	}
	return *m.Basis
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
