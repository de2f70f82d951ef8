package bench

import "time"

// A job is what a Sample holds of a job beside its marks.
type job struct {
	width   [jobMarks]time.Duration // of each mark from Accepted on
	notYet  [jobMarks]time.Duration // latest instant at which each was known to be ahead; 0: no word of it
	stamped [jobMarks]bool          // the mark is the server's own stamp
	here    [jobMarks]within        // of stamped marks: where they lie by the client's clock
}

// within is an instant that is known to an interval of a width, which holds at.
type within struct{ at, width time.Duration }

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

// Stamp replaces a mark that MarkWithin noted by the server's own stamp of it,
// moved to the client's clock by the one offset that all stamps of this job
// are moved by. It is known to width, so that a span between two stamped marks
// needs no clock but the server's. A span between a stamped mark and another
// is taken by the client's clock alone, from what MarkWithin noted: see Here.
func (s *Sample) Stamp(m Mark, at, width time.Duration) {
	i := m - Accepted
	s.job.here[i] = within{s.marks[m], s.job.width[i]}
	s.job.stamped[i] = true
	s.MarkWithin(m, at, width)
}

// Stamped tells whether a mark is the server's own stamp.
func (s *Sample) Stamped(m Mark) bool { return m >= Accepted && m <= Seen && s.job.stamped[m-Accepted] }

// Here is a mark by the client's clock alone, and the width of the interval
// that holds its true instant.
func (s *Sample) Here(m Mark) (at, width time.Duration) {
	if s.Stamped(m) {
		here := s.job.here[m-Accepted]
		return here.at, here.width
	}
	return s.marks[m], s.Width(m)
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
	if !s.Stamped(Submitted) || !s.Stamped(Started) || !s.Stamped(Finished) || len(i.spans) >= maxSpans {
		return
	}
	submitted, started, finished := s.marks[Submitted], s.marks[Started], s.marks[Finished]
	widest := max(s.Width(Submitted), s.Width(Started), s.Width(Finished))
	i.spans = append(i.spans, Span{Submitted: submitted, Started: started, Finished: finished, Width: widest})
}

// settleJob counts what holds for every job that is over or was cut.
func (t *Tally) settleJob(s *Sample) {
	t.Polls += s.Polls
	t.PollBytes += s.PollBytes
}

// told tells whether a mark is one that a client can only be told of.
func (m Mark) told() bool { return m == Submitted || m == Started || m == Finished }

// rest counts on what a value of a metric rests.
func (t *Tally) rest(s *Sample, m *Metric) {
	stamps, bounds := false, false
	for _, mark := range [...]Mark{m.From, m.To} {
		if mark.told() {
			stamps, bounds = stamps || s.Stamped(mark), bounds || !s.Stamped(mark)
		}
	}
	if stamps {
		t.Stamped[m.ID]++
	}
	if bounds {
		t.Bounded[m.ID]++
	}
}
