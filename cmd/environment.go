package cmd

import (
	"runtime"

	"github.com/aibench/aibench/report"
)

// environment is the machine as the run file tells it.
func (a *App) environment() report.Environment {
	return report.Environment{
		OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.GOMAXPROCS(0),
		CPUModel: unlessEmpty(cpuModel()), Kernel: unlessEmpty(kernel()), Version: a.version(),
	}
}

func unlessEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
