package bench

import "time"

// A Snapshot is a run in progress.
type Snapshot struct {
	At       time.Duration // offset from the epoch
	Kinds    Kinds         // what is being performed
	InFlight int64
	Flow     Flow
	Tally    Tally

	Open       bool  // an open loop
	Scheduled  int64 // open loop: starts that were due so far
	Dispatched int64 // those that were made
	Full       bool  // MaxInFlight was reached

	Paused bool    // no new starts
	Users  int     // closed loop: how many users there are to be
	Speed  float64 // open loop: how many times as fast as planned the schedule runs

	Series []Second   // the closed seconds so far: shared, and only to be read
	Recent Recent     // the last of them and the one that is going on
	Health LiveHealth // of the client
	Jobs   JobStates  // where the jobs in flight are
}

// LiveHealth is what the client knows of itself during a run.
type LiveHealth struct {
	Watched       bool
	CPU           float64 // share of its cores, over the last closed second
	CPUKnown      bool
	BusySeconds   float64       // share of the seconds so far in which CPU was 90 % or more
	PauseFraction float64       // share of the time so far in which the process did not run
	Paused        time.Duration // the sum of those times
	LongestPause  time.Duration
}

// Snapshot gives the state of the run up to now.
func (r *Runner) Snapshot() Snapshot {
	var s Snapshot
	r.SnapshotInto(&s)
	return s
}

// SnapshotInto brings s up to now, and reuses the memory of its distributions:
// a display that pulls ten times a second must not keep the collector of the
// process busy that measures.
func (r *Runner) SnapshotInto(s *Snapshot) {
	s.Flow = r.rec.snapshot(&s.Tally)
	s.At, s.Kinds, s.InFlight = r.now(), r.sc.Kinds, r.rec.inFlight.Load()
}

// Breaches tells which bounds of a valid run are broken so far, by the rules of
// [Result.Breaches].
func (s *Snapshot) Breaches() []Breach { return nil }
