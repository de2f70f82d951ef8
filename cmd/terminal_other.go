//go:build !unix && !windows

package cmd

import "os"

func terminal(*os.File) (columns int, ok bool) { return 0, false }

func openFiles() (n uint64, ok bool) { return 0, false }
