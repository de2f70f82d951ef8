package mockllm

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Jitter must not make a server slower or faster on average, or its ledger would disagree with its flags.
func TestJitterKeepsTheMeanAndHasTheAskedVariation(t *testing.T) {
	t.Parallel()
	const n = 200_000
	for _, cv := range []float64{0.05, 0.2, 0.5, 1} {
		rng := rand.New(rand.NewPCG(1, 2))
		mean := 20 * time.Millisecond
		l := newLognormal(mean, cv)
		var sum, squares float64
		for range n {
			x := float64(l.draw(rng))
			sum += x
			squares += x * x
		}
		gotMean := sum / n
		gotCV := math.Sqrt(squares/n-gotMean*gotMean) / gotMean
		if math.Abs(gotMean/float64(mean)-1) > 0.01 {
			t.Errorf("cv %v: mean %v, want %v within 1 %%", cv, time.Duration(gotMean), mean)
		}
		if math.Abs(gotCV/cv-1) > 0.03 {
			t.Errorf("cv %v: got %.4f, want it within 3 %%", cv, gotCV)
		}
	}
}

func TestDrawIsBounded(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for _, l := range []lognormal{newLognormal(time.Hour, 1e9), newLognormal(0, 1), newLognormal(-time.Second, 0)} {
		for range 1000 {
			if d := l.draw(rng); d < 0 || d > maxDraw {
				t.Fatalf("%+v drew %v", l, d)
			}
		}
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	start := time.Unix(1000, 0)
	s := Script{Tokens: 4, TTFT: 200 * time.Millisecond, ITL: 20 * time.Millisecond}
	offsets := func(shiftAfter int) []time.Duration {
		p := newPlan(s, start, nil)
		var got []time.Duration
		for i := range s.Tokens {
			if i == shiftAfter {
				p.shift(time.Second)
			}
			got = append(got, p.next().Sub(start))
		}
		return got
	}
	if diff := cmp.Diff(ms(200, 220, 240, 260), offsets(-1)); diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(ms(200, 220, 1240, 1260), offsets(2)); diff != "" {
		t.Errorf("plan shifted by 1 s after 2 tokens (-want +got):\n%s", diff)
	}
	p := newPlan(s, start, nil)
	if got := p.last(4).Sub(start); got != 260*time.Millisecond {
		t.Errorf("last of 4 tokens: got %v, want 260ms", got)
	}
}

// The same seed and the same order of requests give the same instants; another seed gives others.
func TestSeedDecidesThePlan(t *testing.T) {
	run := func(seed uint64) []time.Duration {
		var all []time.Duration
		inLab(t, Config{Seed: seed, Jitter: 0.3, Tokens: 5}, func(l *lab) {
			for range 2 {
				_, at := l.post("/v1/chat/completions", chatStream).texts()
				all = append(all, at...)
			}
		})
		return all
	}
	first, again, other := run(7), run(7), run(8)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("seed 7, twice:\n%s", diff)
	}
	if cmp.Equal(first, other) {
		t.Errorf("seeds 7 and 8 gave the same instants: %v", first)
	}
	if first[0] == first[5]-first[4] {
		t.Errorf("two requests of one seed got the same time to first token: %v", first[0])
	}
}
