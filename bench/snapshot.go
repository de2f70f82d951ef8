package bench

import "time"

// A Snapshot is a run in progress.
type Snapshot struct {
	At       time.Duration // offset from the epoch
	Kinds    Kinds         // what is being performed
	Over     bool          // no more requests are started: the time is up, or the run was stopped
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

// Snapshot gives the state of the run up to now.
func (r *Runner) Snapshot() Snapshot {
	var s Snapshot
	r.SnapshotInto(&s)
	return s
}

// SnapshotInto brings s up to now, and reuses the memory of its distributions:
// a display that pulls ten times a second must not keep the collector of the
// process busy that measures. A first use takes memory; later ones allocate
// nothing unless a metric got its first value.
func (r *Runner) SnapshotInto(s *Snapshot) {
	now := r.now()
	r.rec.snapshot(s, now)
	s.At, s.Kinds, s.InFlight = now, r.sc.Kinds, r.rec.inFlight.Load()
	s.Over = int64(now) >= r.rec.windowEnd.Load()
	_, s.Open = r.sc.Load.(Open)
	s.Dispatched = r.dispatched.Load()
	s.Scheduled = max(r.scheduled.Load(), r.due.Load())
	s.Full = r.full.Load()
	stands := r.helm.now.Load()
	s.Paused, s.Users, s.Speed = stands.Paused, stands.Users, stands.Speed
	s.Health = r.watch.live(now)
	s.Jobs = JobStates{}
	if r.rec.jobs != nil {
		s.Jobs = r.rec.jobs.states()
	}
}
