package mockllm

import (
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFaultHeaderIsIgnoredUnlessAllowed(t *testing.T) {
	inLab(t, exact(), func(l *lab) {
		a := l.post("/v1/embeddings", embedOne, faultHeader, "kind=status")
		if a.status != 200 || a.header.Get(appliedHeader) != "" {
			t.Errorf("status %d, %s %q", a.status, appliedHeader, a.header.Get(appliedHeader))
		}
	})
}

func TestBadFaultHeaderIsRefused(t *testing.T) {
	cfg := exact()
	cfg.AllowFaults = true
	inLab(t, cfg, func(l *lab) {
		a := l.post("/v1/embeddings", embedOne, faultHeader, "kind=statsu")
		e := a.refusal(t)
		if a.status != 400 || e.Param == nil || *e.Param != faultHeader || !strings.Contains(e.Message, `"status"`) {
			t.Errorf("status %d, envelope %+v", a.status, e)
		}
	})
}

func TestFaultStrikesTheFirstTimesOfItsKey(t *testing.T) {
	cfg := exact()
	cfg.AllowFaults = true
	inLab(t, cfg, func(l *lab) {
		var got []int
		for _, key := range []string{"a", "a", "b", "a", "b", "b"} {
			got = append(got, l.post("/v1/embeddings", embedOne, faultHeader, "kind=status; times=2; key="+key).status)
		}
		if diff := cmp.Diff([]int{500, 500, 500, 200, 500, 200}, got); diff != "" {
			t.Errorf("statuses (-want +got):\n%s", diff)
		}
	})
}

func TestStandingFaultsKeepToTheirPath(t *testing.T) {
	cfg := exact()
	cfg.Faults = []string{"kind=status; status=418; path=/v1/embeddings", "kind=status; status=503"}
	inLab(t, cfg, func(l *lab) {
		tests := map[string]int{
			"/v1/embeddings": 418, "/v1/models": 503, "/healthz": 200, "/metrics": 200, "/openapi.json": 200, "/nowhere": 404,
		}
		for path, want := range tests {
			method := http.MethodGet
			if path == "/v1/embeddings" {
				method = http.MethodPost
			}
			if got := l.do(method, path, embedOne).status; got != want {
				t.Errorf("%s: status %d, want %d", path, got, want)
			}
		}
	})
}

func TestStandingFaultGivesWayWhenItsTimesAreUp(t *testing.T) {
	cfg := exact()
	cfg.Faults = []string{"kind=status; status=429; times=2; key=a", "kind=status; status=503; times=1; key=b"}
	inLab(t, cfg, func(l *lab) {
		var got []int
		for range 4 {
			got = append(got, l.post("/v1/embeddings", embedOne).status)
		}
		if diff := cmp.Diff([]int{429, 429, 503, 200}, got); diff != "" {
			t.Errorf("statuses (-want +got):\n%s", diff)
		}
	})
}

func TestStandingFaultWithAChance(t *testing.T) {
	cfg := exact()
	cfg.Faults = []string{"kind=status; p=0.2"}
	inLab(t, cfg, func(l *lab) {
		const n = 2000
		struck := 0
		for range n {
			if l.post("/v1/embeddings", embedOne).status == 500 {
				struck++
			}
		}
		// Five standard deviations of a binomial count; the seed is fixed.
		if off := math.Abs(float64(struck) - 0.2*n); off > 5*math.Sqrt(0.2*0.8*n) {
			t.Errorf("struck %d of %d, want about %v", struck, n, 0.2*n)
		}
	})
}

func TestPeriodicFaultOfRequestsStrikesOncePerPeriod(t *testing.T) {
	cfg := exact()
	cfg.Faults = []string{"kind=status; every=1s; path=/v1/embeddings"}
	inLab(t, cfg, func(l *lab) {
		var got []int
		for range 6 {
			time.Sleep(450 * time.Millisecond) // at 450, 900, 1350, 1800, 2250, 2700 ms
			got = append(got, l.post("/v1/embeddings", embedOne).status)
		}
		if diff := cmp.Diff([]int{200, 200, 500, 200, 500, 200}, got); diff != "" {
			t.Errorf("statuses (-want +got):\n%s", diff)
		}
	})
}

func TestPeriodicBlockNeedsNoRequest(t *testing.T) {
	cfg := exact()
	cfg.Faults = []string{"kind=block; ms=300; every=1s"}
	inLab(t, cfg, func(l *lab) {
		time.Sleep(3500 * time.Millisecond)
		want := []string{"block 300ms standing fault", "block 300ms standing fault", "block 300ms standing fault"}
		if diff := cmp.Diff(want, l.summaries()); diff != "" {
			t.Fatalf("ledger (-want +got):\n%s", diff)
		}
		lines := l.lines()
		for i := range 2 {
			if gap := time.Duration(lines[i+1].Start - lines[i].Start); gap != time.Second {
				t.Errorf("blocks %d and %d begin %v apart, want 1s", i, i+1, gap)
			}
		}
	})
}
