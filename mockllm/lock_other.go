//go:build !unix

package mockllm

import "os"

// lockFile has nobody to lock out: without pre-forking there is one worker.
func lockFile(*os.File) (unlock func() error, err error) {
	return func() error { return nil }, nil
}
