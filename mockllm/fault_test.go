package mockllm

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func ExampleParseFault() {
	f, _ := ParseFault("kind=block; path=/v1/embeddings; ms=250; p=0.01")
	fmt.Println(f.Kind, f.Delay)
	fmt.Println(f)
	_, err := ParseFault("kind=blok; ms=250")
	fmt.Println(err)
	// Output:
	// block 250ms
	// kind=block; ms=250; p=0.01; path=/v1/embeddings
	// parse fault: kind="blok": unknown kind, the nearest is "block"
}

func TestParseFault(t *testing.T) {
	t.Parallel()
	tests := []struct {
		spec  string
		want  Fault
		print string // "": the spec itself
	}{
		{"kind=block; ms=250", Fault{Kind: FaultBlock, Delay: 250 * time.Millisecond}, ""},
		{" ms=0.5;kind = cpu ;; ", Fault{Kind: FaultCPU, Delay: 500 * time.Microsecond}, "kind=cpu; ms=0.5"},
		{"kind=abort; after=10", Fault{Kind: FaultAbort, After: 10}, ""},
		{"kind=abort; after=0", Fault{Kind: FaultAbort}, "kind=abort"},
		{"kind=status; status=429; retry_after=0.05; times=2; key=a=b",
			Fault{Kind: FaultStatus, Status: 429, RetryAfter: 50 * time.Millisecond, Times: 2, Key: "a=b"}, ""},
		{"kind=stall; ms=1; p=0.01; path=/v1/embeddings",
			Fault{Kind: FaultStall, Delay: time.Millisecond, P: 0.01, Path: "/v1/embeddings"}, ""},
		{"kind=crash; every=90s", Fault{Kind: FaultCrash, Every: 90 * time.Second}, "kind=crash; every=1m30s"},
	}
	for _, tt := range tests {
		got, err := ParseFault(tt.spec)
		if err != nil {
			t.Errorf("%q: %v", tt.spec, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreUnexported(Fault{})); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.spec, diff)
		}
		want := tt.print
		if want == "" {
			want = tt.spec
		}
		if got.String() != want {
			t.Errorf("%q prints as %q, want %q", tt.spec, got, want)
		}
	}
}

func TestParseFaultErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ spec, want string }{
		{"", "kind is missing"},
		{"ms=5", "kind is missing"},
		{"kind=blok; ms=5", `kind="blok": unknown kind, the nearest is "block"`},
		{"kind=", `kind="": unknown kind`},
		{"kind=block", "kind=block needs ms"},
		{"kind=block; msec=5", `unknown field "msec", the nearest is "ms"`},
		{"kind=abort; aftr=5", `unknown field "aftr", the nearest is "after"`},
		{"kind=abort; retry-after=5", `unknown field "retry-after", the nearest is "retry_after"`},
		{"kind=block; ms=5; ms=6", "ms is given twice"},
		{"kind=block; ms", `"ms" is not name=value`},
		{"kind=block; ms=-5", `ms="-5": want a number of ms`},
		{"kind=block; ms=0", `ms="0": want a number of ms`},
		{"kind=block; ms=1e3", `ms="1e3": want a number of ms`},
		{"kind=block; ms=1h", `ms="1h": want a number of ms`},
		{"kind=block; ms=600001", `ms="600001": want a number of ms above 0, at most 600000`},
		{"kind=abort; after=-1", `after="-1": want a whole number from 0`},
		{"kind=status; status=200", `status="200": want a whole number from 400 to 599`},
		{"kind=status; times=3", "times and key go together"},
		{"kind=status; key=3", "times and key go together"},
		{"kind=status; times=0; key=a", `times="0"`},
		{"kind=status; times=1; key=" + strings.Repeat("k", 129), "want 1 to 128 bytes"},
		{"kind=abort; p=0", `p="0": want a chance`},
		{"kind=abort; p=1.1", `p="1.1": want a chance`},
		{"kind=abort; p=NaN", `p="NaN": want a chance`},
		{"kind=abort; every=5", `every="5": want a duration`},
		{"kind=abort; every=1s; p=0.5", "p and every exclude each other"},
		{"kind=abort; path=v1", `path="v1": want a path`},
		{strings.Repeat("x", 1025), "longer than 1024 bytes"},
	}
	for _, tt := range tests {
		if f, err := ParseFault(tt.spec); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %v and error %v, want an error with %q", tt.spec, f, err, tt.want)
		}
	}
	for _, spec := range []string{"kind=abort; p=0.5", "kind=abort; every=1s", "kind=abort; path=/"} {
		if _, err := parseFaultHeader(spec); err == nil {
			t.Errorf("%q was accepted in a header", spec)
		}
	}
}

// What parses also prints, and what was printed parses to the same fault.
func FuzzParseFault(f *testing.F) {
	f.Add("kind=block; ms=250; p=0.01; path=/v1/embeddings")
	f.Add("kind=status; status=429; retry_after=0.000000001; times=2; key=a=b")
	f.Add("kind=stall;ms=.5;after=3;every=1h2m3.5s")
	f.Fuzz(func(t *testing.T, spec string) {
		first, err := ParseFault(spec)
		if err != nil {
			return
		}
		second, err := ParseFault(first.String())
		if err != nil || first != second {
			t.Fatalf("%q parses to %+v, prints as %q and parses again to %+v, %v", spec, first, first, second, err)
		}
	})
}

func TestStandingFaultThatDoesNotParseIsRefused(t *testing.T) {
	t.Parallel()
	err := Config{Faults: []string{"kind=block; ms=5", "kind=blok"}}.Validate()
	if err == nil || !strings.Contains(err.Error(), `the nearest is "block"`) {
		t.Errorf("got %v, want the nearest kind", err)
	}
}

// An arbiter and its worker both apply the defaults: "none" must survive that.
func TestNegativeMeansNoneInAWorkerToo(t *testing.T) {
	t.Parallel()
	c := Config{TTFT: -1, ITL: -1, Jitter: -1}.withDefaults().withDefaults()
	p := newPlan(Script{TTFT: c.TTFT, ITL: c.ITL, Jitter: c.Jitter}, time.Time{}, nil)
	if first, second := p.next(), p.next(); !first.Equal(time.Time{}) || !second.Equal(first) {
		t.Errorf("tokens are due at %v and %v, want at once", first, second)
	}
}
