//go:build unix

package queue

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

// BenchmarkOneByOne is a job from its submission to its end, by one caller.
func BenchmarkOneByOne(b *testing.B) {
	for _, e := range engines(b) {
		b.Run(e.name, func(b *testing.B) {
			q, ctx := e.open(b).queue, b.Context()
			var spent [3]time.Duration
			payload := []byte(`{"model":"mock-1","prompt":"hello","max_tokens":64}`)
			for b.Loop() {
				t0 := time.Now()
				submit(b, q, NewJob{Payload: payload})
				t1 := time.Now()
				c, err := q.Claim(ctx, "w", time.Minute)
				must(b, err)
				t2 := time.Now()
				must(b, finish(ctx, q, c, Result{Data: payload}))
				spent[0], spent[1], spent[2] = spent[0]+t1.Sub(t0), spent[1]+t2.Sub(t1), spent[2]+time.Since(t2)
			}
			for i, what := range []string{"submit", "claim", "finish"} {
				b.ReportMetric(float64(spent[i].Microseconds())/float64(b.N), "µs/"+what)
			}
		})
	}
}

// BenchmarkTogether is jobs per second with 4 submitters and 4 workers, each on a handle of its own.
func BenchmarkTogether(b *testing.B) {
	for _, e := range engines(b) {
		b.Run(e.name, func(b *testing.B) {
			s, ctx := e.open(b), b.Context()
			var wg sync.WaitGroup
			for i := range 4 {
				from, to := s.again(b), s.again(b)
				n := (b.N + i) / 4
				wg.Go(func() {
					for range n {
						submit(b, from, NewJob{})
					}
				})
				wg.Go(func() {
					for range n {
						c, err := to.Claim(ctx, fmt.Sprint(i), time.Minute)
						if err != nil {
							b.Error(err)
							return
						}
						if err := finish(ctx, to, c, Result{}); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
		})
	}
}

// BenchmarkPickup is the time from a call of Submit to the return of a Claim that waited on another handle, as another
// process would.
func BenchmarkPickup(b *testing.B) {
	for _, e := range engines(b) {
		b.Run(e.name, func(b *testing.B) {
			s := e.open(b)
			claims := make(chan time.Time)
			ctx, stop := context.WithCancel(b.Context())
			defer stop()
			other := s.again(b)
			var worker sync.WaitGroup
			worker.Go(func() {
				for {
					if _, err := other.Claim(ctx, "w", time.Hour); err != nil {
						return
					}
					claims <- time.Now()
				}
			})
			var took []time.Duration
			for b.Loop() {
				<-time.After(20*time.Millisecond + time.Duration(rand.N(20))*time.Millisecond) // idle
				at := time.Now()
				submit(b, s.queue, NewJob{})
				took = append(took, (<-claims).Sub(at))
			}
			stop()
			worker.Wait()
			slices.Sort(took)
			for _, p := range []int{50, 99} {
				b.ReportMetric(float64(took[len(took)*p/100].Microseconds())/1000, fmt.Sprintf("ms/p%d", p))
			}
		})
	}
}

// BenchmarkIdle is the CPU of this process while 4 handles wait for jobs that do not come.
func BenchmarkIdle(b *testing.B) {
	for _, e := range engines(b) {
		b.Run(e.name, func(b *testing.B) {
			s := e.open(b)
			ctx, stop := context.WithCancel(b.Context())
			var wg sync.WaitGroup
			for range 4 {
				q := s.again(b)
				wg.Go(func() { _, _ = q.Claim(ctx, "w", time.Hour) })
			}
			before := cpu(b)
			for b.Loop() {
				<-time.After(time.Second)
			}
			b.ReportMetric(100*(cpu(b)-before).Seconds()/b.Elapsed().Seconds(), "%core")
			stop()
			wg.Wait()
		})
	}
}

func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
