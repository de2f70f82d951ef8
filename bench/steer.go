package bench

import "time"

// The speeds between which [Runner.SetSpeed] keeps a schedule.
const (
	MinSpeed = 0.01
	MaxSpeed = 100
)

// A Steer is a change to a run that goes on: how it stands from At on.
type Steer struct {
	At     time.Duration // offset from the epoch
	Paused bool
	Users  int     // closed loop; 0 in an open one
	Speed  float64 // open loop; 1 in a closed one
}

// Pause keeps new requests from being started while on; those in flight go on.
func (r *Runner) Pause(on bool) {}

// SetUsers makes a closed loop one of n users, at least 1.
func (r *Runner) SetUsers(n int) {}

// SetSpeed makes an open loop's schedule run f times as fast from now on.
func (r *Runner) SetSpeed(f float64) {}

// Steered lists what was changed while the run went on.
func (r *Runner) Steered() []Steer { return nil }
