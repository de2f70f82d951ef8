package queue

import (
	"crypto/rand"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	maxName = 256                       // bytes of an id or a key
	maxText = 1 << 10                   // bytes of an error or its code
	maxSpan = 10 * 365 * 24 * time.Hour // of a TTL or a lease
)

// checked returns the job as it is stored: with an id and a TTL.
func (j NewJob) checked() (NewJob, error) {
	if j.ID == "" {
		j.ID = "job-" + strings.ToLower(rand.Text())
	}
	if j.TTL == 0 {
		j.TTL = DefaultTTL
	}
	switch {
	case len(j.ID) > maxName:
		return j, fmt.Errorf("id of %d bytes: %w: at most %d", len(j.ID), ErrTooLarge, maxName)
	case len(j.Key) > maxName:
		return j, fmt.Errorf("key of %d bytes: %w: at most %d", len(j.Key), ErrTooLarge, maxName)
	case !isText(j.ID):
		return j, fmt.Errorf("id %q is not text", j.ID)
	case !isText(j.Key):
		return j, fmt.Errorf("key %q is not text", j.Key)
	case j.TTL < 0 || j.TTL > maxSpan:
		return j, fmt.Errorf("TTL of %v: it must be positive, and at most %v", j.TTL, maxSpan)
	case j.MaxAttempts < 0:
		return j, fmt.Errorf("%d attempts: they cannot be negative", j.MaxAttempts)
	}
	return j, checkData("payload", j.Payload)
}

// checked returns the result as it is stored.
func (r Result) checked() (Result, error) {
	if r.State == "" {
		r.State = Succeeded
	}
	if r.State != Succeeded && r.State != Failed {
		return r, fmt.Errorf("a job cannot finish as %q: want %q or %q", r.State, Succeeded, Failed)
	}
	r.Error, r.Code = cut(r.Error), cut(r.Code)
	return r, checkData("result", r.Data)
}

func checkData(what string, data []byte) error {
	if len(data) > MaxData {
		return fmt.Errorf("%s of %d bytes: %w: at most %d", what, len(data), ErrTooLarge, MaxData)
	}
	return nil
}

func checkLease(lease time.Duration) error {
	if lease <= 0 || lease > maxSpan {
		return fmt.Errorf("a lease of %v: it must be positive, and at most %v", lease, maxSpan)
	}
	return nil
}

// isText refuses what a store or an address could take for something else.
func isText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// cut shortens a text to what is kept of it, without leaving a torn character.
func cut(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	return strings.ToValidUTF8(s, "")
}

// tombstone is how long a job that has expired is known to have existed: as long again as its TTL, at least a minute,
// at most an hour.
func tombstone(ttl time.Duration) time.Duration {
	return min(max(ttl, time.Minute), time.Hour)
}

// fence says what becomes of a claim's word on a job that is there. want is the state that Finish asks for, "" where
// the job is to stay in the claim's hands.
func fence(state State, holder, token string, want State) error {
	switch {
	case state == Canceled:
		return ErrCanceled
	case holder != token:
		return ErrLost
	case state == Running, state == want:
		return nil
	}
	return ErrLost
}

// exhausted is the end of a job that nobody who claimed it has finished.
func exhausted(attempts int) Result {
	return Result{State: Failed, Error: fmt.Sprintf("claimed %d times, and never finished", attempts), Code: CodeAttempts}
}

func errManyEvents() error {
	return fmt.Errorf("the events of one job: %w: at most %d", ErrTooLarge, MaxEvents)
}
