package verdict

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aibench/aibench/bench"
)

func TestBounds(t *testing.T) {
	slo, err := ParseSLO("ttft<0.5s,tpot<=60ms,tokens_per_s_per_user>=20")
	if err != nil {
		t.Fatal(err)
	}
	want := []bench.Bound{
		{Metric: bench.TTFT, Limit: 500},
		{Metric: bench.TPOT, Limit: math.Nextafter(60, 61)},
		{Metric: bench.TokensPerSPerUser, Limit: math.Nextafter(20, 19), Above: true},
	}
	if diff := cmp.Diff(want, slo.Bounds()); diff != "" {
		t.Errorf("Bounds (-want +got):\n%s", diff)
	}
}
