package bench

import (
	"slices"
	"testing"
	"time"
)

// lags makes a tally of send lags and response times to the first token.
func lags(ttft time.Duration, lag ...time.Duration) Tally {
	var t Tally
	for _, d := range lag {
		t.SendLag.Add(int64(d), 1)
	}
	if ttft > 0 {
		t.Dists[TTFT].Add(int64(ttft), 10)
	}
	return t
}

// acceptLags is the same of jobs, of which the acceptance took some time.
func acceptLags(accept time.Duration, lag ...time.Duration) Tally {
	t := lags(0, lag...)
	t.Dists[Accept].Add(int64(accept), 10)
	return t
}

func TestBreaches(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		res  Result
		want []Breach
	}{
		{"nothing happened", Result{}, nil},
		{"send lag at its bound", Result{Tally: lags(0, 5*ms, 5*ms, 5*ms)}, nil},
		{"send lag", Result{Tally: lags(0, 6*ms, 6*ms, 6*ms)}, []Breach{{"send-lag", 6, 5, "ms"}}},
		{"send lag next to a long TTFT", Result{Tally: lags(200*ms, 6*ms, 6*ms, 6*ms)}, nil},
		{"send lag past its share of the TTFT", Result{Tally: lags(200*ms, 12*ms, 12*ms, 12*ms)}, []Breach{{"send-lag", 12, 10, "ms"}}},
		{"send lag next to a short TTFT", Result{Tally: lags(ms, 6*ms, 6*ms, 6*ms)}, []Breach{{"send-lag", 6, 5, "ms"}}},
		{"send lag next to a slow acceptance", Result{Tally: acceptLags(200*ms, 6*ms, 6*ms, 6*ms)}, nil},
		{
			"send lag past its share of the acceptance", Result{Tally: acceptLags(200*ms, 12*ms, 12*ms, 12*ms)},
			[]Breach{{"send-lag", 12, 10, "ms"}},
		},
		{"two hiccups", Result{Tally: lags(0, ms, ms, ms, ms, 50*ms, 50*ms)}, nil},
		{"two requests tell nothing", Result{Tally: lags(0, 50*ms, 50*ms)}, nil},
		{"a busy tenth", Result{Health: Health{BusySeconds: 0.10}}, nil},
		{"busy", Result{Health: Health{BusySeconds: 0.11}}, []Breach{{"cpu", 0.11, 0.10, "fraction"}}},
		{"pauses at their bound", Result{Health: Health{PauseFraction: 0.05, Paused: time.Second}}, nil},
		{"pauses", Result{Health: Health{PauseFraction: 0.06, Paused: time.Second}}, []Breach{{"pauses", 0.06, 0.05, "fraction"}}},
		{"one pause in a short run", Result{Health: Health{PauseFraction: 0.3, Paused: 100 * ms}}, nil},
		{"late reads at their bound", Result{Tally: Tally{Events: 1000, LateEvents: 50}}, nil},
		{"late reads", Result{Tally: Tally{Events: 1000, LateEvents: 60}}, []Breach{{"late-reads", 0.06, 0.05, "fraction"}}},
		{"a few late reads in a short run", Result{Tally: Tally{Events: 100, LateEvents: 20}}, nil},
		{"the rate just achieved", Result{Open: true, Scheduled: 100, Dispatched: 95}, nil},
		{"the rate missed", Result{Open: true, Scheduled: 100, Dispatched: 94}, []Breach{{"rate", 0.94, 0.95, "fraction"}}},
		{"the rate missed for want of room", Result{Open: true, Scheduled: 100, Dispatched: 1, Full: true}, nil},
		{"no rate was asked for", Result{Scheduled: 100}, nil},
		{
			"several at once",
			Result{Open: true, Scheduled: 2, Dispatched: 1, Health: Health{BusySeconds: 1, PauseFraction: 1, Paused: time.Second}},
			[]Breach{{"cpu", 1, 0.10, "fraction"}, {"pauses", 1, 0.05, "fraction"}, {"rate", 0.5, 0.95, "fraction"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.res.Breaches(); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			h := &tt.res.Health
			so := Snapshot{
				Tally: tt.res.Tally, Open: tt.res.Open, Full: tt.res.Full,
				Scheduled: tt.res.Scheduled, Dispatched: tt.res.Dispatched,
				Health: LiveHealth{BusySeconds: h.BusySeconds, PauseFraction: h.PauseFraction, Paused: h.Paused},
			}
			if got := so.Breaches(); !slices.Equal(got, tt.want) {
				t.Errorf("while it goes on: got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestPausesWarnBeforeTheyBreak(t *testing.T) {
	t.Parallel()
	for pauses, warned := range map[float64]bool{0: false, 0.005: false, 0.006: true, 0.05: true, 0.051: false} {
		res := Result{Health: Health{PauseFraction: pauses}}
		equal(t, "warned", len(res.Warnings()) == 1, warned)
	}
}

func TestPerSecondNeedsAWindow(t *testing.T) {
	t.Parallel()
	res := Result{From: time.Second, To: 3 * time.Second}
	rate, ok := res.PerSecond(7)
	equal(t, "rate", rate, 3.5)
	equal(t, "known", ok, true)
	res.To = res.From
	_, ok = res.PerSecond(7)
	equal(t, "known of nothing", ok, false)
}

// TestTailIsNotTheTwoLargest: the 99th percentile, and in a short run no
// single hiccup.
func TestTailIsNotTheTwoLargest(t *testing.T) {
	t.Parallel()
	tests := []struct {
		n, want int64
	}{{3, 1}, {4, 2}, {100, 98}, {200, 198}, {300, 297}, {1000, 990}}
	for _, tt := range tests {
		d := &Dist{}
		for k := range tt.n {
			d.Add((k+1)*int64(time.Microsecond), 1)
		}
		got, ok := upper(d)
		equal(t, "known", ok, true)
		equal(t, "tail", got, float64(tt.want)/1000)
	}
}
