package bench

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// HDRLogHead is what the head of an HdrHistogram log says.
type HDRLogHead struct {
	Start    time.Time // the run's epoch
	Comments []string  // one line each; line breaks become spaces
}

// HDRLogEntry is one line of an HdrHistogram log.
type HDRLogEntry struct {
	Metric   MetricID
	From, To time.Duration // the interval, as offsets from the head's Start
	Dist     *Dist         // only lent; nil or empty: there is no line
}

// WriteHDRLog writes an HdrHistogram log of format 1.3 for the plotters that
// read it: one line for each entry, tagged with the metric's name. Values are
// thousandths of the metric's unit, microseconds where that is the millisecond;
// Interval_Max is in the unit itself. Comments at the head say so, and name the
// ratio for plotters (HistogramLogProcessor's outputValueUnitRatio).
//
// The lines are put together here: the library's writer divides the maximum by
// a million whatever it is told, and cuts the start to whole seconds.
func WriteHDRLog(w io.Writer, head HDRLogHead, entries []HDRLogEntry) error {
	out := bufio.NewWriter(w)
	if err := writeHDRHead(out, head, entries); err != nil {
		return fmt.Errorf("write HdrHistogram log: %w", err)
	}
	for _, e := range entries {
		if err := writeHDRLine(out, e); err != nil {
			return fmt.Errorf("write HdrHistogram log: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write HdrHistogram log: %w", err)
	}
	return nil
}

func writeHDRHead(w io.Writer, head HDRLogHead, entries []HDRLogEntry) error {
	log := hdrhistogram.NewHistogramLogWriter(w)
	for _, c := range slices.Concat(head.Comments, hdrUnits(entries)) {
		if err := log.OutputComment(hdrComment(c)); err != nil {
			return err
		}
	}
	if err := log.OutputLogFormatVersion(); err != nil {
		return err
	}
	// Times in the lines count from BaseTime, as readers of the format expect.
	start := head.Start.UTC()
	s := float64(start.UnixMilli()) / 1000
	if _, err := fmt.Fprintf(w, "#[StartTime: %.3f (seconds since epoch), %s]\n#[BaseTime: %.3f (seconds since epoch)]\n",
		s, start.Format(time.RFC3339Nano), s); err != nil {
		return err
	}
	return log.OutputLegend()
}

// hdrComment keeps a comment on one line, and from being read as anything else.
func hdrComment(text string) string { return " " + strings.Join(strings.Fields(text), " ") }

// hdrUnits says what the values are.
func hdrUnits(entries []HDRLogEntry) []string {
	table, told := Metrics(), [NumMetrics]bool{}
	lines := []string{"Values are thousandths of the unit (outputValueUnitRatio 1000); Interval_Max is in the unit."}
	for _, e := range entries {
		if m := table[e.Metric]; e.Dist != nil && e.Dist.Count() > 0 && !told[e.Metric] {
			told[e.Metric] = true
			lines = append(lines, fmt.Sprintf("Unit of %s: %v", m.Name, m.Unit))
		}
	}
	return lines
}

func writeHDRLine(w io.Writer, e HDRLogEntry) error {
	if e.Dist == nil {
		return nil
	}
	most, ok := e.Dist.Max()
	if !ok {
		return nil
	}
	name := Metrics()[e.Metric].Name
	hist, err := e.Dist.Encoded()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	_, err = fmt.Fprintf(w, "Tag=%s,%.3f,%.3f,%.3f,%s\n", name, e.From.Seconds(), (e.To - e.From).Seconds(), most, hist)
	return err
}
