package verdict

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/aibench/aibench/bench"
)

func TestParseSLO(t *testing.T) {
	tests := []struct {
		in   string
		want SLO
	}{
		{"ttft<500ms", SLO{{Metric: "ttft", Value: 500, Unit: Milliseconds}}},
		{" ttft < 500 ms , tpot<=60ms ", SLO{
			{Metric: "ttft", Value: 500, Unit: Milliseconds},
			{Metric: "tpot", Op: LessEqual, Value: 60, Unit: Milliseconds},
		}},
		{"e2e<1.5s", SLO{{Metric: "e2e", Value: 1.5, Unit: Seconds}}},
		{"connect<250µs", SLO{{Metric: "connect", Value: 250, Unit: Microseconds}}},
		{"tokens_per_s_per_user>20", SLO{{Metric: "tokens_per_s_per_user", Op: Greater, Value: 20}}},
	}
	for _, tt := range tests {
		got, err := ParseSLO(tt.in)
		if err != nil {
			t.Errorf("ParseSLO(%q): %v", tt.in, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("ParseSLO(%q) (-want +got):\n%s", tt.in, diff)
		}
	}
}

func TestParseSLOErrors(t *testing.T) {
	tests := []struct {
		in, msg string
		column  int
	}{
		{"", "expected a metric's name", 1},
		{"tfft<500ms", `unknown metric "tfft"`, 1},
		{"ttft<500ms,", "expected a metric's name", 12},
		{"ttft 500ms", "expected <, <=, > or >=", 6},
		{"ttft<fast", "expected a number", 6},
		{"ttft<1.2.3ms", "expected a number", 6},
		{"ttft<500", "ttft is a time", 9},
		{"ttft<500km", `unknown unit "km"`, 9},
		{"tokens_per_s_per_user>20ms", "is not a time", 25},
		{"ttft.p99<500ms", "about each single request", 6},
		{"ttft.p100<500ms", `unknown statistic "p100"`, 6},
		{"chunk_gap<50ms", `unknown metric "chunk_gap"`, 1},
		{"ttft<500ms tpot<60ms", "expected a comma", 12},
	}
	for _, tt := range tests {
		_, err := ParseSLO(tt.in)
		syntax, ok := errors.AsType[*SyntaxError](err)
		if !ok {
			t.Errorf("ParseSLO(%q) = %v, want a *SyntaxError", tt.in, err)
			continue
		}
		if !strings.Contains(syntax.Msg, tt.msg) || syntax.Pos+1 != tt.column {
			t.Errorf("ParseSLO(%q): %q at column %d, want %q at column %d",
				tt.in, syntax.Msg, syntax.Pos+1, tt.msg, tt.column)
		}
	}
}

// A demand that no request of its kind could meet is a mistake to tell.
func TestParseSLOForOneKind(t *testing.T) {
	tests := []struct {
		kinds bench.Kinds
		in    string
		known string // a metric that could have been meant; "": nothing is wrong
	}{
		{bench.Jobs, "completion<30s,queue_wait<1s,polls<=5", ""},
		{bench.Streams, "ttft<1s,response<5s", ""},
		{bench.Jobs, "response<5s", ""},
		{bench.Jobs, "ttft<1s", "completion"},
		{bench.Streams, "completion<1s", "ttft"},
	}
	for _, tt := range tests {
		slo, err := ParseSLOFor(tt.kinds, tt.in)
		if tt.known == "" {
			if err != nil || slo.String() != tt.in {
				t.Errorf("%s: %v, %v", tt.in, slo, err)
			}
			continue
		}
		syntax, ok := errors.AsType[*SyntaxError](err)
		if !ok || !slices.Contains(syntax.Known, tt.known) {
			t.Errorf("%s: %v, want an unknown metric where %s could stand", tt.in, err, tt.known)
		}
	}
}

func TestCaretStandsBeneathTheMistake(t *testing.T) {
	_, err := ParseSLO("connect<9µs,tfft<1ms")
	syntax, ok := errors.AsType[*SyntaxError](err)
	if !ok {
		t.Fatalf("got %v, want a *SyntaxError", err)
	}
	want := "connect<9µs,tfft<1ms\n" + "            ^"
	if got := syntax.Caret(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestHolds(t *testing.T) {
	tests := []struct {
		condition string
		value     float64
		want      bool
	}{
		{"ttft<500ms", 499_999_999, true},
		{"ttft<500ms", 500_000_000, false},
		{"ttft<=500ms", 500_000_000, true},
		{"ttft>1s", 1e9, false},
		{"ttft>=1s", 1e9, true},
		{"tokens_per_s_per_user>20", 20.5, true},
	}
	for _, tt := range tests {
		c, err := Parse(tt.condition)
		if err != nil {
			t.Fatalf("Parse(%q): %v", tt.condition, err)
		}
		if got := c.Holds(tt.value); got != tt.want {
			t.Errorf("%s with %v: got %v, want %v", tt.condition, tt.value, got, tt.want)
		}
	}
}

func TestConditionRoundTrip(t *testing.T) {
	metrics := bench.Metrics()
	rapid.Check(t, func(t *rapid.T) {
		m := metrics[rapid.IntRange(0, len(metrics)-1).Draw(t, "metric")]
		units := []Unit{Plain}
		if m.Unit == bench.Milliseconds {
			units = []Unit{Microseconds, Milliseconds, Seconds}
		}
		want := Condition{
			Metric: m.Name,
			Stat:   rapid.SampledFrom([]string{"", "p50", "p99", "p99.9", "p999", "mean", "max"}).Draw(t, "stat"),
			Op:     Op(rapid.IntRange(int(Less), int(GreaterEqual)).Draw(t, "op")),
			Value:  rapid.Float64Range(0, 1e12).Draw(t, "value"),
			Unit:   rapid.SampledFrom(units).Draw(t, "unit"),
		}
		got, err := Parse(want.String())
		if err != nil || !cmp.Equal(got, want) {
			t.Fatalf("Parse(%q) = %+v, %v; want %+v", want, got, err, want)
		}
	})
}

// FuzzParse: whatever parses, parses again from its own String to the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"ttft.p99<800ms", "ttft<500ms,tpot<60ms", "e2e.p99.9>=1s", "µ", "ttft<.5s"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		slo, err := ParseSLO(s)
		if err != nil {
			if syntax, ok := errors.AsType[*SyntaxError](err); !ok || syntax.Pos > len(s) {
				t.Fatalf("error %v", err)
			}
			return
		}
		again, err := ParseSLO(slo.String())
		if err != nil || !cmp.Equal(slo, again) {
			t.Fatalf("%q: %v then %v, %v", s, slo, again, err)
		}
	})
}
