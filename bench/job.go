package bench

import "time"

// A job is what a Sample holds of a job beside its marks.
type job struct {
	width  [jobMarks]time.Duration // of each mark from Accepted on
	notYet [jobMarks]time.Duration // latest instant at which each was known to be ahead; 0: no word of it
}

// jobMarks is the number of marks that only jobs have.
const jobMarks = Seen - Accepted + 1

// MarkWithin notes that m, one of the marks from Accepted to Seen, was reached
// at an instant that is only known to lie in an interval of the given width,
// which also holds at: between two polls, or within the resolution of the
// server's stamps. Metrics that use m carry its width as their uncertainty.
//
// Seen's width is that of [Completion] alone: how long before, at most, the
// end could have been seen, because the last answer to say otherwise came that
// much earlier. The client's look itself has an exact instant, so it adds
// nothing to [Discovery].
func (s *Sample) MarkWithin(m Mark, at, width time.Duration) {
	s.marks[m] = at
	s.job.width[m-Accepted] = max(width, 0)
}

// NotYet notes that the server said at an instant that m, one of the marks
// from Accepted to Seen, was still to come. When the run's end cuts the job
// before m is reached, its span to m is known to be at least that long;
// without a word of it, the job's age is taken.
func (s *Sample) NotYet(m Mark, at time.Duration) { s.job.notYet[m-Accepted] = at }

// Width is the width of the interval that holds the true instant of a mark; 0:
// it is exact, or was not reached.
func (s *Sample) Width(m Mark) time.Duration {
	if m < Accepted || m > Seen {
		return 0
	}
	return s.job.width[m-Accepted]
}

// A Span is a job's time in the queue and at work by its server's own stamps,
// as offsets from the epoch.
type Span struct {
	Submitted, Started, Finished time.Duration
	Width                        time.Duration // of the widest of the three; 0: exact
}

// maxSpans bounds what a run keeps of them: 2 MB.
const maxSpans = 1 << 16

// keep notes the job's span, if its server told all of it. The warm-up is kept
// too: those jobs took workers as well.
func (i *interval) keep(s *Sample) {
	if !s.Stamped || len(i.spans) >= maxSpans {
		return
	}
	submitted, ok := s.At(Submitted)
	started, began := s.At(Started)
	finished, ended := s.At(Finished)
	if !ok || !began || !ended {
		return
	}
	widest := max(s.Width(Submitted), s.Width(Started), s.Width(Finished))
	i.spans = append(i.spans, Span{Submitted: submitted, Started: started, Finished: finished, Width: widest})
}

// settleJob counts what holds for every job that is over or was cut.
func (t *Tally) settleJob(s *Sample) {
	t.Polls += s.Polls
	t.PollBytes += s.PollBytes
	if s.marks[Started] < 0 && s.marks[Finished] < 0 {
		return
	}
	if s.Stamped {
		t.StampedJobs++
	} else {
		t.UnstampedJobs++
	}
}
