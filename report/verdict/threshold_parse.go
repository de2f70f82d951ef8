package verdict

import "github.com/aibench/aibench/bench"

// ParseThreshold reads one threshold for a run of the given kinds of
// operation, such as "ttft.p99<800ms", "errors<1%" or "goodput>50/s". Errors
// are *SyntaxError.
func ParseThreshold(kinds bench.Kinds, s string) (Threshold, error) {
	p := parser{input: s}
	return Threshold{}, p.fail(0, "not yet")
}
