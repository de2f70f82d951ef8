package target

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aibench/aibench/bench/profile"
)

func TestIntervals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want Interval
		err  string
	}{
		{"500ms", Interval{Initial: 500 * ms}, ""},
		{"100ms..5s", Interval{Initial: 100 * ms, Max: 5 * time.Second}, ""},
		{"2s..2s", Interval{Initial: 2 * time.Second, Max: 2 * time.Second}, ""},
		{"fixed:250ms", Interval{Fixed: 250 * ms}, ""},
		{"", Interval{}, "write 500ms"},
		{"fast", Interval{}, "write 500ms"},
		{"5", Interval{}, "write 500ms"},
		{"fixed:", Interval{}, "write 500ms"},
		{"fixed:1s..2s", Interval{}, "write 500ms"},
		{"1s..", Interval{}, "write 500ms"},
		{"..1s", Interval{}, "write 500ms"},
		{"0s", Interval{}, "shorter than 1ms"},
		{"fixed:-1s", Interval{}, "shorter than 1ms"},
		{"2s..1s", Interval{}, "ends before it begins"},
	}
	for _, tt := range tests {
		got, err := ParseInterval(tt.text)
		if tt.err != "" {
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%q: error %v, want one with %q", tt.text, err, tt.err)
			}
			continue
		}
		if err != nil || got != tt.want {
			t.Errorf("%q: got %+v (%v), want %+v", tt.text, got, err, tt.want)
		}
	}
}

// Whatever parses is sound, and prints in a form that parses to the same.
func FuzzParseInterval(f *testing.F) {
	for _, s := range []string{"500ms", "100ms..5s", "fixed:250ms", "fixed:fixed:1s", "1s..2s..3s", "-1s", "1e9h", "9223372036854775807ns"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		i, err := ParseInterval(s)
		if err != nil {
			return
		}
		if err := i.check(); err != nil {
			t.Errorf("%q: %v", s, err)
		}
		if again, err := ParseInterval(i.String()); err != nil || again != i {
			t.Errorf("%q prints as %q, which is %+v (%v), not %+v", s, i, again, err, i)
		}
	})
}

func TestUnsoundIntervalsAreRefused(t *testing.T) {
	t.Parallel()
	for _, i := range []Interval{{Fixed: -1}, {First: -1}, {Initial: -1}, {Max: -1}, {Factor: 0.5}, {Jitter: 1}, {Jitter: -0.1}} {
		if err := i.check(); err == nil {
			t.Errorf("%+v passes", i)
		}
	}
}

// waits are the first n of a pace, with nothing asked for.
func waits(p pace, n int) []time.Duration {
	var out []time.Duration
	for range n {
		out = append(out, p.next(0))
	}
	return out
}

func TestPaces(t *testing.T) {
	t.Parallel()
	backoff := &profile.Backoff{FirstPoll: 100 * ms, Initial: 200 * ms, Factor: 1.5, Max: 500 * ms}
	tests := []struct {
		name string
		i    Interval
		want []time.Duration
	}{
		{"the profile's", Interval{}, []time.Duration{100 * ms, 200 * ms, 300 * ms, 450 * ms, 500 * ms, 500 * ms}},
		{"another start", Interval{Initial: 50 * ms}, []time.Duration{50 * ms, 50 * ms, 75 * ms, 112500 * time.Microsecond}},
		{"a start past the profile's end", Interval{Initial: time.Second}, []time.Duration{time.Second, time.Second, time.Second}},
		{"start and end", Interval{Initial: 50 * ms, Max: 60 * ms}, []time.Duration{50 * ms, 50 * ms, 60 * ms, 60 * ms}},
		{"all told", Interval{First: ms, Initial: 2 * ms, Max: 9 * ms, Factor: 2}, []time.Duration{ms, 2 * ms, 4 * ms, 8 * ms, 9 * ms}},
		{"beyond any time", Interval{Initial: 50 * ms, Factor: 1e300}, []time.Duration{50 * ms, 50 * ms, 500 * ms, 500 * ms}},
		{"fixed", Interval{Fixed: 70 * ms}, []time.Duration{70 * ms, 70 * ms, 70 * ms}},
	}
	for _, tt := range tests {
		got := waits(newPace(tt.i.over(backoff), 1, 1), len(tt.want))
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

// Who asks for waits between two bounds gets no others.
func TestJitterStaysWithinARange(t *testing.T) {
	t.Parallel()
	backoff := &profile.Backoff{Factor: 1.5, Jitter: 0.2, FirstPoll: ms, Max: time.Second}
	i, err := ParseInterval("100ms..300ms")
	if err != nil {
		t.Fatal(err)
	}
	least, most := time.Hour, time.Duration(0)
	for job := range uint64(100) {
		for p, n := newPace(i.over(backoff), 1, job), 0; n < 10; n++ {
			wait := p.next(0)
			least, most = min(least, wait), max(most, wait)
		}
	}
	if least < 100*ms || most > 300*ms || least > 105*ms || most < 295*ms {
		t.Errorf("waits from %v to %v, want 100ms to 300ms", least, most)
	}
}

func TestRetryAfterIsWaitedUnlessTheIntervalIsFixed(t *testing.T) {
	t.Parallel()
	growing := newPace(Interval{First: ms, Initial: 2 * ms, Max: 9 * ms, Factor: 2}, 1, 1)
	if got := []time.Duration{growing.next(time.Second), growing.next(0), growing.next(time.Second), growing.next(0)}; !slices.Equal(got,
		[]time.Duration{time.Second, 2 * ms, time.Second, 8 * ms}) {
		t.Errorf("got %v", got)
	}
	if got := growing.next(time.Nanosecond); got != ms {
		t.Errorf("asked for next to nothing: got %v, want %v", got, ms)
	}
	fixed := newPace(Interval{Fixed: ms}, 1, 1)
	if got := fixed.next(time.Second); got != ms {
		t.Errorf("fixed: got %v, want %v", got, ms)
	}
}

func TestJitterRepeatsWithItsSeedAndStaysInItsBounds(t *testing.T) {
	t.Parallel()
	i := Interval{First: time.Second, Initial: time.Second, Max: time.Second, Factor: 1, Jitter: 0.2}
	one := waits(newPace(i, 7, 3), 200)
	if again := waits(newPace(i, 7, 3), 200); !slices.Equal(one, again) {
		t.Error("the same seed and job wait differently")
	}
	if other := waits(newPace(i, 7, 4), 200); slices.Equal(one, other) {
		t.Error("two jobs wait alike: they would poll in step")
	}
	if least, most := slices.Min(one), slices.Max(one); least < 800*ms || most > 1200*ms || least > 850*ms || most < 1150*ms {
		t.Errorf("waits from %v to %v, want them to fill 0.8 s to 1.2 s", least, most)
	}
}
