package report

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/aibench/aibench/bench"
)

// Another reader finds every histogram of the run, under the metric's id, over
// the measured window, with the same values.
func TestHDRLogRoundTrip(t *testing.T) {
	for name, run := range cases(t) {
		var b bytes.Buffer
		if err := WriteHDRLog(&b, run); err != nil {
			t.Fatal(err)
		}
		log, read := hdrhistogram.NewHistogramLogReader(&b), 0
		for {
			h, err := log.NextIntervalHistogram()
			if errors.Is(err, io.EOF) || err == nil && h == nil {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			read++
			kept, ok := run.Histograms.Get(h.Tag())
			if !ok {
				t.Errorf("%s: a line of %q", name, h.Tag())
				continue
			}
			want, err := bench.DecodeDist(kept.HDR)
			if err != nil {
				t.Fatal(err)
			}
			p99, _ := want.Quantile(0.99)
			// What hdrhistogram gives is the upper edge of the bucket.
			if got := float64(h.ValueAtQuantile(99)) / 1000; h.TotalCount() != want.Count() || got < p99 || got > p99*1.001+0.001 {
				t.Errorf("%s: %s: %d values, p99 %v, want %d, %v", name, h.Tag(), h.TotalCount(), got, want.Count(), p99)
			}
		}
		if read != len(run.Histograms) {
			t.Errorf("%s: %d lines, want %d", name, read, len(run.Histograms))
		}
	}
}

// What was measured and whether it counts stands at the head.
func TestHDRLogSaysWhatItIs(t *testing.T) {
	run := sample(t, "invalid")
	run.Command = append(run.Command, "a\nb")
	var b bytes.Buffer
	if err := WriteHDRLog(&b, run); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# aibench run 20260102-150405-abcd\n", "# command: aibench stream -c 100 'a b'\n", "# verdict: invalid\n", "#[StartTime: 1767366245"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String()[:300])
		}
	}
	run.Histograms[0].Value.HDR = "HISTFAAA"
	if err := WriteHDRLog(io.Discard, run); err == nil || !strings.Contains(err.Error(), "histogram of ttft") {
		t.Errorf("a broken histogram: %v", err)
	}
	run.Histograms[0] = Entry[Encoded]{Name: "unheard_of", Value: Encoded{HDR: "?"}}
	if err := WriteHDRLog(io.Discard, run); err != nil {
		t.Errorf("a metric of another version: %v", err)
	}
}
