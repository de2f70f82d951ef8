package report

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aibench/aibench/bench"
)

func TestSamples(t *testing.T) {
	var file bytes.Buffer
	s := NewSamples(&file)
	s.Start("run-1", time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC), 99, true)
	s.Arrivals(3, []bench.Arrival{
		{At: 5, Lag: 2, Kind: bench.Other},
		{At: 7, Lag: bench.LagUnknown, Kind: bench.Content, Tokens: 2, Coalesced: true},
		{At: 9, Kind: bench.Reasoning},
	})
	s.Request(finishedSample(), true)
	s.Request(bench.NewSample(), false)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if _, err := got.ReadFrom(z); err != nil {
		t.Fatal(err)
	}
	golden(t, "samples.jsonl", got.String())
	for line := range strings.Lines(got.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("no JSON: %s", line)
		}
	}
}

// TestSamplesOfJobs: each instant with how far off it may be; what was not
// reached or not told is null.
func TestSamplesOfJobs(t *testing.T) {
	accepted := func(seq int64) *bench.Sample {
		s := bench.NewSample()
		s.Begin(1)
		s.Seq, s.Status, s.RequestID, s.Polls, s.PollBytes = seq, 202, "job-1", 3, 900
		s.Mark(bench.Sent, 2)
		s.Mark(bench.FirstByte, 9)
		s.Mark(bench.Accepted, 10)
		return s
	}
	stamped := accepted(1)
	stamped.ClockWidth, stamped.Attempts = 5, 2
	stamped.Stamp(bench.Submitted, 8, 1)
	stamped.Stamp(bench.Started, 20, 1)
	stamped.Stamp(bench.Finished, 30, 1)
	stamped.Mark(bench.Seen, 40)
	stamped.Mark(bench.End, 41)

	polled := accepted(2)
	polled.MarkWithin(bench.Submitted, 6, 8)
	polled.MarkWithin(bench.Finished, 35, 10)
	polled.MarkWithin(bench.Seen, 40, 10)
	polled.Outcome = bench.JobFailed

	refused := bench.NewSample()
	refused.Begin(1)
	refused.Seq, refused.Outcome = 3, bench.SubmitError

	var lines []byte
	for _, s := range []*bench.Sample{stamped, polled, refused} {
		lines = appendRequest(lines, s, true)
	}
	lines = appendRequest(lines, accepted(4), false)
	golden(t, "job_samples.jsonl", string(lines))
	for line := range bytes.Lines(lines) {
		if !json.Valid(line) {
			t.Errorf("no JSON: %s", line)
		}
	}
}

func finishedSample() *bench.Sample {
	s := bench.NewSample()
	s.Begin(1)
	s.Seq, s.Status, s.RequestID = 3, 200, "req-\"1\"\x01"
	s.Mark(bench.Sent, 2)
	s.Arrive(bench.Arrival{At: 7, Kind: bench.Content})
	s.Mark(bench.End, 10)
	s.Tokens, s.Usage = 2, true
	return s
}

// Lines of many goroutines never mix, and none is lost.
func TestSamplesFromManyGoroutines(t *testing.T) {
	const writers, batches = 8, 500
	var file bytes.Buffer
	s := NewSamples(&file)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for range batches {
				s.Arrivals(int64(w), []bench.Arrival{{At: 1, Kind: bench.Content}, {At: 2, Kind: bench.Content}})
			}
		})
	}
	wg.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	got := map[int64]int{}
	for lines := bufio.NewScanner(z); lines.Scan(); {
		var line struct{ Seq int64 }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("%v: %s", err, lines.Text())
		}
		got[line.Seq]++
	}
	want := map[int64]int{}
	for w := range int64(writers) {
		want[w] = 2 * batches
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines per request (-want +got):\n%s", diff)
	}
}

type fullDisk struct{}

var errFull = errors.New("no space left on device")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

// A disk that fills up during the run must not stop the run, and must not go
// unnoticed.
func TestSamplesOnAFullDisk(t *testing.T) {
	s := NewSamples(fullDisk{})
	for range 5 * queued {
		s.Arrivals(1, make([]bench.Arrival, 1000))
	}
	if err := s.Close(); !errors.Is(err, errFull) {
		t.Errorf("Close() = %v, want %v", err, errFull)
	}
}

func BenchmarkSamplesArrivals(b *testing.B) {
	s := NewSamples(discard{})
	batch := make([]bench.Arrival, 16)
	b.ReportAllocs()
	for b.Loop() {
		s.Arrivals(1, batch)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }
