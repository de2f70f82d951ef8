package mockllm

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/aibench/aibench/mockllm/queue"
)

// jobLinks makes the URLs of a job. They are absolute, as the client addressed the server: Azure's pollers, for one,
// take no others.
type jobLinks struct{ base, socket string }

// links is made from the request's Host; an HTTP/1.0 client need not send one.
func (c *call) links() jobLinks {
	host := c.req.Host
	if host == "" {
		host = hostOf(c.conn.raw.LocalAddr())
	}
	if c.srv.tls != nil {
		return jobLinks{"https://" + host, "wss://" + host}
	}
	return jobLinks{"http://" + host, "ws://" + host}
}

func hostOf(a net.Addr) string {
	if a == nil || a.Network() == "unix" {
		return "localhost"
	}
	return a.String()
}

func (l jobLinks) status(id string) string { return l.base + "/v1/jobs/" + url.PathEscape(id) }
func (l jobLinks) result(id string) string { return l.status(id) + "/result" }

// jobDocument is a job as the native style shows it.
type jobDocument struct {
	ID          string          `json:"id"`
	TaskID      string          `json:"task_id"`
	Status      queue.State     `json:"status"`
	CreatedAt   unixTime        `json:"created_at"`
	StartedAt   unixTime        `json:"started_at"`
	CompletedAt unixTime        `json:"completed_at"`
	Attempts    int             `json:"attempts"`
	StatusURL   string          `json:"status_url"`
	CancelURL   string          `json:"cancel_url"`
	ResultURL   string          `json:"result_url"`
	EventsURL   string          `json:"events_url"`
	WSURL       string          `json:"ws_url"`
	Result      json.RawMessage `json:"result,omitempty"`
	Error       *jobError       `json:"error,omitempty"`
}

// jobError is why a job failed.
type jobError struct {
	Message string `json:"message"`
	Code    string `json:"code"`
}

func (l jobLinks) document(j queue.Job) jobDocument {
	at := l.status(j.ID)
	j = inOrder(j)
	d := jobDocument{
		ID: j.ID, TaskID: j.ID, Status: j.State, Attempts: j.Attempts,
		CreatedAt: unixTime(j.Created), StartedAt: unixTime(j.Started), CompletedAt: unixTime(j.Finished),
		StatusURL: at, CancelURL: at + "/cancel", ResultURL: l.result(j.ID), EventsURL: at + "/events",
		WSURL: l.socket + "/v1/jobs/" + url.PathEscape(j.ID) + "/ws",
	}
	switch j.State {
	case queue.Succeeded:
		d.Result = j.Result
	case queue.Failed:
		d.Error = errorOf(j)
	default:
	}
	return d
}

// inOrder is the job with its stamps as they are told, to clients and to the ledger. They come from several processes,
// each of which looks at the clock before it waits for the store, and so can lie the wrong way round.
func inOrder(j queue.Job) queue.Job {
	j.Started = notBefore(j.Started, j.Created)
	j.Finished = notBefore(j.Finished, j.Started)
	return j
}

// notBefore is t, or the earlier instant that must lie before it. An instant that is not there yet stays so.
func notBefore(t, earlier time.Time) time.Time {
	if !t.IsZero() && t.Before(earlier) {
		return earlier
	}
	return t
}

// errorOf is nil for a job that has not failed.
func errorOf(j queue.Job) *jobError {
	if j.State != queue.Failed {
		return nil
	}
	return &jobError{Message: j.Error, Code: j.Code}
}

// unixTime is an instant in JSON: seconds with a fraction of microseconds, which is as much as a double holds, or null.
type unixTime time.Time

// MarshalJSON implements [json.Marshaler].
func (t unixTime) MarshalJSON() ([]byte, error) {
	at := time.Time(t)
	if at.IsZero() {
		return []byte("null"), nil
	}
	us := at.UnixMicro()
	b := strconv.AppendInt(nil, us/1e6, 10)
	b = append(b, '.')
	fraction := strconv.FormatInt(1e6+us%1e6, 10) // a digit too many in front: the leading zeros stay
	return append(b, fraction[1:]...), nil
}

// maxRetryAfter keeps those who wait for long jobs from being told of them much too late.
const maxRetryAfter = 5 * time.Second

// retryLater is when to ask again for a job that is not over. RFC 9110 has whole seconds alone; the second header, which
// OpenAI's and Azure's clients read, says it finer.
func (c *Config) retryLater(h http.Header) {
	d := min(c.jobTime(), maxRetryAfter)
	h.Set("Retry-After", strconv.Itoa(max(1, int(d.Round(time.Second).Seconds()))))
	h.Set("Retry-After-Ms", strconv.Itoa(max(1, int(d.Milliseconds()))))
}
