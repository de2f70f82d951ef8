package tui

import (
	"math"
	"slices"
	"time"

	"github.com/aibench/aibench/bench"
)

// A story is a run that a test makes up: a Subject that shows what it is told
// to, and remembers how it was steered.
type story struct {
	bench.Snapshot
	calls []string
}

func (s *story) SnapshotInto(to *bench.Snapshot) { *to = s.Snapshot }
func (s *story) Pause(on bool)                   { s.Paused = on; s.calls = append(s.calls, "pause") }
func (s *story) SetUsers(n int)                  { s.Users = n; s.calls = append(s.calls, "users") }
func (s *story) SetSpeed(f float64)              { s.Speed = f; s.calls = append(s.calls, "speed") }

// streams is a closed loop of 50 users that has run for so many seconds: TTFT
// about 55 ms, gaps about 20 ms, streams of a second and a half.
func streams(seconds int) *story {
	s := &story{}
	s.Kinds, s.Users, s.Speed = bench.Streams, 50, 1
	s.At, s.InFlight = time.Duration(seconds)*time.Second+400*time.Millisecond, 50
	s.Health = bench.LiveHealth{Watched: true, CPU: 0.31, CPUKnown: true, PauseFraction: 0.0004, Paused: 9 * time.Millisecond, LongestPause: 9 * time.Millisecond}
	for i := range seconds {
		wave := 1 + 0.2*math.Sin(float64(i)/3)
		sec := bench.Second{
			At: time.Duration(i+1) * time.Second, Length: time.Second, InFlight: 50,
			Flow:  bench.Flow{Started: 33, Ended: 33, Events: int64(2500 - 300*wave), Chunks: 2400},
			TTFT:  bench.Pair{Known: true, P50: 55 * wave, P99: 90 * wave * wave},
			Gap:   bench.Pair{Known: true, P50: 20, P99: 24 * wave},
			Total: bench.Pair{Known: true, P50: 1500, P99: 1600 * wave},
		}
		sec.Heat[0] = column(bench.TTFT, 33, 55*wave, 0.2)
		sec.Heat[1] = column(bench.ChunkGap, 2400, 20, 0.1)
		sec.Heat[2] = column(bench.E2E, 33, 1500*wave, 0.1)
		s.add(sec)
	}
	s.Tally.GapRequests = s.Flow.Ended
	s.recent()
	return s
}

// jobs is an open loop of 20 jobs a second whose queue grows.
func jobs(seconds int) *story {
	s := &story{}
	s.Kinds, s.Open, s.Speed = bench.Jobs, true, 1
	s.At, s.InFlight = time.Duration(seconds)*time.Second, 66
	s.Jobs = bench.JobStates{Submitting: 2, Queued: 55, Running: 8, Fetching: 1}
	s.Health = bench.LiveHealth{Watched: true, CPU: 0.04, CPUKnown: true}
	for i := range seconds {
		wait := 40 + 90*float64(i)
		sec := bench.Second{
			At: time.Duration(i+1) * time.Second, Length: time.Second, InFlight: int64(5 * i),
			Flow:      bench.Flow{Started: 20, Ended: 16, Events: 40},
			Total:     bench.Pair{Known: true, P50: 200 + wait, P99: 300 + 2*wait},
			QueueWait: bench.Pair{Known: true, P50: wait, P99: 2 * wait},
		}
		sec.Heat[0] = column(bench.QueueWait, 16, wait, 0.5)
		sec.Heat[1] = column(bench.Run, 16, 200, 0.1)
		sec.Heat[2] = column(bench.Completion, 16, 200+wait, 0.4)
		s.add(sec)
	}
	s.Scheduled, s.Dispatched = s.Flow.Started+1, s.Flow.Started
	s.recent()
	return s
}

// column spreads n values around a middle, on a logarithmic scale.
func column(id bench.MetricID, n int, middle, width float64) bench.HeatColumn {
	c := bench.HeatColumn{Metric: id, Counts: make([]uint32, bench.HeatRows)}
	for i := range n {
		at := (float64(i)+0.5)/float64(n)*2 - 1 // −1 … 1
		v := middle * math.Exp(width*at*at*at*3)
		c.Counts[row(v)]++
	}
	return c
}

// row is the row of a heat map that holds a value.
func row(ms float64) int {
	r := 0
	for r+1 < bench.HeatRows && bench.HeatEdge(r+1) <= ms {
		r++
	}
	return r
}

// add appends a second, and takes it into the sums.
func (s *story) add(sec bench.Second) {
	s.Series = append(s.Series, sec)
	s.Flow.Started += sec.Started
	s.Flow.Ended += sec.Ended
	s.Flow.Events += sec.Events
	s.Flow.Errors += sec.Errors
	s.Tally.Outcomes[bench.OK] += sec.Ended - sec.Errors
	s.Tally.InFlight = 0
	for _, h := range sec.Heat {
		for r, n := range h.Counts {
			if n > 0 {
				middle := bench.HeatEdge(r) * 1.2
				s.Tally.Dists[h.Metric].Add(int64(middle*1e6), int64(n))
			}
		}
	}
	for range sec.Started {
		s.Tally.SendLag.Add(int64(80*time.Microsecond), 1)
	}
}

// recent sums the last five seconds up.
func (s *story) recent() {
	s.Recent = bench.Recent{}
	for _, sec := range s.Series[max(len(s.Series)-5, 0):] {
		s.Recent.Span += sec.Length
		s.Recent.Flow.Started += sec.Started
		s.Recent.Flow.Ended += sec.Ended
		s.Recent.Flow.Events += sec.Events
		s.Recent.GapRequests += sec.Ended
		for _, h := range sec.Heat {
			for r, n := range h.Counts {
				if n > 0 {
					s.Recent.Dists[h.Metric].Add(int64(bench.HeatEdge(r)*1.2e6), int64(n))
				}
			}
		}
	}
}

// freeze lets a worker with a quarter of the streams stand still for two
// seconds from the second given on: first nothing comes, then gaps of the whole
// silence, and TTFTs that waited for it.
func (s *story) freeze(at int) {
	for i, sec := range slices.Clone(s.Series)[at : at+3] {
		sec.Heat[1] = column(bench.ChunkGap, 1800, 20, 0.1)
		sec.Events, sec.Gap.P99 = 1800, 21
		if i == 2 {
			sec.Heat[1].Counts[row(2000)] += 12
			sec.Gap.P99, sec.TTFT.P99 = 2000, 2050
			sec.Heat[0].Counts[row(1000)] += 4
		}
		s.Series[at+i] = sec
	}
}
