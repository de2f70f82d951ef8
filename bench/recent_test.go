package bench

import (
	"testing"

	"pgregory.net/rapid"
)

// TestGapRequestsOfSeveralSeconds: no request counts twice, whichever seconds
// it has gaps in.
func TestGapRequestsOfSeveralSeconds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		requests := make([]folded, 4)
		var p past
		var seen []map[int]bool // by seconds
		for range rapid.IntRange(1, 15).Draw(t, "seconds") {
			current, had := interval{}, map[int]bool{}
			for _, i := range rapid.SliceOfN(rapid.IntRange(0, 3), 0, 6).Draw(t, "gaps") {
				current.gapped.note(&requests[i], uint32(len(seen)+1))
				had[i] = true
			}
			seen = append(seen, had)
			distinct := map[int]bool{}
			for _, had := range seen[max(len(seen)-1-recentSeconds, 0):] {
				for i := range had {
					distinct[i] = true
				}
			}
			var r Recent
			p.into(&r, &current, nil, 0)
			if r.GapRequests != int64(len(distinct)) {
				t.Fatalf("got %d, want %d: %v", r.GapRequests, len(distinct), seen)
			}
			p.close(&current, nil, 0)
		}
	})
}
