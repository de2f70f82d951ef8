package compare

func (c *Comparison) advise(_ []Side, _ Options) *Recommendation { return nil }
