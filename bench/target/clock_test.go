package target

import (
	"testing"
	"time"
)

func TestEachJobNarrowsTheOffset(t *testing.T) {
	t.Parallel()
	var c clock
	if _, known := c.offset(); known {
		t.Fatal("an offset is known before any job")
	}
	for _, step := range []struct {
		name      string
		own, want bounds
		odd       int64
	}{
		{"the first", bounds{0, 10 * ms}, bounds{0, 10 * ms}, 0},
		{"from below", bounds{4 * ms, 20 * ms}, bounds{4 * ms, 10 * ms}, 0},
		{"from above", bounds{-ms, 6 * ms}, bounds{4 * ms, 6 * ms}, 0},
		{"nothing new", bounds{-time.Hour, time.Hour}, bounds{4 * ms, 6 * ms}, 0},
		{"another clock", bounds{50 * ms, 60 * ms}, bounds{50 * ms, 60 * ms}, 1},
		{"which is the one now", bounds{55 * ms, 70 * ms}, bounds{55 * ms, 60 * ms}, 1},
	} {
		if got := c.agree(step.own, time.Second); got != step.want {
			t.Errorf("%s: got %v, want %v", step.name, got, step.want)
		}
		if o, known := c.offset(); !known || o.Disagreements != step.odd || o.Least != step.want.least || o.Most != step.want.most {
			t.Errorf("%s: offset %+v, want %v with %d disagreements", step.name, o, step.want, step.odd)
		}
	}
}

// Clocks drift apart: what an early job settled to the microsecond must not be
// held against a late one.
func TestWhatIsKnownOfAnOffsetAges(t *testing.T) {
	t.Parallel()
	var c clock
	c.agree(bounds{0, 0}, 0)
	if got, want := c.agree(bounds{-time.Hour, time.Hour}, 100*time.Second), (bounds{-10 * ms, 10 * ms}); got != want {
		t.Errorf("after 100 s: got %v, want %v", got, want)
	}
	if got, want := c.agree(bounds{-time.Hour, time.Hour}, 50*time.Second), (bounds{-10 * ms, 10 * ms}); got != want {
		t.Errorf("a job that is told of late: got %v, want %v", got, want)
	}
}
