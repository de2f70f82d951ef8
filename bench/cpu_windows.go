package bench

import (
	"time"

	"golang.org/x/sys/windows"
)

// cpuTime is the CPU time this process has used, in user and kernel mode.
func cpuTime() (used time.Duration, ok bool) {
	var created, exited, kernel, user windows.Filetime
	if err := windows.GetProcessTimes(windows.CurrentProcess(), &created, &exited, &kernel, &user); err != nil {
		return 0, false
	}
	return hundreds(kernel) + hundreds(user), true
}

// hundreds reads a count of 100 ns steps.
func hundreds(f windows.Filetime) time.Duration {
	return time.Duration(uint64(f.HighDateTime)<<32|uint64(f.LowDateTime)) * 100
}
