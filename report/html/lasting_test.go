package html

import (
	"math"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
)

// lasting makes a run of so many seconds, in every tenth of which the server
// stands still, with all that a run file can hold.
func lasting(seconds int) *report.Run {
	run := &report.Run{
		Schema: report.Schema, ID: "20260102-150405-abcd", Label: new("lasting"), Started: "2026-01-02T15:04:05.25Z",
		DurationS: float64(seconds), Command: []string{"aibench", "stream", "-c", "100"}, Verdict: report.Valid,
		Target:      report.Target{URL: "http://127.0.0.1:8000/v1/chat/completions", Dialect: new("openai-chat"), Protocol: "HTTP/1.1"},
		Environment: report.Environment{OS: "linux", Arch: "amd64", CPUs: 2, Version: "devel"},
		Load:        report.Load{Kind: "closed", Concurrency: new(100)},
		Counts:      report.Counts{Requests: 1000, OK: 1000, Events: new(int64(51000)), Tokens: new(int64(50000))},
		Throughput:  report.Throughput{RequestsPerS: new(100.0), OutputTokensPerS: new(5000.0)},
		Client:      report.Client{Verdict: report.ClientOK, CPUFraction: new(0.31)},
		Heat:        &report.Heat{Unit: "ms"},
	}
	run.Counts.Outcomes.Add("ok", 1000)
	for edge := 0.1; edge < 4e6; edge *= math.Sqrt2 {
		run.Heat.Edges = append(run.Heat.Edges, math.Round(edge*1000)/1000)
	}
	measure(run)
	heat := map[string][][]int64{}
	for i := range seconds {
		run.Series = append(run.Series, second(i))
		for k, name := range []string{"ttft", "chunk_gap", "e2e"} {
			heat[name] = append(heat[name], cells(i, k))
		}
	}
	for _, name := range []string{"ttft", "chunk_gap", "e2e"} {
		run.Heat.Metrics.Add(name, heat[name])
	}
	return run
}

// second is a second of a run's course; the tenth of each ten is bad.
func second(i int) report.Second {
	slow := 1.0
	if i%10 == 9 {
		slow = 8
	}
	wave := 1 + 0.2*math.Sin(float64(i)/7)
	at := func(v float64) *float64 { return new(math.Round(v*wave*slow*100) / 100) }
	return report.Second{
		T: float64(i + 1), InFlight: 100, Started: int64(98 * wave), Ended: int64(100 * wave), Events: int64(5000 * wave),
		TTFTP50: at(150), TTFTP99: at(240), GapP50: at(20), GapP99: at(31), TotalP50: at(1150), TotalP99: at(1800),
	}
}

// cells fills the rows of a heat map's column: one row after another has
// more or fewer values, so that few neighbours are alike.
func cells(i, metric int) []int64 {
	var rows []int64
	for row := 4 + int64(metric); row < 24; row++ {
		rows = append(rows, row, 1+(row*row*7+int64(i*i)*13)%4001)
	}
	return rows
}

// measure gives a run metrics, with histograms that hold them.
func measure(run *report.Run) {
	for _, m := range []struct {
		name   string
		around float64
	}{{"ttft", 150}, {"chunk_gap", 20}, {"tpot", 20}, {"e2e", 1150}} {
		var d bench.Dist
		for k := range int64(1000) {
			d.Add(int64(m.around*1e6)+k*k*1000, 1) // nanoseconds
		}
		hdr, err := d.Encoded()
		if err != nil {
			panic(err) // of a test
		}
		q := func(q float64) *float64 {
			v, _ := d.Quantile(q)
			return &v
		}
		metric := report.Metric{
			Unit: "ms", Count: 1000, Min: q(0), P50: q(0.5), P75: q(0.75), P90: q(0.9), P95: q(0.95), P99: q(0.99), Max: q(1), Mean: q(0.6),
		}
		metric.Withheld.Add("p999", report.Withheld{Have: 1000, Need: 6905})
		run.Metrics.Add(m.name, metric)
		run.Histograms.Add(m.name, report.Encoded{Unit: "us", HDR: hdr})
	}
}
