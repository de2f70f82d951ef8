package mockllm

import (
	"math/rand/v2"
	"net/http"
	"time"
)

// The headers that ask for a fault and that say which one was applied.
const (
	faultHeader   = "X-Aibench-Fault"
	appliedHeader = "X-Aibench-Fault-Applied"
)

// Who asked for a fault, as the ledger's block lines tell it.
const (
	causeHeader   = "fault header"
	causeStanding = "standing fault"
)

// faultBox decides which fault, if any, a request meets.
type faultBox struct {
	srv      *Server
	headers  bool // obey the X-Aibench-Fault header; else it is ignored
	standing []*standingFault
	rng      *rand.Rand // apart from that of the answers, which must not depend on faults
	counts   *faultCounts
}

// standingFault is a fault from --fault. One with a period strikes the first request after each multiple of it; if it
// acts on the whole worker and names neither a path nor a key, it strikes by itself. Periods count from the worker's
// start, and those that pass during a long block are left out.
type standingFault struct {
	Fault
	next time.Time // not before; zero: always
}

// newFaultBox takes up the standing faults and starts the periods of those that have one. It leaves out what does not
// parse: Config.Validate, which comes before any request, refuses that.
func newFaultBox(cfg Config, srv *Server) *faultBox {
	b := &faultBox{srv: srv, headers: cfg.AllowFaults, counts: srv.counts}
	b.rng = rand.New(rand.NewPCG(cfg.Seed, ^uint64(srv.worker)))
	now := srv.loop.Now()
	for _, spec := range cfg.Faults {
		f, err := ParseFault(spec)
		if err != nil {
			continue
		}
		f.cause = causeStanding
		s := &standingFault{Fault: f}
		if f.Every > 0 {
			s.next = now.Add(f.Every)
		}
		if s.byItself() {
			srv.loop.At(s.next, func() { b.beat(s) })
			continue
		}
		b.standing = append(b.standing, s)
	}
	return b
}

// byItself tells whether the fault strikes without a request.
func (s *standingFault) byItself() bool {
	return s.Every > 0 && s.Path == "" && s.Key == "" && faultRowOf(s.Kind).alone != nil
}

// beat has the fault strike without a request and sets the next time.
func (b *faultBox) beat(s *standingFault) {
	faultRowOf(s.Kind).alone(b.srv, &s.Fault)
	s.advance(b.srv.loop.Now())
	b.srv.loop.At(s.next, func() { b.beat(s) })
}

// advance moves next to the first multiple of the period after now.
func (s *standingFault) advance(now time.Time) {
	s.next = s.next.Add(s.Every * (1 + max(0, now.Sub(s.next))/s.Every))
}

// choose is the fault that a request on a route meets, nil for none: that of its header, else the first standing one
// that strikes. Faults that go with a job are counted, and if they stand chosen, when they strike.
func (b *faultBox) choose(req *http.Request, pattern string) (*Fault, *apiError) {
	if value := req.Header.Get(faultHeader); b.headers && value != "" {
		f, err := parseFaultHeader(value)
		if err != nil {
			return nil, invalid(faultHeader, "%s", err)
		}
		f.cause = causeHeader
		row := faultRowOf(f.Kind)
		switch {
		case !row.fits(pattern):
			return nil, nil
		case row.travels(pattern):
			return &f, nil
		}
		return b.counted(&f)
	}
	for _, s := range b.standing {
		row := faultRowOf(s.Kind)
		if !row.fits(pattern) || row.travels(pattern) || !s.concerns(req.URL.Path, pattern) ||
			!s.strikes(b.srv.loop.Now(), b.rng) {
			continue
		}
		if f, refusal := b.counted(&s.Fault); f != nil || refusal != nil {
			return f, refusal
		}
	}
	return nil, nil
}

// counted is f, or nil when its key has no strikes left.
func (b *faultBox) counted(f *Fault) (*Fault, *apiError) {
	left, err := b.counts.left(f)
	switch {
	case err != nil:
		return nil, &apiError{status: http.StatusInternalServerError, kind: kindServer, message: err.Error()}
	case !left:
		return nil, nil
	}
	return f, nil
}

// concerns tells whether the fault is meant for a path, or for a pattern of paths.
func (s *standingFault) concerns(path, pattern string) bool {
	return s.Path == "" || s.Path == path || s.Path == pattern
}

// strikes tells whether what the fault concerns meets it now.
func (s *standingFault) strikes(now time.Time, rng *rand.Rand) bool {
	switch {
	case s.Every > 0:
		if now.Before(s.next) {
			return false
		}
		s.advance(now)
		return true
	case s.P > 0:
		return rng.Float64() < s.P
	}
	return true
}
