package diagnose_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/diagnose"
)

// seeds is how many simulations stand for all: the same ones each time, since
// a queue may look like a bound one by chance, once in some ten thousand.
const seeds = 60

// held finds the bound, or says which simulation hid it.
func held(t *testing.T, what any, run *bench.Result, want int) {
	t.Helper()
	q, ok := diagnose.QueueBound(run)
	if !ok || q.AtOnce != want {
		t.Errorf("%v: got %+v, %v, want %d at once", what, q, ok, want)
	}
}

// free finds no bound, or says which simulation invented it.
func free(t *testing.T, what any, run *bench.Result) {
	t.Helper()
	if q, ok := diagnose.QueueBound(run); ok {
		t.Errorf("%v: got %+v, want no bound", what, q)
	}
}

// draw gives each simulation its own parameters.
func draw(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 3)) }

func between(rng *rand.Rand, low, high float64) float64 { return low + (high-low)*rng.Float64() }

// TestStaircase: jobs of one length, all submitted at once, run M at a time;
// the k-th round waits k lengths.
func TestStaircase(t *testing.T) {
	t.Parallel()
	for m := 1; m <= 20; m++ {
		n := max(3*m, 10)
		s := server{places: always(m), run: fixed(200 * ms), pickup: fixed(0)}
		rounds := time.Duration((n + m - 1) / m)
		q, ok := diagnose.QueueBound(s.open(1, n, fixed(0)))
		want := diagnose.Queue{
			AtOnce: m, Ran: n, Steady: 1, Waiting: float64((rounds-1)*200*ms-4*ms) / float64(rounds*200*ms), Full: 1, Busy: rounds * 200 * ms,
			Handover: 4 * ms, Run: 200 * ms, Wait: time.Duration((n-1)/2/m) * 200 * ms,
		}
		if !ok || q != want {
			t.Errorf("M = %d: got %+v, %v, want %+v", m, q, ok, want)
		}
		held(t, "with stamps of 10 ms", cut(s.open(1, 4*n, fixed(13*time.Microsecond)), 10*ms), m)
	}
}

// TestBoundIsFound: under more load than M can take, be it that of users who
// come back or of a schedule, and however long the jobs are, while workers need
// a moment between two.
func TestBoundIsFound(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		rng := draw(seed)
		m := 1 + rng.IntN(12)
		run := time.Duration(between(rng, 20, 5000)) * ms
		s := server{
			places: always(m), run: about(run, between(rng, 0, 0.8)),
			pickup: about(time.Duration(between(rng, 0, 0.03)*float64(run)), 0.5),
			after:  soon(exponential(run / 20)),
		}
		n := max(40*m, 100)
		held(t, []any{"closed", seed}, s.closed(seed, n, 2*m+1+rng.IntN(4*m)), m)
		load := between(rng, 1.3, 3)
		held(t, []any{"open", seed}, s.open(seed, 4*n, exponential(time.Duration(float64(run)/load/float64(m)))), m)
	}
}

// TestShortJobsDoNotHideTheirQueue: workers that need a tenth of a job's length
// from one to the next are never all at work.
func TestShortJobsDoNotHideTheirQueue(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		s := server{places: always(4), run: fixed(100 * ms), pickup: fixed(10 * ms), after: soon(exponential(10 * ms))}
		held(t, seed, s.closed(seed, 200, 50), 4)
	}
}

// TestAQueueThatKeepsUpIsNotBound: every queue makes jobs wait now and then,
// and while they do all its workers are busy. One that serves the whole rate
// that is asked of it was named as what bounds it.
func TestAQueueThatKeepsUpIsNotBound(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		rng := draw(seed)
		for _, law := range []func(time.Duration) func(*rand.Rand) time.Duration{fixed, exponential} {
			m := 1 + rng.IntN(12)
			s := server{places: always(m), run: law(200 * ms), pickup: fixed(0)}
			load := between(rng, 0.5, 0.95)
			gap := time.Duration(float64(200*ms) / load / float64(m))
			for _, n := range []int{12, 36, 100, 400, 1500} {
				free(t, []any{m, load, n, seed}, s.open(seed, n, exponential(gap)))
			}
		}
		s := server{places: always(4), run: about(200*ms, 0.1), pickup: fixed(ms)}
		for _, perSecond := range []time.Duration{14, 16, 18} {
			free(t, []any{perSecond, "a second", seed}, s.open(seed, int(10*perSecond), exponential(time.Second/perSecond)))
		}
	}
}

// TestUsersWhoAreAwayAreNoBound: many for each place, who submit again only
// after so long that the places have time to spare.
func TestUsersWhoAreAwayAreNoBound(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		rng := draw(seed)
		m := 1 + rng.IntN(12)
		away := time.Duration((10/between(rng, 0.5, 0.9) - 1) * float64(200*ms))
		s := server{
			places: always(m), run: about(200*ms, between(rng, 0, 1)), pickup: fixed(0), after: soon(exponential(away)),
		}
		free(t, seed, s.closed(seed, max(100*m, 1000), 10*m))
	}
}

// TestUsersAreNoBound: no more users than places, each served as soon as a
// worker looks, which may take longer than the job.
func TestUsersAreNoBound(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		rng := draw(seed)
		users := 1 + rng.IntN(16)
		look := time.Duration(between(rng, 0, 400)) * ms
		s := server{
			places: always(16), run: about(200*ms, between(rng, 0.05, 1)), pickup: about(look, between(rng, 0, 1)),
			after: soon(exponential(time.Duration(between(rng, 1, 100)) * ms)),
		}
		free(t, seed, s.closed(seed, max(20*users, 100), users))
	}
}

// TestChangingPlacesAreNoBound: a server that scales, or whose other work
// takes places.
func TestChangingPlacesAreNoBound(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		rng := draw(seed)
		least, more := 1+rng.IntN(6), 1+rng.IntN(6)
		period := time.Duration(between(rng, 50, 2000)) * ms
		limits := make([]int, 1<<12)
		for i := range limits {
			limits[i] = least + rng.IntN(more+1)
		}
		s := server{
			places: func(at time.Duration) int { return limits[int(at/period)%len(limits)] }, period: period,
			run: about(200*ms, between(rng, 0, 1)), pickup: fixed(0), after: soon(exponential(10 * ms)),
		}
		// Long enough for thirty changes.
		n := max(int(30*period/(200*ms))*(least+more), 300)
		free(t, seed, s.closed(seed, n, 3*(least+more)))
	}
}

// TestGrowingIsNoBound: a server that takes one more job at a time every
// second.
func TestGrowingIsNoBound(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		s := server{
			places: func(at time.Duration) int { return 1 + int(at/time.Second) }, period: time.Second,
			run: about(200*ms, 0.3), pickup: fixed(0), after: soon(exponential(10 * ms)),
		}
		free(t, seed, s.closed(seed, 300, 50))
	}
}

// TestDelayIsNoBound: each job waits for its own time, and any number run.
func TestDelayIsNoBound(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		rng := draw(seed)
		s := server{
			places: always(1 << 20), run: about(300*ms, between(rng, 0.1, 1)),
			pickup: about(time.Second, between(rng, 0, 1)),
		}
		free(t, seed, s.open(seed, 300, exponential(time.Duration(between(rng, 20, 1000))*ms)))
	}
}

// TestRateIsNoBound: a server that starts a job every 50 ms, however many run.
func TestRateIsNoBound(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		rng := draw(seed)
		run := about(200*ms, 0.3)
		var spans []bench.Span
		for i := range 300 {
			start := time.Duration(i) * 50 * ms
			spans = append(spans, bench.Span{
				Submitted: start - min(start, time.Duration(rng.IntN(900))*ms), Started: start, Finished: start + run(rng),
			})
		}
		free(t, seed, &bench.Result{Spans: spans})
	}
}

// TestOneThatIsStuckIsNoQueue: it waits for the whole run, and eight users
// never do.
func TestOneThatIsStuckIsNoQueue(t *testing.T) {
	t.Parallel()
	s := server{places: always(100), run: about(5*time.Second, 0.2), pickup: fixed(ms), after: soon(fixed(ms))}
	run := s.closed(1, 400, 8)
	end := time.Duration(0)
	for _, span := range run.Spans {
		end = max(end, span.Finished)
	}
	run.Spans = append(run.Spans, bench.Span{Started: end, Finished: end + time.Second})
	free(t, "stuck", run)
}

// TestMissingJobsInventNothing: where some were cut, came from another client
// or were too many to keep, the number is right or there is none.
func TestMissingJobsInventNothing(t *testing.T) {
	t.Parallel()
	s := server{places: always(6), run: about(200*ms, 0.5), pickup: fixed(2 * ms), after: soon(exponential(10 * ms))}
	found := 0
	for seed := range uint64(100) {
		spans := s.closed(seed, 300, 20).Spans
		slices.SortFunc(spans, func(a, b bench.Span) int { return int(a.Finished - b.Finished) })
		if q, ok := diagnose.QueueBound(&bench.Result{Spans: spans[:250]}); ok {
			found++
			if q.AtOnce != 6 {
				t.Errorf("the last ones of %d were cut: got %+v, want 6 at once", seed, q)
			}
		}
		rng := draw(seed)
		missing := between(rng, 0.1, 0.9)
		spans = slices.DeleteFunc(spans, func(bench.Span) bool { return rng.Float64() < missing })
		free(t, []any{"some at random", seed, missing}, &bench.Result{Spans: spans})
	}
	if found < 90 {
		t.Errorf("the last ones were cut: found %d times of 100, want 90", found)
	}
}

// TestCoarseStamps: whole seconds tell of jobs that are longer or shorter, if
// there are enough of them.
func TestCoarseStamps(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		run   time.Duration
		jobs  int
		found bool
	}{
		{10 * time.Second, 100, true},
		{3 * time.Second, 100, true},
		{300 * ms, 600, true},
		{300 * ms, 100, false}, // ten ticks of waiting
	} {
		s := server{places: always(4), run: about(tt.run, 0.3), pickup: fixed(0), after: soon(exponential(10 * ms))}
		for seed := range uint64(20) {
			run := cut(s.closed(seed, tt.jobs, 12), time.Second)
			if tt.found {
				held(t, []any{tt, seed}, run, 4)
			} else {
				free(t, []any{tt, seed}, run)
			}
		}
	}
}

func TestTooLittleProvesNothing(t *testing.T) {
	t.Parallel()
	s := server{places: always(4), run: fixed(200 * ms), pickup: fixed(0)}
	free(t, "nothing", &bench.Result{})
	free(t, "nine jobs", s.open(1, 9, fixed(0)))
	free(t, "less than three rounds", s.open(1, 11, fixed(0)))
	held(t, "three rounds", s.open(1, 12, fixed(0)), 4)
	free(t, "instants that are all the same", &bench.Result{Spans: make([]bench.Span, 100)})
	backwards := make([]bench.Span, 100)
	for i := range backwards {
		backwards[i] = bench.Span{Submitted: 3, Started: 2, Finished: 1}
	}
	free(t, "stamps that run backwards", &bench.Result{Spans: backwards})
}
