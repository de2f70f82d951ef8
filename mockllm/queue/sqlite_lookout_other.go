//go:build !linux

package queue

import (
	"errors"
	"os"
)

// watchFile would return what can be read when the file has been written to.
func watchFile(string) (*os.File, error) { return nil, errors.ErrUnsupported }
