package report

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// okRun is a run file with something more in it.
func okRun(more string) string {
	for _, part := range []string{`,"counts":{"requests":0,"outcomes":{}}`, `,"metrics":{}`} {
		if name, _, _ := strings.Cut(part, ":"); !strings.Contains(more, name) {
			more = part + more
		}
	}
	return bareRun(more)
}

// bareRun has nothing but what follows.
func bareRun(more string) string {
	return `{"schema":"aibench/run/v1","verdict":"valid","client":{"verdict":"ok"}` + more + `}`
}

// metricRun is a run file of one metric.
func metricRun(metric string) string { return okRun(`,"metrics":{"ttft":` + metric + `}`) }

// heatRun is a run file of two seconds with one column of heat.
func heatRun(column string) string {
	return okRun(`,"metrics":{},"series":[{},{}],"heat":{"unit":"ms","edges":[1,2,4],"metrics":{"ttft":[[],` + column + `]}}`)
}

// What does not read says which file, and where in it: a field by its path.
func TestReadErrors(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", "no JSON at byte 0: "},
		{"no JSON at all", "id,label\n", "no JSON at byte 1: "},
		{"another document", `{"hello":1}`, `field schema: "", where this version reads "aibench/run/v1"`},
		{"a comparison", `{"schema":"aibench/compare/v1"}`, `field schema: "aibench/compare/v1", where`},
		{"newer", `{"schema":"aibench/run/v2"}`, `field schema: "aibench/run/v2", where`},
		{"newer, of other types", `{"schema":"aibench/run/v2","counts":[1]}`, `field schema: "aibench/run/v2", where`},
		{"no schema, other types", `{"counts":[1]}`, `field schema: "", where`},
		{"a schema of another type", `{"schema":{}}`, "field schema: object where a text is due"},
		{"list", `[1]`, "array where an object is due"},
		{"number", `7`, "number where an object is due"},
		{"verdict", okRun(`,"verdict":"perhaps"`), `field verdict: "perhaps" is neither valid nor invalid`},
		{"client", okRun(`,"client":{"verdict":"tired"}`), "field client.verdict"},
		{"sum", okRun(`,"counts":{"requests":5,"outcomes":{"ok":4}}`), "field counts.requests: 5, but outcomes and in_flight_at_end add up to 4"},
		{"negative", okRun(`,"counts":{"requests":0,"outcomes":{"ok":-4}}`), "field counts.outcomes.ok: -4 is negative"},
		{"nothing can be running less than not at all", okRun(`,"counts":{"requests":0,"ok":4,"in_flight_at_end":-4,"outcomes":{"ok":4}}`),
			"field counts.in_flight_at_end: -4 is negative"},
		{"an error rate of its own", okRun(`,"counts":{"requests":4,"outcomes":{"ok":4}}`), "field counts.ok: 0, but outcomes have 4"},
		{"twice the same metric", okRun(`,"metrics":{"ttft":{},"e2e":{},"ttft":{}}`), "field metrics: ttft is there twice"},
		{"trailing", okRun("") + "x", "no JSON at byte 123: "},
		{"no counts", bareRun(`,"metrics":{}`), "field counts: missing"},
		{"no outcomes", bareRun(`,"counts":{"requests":0,"ok":0,"in_flight_at_end":0,"outcomes":null},"metrics":{}`), "field counts: missing"},
		{"no metrics", bareRun(`,"counts":{"requests":0,"outcomes":{}}`), "field metrics: missing"},
		{"metrics that are none", bareRun(`,"counts":{"requests":0,"outcomes":{}},"metrics":null`), "field metrics: missing"},
		{"ended well, and nothing was measured", okRun(`,"counts":{"requests":4,"ok":4,"outcomes":{"ok":4}}`), "field metrics: empty, and 4 requests ended well"},
		{"a time before its beginning", metricRun(`{"unit":"ms","p50":-3}`), "field metrics.ttft.p50: -3 is negative"},
		{"a time beyond all time", metricRun(`{"unit":"ms","p90":1e308}`), "field metrics.ttft.p90: 1e+308 is more than there can be"},
		{"quantiles out of order", metricRun(`{"unit":"ms","p50":30,"p99":20}`), "field metrics.ttft.p99: 20 lies below p50, 30"},
		{"less than the least", metricRun(`{"unit":"ms","min":30,"p1":20}`), "field metrics.ttft.p1: 20 lies below min, 30"},
		{"more than the most", metricRun(`{"unit":"ms","p50":30,"max":20}`), "field metrics.ttft.max: 20 lies below p50, 30"},
		{"a negative bound", metricRun(`{"unit":"ms","above":{"p99":-1}}`), "field metrics.ttft.above.p99: -1 is negative"},
		{"a negative width", metricRun(`{"unit":"ms","width":{"p50":-1}}`), "field metrics.ttft.width.p50: -1 is negative"},
		{"a negative count", metricRun(`{"unit":"ms","count":-1}`), "field metrics.ttft.count: -1 is negative"},
		{"negative tokens", okRun(`,"counts":{"requests":0,"outcomes":{},"tokens":-1}`), "field counts.tokens: -1 is negative"},
		{"a run that ends before it begins", okRun(`,"duration_s":-1`), "field duration_s: -1 is negative"},
		{"a negative rate", okRun(`,"throughput":{"requests_per_s":-1}`), "field throughput.requests_per_s: -1 is negative"},
		{"a second below nothing", okRun(`,"series":[{},{"ttft_p99":-1}]`), "field series[1].ttft_p99: -1 is negative"},
		{"a second of less than none", okRun(`,"series":[{"ended":-1}]`), "field series[0].ended: -1 is negative"},
		{"edges", okRun(`,"heat":{"edges":[1,1]}`), "field heat.edges[1]: 1 does not lie above"},
		{"columns", okRun(`,"heat":{"metrics":{"ttft":[[]]}}`), "field heat.metrics.ttft: 1 columns for the 0 entries of series"},
		{"half a pair", heatRun(`[1]`), "field heat.metrics.ttft[1]: a row without its count"},
		{"row", heatRun(`[3,1]`), "field heat.metrics.ttft[1]: row 3, where there are 3 edges"},
		{"negative row", heatRun(`[-1,1]`), "field heat.metrics.ttft[1]: row -1 does not come after row -1"},
		{"order of rows", heatRun(`[1,1,0,1]`), "field heat.metrics.ttft[1]: row 0 does not come after row 1"},
		{"count", heatRun(`[1,0]`), "field heat.metrics.ttft[1]: row 1 counts 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(strings.NewReader(tt.in))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	if _, err := Read(strings.NewReader(heatRun(`[0,1,2,5]`))); err != nil {
		t.Errorf("heat as it should be: %v", err)
	}
}

// A file of nothing but open brackets is refused at once, not after it has
// eaten the memory.
func TestReadOfDeepNests(t *testing.T) {
	for _, open := range []string{"[", `{"a":`} {
		_, err := Read(strings.NewReader(strings.Repeat(open, 1<<20)))
		if err == nil || !strings.Contains(err.Error(), "no JSON at byte ") || len(err.Error()) > 200 {
			t.Errorf("%s: %v", open, err)
		}
	}
}

// A value of the wrong type is named by its whole path, however deep it lies.
func TestReadNamesTheFieldOfAWrongType(t *testing.T) {
	tests := []struct{ more, path, what string }{
		{`"duration_s":"ten"`, "duration_s", "string where a number is due"},
		{`"command":[1]`, "command[0]", "number where a text is due"},
		{`"counts":{"requests":true}`, "counts.requests", "bool where a whole number is due"},
		{`"counts":{"requests":1.5}`, "counts.requests", "number 1.5 where a whole number is due"},
		{`"counts":{"outcomes":{"ok":{}}}`, "counts.outcomes.ok", "object where a whole number is due"},
		{`"load":{"steered":[{"at_s":1},{"at_s":"2"}]}`, "load.steered[1].at_s", "string where a number is due"},
		{`"metrics":[1]`, "metrics", "array where an object is due"},
		{`"metrics":{"ttft":{"p50":"fast"}}`, "metrics.ttft.p50", "string where a number is due"},
		{`"metrics":{"ttft":{"withheld":{"p99":{"have":"x"}}}}`, "metrics.ttft.withheld.p99.have", "string where a whole number is due"},
		{`"metrics":{"ttft":null,"e2e":{"width":{"p50":[]}}}`, "metrics.e2e.width.p50", "array where a number is due"},
		{`"series":{}`, "series", "object where a list is due"},
		{`"series":[{"t":1},{"t":2,"gap_p99":"1 s"}]`, "series[1].gap_p99", "string where a number is due"},
		{`"heat":{"edges":[1,"2"]}`, "heat.edges[1]", "string where a number is due"},
		{`"heat":{"metrics":{"ttft":[[],[0,1.5]]}}`, "heat.metrics.ttft[1][1]", "number 1.5 where a whole number is due"},
		{`"heat":7`, "heat", "number where an object is due"},
		{`"findings":[{"evidence":"none"}]`, "findings[0].evidence", "string where an object is due"},
		{`"thresholds":[{"ok":"yes"}]`, "thresholds[0].ok", "string where true or false is due"},
		{`"aborted":{"value":null,"at_s":[1]}`, "aborted.at_s", "array where a number is due"},
		{`"Label":1`, "Label", "number where a text is due"},
	}
	for _, tt := range tests {
		_, err := Read(strings.NewReader(okRun("," + tt.more)))
		field, ok := errors.AsType[*FieldError](err)
		if !ok || field.Field != tt.path || field.Err.Error() != tt.what {
			t.Errorf("%s\ngot  %v\nwant field %s: %s", tt.more, err, tt.path, tt.what)
		}
	}
}

// A file that was cut off names the field in which it ends.
func TestReadOfATruncatedRunFile(t *testing.T) {
	tests := []struct{ in, want string }{
		{`{`, "no JSON at byte 1: "},
		{`{"sch`, "no JSON at byte 5: "},
		{`{"schema":"aib`, "no JSON at byte 14, in field schema: "},
		{`{"schema":"a",`, "after field schema: "},
		{`{"counts":{"requests":5,"outcomes":{"ok":`, "in field counts.outcomes.ok: "},
		{`{"counts":{"requests":5,"outcomes":{`, "in field counts.outcomes: "},
		{`{"counts":{"requests":5},`, "after field counts: "},
		{`{"series":[`, "in field series: "},
		{`{"series":[{"t":1},{"t":2,"started":`, "in field series[1].started: "},
		{`{"series":[{"t":1},`, "after field series[0]: "},
		{`{"heat":{"metrics":{"ttft":[[],[0,1,2`, "after field heat.metrics.ttft[1][2]: "},
		{`{"heat":{"metrics":{"ttft":[[],[`, "in field heat.metrics.ttft[1]: "},
		{`{"id":"1" "label":2}`, "no JSON at byte 11, after field id: "},
		{`{"id":nil}`, "in field id: "},
	}
	for _, tt := range tests {
		_, err := Read(strings.NewReader(tt.in))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s\ngot  %v\nwant … %s…", tt.in, err, tt.want)
		}
	}
}

// However a run file is cut off, it is an error, and never a panic.
func TestReadOfEveryTruncation(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, sample(t, "censored")); err != nil {
		t.Fatal(err)
	}
	whole := bytes.TrimRight(b.Bytes(), "\n")
	for n := 0; n < len(whole); n += 7 {
		if _, err := Read(bytes.NewReader(whole[:n])); err == nil {
			t.Fatalf("%d of %d bytes read", n, len(whole))
		}
	}
}
