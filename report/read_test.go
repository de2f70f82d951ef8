package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/aibench/aibench/bench"
)

// optional draws a known or an unknown value.
func optional[T any](t *rapid.T, name string, g *rapid.Generator[T]) *T {
	if !rapid.Bool().Draw(t, name+" known") {
		return nil
	}
	return new(g.Draw(t, name))
}

func drawMetric(t *rapid.T, unit string) Metric {
	value, number := rapid.Float64Range(0, 1e9), rapid.Int64Range(0, 1e12)
	m := Metric{
		Unit: unit, Count: number.Draw(t, "count"),
		Mean: optional(t, "mean", value), Stddev: optional(t, "stddev", value),
		Censored: number.Draw(t, "censored"), Dropped: number.Draw(t, "dropped"),
	}
	least := 0.0 // statistics are in their order
	next := func() *float64 {
		least += value.Draw(t, "more")
		return new(least)
	}
	if rapid.Bool().Draw(t, "ends known") {
		m.Min = next()
	}
	for _, q := range m.quantiles() {
		switch rapid.IntRange(0, 2).Draw(t, q.name) {
		case 0:
			*q.at = next()
		case 1:
			m.Withheld.Add(q.name, Withheld{Have: 1, Need: rapid.Int64Min(2).Draw(t, "need")})
		case 2:
			m.Above.Add(q.name, value.Draw(t, "bound"))
		}
	}
	if m.Min != nil {
		m.Max = next()
	}
	if rapid.Bool().Draw(t, "wide") {
		m.Width = &Width{P50: optional(t, "p50", value), P99: optional(t, "p99", value), Max: optional(t, "max", value)}
		m.Basis = optional(t, "basis", rapid.SampledFrom([]string{BasisServer, BasisPolls, BasisMixed}))
	}
	return m
}

func drawFinding(t *rapid.T) Finding {
	text := rapid.String()
	f := Finding{
		Code: text.Draw(t, "code"), Severity: rapid.SampledFrom([]string{Critical, Warning, Info}).Draw(t, "severity"),
		Confidence: text.Draw(t, "confidence"), Title: text.Draw(t, "title"), Remedy: text.Draw(t, "remedy"),
	}
	f.Evidence.Add("number", rapid.Float64Range(-1e9, 1e9).Draw(t, "number"))
	f.Evidence.Add("text", text.Draw(t, "text"))
	f.Evidence.Add("list", []any{1.0, "two", nil})
	return f
}

func drawRun(t *rapid.T) *Run {
	text, value := rapid.String(), rapid.Float64Range(0, 1e9)
	run := &Run{
		Schema: Schema, ID: text.Draw(t, "id"), Label: optional(t, "label", text),
		Started: text.Draw(t, "started"), EpochMonoNS: optional(t, "epoch", rapid.Int64()),
		DurationS: value.Draw(t, "duration"), Command: rapid.SliceOf(text).Draw(t, "command"),
		Seed:    rapid.Uint64().Draw(t, "seed"),
		Verdict: rapid.SampledFrom([]string{Valid, Invalid}).Draw(t, "verdict"),
		Target: Target{
			URL: text.Draw(t, "url"), Dialect: optional(t, "dialect", text), Profile: optional(t, "profile", text),
		},
		Load: Load{
			Kind: "open", RatePerS: optional(t, "rate", value), SLO: optional(t, "slo", text),
			Wait: optional(t, "wait", text), PollInterval: optional(t, "interval", text), MaxWaitS: optional(t, "max wait", value),
		},
		Throughput: Throughput{
			RequestsPerS: optional(t, "requests", value), GoodputPerS: optional(t, "goodput", value),
		},
		Series:   []Second{{T: value.Draw(t, "t"), TTFTP50: optional(t, "p50", value)}},
		Client:   Client{Verdict: ClientOK, Breaches: []Breach{{Code: text.Draw(t, "code")}}},
		Findings: []Finding{drawFinding(t)},
	}
	run.Counts.Tokens = optional(t, "tokens", rapid.Int64Range(0, 1e12))
	run.Counts.Polls = optional(t, "polls", rapid.Int64Range(0, 1e12))
	for i := range bench.NumOutcomes {
		n := rapid.Int64Range(0, 1e6).Draw(t, "outcome")
		run.Counts.Outcomes.Add(i.String(), n)
		run.Counts.Requests += n
		if i == bench.OK {
			run.Counts.OK = n
		}
		run.Counts.Details.Add(i.String(), []string{text.Draw(t, "detail")})
	}
	for _, m := range bench.Metrics() {
		run.Metrics.Add(m.Name, drawMetric(t, m.Unit.String()))
		run.Histograms.Add(m.Name, Encoded{Unit: m.Unit.Thousandth(), HDR: text.Draw(t, "hdr")})
	}
	return run
}

// What is written reads back as the same run.
func TestRunRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawRun(t)
		var b bytes.Buffer
		if err := Write(&b, want); err != nil {
			t.Fatal(err)
		}
		got, err := Read(&b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-written +read):\n%s", diff)
		}
	})
}

// Unknown is null and never left out, so that a program finds every field.
func TestUnknownIsNull(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, sample(t, "unmeasured")); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"label":null`, `"pair":null`, `"order":null`, `"epoch_mono_ns":null`, `"goodput_per_s":null`,
		`"metrics":{"ttft":{"unit":"ms","count":0,"min":null,"mean":null`, `"p999":null,"withheld":{}`,
		`"histograms":{}`, `"series":[]`, `"breaches":[]`, `"findings":[]`, `"thresholds":[]`,
		`"send_lag_ms":{"p50":null,"p99":null}`, `"server":{"cpu_s":null,"rss_bytes":null}`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in\n%s", want, b.String())
		}
	}
}

func TestRunFile(t *testing.T) {
	runs := cases(t)
	for _, name := range []string{"open", "censored", "hopeless", "gated", "job_losses"} {
		var b bytes.Buffer
		if err := Write(&b, runs[name]); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".json", b.String())
		if !json.Valid(b.Bytes()) {
			t.Errorf("%s: no JSON", name)
		}
	}
}

// A run file of before there were jobs reads and prints as it did.
func TestReadOfAnOlderRunFile(t *testing.T) {
	run, err := Read(strings.NewReader(`{"schema":"aibench/run/v1","verdict":"valid","client":{"verdict":"ok"},
	  "target":{"dialect":"openai-chat"},"load":{"kind":"closed","concurrency":2},
	  "counts":{"requests":20,"ok":20,"events":60,"tokens":0,"outcomes":{"ok":20}},
	  "metrics":{"ttft":{"unit":"ms","count":0}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if run.Jobs() || !run.tokenless() || run.Counts.Polls != nil {
		t.Errorf("jobs %v, tokenless %v, polls %v; want false, true, none", run.Jobs(), run.tokenless(), run.Counts.Polls)
	}
	var b bytes.Buffer
	if err := (Text{}).Write(&b, run); err != nil || !strings.Contains(b.String(), "no token in any of 60 events") {
		t.Errorf("%v:\n%s", err, b.String())
	}
}

func TestReadIsBounded(t *testing.T) {
	endless := strings.NewReader(strings.Repeat(" ", maxFile+2))
	if _, err := Read(endless); err == nil || !strings.Contains(err.Error(), "larger than 128 MB") {
		t.Errorf("got %v", err)
	}
}

// FuzzRead: what reads, writes, and reads again as the same.
func FuzzRead(f *testing.F) {
	f.Add([]byte(okRun("")))
	f.Add([]byte(`{"schema":"aibench/run/v1","metrics":{"ttft":null,"ttft":{"above":{"max":1e3}}}}`))
	f.Add([]byte(`{"schema":"aibench/run/v1","verdict":"valid","client":{"verdict":"ok"},"target":{"profile":"native"},
	  "load":{"wait":"ws","poll_interval":"1..2"},"counts":{"requests":1,"outcomes":{"lost":1},"polls":3},
	  "metrics":{"completion":{"count":1,"p50":2,"max":2,"width":{"max":1}}},
	  "findings":[{"code":"lost-jobs","title":"1 lost","evidence":{"a_ms":1e99,"b":[{}],"c":null}}]}`))
	f.Add([]byte(okRun(`,"load":{"steered":[{"at_s":1,"paused":true},{"users":3},{"speed":2}]},"aborted":{"expr":"a<1","value":1e9,"at_s":-1},
	  "thresholds":[{"expr":"ttft.p99<1s","value":-1},{"expr":"errors<1%","value":1,"ok":true},{"expr":"","why":"|"}]`)))
	f.Add([]byte(heatRun(`[0,1,2,5]`)))
	f.Add([]byte(`{"schema":"aibench/run/v1","verdict":"invalid","label":"\u001b","target":{"url":"\u001b","dialect":"\u001b","protocol":"\u001b"},
	  "load":{"kind":"\u001b","arrival":"\u001b","rate_per_s":1,"slo":"\u001b"},"ending":"\u001b",
	  "client":{"verdict":"limited","stamps":"\u001b","breaches":[{"code":"\u001b","unit":"\u001b","value":1},{"code":"rate","unit":"\u001b","value":2,"bound":2.0001}]},
	  "counts":{"requests":2,"ok":1,"good":1,"outcomes":{"ok":1,"\u001b":1},"outcome_details":{"\u001b":["\u001b"]}},
	  "metrics":{"ttft":{"unit":"\u001b","count":1,"p50":1,"max":2,"width":{"p50":1,"p99":1},"basis":"\u001b"}},
	  "findings":[{"severity":"\u001b","title":"\u001b","remedy":"\u001b","evidence":{"\u001b":"\u001b","a":["\u001b"]}}],
	  "aborted":{"expr":"\u001b"},"thresholds":[{"expr":"\u001b","why":"\u001b"},{"expr":"\u001b","value":1}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		run, err := Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		var b, text bytes.Buffer
		if err := Write(&b, run); err != nil {
			t.Fatal(err)
		}
		again, err := Read(&b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(run, again, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-first +second):\n%s", diff)
		}
		if err := (Text{Width: 40}).Write(&text, run); err != nil {
			t.Fatal(err)
		}
		steersNothing(t, text.String())
		printed(t, run)
	})
}

// steersNothing: a text from elsewhere must not reach the terminal as more than
// a text.
func steersNothing(t *testing.T, report string) {
	t.Helper()
	if i := strings.IndexFunc(report, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
		t.Fatalf("%q at byte %d of\n%s", report[i], i, report)
	}
}

// printed writes a run in every other way: a file from elsewhere must not
// break an encoder.
func printed(t *testing.T, run *Run) {
	var b bytes.Buffer
	if err := (Text{}).SideBySide(&b, []*Run{run, run}, "a\x1b"); err != nil {
		t.Fatal(err)
	}
	steersNothing(t, b.String())
	for _, f := range Formats() {
		b.Reset()
		// A histogram that is none is an error, and the only one.
		if err := f.Write(&b, run); err != nil && f.Ext != ".hlog" {
			t.Fatalf("%s: %v", f.Ext, err)
		}
		if f.Ext != ".xml" {
			continue
		}
		if _, err := parseXML(b.Bytes()); err != nil {
			t.Fatalf("%v:\n%s", err, b.String())
		}
	}
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	if err := WriteCSV(&b, sample(t, "censored")); err != nil {
		t.Fatal(err)
	}
	golden(t, "censored.csv", b.String())
	csvHolds(t, sample(t, "censored"), &b)
	for name, run := range cases(t) {
		run.Label = new("a \"label\",\nwith lines")
		b.Reset()
		if err := WriteCSV(&b, run); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		csvHolds(t, run, &b)
	}
}

// csvHolds reads CSV back and compares it with the run, value by value.
func csvHolds(t *testing.T, run *Run, b *bytes.Buffer) {
	t.Helper()
	rows, err := csv.NewReader(b).ReadAll()
	if err != nil || len(rows) != 1+len(run.Metrics) {
		t.Fatalf("%d rows of %d metrics: %v", len(rows), len(run.Metrics), err)
	}
	for i, row := range rows[1:] {
		m := run.Metrics[i].Value
		want := map[string]string{
			"id": run.ID, "label": harmless(orEmpty(run.Label)), "metric": run.Metrics[i].Name, "unit": m.Unit,
			"count": whole(m.Count), "verdict": run.Verdict, "p99": field(m.P99), "max": field(m.Max), "min": field(m.Min),
		}
		for column, name := range rows[0] {
			if v, ok := want[name]; ok && row[column] != v {
				t.Errorf("%s of %s: %q, want %q", name, run.Metrics[i].Name, row[column], v)
			}
			delete(want, name)
		}
		if len(want) > 0 {
			t.Errorf("no columns %v", want)
		}
	}
}

func TestFormatOf(t *testing.T) {
	for name, want := range map[string]string{
		"a.json": ".json", "b/c.csv": ".csv", "c.md": ".md", "d.xml": ".xml", "e.hlog": ".hlog", "x.html": "", "json": "",
	} {
		f, ok := FormatOf(name)
		if ok != (want != "") || f.Ext != want {
			t.Errorf("FormatOf(%q) = %q, %v", name, f.Ext, ok)
		}
	}
}
