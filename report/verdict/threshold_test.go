package verdict

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/aibench/aibench/bench"
)

func TestParseThreshold(t *testing.T) {
	t.Parallel()
	stat := func(name, stat string) Subject { return Subject{Topic: Statistic, Name: name, Stat: stat} }
	tests := []struct {
		kinds bench.Kinds
		in    string
		want  Threshold
		limit float64
	}{
		{bench.Streams, "ttft.p99<800ms", Threshold{stat("ttft", "p99"), Less, 800, Milliseconds}, 800},
		{bench.Streams, " chunk_gap.p99.9 <= 0.57 s ", Threshold{stat("chunk_gap", "p99.9"), LessEqual, 0.57, Seconds}, 570},
		{bench.Streams, "connect.max<250µs", Threshold{stat("connect", "max"), Less, 250, Microseconds}, 0.25},
		{bench.Streams, "tokens_per_s_per_user.p1>20", Threshold{stat("tokens_per_s_per_user", "p1"), Greater, 20, Plain}, 20},
		{bench.Jobs, "polls.max==1", Threshold{stat("polls", "max"), Equal, 1, Plain}, 1},
		{bench.Streams, "errors<0.7%", Threshold{Subject{Topic: Outcomes, Name: "errors", Share: true}, Less, 0.7, Percent}, 0.007},
		{bench.Streams, "errors<=5", Threshold{Subject{Topic: Outcomes, Name: "errors"}, LessEqual, 5, Plain}, 5},
		{bench.Streams, "truncated==0", Threshold{Subject{Topic: Outcomes, Name: "truncated"}, Equal, 0, Plain}, 0},
		{bench.Jobs, "lost==0%", Threshold{Subject{Topic: Outcomes, Name: "lost", Share: true}, Equal, 0, Percent}, 0},
		{bench.Streams, "goodput>50/s", Threshold{Subject{Topic: Goodput, Name: "goodput"}, Greater, 50, PerSecond}, 50},
		{bench.Streams, "goodput>=95%", Threshold{Subject{Topic: Goodput, Name: "goodput", Share: true}, GreaterEqual, 95, Percent}, 0.95},
		{bench.Jobs, "requests_per_s>600/min", Threshold{Subject{Topic: Throughput, Name: "requests_per_s"}, Greater, 600, PerMinute}, 10},
		{bench.Streams, "output_tokens_per_s>1000", Threshold{Subject{Topic: Throughput, Name: "output_tokens_per_s"}, Greater, 1000, Plain}, 1000},
		{bench.Streams, "findings==0", Threshold{Subject{Topic: Findings}, Equal, 0, Plain}, 0},
		{bench.Streams, "findings.critical==0", Threshold{Subject{Topic: Findings, Name: "critical"}, Equal, 0, Plain}, 0},
		{bench.Jobs, "findings.lost-jobs<1", Threshold{Subject{Topic: Findings, Name: "lost-jobs"}, Less, 1, Plain}, 1},
	}
	for _, tt := range tests {
		got, err := ParseThreshold(tt.kinds, tt.in)
		if err != nil {
			t.Errorf("%q: %v", tt.in, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.in, diff)
		}
		if got.Limit() != tt.limit {
			t.Errorf("%q: limit %v, want %v", tt.in, got.Limit(), tt.limit)
		}
	}
}

// Each mistake is shown where it is; known is what could stand there instead,
// try the whole as it was probably meant.
func TestThresholdMistakes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in, caret, msg string
		known, try     string
	}{
		{in: "", caret: "^", msg: "expected a metric's name"},
		{in: "p99<1s", caret: "^", msg: `unknown metric "p99"`, known: "ttft"},
		{in: " tfft.p99<1s", caret: " ^", msg: `unknown metric "tfft"`, known: "ttft"},
		{in: "completion.p99<1s", caret: "^", msg: `unknown metric "completion"`, known: "e2e"},
		{in: "lost==0", caret: "^", msg: `unknown metric "lost"`, known: "truncated"},
		{in: "ttft<1s", caret: "    ^", msg: "which statistic", try: "ttft.p99<1s"},
		{in: "ttft <1s", caret: "    ^", msg: "which statistic", try: "ttft.p99 <1s"},
		{in: "tokens_per_s_per_user>20", caret: strings.Repeat(" ", 21) + "^", msg: "which statistic", try: "tokens_per_s_per_user.p1>20"},
		{in: "ttft.<1s", caret: "     ^", msg: `unknown statistic ""`},
		{in: "ttft.p100<1s", caret: "     ^", msg: `unknown statistic "p100"`},
		{in: "ttft.p0x1p3<1s", caret: "     ^", msg: `unknown statistic "p0x1p3"`},
		{in: "ttft.median<1s", caret: "     ^", msg: `unknown statistic "median"`},
		{in: "ttft.p99 1s", caret: "         ^", msg: "expected <, <=, >, >= or =="},
		{in: "ttft.p99=1s", caret: "        ^", msg: "expected <, <=, >, >= or =="},
		{in: "ttft.p99==1s", caret: "        ^", msg: "never exactly", try: "ttft.p99<=1s"},
		{in: "requests_per_s==5", caret: "              ^", msg: "never exactly", try: "requests_per_s>=5"},
		{in: "goodput==5/s", caret: "       ^", msg: "never exactly", try: "goodput>=5/s"},
		{in: "ttft.p99<fast", caret: "         ^", msg: "expected a number"},
		{in: "ttft.p99<-1s", caret: "         ^", msg: "expected a number"},
		{in: "ttft.p99<1", caret: "          ^", msg: "ttft is a time"},
		{in: "ttft.p99<1h", caret: "          ^", msg: `unknown unit "h"`},
		{in: "ttft.p99<1%", caret: "          ^", msg: `unknown unit "%"`},
		{in: "ttft.p99<1s,errors<1%", caret: "           ^", msg: "nothing may follow", try: "ttft.p99<1s"},
		{in: "errors.p99<1%", caret: "      ^", msg: "takes no statistic"},
		{in: "errors<1s", caret: "        ^", msg: "errors is a share"},
		{in: "errors<101%", caret: "       ^", msg: "100% at most"},
		{in: "errors<0.01", caret: "       ^", msg: "whole", try: "errors<1%"},
		{in: "goodput>50", caret: "          ^", msg: "say which"},
		{in: "requests_per_s>5%", caret: "                ^", msg: "is a rate"},
		{in: "findings.blocking-cal==0", caret: "         ^", msg: `no finding is called "blocking-cal"`, known: "blocking-call"},
		{in: "findings==0.5", caret: "          ^", msg: "whole"},
		{in: "findings==1%", caret: "           ^", msg: "without a unit"},
	}
	for _, tt := range tests {
		_, err := ParseThreshold(bench.Streams, tt.in)
		e, ok := errors.AsType[*SyntaxError](err)
		if !ok {
			t.Errorf("%q: %v, want a *SyntaxError", tt.in, err)
			continue
		}
		if want := tt.in + "\n" + tt.caret; e.Caret() != want || !strings.Contains(e.Msg, tt.msg) {
			t.Errorf("got %s\n%s\nwant %s\n%s", e.Msg, e.Caret(), tt.msg, want)
		}
		if known := strings.Join(e.Known, " "); tt.known != "" && !strings.Contains(known, tt.known) {
			t.Errorf("%q: %q could stand there, want %s among them", tt.in, known, tt.known)
		}
		if e.Try != tt.try {
			t.Errorf("%q: try %q, want %q", tt.in, e.Try, tt.try)
		}
	}
}

// A mistake about errors is not helped by an example about something else; and an example must not be a mistake itself.
func TestExamplesAreAboutTheSame(t *testing.T) {
	t.Parallel()
	for _, kinds := range []bench.Kinds{bench.Streams, bench.Jobs} {
		for _, about := range topicNames(kinds) {
			_, err := ParseThreshold(kinds, about.name+"!")
			e, ok := errors.AsType[*SyntaxError](err)
			if !ok || !strings.HasPrefix(e.Example, about.name) {
				t.Errorf("%s: %v with an example %+v", about.name, err, e)
				continue
			}
			if _, err := ParseThreshold(kinds, e.Example); err != nil {
				t.Errorf("%s: %v", e.Example, err)
			}
		}
	}
	_, err := ParseThreshold(bench.Streams, "tfft.p99<1s")
	if e, _ := errors.AsType[*SyntaxError](err); e.Example != "" {
		t.Errorf("an example about what is unknown: %s", e.Example)
	}
}

// No word begins two things, or a threshold would not mean what it says.
func TestTopicsAreDistinct(t *testing.T) {
	t.Parallel()
	for _, kinds := range []bench.Kinds{bench.Streams, bench.Jobs, bench.Streams | bench.Jobs} {
		seen := map[string]bool{}
		for _, n := range topicNames(kinds) {
			if seen[n.name] {
				t.Errorf("kinds %d: %s is there twice", kinds, n.name)
			}
			seen[n.name] = true
		}
	}
}

// drawThreshold gives any threshold that can be written.
func drawThreshold(t *rapid.T, kinds bench.Kinds) Threshold {
	about := rapid.SampledFrom(topicNames(kinds)).Draw(t, "about")
	s := Subject{Topic: about.topic, Name: about.name}
	units, _ := unitsOf(about.topic)
	ops := []Op{Less, LessEqual, Greater, GreaterEqual}
	switch about.topic {
	case Statistic:
		s.Stat = rapid.SampledFrom([]string{"p50", "p99", "p99.9", "p999", "p97", "mean", "min", "max"}).Draw(t, "stat")
		if about.metric.Unit == bench.Milliseconds {
			units = []Unit{Microseconds, Milliseconds, Seconds}
		}
	case Findings:
		s.Name = rapid.SampledFrom(append(append(Codes(), Severities()...), "")).Draw(t, "finding")
	case Outcomes:
		ops = append(ops, Equal)
	case Goodput, Throughput:
	}
	out := Threshold{Subject: s, Op: rapid.SampledFrom(ops).Draw(t, "op"), Unit: rapid.SampledFrom(units).Draw(t, "unit")}
	out.Subject.Share = out.Unit == Percent
	switch {
	case out.Subject.Share:
		out.Value = rapid.Float64Range(0, 100).Draw(t, "percent")
	case about.topic == Outcomes || about.topic == Findings:
		out.Value = float64(rapid.Int64Range(0, 1e12).Draw(t, "count"))
	default:
		out.Value = rapid.Float64Range(0, 1e12).Draw(t, "value")
	}
	return out
}

func TestThresholdRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		kinds := rapid.SampledFrom([]bench.Kinds{bench.Streams, bench.Jobs}).Draw(t, "kinds")
		want := drawThreshold(t, kinds)
		got, err := ParseThreshold(kinds, want.String())
		if err != nil || !cmp.Equal(got, want) {
			t.Fatalf("ParseThreshold(%q) = %+v, %v; want %+v", want, got, err, want)
		}
	})
}

// FuzzParseThreshold: whatever parses, parses again from its own String to the
// same; a mistake lies inside the input.
func FuzzParseThreshold(f *testing.F) {
	for _, s := range []string{
		"ttft.p99<800ms", "errors<1%", "errors<0.5", "goodput>50/s", "requests_per_s>600/m", "findings.critical==0", "ttft<µ", "tpot.p.5<1µs",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, kinds := range []bench.Kinds{bench.Streams, bench.Jobs} {
			first, err := ParseThreshold(kinds, s)
			if err != nil {
				if e, ok := errors.AsType[*SyntaxError](err); !ok || e.Pos > len(s) || e.Caret() == "" {
					t.Fatalf("error %v", err)
				}
				continue
			}
			again, err := ParseThreshold(kinds, first.String())
			if err != nil || !cmp.Equal(first, again) {
				t.Fatalf("%q: %v then %v, %v", s, first, again, err)
			}
		}
	})
}

// A limit is the number that was written: seven of a thousand are 0.7 %.
func TestLimitsAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 1000).Draw(t, "of a thousand")
		share := Threshold{Value: float64(n) / 10, Unit: Percent}
		if got, want := share.Limit(), float64(n)/1000; got != want {
			t.Errorf("%v %%: %v, want %v", share.Value, got, want)
		}
		seconds := Threshold{Value: float64(n) / 1000, Unit: Seconds}
		if got, want := seconds.Limit(), float64(n); got != want {
			t.Errorf("%v s: %v ms, want %v", seconds.Value, got, want)
		}
	})
}

// answer is a source that says the same of everything.
type answer struct {
	v   float64
	why string
}

func (a answer) Value(Subject) (float64, string) { return a.v, a.why }

func TestJudge(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	tests := []struct {
		name      string
		threshold string
		source    answer
		want      Judgement
	}{
		{"met", "ttft.p99<800ms", answer{v: 512}, Judgement{Value: 512, Known: true, OK: true}},
		{"missed", "ttft.p99<800ms", answer{v: 800}, Judgement{Value: 800, Known: true}},
		{"met at its limit", "ttft.p99<=0.8s", answer{v: 800}, Judgement{Value: 800, Known: true, OK: true}},
		{"unknown", "ttft.p99<800ms", answer{nan, "withheld"}, Judgement{Value: nan, Why: "withheld"}},
		{"unknown, from above", "ttft.p99>800ms", answer{nan, "withheld"}, Judgement{Value: nan, Why: "withheld"}},
		{"a source that says nothing", "ttft.p99<800ms", answer{v: nan}, Judgement{Value: nan}},
		{"at least so much, which may be met", "e2e.p99<10s", answer{5000, "running"}, Judgement{Value: 5000, AtLeast: true, Why: "running"}},
		{"at least so much, which is too much", "e2e.p99<5s", answer{5000, "running"}, Judgement{Value: 5000, AtLeast: true, Known: true, Why: "running"}},
		{"at its limit or above it", "e2e.p99<=5s", answer{5000, "running"}, Judgement{Value: 5000, AtLeast: true, Why: "running"}},
		{"surely above it", "e2e.p99<=5s", answer{5001, "running"}, Judgement{Value: 5001, AtLeast: true, Known: true, Why: "running"}},
		{"at least so much, which is asked for", "e2e.p99>4s", answer{5000, "running"}, Judgement{Value: 5000, AtLeast: true, Known: true, OK: true, Why: "running"}},
		{"not yet so much as is asked for", "e2e.p99>6s", answer{5000, "running"}, Judgement{Value: 5000, AtLeast: true, Why: "running"}},
		{"more of them than were asked for", "errors==3", answer{5, "running"}, Judgement{Value: 5, AtLeast: true, Known: true, Why: "running"}},
		{"none", "errors==0", answer{v: 0}, Judgement{Known: true, OK: true}},
		{"seven of a thousand", "errors<=0.7%", answer{v: 7.0 / 1000}, Judgement{Value: 0.007, Known: true, OK: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			threshold, err := ParseThreshold(bench.Streams, tt.threshold)
			if err != nil {
				t.Fatal(err)
			}
			same := cmp.Comparer(func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) })
			if diff := cmp.Diff(tt.want, threshold.Judge(tt.source), same); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	for stat, want := range map[string]float64{"p50": 0.5, "p99": 0.99, "p99.9": 0.999, "p999": 0.999, "p1": 0.01, "p.5": 0.005} {
		if q, ok := Quantile(stat); !ok || q != want {
			t.Errorf("%s: %v, %t, want %v", stat, q, ok, want)
		}
	}
	for _, stat := range []string{"", "p", "p0", "p100", "p1e1", "pinf", "p-1", "p1_0", "mean", "99"} {
		if q, ok := Quantile(stat); ok {
			t.Errorf("%q is the quantile %v", stat, q)
		}
	}
}
