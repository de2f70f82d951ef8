//go:build !linux

package bench

import "time"

func tightenTimers() {}

func sleepPrecisely(d time.Duration) { time.Sleep(d) }

// MonoNS gives an instant as nanoseconds of the machine's CLOCK_MONOTONIC, so
// that processes can compare. ok is false where there is no such clock.
func MonoNS(time.Time) (ns int64, ok bool) { return 0, false }
