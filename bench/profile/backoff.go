package profile

import (
	"encoding/json"
	"time"
)

// A Backoff is how long to wait between polls, where nobody asked for anything
// else. In JSON its times are numbers of milliseconds.
type Backoff struct {
	FirstPoll       time.Duration // before the first poll
	Initial         time.Duration // before the second
	Factor          float64       // by which each later wait grows
	Max             time.Duration // up to which it grows
	Jitter          float64       // the part of a wait by which it is spread, up and down
	HonorRetryAfter bool
	RetryAfterMax   time.Duration // the longest that a server may ask for
	Deadline        time.Duration // after which a job is given up, unless the run says otherwise
}

// backoffJSON is a Backoff as it is written.
type backoffJSON struct {
	FirstPoll       float64 `json:"first_poll_ms"`
	Initial         float64 `json:"initial_ms"`
	Factor          float64 `json:"factor"`
	Max             float64 `json:"max_ms"`
	Jitter          float64 `json:"jitter"`
	HonorRetryAfter bool    `json:"honor_retry_after"`
	RetryAfterMax   float64 `json:"retry_after_max_ms"`
	Deadline        float64 `json:"deadline_ms"`
}

// MarshalJSON writes times in milliseconds.
func (b Backoff) MarshalJSON() ([]byte, error) {
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	return json.Marshal(backoffJSON{
		FirstPoll: ms(b.FirstPoll), Initial: ms(b.Initial), Factor: b.Factor, Max: ms(b.Max), Jitter: b.Jitter,
		HonorRetryAfter: b.HonorRetryAfter, RetryAfterMax: ms(b.RetryAfterMax), Deadline: ms(b.Deadline),
	})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (b *Backoff) UnmarshalJSON(data []byte) error {
	var w backoffJSON
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	*b = Backoff{
		FirstPoll: milliseconds(w.FirstPoll), Initial: milliseconds(w.Initial), Factor: w.Factor,
		Max: milliseconds(w.Max), Jitter: w.Jitter, HonorRetryAfter: w.HonorRetryAfter,
		RetryAfterMax: milliseconds(w.RetryAfterMax), Deadline: milliseconds(w.Deadline),
	}
	return nil
}
