package bench

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestBounds holds one request against one bound at a time: intended at 0,
// sent at 10 ms, chunks at 110, 160 and 180 ms, over at 200 ms.
func TestBounds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		slo  Bound
		good bool
	}{
		{"ttft below", Bound{Metric: TTFT, Limit: 110.001}, true},
		{"ttft at the limit", Bound{Metric: TTFT, Limit: 110}, false},
		{"ttft above", Bound{Metric: TTFT, Limit: 109}, false},
		{"service ttft", Bound{Metric: TTFTService, Limit: 101}, true},
		{"every gap", Bound{Metric: ChunkGap, Limit: 51}, true},
		{"one gap too long", Bound{Metric: ChunkGap, Limit: 49}, false},
		{"every token", Bound{Metric: ITL, Limit: 26}, true}, // 50 ms for two tokens
		{"one token too slow", Bound{Metric: ITL, Limit: 24}, false},
		{"tpot below", Bound{Metric: TPOT, Limit: 35.1}, true},
		{"tpot above", Bound{Metric: TPOT, Limit: 34.9}, false},
		{"e2e", Bound{Metric: E2E, Limit: 170.5}, true},
		{"response", Bound{Metric: Response, Limit: 199}, false},
		{"service", Bound{Metric: Service, Limit: 190.5}, true},
		{"fast enough", Bound{Metric: TokensPerSPerUser, Limit: 28, Above: true}, true},
		{"just at the limit", Bound{Metric: TokensPerSPerUser, Limit: 28.571428, Above: true}, false},
		{"too slow", Bound{Metric: TokensPerSPerUser, Limit: 29, Above: true}, false},
		{"a metric that the request does not have", Bound{Metric: Connect, Limit: 0}, true},
	}
	r, s := stream(t, nil)
	s.Mark(Sent, 10*ms)
	s.Arrive(Arrival{At: 110 * ms, Kind: Content, Tokens: 1})
	s.Arrive(Arrival{At: 160 * ms, Kind: Content, Tokens: 2})
	s.Arrive(Arrival{At: 180 * ms, Kind: Content, Tokens: 1})
	s.Mark(End, 200*ms)
	r.rec.tick()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			equal(t, "good", meets(s, conditions([]Bound{tt.slo})), tt.good)
		})
	}
}

// TestGoodputCountsWhoeverStarted: what was begun in the warm-up does not count
// as a request, yet when it passes in the window it has to keep the same
// bounds as the others.
func TestGoodputCountsWhoeverStarted(t *testing.T) {
	t.Parallel()
	tests := []struct {
		limit        float64 // of the gaps, which are 20 ms
		good, passed int64
	}{{21, 1, 2}, {19, 0, 0}}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			epoch := time.Now()
			res := perform(t, Scenario{
				Target: &script{epoch: epoch, first: 20 * ms, gap: 20 * ms, chunks: 3},
				Load:   Closed{Users: 1}, Requests: 2, Warmup: ms,
				SLO: []Bound{{Metric: ChunkGap, Limit: tt.limit}}, Epoch: epoch,
			})
			equal(t, "good", res.Tally.Good, tt.good)
			equal(t, "good in the window", res.Tally.Window.Good, tt.passed)
		})
	}
}

// TestGoodputOfARunningRunIsNotZero: a condition on it would abort every run.
func TestGoodputOfARunningRunIsNotZero(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		s, res := looks(t, Scenario{
			Target: &script{epoch: epoch, first: 100 * ms, chunks: 1}, Load: Closed{Users: 1}, Duration: 3 * time.Second,
			SLO: []Bound{{Metric: TTFT, Limit: 101}}, Epoch: epoch,
		}, 2050*ms)
		equal(t, "good lately", s.Recent.Flow.Good, 20)
		equal(t, "good so far", s.Flow.Good, 20)
		equal(t, "good of a second", res.Series[0].Good, res.Series[0].Ended)
	})
}

func TestGoodMeetsEveryBound(t *testing.T) {
	t.Parallel()
	s := NewSample()
	s.Begin(0)
	s.Mark(Sent, 0)
	s.Arrive(Arrival{At: 100 * ms, Kind: Content})
	s.Mark(End, 150*ms)
	tests := []struct {
		name string
		slo  []Bound
		want bool
	}{
		{"all kept", []Bound{{Metric: TTFT, Limit: 101}, {Metric: Response, Limit: 151}}, true},
		{"the first broken", []Bound{{Metric: TTFT, Limit: 99}, {Metric: Response, Limit: 151}}, false},
		{"the last broken", []Bound{{Metric: TTFT, Limit: 101}, {Metric: Response, Limit: 149}}, false},
	}
	for _, tt := range tests {
		equal(t, tt.name, meets(s, conditions(tt.slo)), tt.want)
	}
}

func TestWithoutSLONothingIsGood(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		res := perform(t, Scenario{
			Target: &script{epoch: epoch, first: ms, chunks: 1}, Load: Closed{Users: 1}, Requests: 3, Epoch: epoch,
		})
		equal(t, "ok", res.Tally.Outcomes[OK], 3)
		equal(t, "good", res.Tally.Good, 0)
		equal(t, "good in the window", res.Tally.Window.Good, 0)
	})
}
