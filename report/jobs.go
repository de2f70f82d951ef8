package report

import (
	"strings"
	"time"
)

// waiting words how jobs were taken and waited for; nothing for streams.
func waiting(run *Run) []string {
	var items []string
	if run.Target.Profile != nil {
		items = append(items, "profile "+printable(*run.Target.Profile))
	}
	if run.Load.Wait == nil {
		return items
	}
	how := printable(*run.Load.Wait)
	switch how {
	case "poll":
		how = "polled"
	case "ws":
		how = "told over WebSocket"
	case "sse":
		how = "told over SSE"
	}
	if run.Load.MaxWaitS != nil {
		how += ", at most " + asSet(time.Duration(*run.Load.MaxWaitS*float64(time.Second))) + " a job"
	}
	return append(items, how)
}

// pace words a poll interval, which the run file spells as the flag does.
func pace(interval *string) string {
	if interval == nil {
		return ""
	}
	if fixed, ok := strings.CutPrefix(*interval, "fixed:"); ok {
		return "every " + clock(fixed)
	}
	const obedient = " or as Retry-After says"
	if first, most, ok := strings.Cut(*interval, ".."); ok {
		return "every " + clock(first) + " to " + clock(most) + obedient
	}
	return "every " + clock(*interval) + " or more" + obedient
}

func clock(s string) string {
	d, err := time.ParseDuration(s)
	if err != nil {
		return printable(s)
	}
	return asSet(d)
}

// asSet writes a time that was chosen, not measured: with no more digits than
// it has.
func asSet(d time.Duration) string {
	switch {
	case d >= time.Minute && d%time.Minute == 0:
		return grouped(int64(d/time.Minute)) + " min"
	case d >= time.Second && d%time.Second == 0:
		return grouped(int64(d/time.Second)) + " s"
	case d%time.Millisecond == 0:
		return grouped(int64(d/time.Millisecond)) + " ms"
	}
	return d.String()
}

// polls counts what waiting for jobs cost beside the jobs themselves.
func (p *page) polls(run *Run) {
	if items := run.asking(); items != nil {
		p.flow("polls", plainItems(items...))
	}
}

// asking words what waiting for jobs cost; nothing for streams.
func (r *Run) asking() []string {
	c := &r.Counts
	if c.Polls == nil || !r.Measured() {
		return nil
	}
	if *c.Polls == 0 {
		return []string{"none"}
	}
	var items []string
	if accept, _ := r.Metrics.Get("accept"); accept.Count > 0 {
		items = append(items, digits(float64(*c.Polls)/float64(accept.Count))+" a job")
	}
	items = append(items, grouped(*c.Polls)+" in all")
	if c.PollBytes != nil {
		items = append(items, volume(*c.PollBytes))
	}
	if wait := r.Load.Wait; wait != nil && *wait != "poll" {
		items = append(items, "asking to be told among them")
	} else if every := pace(r.Load.PollInterval); every != "" {
		items = append(items, every)
	}
	return items
}
