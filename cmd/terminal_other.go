//go:build !unix && !windows

package cmd

import "os"

func terminal(*os.File) (columns int, ok bool) { return 0, false }

func attended(*os.File) bool { return false }

func suspensions() []os.Signal { return nil }

func openFiles() (n uint64, ok bool) { return 0, false }
