package report

import (
	"encoding/json"
	"strconv"

	"github.com/aibench/aibench/bench"
)

// A record is a buffer at whose end one JSON line grows. encoding/json would
// cost more than the event that it writes about.
type record []byte

func (r record) open(kind string) record {
	return append(append(append(r, `{"type":"`...), kind...), '"')
}

func (r record) name(name string) record {
	return append(append(append(r, `,"`...), name...), `":`...)
}

func (r record) integer(name string, v int64, known bool) record {
	r = r.name(name)
	if !known {
		return append(r, "null"...)
	}
	return strconv.AppendInt(r, v, 10)
}

func (r record) boolean(name string, v bool) record {
	return strconv.AppendBool(r.name(name), v)
}

// text escapes v, which may come from a server.
func (r record) text(name, v string, known bool) record {
	r = r.name(name)
	quoted, err := json.Marshal(v)
	if !known || err != nil {
		return append(r, "null"...)
	}
	return append(r, quoted...)
}

func (r record) close() []byte { return append(r, "}\n"...) }

// appendEvent writes one event of request seq: a chunk when it carries tokens.
func appendEvent(b []byte, seq int64, a *bench.Arrival) []byte {
	kind, carries := "event", "other"
	switch a.Kind {
	case bench.Content:
		kind, carries = "chunk", "content"
	case bench.Reasoning:
		kind, carries = "chunk", "reasoning"
	case bench.Other:
	}
	r := record(b).open(kind).
		integer("seq", seq, true).
		integer("at_ns", int64(a.At), true).
		integer("lag_us", int64(a.Lag), a.Lag != bench.LagUnknown)
	// Both are words of this package, which need no escaping.
	r = append(append(append(r.name("carries"), '"'), carries...), '"')
	return r.integer("tokens", int64(a.Tokens), a.Tokens > 0).
		boolean("coalesced", a.Coalesced).
		close()
}

// named is a mark and its spelling.
type named struct {
	name string
	mark bench.Mark
}

// appendRequest writes one request. One that the end of the run cut off has
// neither an outcome nor an end.
func appendRequest(b []byte, s *bench.Sample, whole bool) []byte {
	r := record(b).open("request").
		text("id", s.RequestID, s.RequestID != "").
		integer("seq", s.Seq, true).
		marks(s, named{"intended_ns", bench.Intended}, named{"dialed_ns", bench.Dialed},
			named{"ready_ns", bench.Ready}, named{"sent_ns", bench.Sent}, named{"first_byte_ns", bench.FirstByte})
	if ofJob(s) {
		return r.job(s, whole).close()
	}
	ttft, ok := s.Span(bench.Intended, bench.FirstToken)
	return r.marks(s, named{"first_token_ns", bench.FirstToken}, named{"last_token_ns", bench.LastToken},
		named{"end_ns", bench.End}).
		integer("ttft_ns", int64(ttft), ok).
		text("outcome", s.Outcome.String(), whole).
		integer("status", int64(s.Status), s.Status != 0).
		integer("events", s.Events, true).
		integer("chunks", s.Chunks, true).
		integer("tokens", s.Tokens, s.Usage).
		close()
}

// ofJob tells whether the request shows itself to be a job: one that was
// accepted, or that failed as only a job does before that.
func ofJob(s *bench.Sample) bool {
	_, accepted := s.At(bench.Accepted)
	return accepted || s.Outcome == bench.SubmitError
}

// job appends what a job has of its own.
func (r record) job(s *bench.Sample, whole bool) record {
	r = r.marks(s, named{"accepted_ns", bench.Accepted}, named{"submitted_ns", bench.Submitted},
		named{"started_ns", bench.Started}, named{"finished_ns", bench.Finished},
		named{"seen_ns", bench.Seen}, named{"end_ns", bench.End}).
		widths(s, named{"submitted_width_ns", bench.Submitted}, named{"started_width_ns", bench.Started},
			named{"finished_width_ns", bench.Finished}, named{"seen_width_ns", bench.Seen})
	basis, known := basisOf(s)
	return r.text("job", s.JobID, s.JobID != "").
		text("basis", basis, known).
		integer("clock_width_ns", int64(s.ClockWidth), known && basis != BasisPolls).
		text("outcome", s.Outcome.String(), whole).
		integer("status", int64(s.Status), s.Status != 0).
		integer("attempts", int64(s.Attempts), s.Attempts > 0).
		integer("polls", s.Polls, true).
		integer("poll_bytes", s.PollBytes, true)
}

// basisOf says whose word the instants of one job rest on.
func basisOf(s *bench.Sample) (basis string, known bool) {
	stamped, reached := 0, 0
	for _, m := range [...]bench.Mark{bench.Submitted, bench.Started, bench.Finished} {
		if _, ok := s.At(m); ok {
			reached++
		}
		if s.Stamped(m) {
			stamped++
		}
	}
	switch {
	case stamped == 0:
		return BasisPolls, reached > 0
	case stamped == reached:
		return BasisServer, true
	}
	return BasisMixed, true
}

// marks appends instants, null where they were not reached.
func (r record) marks(s *bench.Sample, marks ...named) record {
	for _, m := range marks {
		at, ok := s.At(m.mark)
		r = r.integer(m.name, int64(at), ok)
	}
	return r
}

// widths appends how wide the intervals are that hold the instants.
func (r record) widths(s *bench.Sample, marks ...named) record {
	for _, m := range marks {
		_, reached := s.At(m.mark)
		r = r.integer(m.name, int64(s.Width(m.mark)), reached)
	}
	return r
}
