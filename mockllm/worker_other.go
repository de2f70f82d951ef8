//go:build !unix

package mockllm

import (
	"errors"
	"os"
)

// Worker is the life of a worker process, where there are such.
func Worker(<-chan os.Signal) error {
	return errors.New("run worker: " + errors.ErrUnsupported.Error())
}
