//go:build unix

package mockllm

import (
	"io"
	"os"
	"os/signal"
)

// beDeaf is a worker that gives one heartbeat and then neither another nor heed to a signal.
func beDeaf() int {
	signal.Ignore(Signals()...)
	tell(os.NewFile(fdBeat, "heartbeat"), beat, "")
	_, _ = io.Copy(io.Discard, os.NewFile(fdConfig, "config"))
	return 0
}
