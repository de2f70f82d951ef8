package verdict

// SmallestEffect is the smallest change that a gate of so many pairs at level
// alpha finds with the given power, judging by how the differences of A/A pairs
// spread: aa holds them as [Paired.Changes] gives them, and the answer is in
// the same terms (of log ratios: math.Expm1 makes it a relative change). It is
// +Inf where the pairs are too few to find any, and NaN without differences.
func SmallestEffect(aa []float64, pairs int, alpha, power float64) float64 {
	return 0
}
