package mockllm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"time"
)

const (
	// maxJobBody bounds the body of a job, which is kept, and comes back in its result.
	maxJobBody = 1 << 20
	// maxJobTime is the longest that a job can be asked to work.
	maxJobTime = 24 * time.Hour
	// maxJobKey bounds an idempotency key.
	maxJobKey = 255
	// maxJobFailure bounds the text of a failure that was asked for.
	maxJobFailure = 256
	// maxJobAttempts is how often a job is begun: one that kills whoever runs it must not do so for ever.
	maxJobAttempts = 20
)

// jobRequest is what a job's body may say; everything else in it is let through.
type jobRequest struct {
	MS    *float64        `json:"ms"`    // how long it works; null: the server's job time
	Fail  json.RawMessage `json:"fail"`  // true, or a text: it fails, with this message
	Input json.RawMessage `json:"input"` // comes back in the result
}

// jobPayload is what the queue keeps of a job.
type jobPayload struct {
	Request json.RawMessage `json:"request"`         // the body as it came
	Fault   string          `json:"fault,omitempty"` // what its run shall meet
}

// jobPlan is what a job's run does.
type jobPlan struct {
	work    time.Duration
	failure string          // "": it succeeds
	input   json.RawMessage // the whole request, where there is none
}

// readJob reads a job's body.
func (c *Config) readJob(body []byte) (jobPlan, *apiError) {
	if len(body) > maxJobBody {
		return jobPlan{}, &apiError{
			status: http.StatusRequestEntityTooLarge, kind: kindInvalid,
			message: fmt.Sprintf("the body of a job has %d bytes at most", maxJobBody),
		}
	}
	var r jobRequest
	if refusal := decodeBody(body, &r); refusal != nil {
		return jobPlan{}, refusal
	}
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		return jobPlan{}, invalid("", "the request body is null; send a JSON object")
	}
	p := jobPlan{work: c.jobTime(), input: r.Input}
	if p.input == nil {
		p.input = body
	}
	if r.MS != nil {
		if *r.MS < 0 || *r.MS > float64(maxJobTime/time.Millisecond) {
			return p, invalid("ms", "ms is out of range: want 0 to %d", maxJobTime/time.Millisecond)
		}
		p.work = time.Duration(math.Round(*r.MS * float64(time.Millisecond)))
	}
	var err error
	if p.failure, err = readFailure(r.Fail); err != nil {
		return p, invalid("fail", "%s", err)
	}
	return p, nil
}

func readFailure(raw json.RawMessage) (string, error) {
	var yes bool
	var text string
	switch {
	case isNull(raw):
		return "", nil
	case json.Unmarshal(raw, &yes) == nil:
		if yes {
			return "the job was asked to fail", nil
		}
		return "", nil
	case json.Unmarshal(raw, &text) == nil:
		return text[:min(len(text), maxJobFailure)], nil
	}
	return "", errors.New("fail has the wrong type: want true, false or a text")
}

// readPayload reads what the queue has kept.
func (c *Config) readPayload(data []byte) (jobPlan, string, error) {
	var p jobPayload
	if err := json.Unmarshal(data, &p); err != nil {
		return jobPlan{}, "", fmt.Errorf("read the job's payload: %w", err)
	}
	plan, refusal := c.readJob(p.Request)
	if refusal != nil {
		return plan, "", fmt.Errorf("read the job's payload: %s", refusal.message)
	}
	return plan, p.Fault, nil
}

// jobResult is what a job gives: what went into it, and which run of which worker it was.
type jobResult struct {
	Input   json.RawMessage `json:"input"`
	Attempt int             `json:"attempt"`
	Worker  string          `json:"worker"`
	MS      float64         `json:"ms"` // how long it worked
}
