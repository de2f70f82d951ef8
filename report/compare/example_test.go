package compare_test

import (
	"fmt"
	"os"

	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/compare"
)

// run is a run of which only the TTFT is told.
func run(seed uint64, ttft float64) *report.Run {
	r := &report.Run{Schema: report.Schema, Seed: seed, Verdict: report.Valid}
	r.Load.Kind = "closed"
	r.Metrics.Add("ttft", report.Metric{Unit: "ms", Count: 1000, P50: &ttft})
	return r
}

func ExampleCompare() {
	base, head := compare.Side{Name: "base"}, compare.Side{Name: "head"}
	for i, ttft := range []float64{100, 104, 98, 101, 103, 99} {
		base.Runs = append(base.Runs, run(uint64(i), ttft))
		head.Runs = append(head.Runs, run(uint64(i), 1.25*ttft+float64(i)))
	}
	c, err := compare.Compare([]compare.Side{base, head}, compare.Options{Paired: true, Metrics: []string{"ttft.p50"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Sentence)
	if err := c.Annotations(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// regression: ttft.p50 of head is 28 % higher than base's (+26 % to +29 %, p 0.016, margin 10 %).
	// ::error title=aibench gate%3A ttft.p50 is worse::ttft.p50 of head is 28 %25 higher than base's (+26 %25 to +29 %25, p 0.016, margin 10 %25)
}
