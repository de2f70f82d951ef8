package tui

import (
	"context"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/aibench/aibench/bench"
)

// reel is a stream out of memory: a request that is answered at once by many
// chunks.
type reel struct{ epoch time.Time }

const chunksOfReel = 2000

func (r reel) Do(_ context.Context, s *bench.Sample) {
	now := time.Since(r.epoch)
	if !s.Begin(now) {
		return
	}
	s.Mark(bench.Sent, now)
	for range chunksOfReel {
		s.Arrive(bench.Arrival{At: time.Since(r.epoch), Kind: bench.Content, Tokens: 1})
	}
	s.Mark(bench.End, time.Since(r.epoch))
}

// play runs one load, with a display on it or without, and gives events a
// second and the 99th percentile of the send lag in milliseconds.
func play(b *testing.B, load bench.Load, shown bool) (events, lag float64) {
	b.Helper()
	epoch := time.Now()
	r, err := bench.NewRunner(bench.Scenario{Target: reel{epoch}, Load: load, Epoch: epoch, Duration: 2 * time.Second, Precise: true})
	if err != nil {
		b.Fatal(err)
	}
	if shown {
		d, err := Start(Config{
			Out: io.Discard, Env: []string{"TERM=xterm-256color", "COLORTERM=truecolor"}, Colour: true,
			Width: 120, Height: 40, Title: "stream memory", Whole: 2 * time.Second,
		}, r)
		if err != nil {
			b.Fatal(err)
		}
		defer d.Close()
	}
	res, err := r.Run(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	lag, _ = res.Tally.SendLag.Quantile(0.99)
	return float64(res.Tally.Window.Events) / res.Length().Seconds(), lag
}

// BenchmarkCost tells what a display costs the run that it shows: pairs of
// runs, one with a display and one without, in an order that alternates. It
// prints the medians of the pairs' ratios: of events per second in a closed
// loop that has no other limit than the machine, and of the send lag's 99th
// percentile, itself in microseconds, in an open loop that leaves the machine
// half idle.
func BenchmarkCost(b *testing.B) {
	for _, c := range []struct {
		name string
		load func() bench.Load
	}{
		{"saturated", func() bench.Load { return bench.Closed{Users: 8} }},
		{"paced", func() bench.Load { return bench.Open{Pacer: bench.Constant(500)} }},
	} {
		b.Run(c.name, func(b *testing.B) {
			var events, lag, on []float64
			for pair := range b.N {
				var e, l [2]float64
				for half := range 2 {
					i := (pair + half) % 2
					e[i], l[i] = play(b, c.load(), i == 1)
				}
				events, lag, on = append(events, e[1]/e[0]), append(lag, l[1]/l[0]), append(on, l[1]*1000)
			}
			b.ReportMetric(median(events), "events-ratio")
			if at := median(on); at > 0 {
				b.ReportMetric(at, "lag-µs")
				b.ReportMetric(median(lag), "lag-ratio")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// BenchmarkLook is one look at a run of ten minutes and the frame that it gives,
// in a second that has closed since the last look and in one that goes on: one
// of the former and nine of the latter are what a display costs in a second,
// beside the terminal's own work.
func BenchmarkLook(b *testing.B) {
	for name, closed := range map[string]bool{"closed": true, "going-on": false} {
		b.Run(name, func(b *testing.B) {
			s := scene{width: 120, height: 40, story: streams(600), colour: true}
			m := s.model()
			b.ReportAllocs()
			for b.Loop() {
				if closed {
					clear(m.still)
				}
				m.pull()
				m.frame()
			}
		})
	}
}
