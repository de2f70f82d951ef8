package compare

import (
	"fmt"

	"github.com/aibench/aibench/report"
)

// table is the noise floor in words.
func (aa *NoiseFloor) table() Table {
	t := Table{Head: []string{"noise floor", "sd", "widest", "found from", "margin"}}
	for i := range aa.Metrics {
		cells := aa.Metrics[i].cells()
		t.Rows = append(t.Rows, append([]string{report.Printable(aa.Metrics[i].Metric)}, cells[:]...))
	}
	return t
}

// cells words the deviation, the widest change, the smallest detectable one and the margin; a dash is what is not known.
func (n *Noise) cells() [4]string {
	r := Row{Unit: n.Unit, Absolute: n.Absolute}
	size := func(v *float64) string {
		if v == nil {
			return "–"
		}
		return inPoints(r.size(*v))
	}
	return [4]string{size(n.Deviation), size(&n.Widest), size(n.Detectable), size(&n.Margin)}
}

// words says what the noise means for later comparisons, and holds what was observed against what was declared.
func (aa *NoiseFloor) words() []string {
	return []string{
		fmt.Sprintf("A change is found with a chance of %s from \"found from\" on, and is a regression from its margin on.", (&Row{}).size(power)),
		fmt.Sprintf("Nothing changed, and %d of %s were called worse; declared: any, in at most %s of such comparisons.",
			aa.Alarms, plural(aa.Tests, "metric"), (&Row{}).size(aa.Declared)),
	}
}
