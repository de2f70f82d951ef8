package bench

import (
	"strings"
	"testing"

	"github.com/HdrHistogram/hdrhistogram-go"
	"pgregory.net/rapid"
)

func TestEncodedDistRoundTrips(t *testing.T) {
	t.Parallel()
	d := &Dist{}
	rapid.Check(t, func(t *rapid.T) {
		d.refill(rapid.SliceOfN(ticks(), 0, 20).Draw(t, "values"))
		text, err := d.Encoded()
		if err != nil {
			t.Fatal(err)
		}
		back, err := DecodeDist(text)
		if err != nil {
			t.Fatal(err)
		}
		again, err := back.Encoded()
		if err != nil || again != text {
			t.Fatalf("got %q %v, want %q", again, err, text)
		}
		for k := int64(1); k <= d.Count(); k++ {
			got, _ := back.Rank(k)
			want, _ := d.Rank(k)
			if !near3(got, int64(want*ticksPerUnit)) {
				t.Fatalf("rank %d: got %v, want %v", k, got, want)
			}
		}
	})
}

// TestDistIsAsTheLibraryHasIt: the layout of the counts is HdrHistogram's, to
// the byte.
func TestDistIsAsTheLibraryHasIt(t *testing.T) {
	t.Parallel()
	d, oracle := &Dist{}, hdrhistogram.New(lowest, highest, digits)
	for v := int64(0); v <= highest*ticksPerThousandth; v += 1 + v/777 {
		d.Add(v, 1)
		if err := oracle.RecordValue(thousandths(v)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := oracle.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := d.Encoded(); err != nil || got != string(want) {
		t.Errorf("got %q %v, want %q", got, err, want)
	}
	for k := int64(1); k <= d.Count(); k += 97 {
		got, _ := d.Rank(k)
		want := oracle.ValueAtPercentile(float64(k) / float64(d.Count()) * 100)
		equal(t, "rank", got, d.within(float64(want)*ticksPerThousandth))
	}
	equal(t, "buckets", len(oracle.Export().Counts), buckets)
	for i, b := range oracle.Distribution() {
		lower, upper := edges(i)
		if lower != b.From || upper != b.To || bucketOf(b.From) != i || bucketOf(b.To) != i {
			t.Fatalf("bucket %d: got %d to %d, want %d to %d", i, lower, upper, b.From, b.To)
		}
	}
}

// TestDecodedDistTakesMoreValues: the extremes of one that was decoded empty
// were once stuck at nothing.
func TestDecodedDistTakesMoreValues(t *testing.T) {
	t.Parallel()
	empty, err := hdrhistogram.New(lowest, highest, digits).Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	if err != nil {
		t.Fatal(err)
	}
	d, err := DecodeDist(string(empty))
	if err != nil {
		t.Fatal(err)
	}
	d.Add(7_000_500, 1)
	same(t, d, distOf([]int64{7_000_500}))
	d.Merge(distOf([]int64{5e6, 9e6}))
	same(t, d, distOf([]int64{7_000_500, 5e6, 9e6}))
}

func TestDecodeDistRefuses(t *testing.T) {
	t.Parallel()
	foreign := func(low, high int64, digits int) string {
		b, err := hdrhistogram.New(low, high, digits).Encode(hdrhistogram.V2CompressedEncodingCookieBase)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	tests := []struct{ name, text, want string }{
		{"no base64", "{}", "decode histogram: illegal base64"},
		{"too short", "AAAA", "decode histogram: encoded histogram too short"},
		{"another range", foreign(1, 1000, 3), "decode histogram: its range or precision"},
		{"another precision", foreign(lowest, highest, 2), "decode histogram: its range or precision"},
		{"too long", strings.Repeat("A", maxEncoded+1), "decode histogram: 524289 bytes, of which 524288 are allowed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, err := DecodeDist(tt.text)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) || d != nil {
				t.Errorf("got %v %v, want %s", d, err, tt.want)
			}
		})
	}
}

// FuzzDecodeDist: whatever the text, no panic, and a Dist that is accepted
// survives being encoded again.
func FuzzDecodeDist(f *testing.F) {
	for _, values := range [][]int64{nil, {0}, {1e6}, {1, 1e3, 1e6, 1e9, highest * ticksPerThousandth}} {
		text, err := distOf(values).Encoded()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := DecodeDist(text)
		if err != nil {
			return
		}
		again, err := d.Encoded()
		if err != nil {
			t.Fatal(err)
		}
		back, err := DecodeDist(again)
		if err != nil {
			t.Fatal(err)
		}
		same(t, back, d)
	})
}
