//go:build !linux

package queue

import (
	"errors"
	"os"
)

func watchFile(string) (*os.File, error) { return nil, errors.ErrUnsupported }
