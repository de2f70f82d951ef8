package profile

import (
	"encoding/json"
	"fmt"
	"strings"
)

// A Word is a state as a service spells it: in JSON a text, a number, or a
// truth value.
type Word string

// UnmarshalJSON takes any scalar; true and "true" are the same word.
func (w *Word) UnmarshalJSON(data []byte) error {
	v, err := decode(data)
	if err != nil {
		return err
	}
	s := scalar(v)
	if s == "" {
		return fmt.Errorf("a word for a state is a text, a number, true or false, not %s", kind(v))
	}
	*w = Word(s)
	return nil
}

// MarshalJSON writes the word as a text.
func (w Word) MarshalJSON() ([]byte, error) { return json.Marshal(string(w)) }

// plain is a name without case and joints, so that IN_QUEUE, in-queue and
// InQueue are one.
func plain(name string) string {
	if len(name) > maxWord {
		return ""
	}
	simple := true
	for _, c := range []byte(name) {
		simple = simple && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9')
	}
	if simple {
		return name
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case '_', '-', ' ', '.', '$', '@':
			return -1
		}
		return r
	}, strings.ToLower(name))
}

// meaning is what words for states mean all over the field. Those of a family
// of services begin alike, as JOB_STATE_PENDING does.
func meaning(word string) (State, bool) {
	w := plain(word)
	if s, ok := plainMeaning(w); ok {
		return s, true
	}
	for _, family := range [...]string{"jobstate", "jobstatus", "taskstate", "taskstatus", "state", "status", "job", "task"} {
		if rest, ok := strings.CutPrefix(w, family); ok {
			return plainMeaning(rest)
		}
	}
	return Unsaid, false
}

func plainMeaning(w string) (State, bool) {
	switch w {
	case "queued", "queueing", "queuing", "inqueue", "enqueued", "enqueueing", "pending", "waiting", "wait", "new", "created",
		"notstarted", "notyetstarted", "starting", "validating", "accepted", "scheduled", "deferred", "received",
		"submitted", "submitting", "initialized", "initializing", "initialising", "onhold", "blocked", "unstarted":
		return Queued, true
	case "running", "run", "started", "inprogress", "progress", "processing", "working", "executing", "active", "busy",
		"ongoing", "retry", "retrying", "finalizing", "finalising", "generating", "streaming", "canceling", "cancelling",
		"stopping", "computing", "partial", "creating", "updating":
		return Running, true
	case "succeeded", "success", "successful", "succeed", "completed", "complete", "finished", "done", "ok", "ready",
		"ended", "processed":
		return Succeeded, true
	case "failed", "failure", "fail", "failing", "error", "errored", "exception", "crashed", "aborted", "timeout",
		"timedout", "expired", "rejected", "incomplete", "dead", "stopped", "killed", "terminated", "unsuccessful":
		return Failed, true
	case "canceled", "cancelled", "revoked":
		return Canceled, true
	case "notfound", "unknownjob", "unknowntask":
		return Lost, true
	default:
		return Unsaid, false
	}
}

// acknowledges tells whether a word may be said of the submission rather than
// of the job.
func acknowledges(word string) bool {
	switch plain(word) {
	case "ok", "success", "ready", "accepted", "submitted", "created", "received":
		return true
	default:
		return false
	}
}
