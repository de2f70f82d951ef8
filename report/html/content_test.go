package html

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/aibench/aibench/report"
)

// textOf is what a reader of the page reads: no markup, one blank between
// words.
func textOf(page string) string {
	for _, element := range []string{"style", "script", "title"} {
		page = regexp.MustCompile(`(?s)<`+element+`[ >].*?</`+element+`>`).ReplaceAllString(page, " ")
	}
	page = regexp.MustCompile(`(?s)<[^>]*>`).ReplaceAllString(page, " ")
	for entity, text := range map[string]string{"&lt;": "<", "&gt;": ">", "&#39;": "'", "&#34;": `"`, "&#43;": "+", "\u00a0": " "} {
		page = strings.ReplaceAll(page, entity, text)
	}
	return strings.Join(strings.Fields(page), " ")
}

func TestPageSays(t *testing.T) {
	t.Parallel()
	runs := saved(t)
	missed := lasting(20)
	missed.Thresholds = []report.ThresholdResult{
		{Expr: "ttft.p99<800ms", Value: new(1149.0)},
		{Expr: "errors<1%", Value: new(0.0), OK: true},
		{Expr: "ttft.p999<2s", Why: new("withheld: 1,000 requests, and it takes 6,905")},
	}
	limited := lasting(20)
	limited.Verdict, limited.Client.Verdict = report.Invalid, report.ClientLimited
	limited.Client.Breaches = []report.Breach{{Code: "pauses", Value: 0.08, Bound: 0.05, Unit: "fraction"}}
	for _, c := range []struct {
		name string
		runs []*report.Run
		want []string
		not  []string
	}{
		{"a good run", []*report.Run{lasting(20)}, []string{
			"Valid Half of 1,000 requests had their first token within", "TTFT p50", "p99.9 needs 6,905 requests, have 1,000",
			"TTFT over time", "Behind the lines: how many values fell into each cell.", "aibench stream -c 100", "The client kept up.",
			"2 January 2026, 15:04:05 UTC", "closed loop, 100 at once",
		}, []string{"not recorded", "held against the first", "Thresholds"}},
		{"without what was added to run files later", []*report.Run{runs["censored.json"]}, []string{
			"> 9.80 s", "lies among 20 requests that were still waiting or running when last seen",
		}, []string{"Behind the lines"}},
		{"thresholds", []*report.Run{missed}, []string{
			"2 of 3 thresholds missed", "ttft.p99<800ms was not met: 1.15 s", "errors<1% 0 % met", "it takes 6,905 missed",
		}, []string{"Threshold met"}},
		{"an invalid run", []*report.Run{limited}, []string{
			"Invalid: the client was the limit", "its own pauses were 8.0 % of the run > 5.0 %", "Try: a quieter machine", "The client was the limit.",
		}, []string{"Half of"}},
		{"nothing measured", []*report.Run{runs["hopeless.json"]}, []string{
			"Nothing measured Not one request could be measured.",
		}, []string{"Over time", "Distribution"}},
		{"jobs that were lost", []*report.Run{runs["job_losses.json"]}, []string{
			"Valid, with failures and findings", "3 jobs lost", "jobs 3", "Try: keep jobs where a restart does not lose them",
			"503 Service Unavailable: queue full", "Queue wait", "5 still running",
		}, []string{"Chunk gap", "Tokens per second"}},
		{"several", []*report.Run{lasting(20), lasting(30), runs["job_losses.json"]}, []string{
			"3 runs, each held against the first", "lasting (2)", "± 0 %", "Strong lines: p99. Thin lines: p50.", "aibench compare does",
		}, []string{"Behind the lines"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := textOf(pageFor(t, c.runs...))
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("the page does not say %q", want)
				}
			}
			for _, not := range c.not {
				if strings.Contains(text, not) {
					t.Errorf("the page says %q", not)
				}
			}
			if t.Failed() {
				t.Logf("it says: %.2500s", text)
			}
		})
	}
}

// TestOldFilesSayWhatIsMissing: a file from before heat maps still has lines.
func TestOldFilesSayWhatIsMissing(t *testing.T) {
	t.Parallel()
	run := lasting(20)
	run.Heat = nil
	text := textOf(pageFor(t, run))
	if want := "No heat map: how many values were how large was not recorded second by second."; !strings.Contains(text, want) {
		t.Errorf("the page does not say %q", want)
	}
	if !strings.Contains(text, "TTFT over time") {
		t.Error("the page has no lines over time")
	}
}

// TestHostileTextsStayTexts: labels come from a command line that others wrote,
// and what a server says may come from anyone.
func TestHostileTextsStayTexts(t *testing.T) {
	t.Parallel()
	const evil = `</script></style></title><script>alert(1)</script><img src=x onerror=alert(2)>"'` + "`{{.}}]]>-->\x1b[31m\u202e"
	run := lasting(12)
	run.Label, run.ID, run.Started, run.Target.URL = new(evil), evil, evil, "javascript:alert(1)//"+evil
	run.Target.Dialect, run.Target.Protocol, run.Load.SLO = new(evil), evil, new(evil)
	run.Command = []string{"aibench", evil}
	run.Environment = report.Environment{OS: evil, Arch: evil, CPUModel: new(evil), Kernel: new(evil), Version: evil}
	run.Counts.Outcomes.Add(evil, 3)
	run.Counts.Details.Add(evil, []string{evil})
	run.Thresholds = []report.ThresholdResult{{Expr: evil, Why: new(evil)}}
	run.Aborted = &report.Aborted{Expr: evil}
	run.Client.Stamps = new(evil)
	run.Client.Warnings = []report.Breach{{Code: evil, Unit: evil}}
	f := report.Finding{Code: evil, Severity: report.Critical, Confidence: evil, Title: evil, Remedy: evil}
	f.Evidence.Add(evil, evil)
	run.Findings = []report.Finding{f}
	for i := range run.Metrics {
		run.Metrics[i].Value.Unit = evil
	}
	for _, runs := range [][]*report.Run{{run}, {run, run}} {
		page := pageFor(t, runs...)
		wellFormed(t, page)
		clean := pageFor(t, append([]*report.Run{lasting(12)}, runs[1:]...)...)
		for _, tag := range []string{"<script", "<style", "<title>", "</script", "</style"} {
			if got, want := strings.Count(page, tag), strings.Count(clean, tag); got != want {
				t.Errorf("%d runs: got %d of %s, want %d", len(runs), got, tag, want)
			}
		}
		for _, bad := range []string{"<img", `href="javascript`, "\x1b", "{{.}}</"} {
			if strings.Contains(page, bad) {
				t.Errorf("%d runs: the page holds %q: %s", len(runs), bad, around50(page, bad))
			}
		}
	}
}

// TestNamesTellRunsApart: two lines of one name are no legend.
func TestNamesTellRunsApart(t *testing.T) {
	t.Parallel()
	unnamed := lasting(3)
	unnamed.Label = nil
	jobs := lasting(3)
	jobs.Label, jobs.Load.Wait = nil, new("poll")
	b := bookOf([]*report.Run{lasting(3), lasting(3), unnamed, jobs})
	var got []string
	for i := range b.sheets {
		got = append(got, b.sheets[i].name)
	}
	want := []string{"lasting", "lasting (2)", "stream 15:04:05", "job 15:04:05"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzWrite: whatever numbers a run file holds, its page is well-formed and
// every coordinate in it a number.
func FuzzWrite(f *testing.F) {
	f.Add(1.0, 2.5, 150.0, 0.1, int64(3), int64(7), "ok")
	f.Add(-1.0, 0.0, 1e300, -5.0, int64(-1), int64(1<<62), "")
	f.Fuzz(func(t *testing.T, at, end, latency, edge float64, row, count int64, text string) {
		for _, v := range []float64{at, end, latency, edge} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Skip("no JSON holds it")
			}
		}
		run := lasting(3)
		run.Series[1].T, run.Series[2].T = at, end
		run.Series[0].TTFTP50, run.Series[1].TTFTP99, run.Series[2].GapP99 = &latency, &edge, &latency
		run.Series[0].Started, run.Series[1].InFlight, run.Load.WarmupS, run.DurationS = count, row, at, end
		run.Heat.Edges[1], run.Heat.Edges[len(run.Heat.Edges)-1] = edge, latency
		run.Heat.Metrics[0].Value[1] = []int64{row, count, 4}
		run.Counts.InFlightAtEnd, run.Counts.Requests = row, count
		run.Label, run.Started = &text, text
		run.Metrics[0].Value.P50, run.Metrics[0].Value.Count, run.Metrics[1].Value.Censored = &latency, count, row
		page := pageFor(t, run)
		wellFormed(t, page)
		wellFormed(t, pageFor(t, lasting(2), run))
		if bad := regexp.MustCompile(` (x|y|x1|x2|y1|y2|d|width|height|data-x|data-y)="[^"]*(NaN|Inf|e[+-])[^"]*"`).FindString(page); bad != "" {
			t.Errorf("no coordinate: %s", bad)
		}
	})
}
