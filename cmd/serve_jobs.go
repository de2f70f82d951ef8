package cmd

import (
	"github.com/spf13/pflag"

	"github.com/aibench/aibench/mockllm"
)

// jobFlagsOfServe say how the server takes and runs jobs.
type jobFlagsOfServe struct {
	workers count
	time    span
	style   string
	lease   span
	ttl     span
}

func (j *jobFlagsOfServe) add(c *mockllm.Config, f *pflag.FlagSet) {
	j.workers = count{n: mockllm.DefaultJobWorkers, most: maxWorkers}
	j.time, j.lease, j.ttl = span{mockllm.DefaultJobTime}, span{mockllm.DefaultJobLease}, span{mockllm.DefaultJobTTL}
	f.StringVar(&c.Queue, "queue", "", "keep jobs in `SPEC`: sqlite:FILE, redis://HOST:PORT/DB or memory; by default in a file that goes with the server. AIBENCH_QUEUE keeps a password out of the process list")
	f.Var(&j.workers, "job-workers", "`M` job-worker processes, one job at a time each; 0: jobs stay queued")
	f.Var(&j.time, "job-time", "a job works for `D`, where its request does not say")
	f.StringVar(&j.style, "job-style", string(mockllm.JobNative), "tell of jobs in `STYLE`: "+mockllm.JobStyleNames())
	f.Var(&j.lease, "job-lease", "give a job to another worker when its own is silent for `D`")
	f.Var(&j.ttl, "job-ttl", "keep a job for `D` after its end, then answer 410")
}

// settle completes the configuration. A number of job workers that nobody gave leaves it to the server when they start.
func (j *jobFlagsOfServe) settle(c *mockllm.Config, f *pflag.FlagSet) {
	if f.Changed("job-workers") {
		c.JobWorkers = int(j.workers.n)
		if c.JobWorkers == 0 {
			c.JobWorkers = -1
		}
	}
	c.JobTime = orNone(j.time.d)
	c.JobStyle, c.JobLease, c.JobTTL = mockllm.JobStyle(j.style), j.lease.d, j.ttl.d
}

func (j *jobFlagsOfServe) refuse() error {
	switch {
	case j.lease.d == 0:
		return usage("--job-lease 5s", "--job-lease 0: every job would be lost to another worker at once")
	case j.ttl.d == 0:
		return usage("--job-ttl 1s", "--job-ttl 0: nobody could fetch a result")
	}
	return nil
}
