package bench

import "time"

// sampledDetails is how many texts are kept for each outcome.
const sampledDetails = 3

// A Tally is a sum of samples: counts, distributions and a few sampled texts.
// One call at a time.
type Tally struct {
	Outcomes [NumOutcomes]int64
	Details  [NumOutcomes][]string

	Events, Chunks, Tokens int64 // of every request, failed ones too
	Coalesced, LateEvents  int64 // events that shared a read; those that were read late as well
	Unstamped              int64 // events without a kernel stamp
	GapRequests            int64 // requests with at least one chunk gap
	UsageAgrees            int64 // requests whose own token count equals their chunks
	UsageDiffers           int64 // requests whose own token count does not
	Good                   int64 // requests that met every SLO
	InFlight               int64 // requests still running when last seen

	Polls, PollBytes int64 // requests for jobs' states, and the bytes of the answers

	Window Flow // what happened inside the measured window, whoever started it

	Dists    [NumMetrics]Dist
	Censored [NumMetrics]Dist // ages of the requests still running: each one's value is larger
	Widths   [NumMetrics]Dist // of jobs' metrics: how far each value in Dists may be from the truth
	// Stamped and Bounded count the values of jobs' metrics that rest on the
	// server's stamps, and on what was seen; one that leads from the one to the
	// other is in both.
	Stamped, Bounded [NumMetrics]int64

	SendLag Dist
	ReadLag Dist // kernel stamp to user space
}

// A Flow is what passed in some span of time.
type Flow struct{ Started, Ended, Good, Events, Chunks, Errors int64 }

func (f *Flow) add(from Flow) {
	f.Started += from.Started
	f.Ended += from.Ended
	f.Good += from.Good
	f.Events += from.Events
	f.Chunks += from.Chunks
	f.Errors += from.Errors
}

// Requests is the number of requests that were made.
func (t *Tally) Requests() int64 {
	n := t.InFlight
	for _, c := range t.Outcomes {
		n += c
	}
	return n
}

// TokensPerChunk is one unless the servers' own counts say otherwise.
func (t *Tally) TokensPerChunk() float64 {
	if t.UsageDiffers == 0 || t.Chunks == 0 {
		return 1
	}
	return float64(t.Tokens) / float64(t.Chunks)
}

// TokenBasis says what Tokens counts.
func (t *Tally) TokenBasis() Basis {
	switch {
	case t.UsageAgrees+t.UsageDiffers > 0:
		return BasisUsage
	case t.Chunks > 0:
		return BasisChunks
	default:
		return BasisNone
	}
}

// A Basis says what a token count rests on.
type Basis uint8

// The bases of token counts.
const (
	BasisNone   Basis = iota // there are none
	BasisUsage               // the server's own usage figures
	BasisChunks              // chunks: the server gave no figures
)

// String gives the basis as run files spell it.
func (b Basis) String() string {
	return [...]string{"none", "usage", "chunks"}[b]
}

func (t *Tally) merge(from *Tally) {
	for i, n := range from.Outcomes {
		t.Outcomes[i] += n
		for _, d := range from.Details[i] {
			t.detail(Outcome(i), d)
		}
	}
	t.Events += from.Events
	t.Chunks += from.Chunks
	t.Tokens += from.Tokens
	t.Coalesced += from.Coalesced
	t.LateEvents += from.LateEvents
	t.Unstamped += from.Unstamped
	t.GapRequests += from.GapRequests
	t.UsageAgrees += from.UsageAgrees
	t.UsageDiffers += from.UsageDiffers
	t.Good += from.Good
	t.InFlight += from.InFlight
	t.Polls += from.Polls
	t.PollBytes += from.PollBytes
	t.Window.add(from.Window)
	for i := range t.Dists {
		t.Dists[i].Merge(&from.Dists[i])
		t.Censored[i].Merge(&from.Censored[i])
		t.Widths[i].Merge(&from.Widths[i])
		t.Stamped[i] += from.Stamped[i]
		t.Bounded[i] += from.Bounded[i]
	}
	t.SendLag.Merge(&from.SendLag)
	t.ReadLag.Merge(&from.ReadLag)
}

// reset empties the tally and keeps its memory.
func (t *Tally) reset() {
	dists, censored, widths := t.Dists, t.Censored, t.Widths
	send, read, details := t.SendLag, t.ReadLag, t.Details
	for i := range details {
		details[i] = details[i][:0]
	}
	*t = Tally{Dists: dists, Censored: censored, Widths: widths, SendLag: send, ReadLag: read, Details: details}
	for i := range t.Dists {
		t.Dists[i].Reset()
		t.Censored[i].Reset()
		t.Widths[i].Reset()
	}
	t.SendLag.Reset()
	t.ReadLag.Reset()
}

func (t *Tally) detail(o Outcome, text string) {
	if text == "" || len(t.Details[o]) >= sampledDetails {
		return
	}
	for _, have := range t.Details[o] {
		if have == text {
			return
		}
	}
	t.Details[o] = append(t.Details[o], text)
}

// lateRead is the receive lag past which a coalesced event counts as read late.
const lateRead = 5 * time.Millisecond

// arrival counts one event of a request in the cohort.
func (t *Tally) arrival(a Arrival) {
	t.Events++
	if a.Kind.chunk() {
		t.Chunks++
	}
	if a.Coalesced {
		t.Coalesced++
	}
	if a.Lag == LagUnknown {
		t.Unstamped++
		return
	}
	lag := time.Duration(a.Lag) * time.Microsecond
	t.ReadLag.Add(int64(lag), 1)
	if a.Coalesced && lag > lateRead {
		t.LateEvents++
	}
}

// ended counts a request of the cohort that came to its end. table holds the
// metrics of its kind.
func (t *Tally) ended(s *Sample, table []Metric, good bool) {
	t.Outcomes[s.Outcome]++
	if s.Outcome != OK {
		t.detail(s.Outcome, s.Detail)
	}
	t.settle(s, table)
	if good {
		t.Good++
	}
	if s.Outcome == OK {
		t.finished(s, table)
	}
}

// settle counts what holds for every request that is over, whether it ended
// or was still running when it was last seen.
func (t *Tally) settle(s *Sample, table []Metric) {
	t.Tokens += s.tokens()
	if s.Usage && s.Chunks == s.Tokens {
		t.UsageAgrees++
	} else if s.Usage {
		t.UsageDiffers++
	}
	if lag, ok := s.sendLag(); ok {
		t.SendLag.Add(int64(lag), 1)
	}
	if d, ok := s.Span(Dialed, Ready); ok {
		t.Dists[Connect].Add(int64(d), 1)
	}
	t.settleJob(s)
	t.take(s, table, Reached)
}

// finished records the metrics that exist only for requests that ended well.
func (t *Tally) finished(s *Sample, table []Metric) {
	t.take(s, table, AtEnd)
	if d, ok := s.tpot(); ok {
		t.Dists[TPOT].Add(int64(d), 1)
		if d > 0 {
			t.Dists[TokensPerSPerUser].Add(perSecond(d), 1)
		}
	}
}

// take records the metrics that are taken in one way.
func (t *Tally) take(s *Sample, table []Metric, taken Taken) {
	for i := range table {
		m := &table[i]
		if m.Taken != taken {
			continue
		}
		v, ok := s.ticks(m)
		if !ok {
			continue
		}
		t.Dists[m.ID].Add(v, 1)
		if m.bounded() {
			t.Widths[m.ID].Add(int64(s.width(m)), 1)
			t.rest(s, m)
		}
	}
}

// perSecond is 1/d in millionths per second.
func perSecond(d time.Duration) int64 {
	return int64(float64(time.Second) / float64(d) * ticksPerUnit)
}

// unfinished counts a request that was still running when it was last seen,
// at the given instant: the metrics that it has not reached are larger than
// its age.
func (t *Tally) unfinished(s *Sample, table []Metric, now time.Duration) {
	t.InFlight++
	t.settle(s, table)
	for i := range table {
		if age, ok := s.age(&table[i], now); ok {
			t.censor(table[i].ID, age)
		}
	}
}

// censor counts a value that is only known not to be below a number of ticks.
// One past the range is counted at its end, which says less and is still true.
func (t *Tally) censor(id MetricID, ticks int64) {
	t.Censored[id].Add(min(max(ticks, 0), highest*ticksPerThousandth), 1)
}

// unstarted counts a request of an open loop that never found room: it has
// been waiting since its intended start.
func (t *Tally) unstarted(table []Metric, age time.Duration) {
	for _, m := range table {
		if m.From == Intended {
			t.censor(m.ID, int64(age))
		}
	}
}
