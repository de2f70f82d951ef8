package compare

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/aibench/aibench/report"
)

// WriteCSV writes a row per side and metric, under a header. What is not known or has no bound is an empty field.
// Metrics that were left out have a row with the reason and no numbers; thresholds have one with their expression in the
// place of the metric, and the call met or missed. The last fields count the pairs that were made again, and hold what
// was compared by force in spite of.
func (c *Comparison) WriteCSV(w io.Writer) error {
	rows := [][]string{{
		"control", "side", "metric", "unit", "base", "base_low", "base_high", "head", "head_low", "head_high",
		"absolute", "change", "low", "high", "margin", "p", "p_better", "call", "left_out",
		"repeated", "differences",
	}}
	var forced []string
	for _, d := range c.Differences {
		forced = append(forced, d.String())
	}
	differ, repeated := strings.Join(forced, "; "), strconv.Itoa(len(c.Repeated))
	for i := range c.Rows {
		r := &c.Rows[i]
		rows = append(rows, []string{
			c.Control, r.Side, r.Metric, r.Unit,
			number(&r.Base.Median), field6(r.Base.Low), field6(r.Base.High),
			number(&r.Head.Median), field6(r.Head.Low), field6(r.Head.High),
			strconv.FormatBool(r.Absolute), number(&r.Change), field6(r.Low), field6(r.High), number(&r.Margin),
			number(&r.P), number(&r.PBetter), r.Call, "",
			repeated, differ,
		})
	}
	for _, l := range c.LeftOut {
		row := make([]string, len(rows[0]))
		row[0], row[1], row[2], row[len(row)-3] = c.Control, l.Side, l.Metric, l.Reason
		row[len(row)-2], row[len(row)-1] = repeated, differ
		rows = append(rows, row)
	}
	rows = append(rows, c.demandRows(rows[0])...)
	if err := csv.NewWriter(w).WriteAll(report.Cells(rows)); err != nil {
		return fmt.Errorf("write the comparison: %w", err)
	}
	return nil
}

// field6 writes a number with six digits; nothing where there is none.
func field6(v *float64) string {
	if v == nil {
		return ""
	}
	return number(v)
}
