//go:build !unix && !windows

package cmd

import "os"

func terminal(*os.File) (columns int, ok bool) { return 0, false }
