package mockllm

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// A FaultKind names a misbehaviour. The table of faults says where each one strikes and what it does.
type FaultKind string

// The kinds of fault, spelled as in the fault header.
const (
	FaultBlock     FaultKind = "block"     // sleep inside the loop for Delay
	FaultCPU       FaultKind = "cpu"       // spin inside the loop for Delay
	FaultCrash     FaultKind = "crash"     // the worker process dies
	FaultStatus    FaultKind = "status"    // answer Status, with RetryAfter
	FaultSSEError  FaultKind = "sse_error" // an in-band error, then a clean end
	FaultEOF       FaultKind = "eof"       // a clean end without finish or [DONE]
	FaultAbort     FaultKind = "abort"     // reset the connection
	FaultMalformed FaultKind = "malformed" // a data line of invalid JSON, then go on
	FaultStall     FaultKind = "stall"     // this answer alone pauses for Delay
	FaultDuplicate FaultKind = "duplicate" // token number After is sent twice

	FaultLostJob      FaultKind = "lost-job"      // a job is acknowledged, and Delay later nobody knows of it
	FaultStuckJob     FaultKind = "stuck-job"     // a job is claimed, and runs for ever
	FaultSlowUpstream FaultKind = "slow-upstream" // what an answer or a job waits for takes Delay longer
)

// Bounds of a fault's fields. They keep a client's header from holding up a worker for longer than anybody could have
// meant.
const (
	maxFaultDelay = 10 * time.Minute
	maxFaultRetry = 24 * time.Hour
	maxFaultTimes = 1_000_000
	maxFaultKey   = 128
	maxFaultSpec  = 1024
)

// Fault is one misbehaviour of the server: from a request's X-Aibench-Fault header, or standing, for every request that
// Path, P and Every pick. The zero value of a field means that it was not given.
type Fault struct {
	Kind       FaultKind
	Delay      time.Duration // ms: how long block, cpu, stall and slow-upstream last; when a job is lost
	After      int           // strike after this many tokens of a stream; 0: before the answer
	Status     int           // status: the answer, 400 to 599; 0 is 500
	RetryAfter time.Duration // status: the Retry-After header; 0: none
	Times      int           // only the first Times requests that carry Key
	Key        string

	P     float64       // standing: the chance for each request; 0: always
	Every time.Duration // standing: once per period
	Path  string        // standing: this path only, or this pattern of paths (/v1/jobs/{id}); "": every API endpoint

	cause string // who asked, for the ledger
}

// ParseFault reads a fault as a header or --fault spells it:
//
//	kind=block; ms=250; after=10; p=0.01; path=/v1/embeddings
//
// Fields come in any order and at most once. The error names the field that is wrong and, for an unknown name, the
// nearest one that exists.
func ParseFault(spec string) (Fault, error) {
	var f Fault
	if len(spec) > maxFaultSpec {
		return f, fmt.Errorf("parse fault: longer than %d bytes", maxFaultSpec)
	}
	seen := make(map[string]bool)
	for part := range strings.SplitSeq(spec, ";") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		name, value, ok := strings.Cut(part, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok {
			return f, fmt.Errorf("parse fault: %.40q is not name=value", part)
		}
		if seen[name] {
			return f, fmt.Errorf("parse fault: %s is given twice", name)
		}
		seen[name] = true
		if err := f.set(name, value); err != nil {
			return f, fmt.Errorf("parse fault: %w", err)
		}
	}
	if err := f.check(); err != nil {
		return f, fmt.Errorf("parse fault: %w", err)
	}
	return f, nil
}

// set gives one field its value.
func (f *Fault) set(name, value string) error {
	var names []string
	for _, field := range faultFields() {
		if field.name != name {
			names = append(names, field.name)
			continue
		}
		if err := field.parse(f, value); err != nil {
			return fmt.Errorf("%s=%.40q: %w", name, value, err)
		}
		return nil
	}
	return fmt.Errorf("unknown field %.40q, the nearest is %q", name, nearest(name, names))
}

// check holds the rules that concern more than one field.
func (f *Fault) check() error {
	switch {
	case f.Kind == "":
		return errors.New("kind is missing")
	case f.Delay == 0 && faultRowOf(f.Kind).lasts:
		return fmt.Errorf("kind=%s needs ms", f.Kind)
	case (f.Times == 0) != (f.Key == ""):
		return errors.New("times and key go together")
	case f.P != 0 && f.Every != 0:
		return errors.New("p and every exclude each other")
	}
	return nil
}

// parseFaultHeader reads the value of an X-Aibench-Fault header, which may not hold the fields of a standing fault.
func parseFaultHeader(value string) (Fault, error) {
	f, err := ParseFault(value)
	if err != nil {
		return f, err
	}
	if f.P != 0 || f.Every != 0 || f.Path != "" {
		return f, errors.New("parse fault: p, every and path belong to a standing fault (--fault), not to a header")
	}
	return f, nil
}

// retryAfter is the Retry-After header in seconds; SDKs read fractions too.
func (f *Fault) retryAfter() string { return printSpan(f.RetryAfter, time.Second) }

// String spells the fault so that ParseFault gives it back.
func (f Fault) String() string {
	var b strings.Builder
	for _, field := range faultFields() {
		value := field.print(&f)
		if value == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("; ")
		}
		b.WriteString(field.name + "=" + value)
	}
	return b.String()
}
