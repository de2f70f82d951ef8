package bench

import (
	"iter"
	"math"
	"math/rand/v2"
	"time"
)

// A Pacer is a schedule: the intended start of each request, as an offset
// from the run's epoch, never decreasing. It may be endless, and gives the
// same starts each time it is ranged over, also by two goroutines at once. A run
// that is paused or sped up moves them ([Runner.Pause], [Runner.SetSpeed]).
type Pacer iter.Seq[time.Duration]

// Constant starts a request every 1/rate seconds, the first at 0. rate is in
// starts per second and must be positive.
func Constant(rate float64) Pacer {
	return func(yield func(time.Duration) bool) {
		// Multiplied, not summed: rounding must not add up over hours.
		for i := 0; yield(seconds(float64(i) / rate)); i++ {
		}
	}
}

// Poisson starts requests as independent users do: exponential gaps of mean
// 1/rate, the first from 0. The same seed gives the same starts. rate must be
// positive.
func Poisson(rate float64, seed uint64) Pacer {
	return renewal(seed, func(rng *rand.Rand) float64 { return rng.ExpFloat64() / rate })
}

// Gamma draws gaps of mean 1/rate from a gamma distribution of the given
// shape: 1 is Poisson, below is burstier, above is more regular. rate and shape
// must be positive.
func Gamma(rate, shape float64, seed uint64) Pacer {
	return renewal(seed, func(rng *rand.Rand) float64 { return gamma(rng, shape) / (shape * rate) })
}

// renewal adds up independent gaps, in seconds.
func renewal(seed uint64, gap func(*rand.Rand) float64) Pacer {
	return func(yield func(time.Duration) bool) {
		rng := rand.New(rand.NewPCG(seed, 0x9acc))
		at := 0.0
		for {
			at += gap(rng)
			if !yield(seconds(at)) {
				return
			}
		}
	}
}

// gamma draws from a gamma distribution of scale 1 (Marsaglia and Tsang, "A
// Simple Method for Generating Gamma Variables", ACM TOMS 26, 2000).
func gamma(rng *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(rng, shape+1) * math.Pow(1-rng.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := rng.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(1-rng.Float64()) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// Ramp bends a schedule so that its rate grows evenly from zero to full over
// the first d; half as many requests start in that time. Later starts keep
// their distances.
func (p Pacer) Ramp(d time.Duration) Pacer {
	if d <= 0 {
		return p
	}
	return func(yield func(time.Duration) bool) {
		for at := range p {
			// The schedule's own time u passes at speed t/d: u = t²/2d until t = d.
			if at < d/2 {
				at = time.Duration(math.Round(math.Sqrt(2 * float64(d) * float64(at))))
			} else {
				at += d / 2
			}
			if !yield(at) {
				return
			}
		}
	}
}

// For ends the schedule before d.
func (p Pacer) For(d time.Duration) Pacer {
	return func(yield func(time.Duration) bool) {
		for at := range p {
			if at >= d || !yield(at) {
				return
			}
		}
	}
}

// Then follows p, which must end before d, with next, shifted by d.
func (p Pacer) Then(d time.Duration, next Pacer) Pacer {
	return func(yield func(time.Duration) bool) {
		for at := range p {
			if !yield(at) {
				return
			}
		}
		for at := range next {
			if !yield(at + d) {
				return
			}
		}
	}
}

func seconds(s float64) time.Duration { return time.Duration(math.Round(s * float64(time.Second))) }
