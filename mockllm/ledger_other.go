//go:build !unix

package mockllm

// alone runs write: one process writes the ledger here.
func (l *ledger) alone(write func() error) error { return write() }
