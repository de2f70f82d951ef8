package report

import (
	"fmt"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/diagnose"
)

// A diagnosis looks for one cause in a result. ok is false when it is not
// proven.
type diagnosis func(res *bench.Result, about *About) (f Finding, ok bool)

// findings gathers what a run proves about the server.
func findings(res *bench.Result, about *About) []Finding {
	out := []Finding{}
	for _, d := range []diagnosis{lostJobs, stuckJobs, duplicateJobs, queueBound} {
		if f, ok := d(res, about); ok {
			out = append(out, f)
		}
	}
	return out
}

// findingOn is the code of the finding that a class of failures becomes, ""
// where it becomes none.
func findingOn(outcome string) string {
	switch outcome {
	case bench.Lost.String():
		return "lost-jobs"
	case bench.Stuck.String():
		return "stuck-jobs"
	case bench.Duplicated.String():
		return "duplicate-jobs"
	}
	return ""
}

// seen makes the finding that jobs of an outcome are: seeing one proves it.
func seen(res *bench.Result, o bench.Outcome, severity, became string) (Finding, bool) {
	n := res.Tally.Outcomes[o]
	f := Finding{
		Code: findingOn(o.String()), Severity: severity, Confidence: "very high",
		Title: fmt.Sprintf("%s %s", jobs(n), became), Remedy: adviceOnJob(o.String()),
	}
	f.Evidence.Add("jobs", float64(n))
	f.Evidence.Add("accepted", float64(res.Tally.Count(bench.Accept)))
	return f, n > 0
}

func lostJobs(res *bench.Result, _ *About) (Finding, bool) {
	return seen(res, bench.Lost, Critical, "lost: accepted, and later unknown to the server")
}

func stuckJobs(res *bench.Result, about *About) (Finding, bool) {
	f, ok := seen(res, bench.Stuck, Critical, "stuck: not over when waiting for them was given up")
	if limit := about.Load.MaxWaitS; limit != nil {
		f.Evidence.Add("max_wait_s", *limit)
	}
	return f, ok
}

func duplicateJobs(res *bench.Result, _ *About) (Finding, bool) {
	return seen(res, bench.Duplicated, Warning, "ran more than once")
}

func queueBound(res *bench.Result, _ *About) (Finding, bool) {
	q, ok := diagnose.QueueBound(res)
	return bound(&q), ok
}

// bound words what is known of a bound queue.
func bound(q *diagnose.Queue) Finding {
	f := Finding{
		Code: "queue-bound", Severity: Warning, Confidence: "high",
		Title: fmt.Sprintf("queue-bound: %s at a time", jobs(int64(q.AtOnce))),
		Remedy: "more workers, or more jobs at once in each (they were all busy while jobs waited); " +
			"shorter jobs; or fewer jobs at a time: the wait in the queue then goes away",
	}
	f.Evidence.Add("at_once", float64(q.AtOnce))
	f.Evidence.Add("jobs", float64(q.Ran))
	f.Evidence.Add("steady_fraction", round(q.Steady))
	f.Evidence.Add("waiting_fraction", round(q.Waiting))
	f.Evidence.Add("busy_s", round(q.Busy.Seconds()))
	f.Evidence.Add("handover_ms", round(ms(q.Handover)))
	f.Evidence.Add("run_ms", round(ms(q.Run)))
	f.Evidence.Add("wait_ms", round(ms(q.Wait)))
	return f
}

// jobs writes a number of jobs.
func jobs(n int64) string {
	if n == 1 {
		return "1 job"
	}
	return grouped(n) + " jobs"
}
