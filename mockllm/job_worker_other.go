//go:build !unix

package mockllm

import (
	"errors"
	"os"
)

// JobWorker is the life of a job-worker process, where there are such.
func JobWorker(<-chan os.Signal) error {
	return errors.New("run job worker: " + errors.ErrUnsupported.Error())
}
