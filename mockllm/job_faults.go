package mockllm

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// jobFaults decides which fault, if any, a job's run meets. Each run is asked anew, so that what comes by chance or a
// few times lets a later run of the same job succeed.
type jobFaults struct {
	standing []*standingFault
	rng      *rand.Rand
	counts   *faultCounts
}

// newJobFaults takes up the standing faults that can strike jobs. Those that strike the API's workers by themselves are
// theirs.
func newJobFaults(cfg Config, number int, counts *faultCounts, now time.Time) *jobFaults {
	j := &jobFaults{counts: counts}
	j.rng = rand.New(rand.NewPCG(^cfg.Seed, uint64(number)))
	for _, spec := range cfg.Faults {
		f, err := ParseFault(spec)
		if err != nil {
			continue
		}
		row := faultRowOf(f.Kind)
		s := &standingFault{Fault: f}
		if row.run == nil || !s.concerns(jobPath, jobPath) || s.byItself() {
			continue
		}
		if f.Every > 0 {
			s.next = now.Add(f.Every)
		}
		j.standing = append(j.standing, s)
	}
	return j
}

// choose is the fault that a run meets: the one that came with the job, else the first standing one that strikes. The
// zero Fault is none.
func (j *jobFaults) choose(spec string, now time.Time) (Fault, error) {
	if spec != "" {
		f, err := ParseFault(spec)
		if err != nil {
			return Fault{}, err
		}
		if row := faultRowOf(f.Kind); row.run == nil {
			return Fault{}, fmt.Errorf("fault %q cannot strike a job", f.Kind)
		}
		return j.counted(f)
	}
	for _, s := range j.standing {
		if !s.strikes(now, j.rng) {
			continue
		}
		if f, err := j.counted(s.Fault); f.Kind != "" || err != nil {
			return f, err
		}
	}
	return Fault{}, nil
}

// counted is f, or the zero Fault when its key has no strikes left.
func (j *jobFaults) counted(f Fault) (Fault, error) {
	left, err := j.counts.left(&f)
	if !left || err != nil {
		return Fault{}, err
	}
	return f, nil
}

func crashRun(r *jobRun, _ *Fault) { r.crash = true }

func stickRun(r *jobRun, _ *Fault) { r.sticks = true }

func slowRun(r *jobRun, f *Fault) { r.plan.work += f.Delay }
