package mockllm

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/aibench/aibench/mockllm/queue"
)

// jobAnswer is one answer on a job.
type jobAnswer struct {
	status int
	header http.Header
	body   any // nil: empty
}

// jobManner is how a style tells of a job. Retry-After is none of its concern: it is the same in all.
type jobManner struct {
	style    JobStyle
	accepted func(jobLinks, queue.Job) jobAnswer // to its submission, or a repeated one
	status   func(jobLinks, queue.Job) jobAnswer // at the status URL
}

func jobManners() []jobManner {
	return []jobManner{
		{JobNative, acceptedNative, statusNative},
		{JobLocation, acceptedLocation, statusLocation},
		{JobSeeOther, acceptedLocation, statusSeeOther},
		{JobOperation, acceptedOperation, statusOperation},
	}
}

func mannerOf(style JobStyle) jobManner {
	for _, m := range jobManners() {
		if m.style == style {
			return m
		}
	}
	return jobManners()[0]
}

func acceptedNative(l jobLinks, j queue.Job) jobAnswer {
	at := l.status(j.ID)
	h := http.Header{"Location": {at}, "Operation-Location": {at}}
	return jobAnswer{http.StatusAccepted, h, l.document(j)}
}

func statusNative(l jobLinks, j queue.Job) jobAnswer {
	return jobAnswer{http.StatusOK, nil, l.document(j)}
}

// jobBrief is all that the styles tell which know of no document.
type jobBrief struct {
	Status queue.State `json:"status"`
	Error  *jobError   `json:"error,omitempty"`
}

func acceptedLocation(l jobLinks, j queue.Job) jobAnswer {
	return jobAnswer{http.StatusAccepted, http.Header{"Location": {l.status(j.ID)}}, jobBrief{Status: j.State}}
}

// statusLocation says how the job stands by the HTTP status alone.
func statusLocation(_ jobLinks, j queue.Job) jobAnswer {
	switch j.State {
	case queue.Succeeded:
		return jobAnswer{http.StatusOK, nil, json.RawMessage(j.Result)}
	case queue.Failed:
		return refusalOf(errJobFailed(j))
	case queue.Canceled:
		return refusalOf(errJobCanceled(http.StatusConflict))
	default:
		return jobAnswer{http.StatusAccepted, nil, jobBrief{Status: j.State}}
	}
}

// statusSeeOther sends those who ask for a job that has succeeded to its result.
func statusSeeOther(l jobLinks, j queue.Job) jobAnswer {
	brief := jobBrief{Status: j.State, Error: errorOf(j)}
	if j.State == queue.Succeeded {
		brief.Status = "done"
		return jobAnswer{http.StatusSeeOther, http.Header{"Location": {l.result(j.ID)}}, brief}
	}
	return jobAnswer{http.StatusOK, nil, brief}
}

// operation is a job in the words of Azure's long-running operations.
type operation struct {
	ID       string    `json:"id"`
	Status   string    `json:"status"`
	Created  string    `json:"createdDateTime"`
	Changed  string    `json:"lastActionDateTime"`
	Resource string    `json:"resourceLocation,omitempty"`
	Error    *jobError `json:"error,omitempty"`
}

func (l jobLinks) operation(j queue.Job) operation {
	o := operation{ID: j.ID, Created: azureTime(j.Created), Changed: azureTime(latest(j)), Error: errorOf(j)}
	switch j.State {
	case queue.Running:
		o.Status = "Running"
	case queue.Succeeded:
		o.Status, o.Resource = "Succeeded", l.result(j.ID)
	case queue.Failed:
		o.Status = "Failed"
	case queue.Canceled:
		o.Status, o.Error = "Canceled", &jobError{Message: jobWasCanceled, Code: codeCanceled}
	default:
		o.Status = "NotStarted"
	}
	return o
}

func acceptedOperation(l jobLinks, j queue.Job) jobAnswer {
	h := http.Header{"Operation-Location": {l.status(j.ID)}}
	return jobAnswer{http.StatusAccepted, h, l.operation(j)}
}

func statusOperation(l jobLinks, j queue.Job) jobAnswer {
	return jobAnswer{http.StatusOK, nil, l.operation(j)}
}

// latest is when a job changed last.
func latest(j queue.Job) time.Time {
	switch {
	case !j.Finished.IsZero():
		return j.Finished
	case !j.Started.IsZero():
		return j.Started
	}
	return j.Created
}

func azureTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// What is told of a canceled job where an error must be told.
const (
	jobWasCanceled = "the job was canceled"
	codeCanceled   = "canceled"
)

func refusalOf(e *apiError) jobAnswer {
	return jobAnswer{e.status, e.header, json.RawMessage(e.body())}
}

func errJobFailed(j queue.Job) *apiError {
	return &apiError{status: http.StatusInternalServerError, kind: kindServer, code: j.Code, message: j.Error}
}

func errJobCanceled(status int) *apiError {
	return &apiError{status: status, kind: kindInvalid, code: codeCanceled, message: jobWasCanceled}
}

func errNoJob(id string) *apiError {
	return &apiError{
		status: http.StatusNotFound, kind: kindInvalid, code: "job_not_found",
		message: fmt.Sprintf("no job has the id %.64q", id),
	}
}

func errJobExpired(id string) *apiError {
	return &apiError{
		status: http.StatusGone, kind: kindInvalid, code: "job_expired",
		message: fmt.Sprintf("the job %.64q was over long ago and is not kept any more", id),
	}
}

// errQueue is the answer when the queue does not answer.
func errQueue(err error) *apiError {
	return &apiError{
		status: http.StatusServiceUnavailable, kind: kindServer, code: "queue_unavailable",
		message: fmt.Sprintf("the queue does not answer: %.256s", err),
		header:  http.Header{"Retry-After": {"1"}},
	}
}
