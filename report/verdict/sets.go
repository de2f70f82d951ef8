package verdict

// Sets is one metric as two sets of runs measured it that are not paired: saved
// ones, say. The fields are those of [Paired]; Base and Head may differ in
// length.
type Sets Paired

// CompareSets judges a family of metrics as [Compare] does, of runs that are
// not paired: significance is the two-sided Mann–Whitney test's, the effect the
// Hodges–Lehmann shift between the sets, and its bounds invert the test. Where
// [TooFewRuns] says so, every call is Inconclusive.
func CompareSets(family []Sets, alpha float64) ([]Comparison, error) {
	return nil, nil
}
