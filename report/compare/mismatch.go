package compare

// A Difference is something in which two runs must not differ to be compared.
type Difference struct {
	Field string `json:"field"` // as the run file spells it
	Base  string `json:"base"`  // the control's value
	Head  string `json:"head"`
	Side  string `json:"side"` // whose runs have the value Head
}

// String words the difference.
func (d Difference) String() string {
	return d.Field + ": " + d.Base + " and, in " + d.Side + ", " + d.Head
}

// A Mismatch is an error about runs that cannot be compared.
type Mismatch struct{ Differences []Difference }

// Error names the differences.
func (m *Mismatch) Error() string { return "the runs cannot be compared" }
