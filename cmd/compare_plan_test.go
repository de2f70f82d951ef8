package cmd

import (
	"slices"
	"testing"
	"time"

	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/verdict"
)

// Each block has every side once and one seed; the order is drawn anew in each,
// so that over many no side is first more often than chance has it.
func TestTurns(t *testing.T) {
	t.Parallel()
	const sides, blocks = 3, 600
	plan := turns(sides, blocks, 42)
	if len(plan) != sides*blocks {
		t.Fatalf("%d turns, want %d", len(plan), sides*blocks)
	}
	seeds, first := map[uint64]bool{}, make([]int, sides)
	for b := range blocks {
		block := plan[b*sides : (b+1)*sides]
		var seen []int
		for i, turn := range block {
			if turn.block != b || turn.order != i || turn.seed != block[0].seed || turn.warm != block[0].warm {
				t.Errorf("block %d: turn %d is %+v", b, i, turn)
			}
			seen = append(seen, turn.side)
		}
		first[seen[0]]++
		slices.Sort(seen)
		if !slices.Equal(seen, []int{0, 1, 2}) {
			t.Errorf("block %d: sides %v", b, seen)
		}
		seeds[block[0].seed], seeds[block[0].warm] = true, true
	}
	if len(seeds) < 2*blocks-1 { // of 1,200 draws out of 2^32 hardly any two are equal
		t.Errorf("%d seeds in %d blocks", len(seeds), blocks)
	}
	for side, n := range first { // binomial: 200 ± 12, and five of them
		if n < 140 || n > 260 {
			t.Errorf("side %d is first %d times of %d", side, n, blocks)
		}
	}
	if !slices.Equal(plan, turns(sides, blocks, 42)) || slices.Equal(plan, turns(sides, blocks, 43)) {
		t.Error("the plan is not the seed's")
	}
}

// A block that one run spoiled is made again, whole, under the seed and order
// of a spare one; the others stay what they were, and so does their order.
func TestSpareBlocks(t *testing.T) {
	t.Parallel()
	plan := turns(2, 4, 7)
	o := &comparisonOptions{sides: []side{{name: "base"}, {name: "head"}}}
	for spoiled := range 2 { // the first or the second run of the second block
		x := &course{comparisonOptions: o, ahead: slices.Clone(plan[:6]), spare: slices.Clone(plan[6:]),
			runs: make([][]*report.Run, 2), discarded: make([][]*report.Run, 2)}
		for range 2 + spoiled + 1 {
			x.runs[x.ahead[0].side] = append(x.runs[x.ahead[0].side], &report.Run{})
			x.ahead = x.ahead[1:]
		}
		if err := x.again(plan[2+spoiled]); err != nil {
			t.Fatal(err)
		}
		want := slices.Concat(plan[6:], plan[4:6])
		for i := range 2 {
			want[i].block, want[i].again = 1, true
		}
		if !slices.Equal(x.ahead, want) || len(x.spare) > 0 {
			t.Errorf("spoiled by run %d: ahead %+v, want %+v", spoiled, x.ahead, want)
		}
		if n := len(x.discarded[0]) + len(x.discarded[1]); n != spoiled+1 || len(x.runs[0]) != 1 || len(x.runs[1]) != 1 {
			t.Errorf("spoiled by run %d: %d runs discarded, %d and %d kept", spoiled, n, len(x.runs[0]), len(x.runs[1]))
		}
		if x.ahead[0].seed == plan[2].seed {
			t.Error("the block asks again what a prefix cache may know")
		}
	}
}

// What is left is as long as the turns of each side took, and as long as any
// where a side had none.
func TestLeft(t *testing.T) {
	t.Parallel()
	x := &course{comparisonOptions: &comparisonOptions{sides: make([]side, 3)}, spent: make([]span, 3), done: make([]int, 3)}
	x.ahead = []turn{{side: 0}, {side: 1}, {side: 2}, {side: 2}}
	if got := x.left(); got != 0 {
		t.Errorf("before the first run: %v, want it unknown", got)
	}
	x.spent[0].d, x.done[0] = 20*time.Second, 2
	x.spent[1].d, x.done[1] = time.Second, 1
	if got, want := x.left(), (10+1+7+7)*time.Second; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestExpected(t *testing.T) {
	t.Parallel()
	second := time.Second
	tests := []struct {
		name string
		kind sideKind
		n    int // sides
		load loadFlags
		want string
	}{
		{"servers", servers, 2, loadFlags{duration: span{10 * second}},
			"8 pairs x 2 runs x (10 s + 2 s warm-up + start) = about 3.5 min"},
		{"URLs", services, 2, loadFlags{duration: span{4 * second}}, "8 pairs x 2 runs x 4 s + 2 x 1 s warm-up = about 66 s"},
		{"blocks", servers, 4, loadFlags{duration: span{500 * second}},
			"8 blocks x 4 runs x (500 s + 2 s warm-up + start) = about 4.5 h"},
		{"a warm-up of their own", servers, 2, loadFlags{duration: span{10 * second}, warmup: span{second}},
			"8 pairs x 2 runs x (10 s + start) = about 3 min"},
		{"a number", servers, 2, loadFlags{requests: count{n: 500}},
			"8 pairs x 2 runs x (500 requests + a quarter of them to warm up + start): how long that takes is up to the servers"},
		{"a number of URLs", services, 2, loadFlags{requests: count{n: 500}},
			"8 pairs x 2 runs x 500 requests, and a quarter of them once to warm up: how long that takes is up to the servers"},
	}
	for _, tt := range tests {
		o := &comparisonOptions{kind: tt.kind, sides: make([]side, tt.n), load: &sharedLoad{options: &runOptions{load: tt.load}}}
		o.pairs.n = 8
		if got := o.expected(); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestLacking(t *testing.T) {
	t.Parallel()
	for sides, want := range map[int]string{
		2: "cannot decide: 6 metrics at α 0.05 need 7 pairs, have 3",
		3: "cannot decide: 6 metrics x 2 sides at α 0.05 need 8 pairs, have 3",
	} {
		o := &comparisonOptions{sides: make([]side, sides)}
		few := verdict.TooFewPairs(6*(sides-1), 3, 0.05)
		if got := o.lacking(few); got != want {
			t.Errorf("%d sides:\n got %s\nwant %s", sides, got, want)
		}
	}
}

func TestWarmup(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		load     loadFlags
		duration time.Duration
		requests int64
		ramp     time.Duration
	}{
		{"long", loadFlags{duration: span{time.Minute}, ramp: span{time.Second}}, 2 * time.Second, 0, 200 * time.Millisecond},
		{"short", loadFlags{duration: span{4 * time.Second}}, time.Second, 0, 0},
		{"a number", loadFlags{requests: count{n: 10}}, 2 * time.Second, 2, 0},
		{"one", loadFlags{requests: count{n: 1}}, 2 * time.Second, 1, 0},
	}
	for _, tt := range tests {
		l := tt.load
		warmup(&l)
		if l.duration.d != tt.duration || l.requests.n != tt.requests || l.ramp.d != tt.ramp {
			t.Errorf("%s: %v, %d requests, ramp %v; want %v, %d, %v", tt.name, l.duration.d, l.requests.n, l.ramp.d, tt.duration, tt.requests, tt.ramp)
		}
	}
}
