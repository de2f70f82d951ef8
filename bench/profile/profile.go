package profile

import (
	"encoding/json"
)

// A Profile tells how one kind of service takes jobs. It is read only after it
// is made, and may be used by many goroutines at once.
type Profile struct {
	Name      string         `json:"name"`
	Doc       string         `json:"doc,omitempty"`
	Auto      bool           `json:"auto,omitempty"` // recognise the service by its answers; StatusURL and Result are not used
	Submit    Submit         `json:"submit"`
	ID        []string       `json:"id"`         // paths in the answer to the submission; the first that is there
	StatusURL []Source       `json:"status_url"` // the first that is there
	SocketURL []Source       `json:"socket_url"` // none there: the status URL and /ws
	EventsURL []Source       `json:"events_url"` // none there: the status URL and /events
	State     StateRule      `json:"state"`
	Poll      PollRule       `json:"poll"`
	Result    []ResultSource `json:"result,omitempty"` // the first that is there; none: there is nothing to fetch
	Error     []string       `json:"error,omitempty"`  // paths of the text that says why a job failed
	Cancel    CancelRule     `json:"cancel,omitzero"`
	// Timestamps are the server's own; a nil one gives none.
	Timestamps *Timestamps `json:"timestamps,omitempty"`
	Durations  *Durations  `json:"durations,omitempty"`
	Attempts   string      `json:"attempts,omitempty"` // path of the number of runs of the job
	Backoff    Backoff     `json:"backoff"`
	Redirect   string      `json:"redirect"` // "manual": a redirect is an answer, not an order
	// SameOriginOnly: a URL of another origin than the submission's is refused.
	SameOriginOnly bool `json:"same_origin_only"`
	// SendAuthOnPoll: credentials go with the requests after the submission.
	SendAuthOnPoll bool `json:"send_auth_on_poll"`

	names, links names               // what members of bodies are called
	shipped      map[string]*Profile // auto: those that it knows by their likeness
}

// Submit is how a job is handed in.
type Submit struct {
	Method            string            `json:"method"`
	Path              string            `json:"path,omitempty"` // what a base URL is completed with; {uuid} stands for a new one in each
	Headers           map[string]string `json:"headers,omitempty"`
	Body              json.RawMessage   `json:"body,omitempty"` // an example that the service takes
	AcceptStatus      []int             `json:"accept_status"`
	RetryStatus       []int             `json:"retry_status"`          // the job was not taken, and may be handed in again
	SyncStatus        []int             `json:"sync_status,omitempty"` // the answer is the result: the job is over
	IdempotencyHeader string            `json:"idempotency_header"`
	AuthScheme        string            `json:"auth_scheme"` // what stands before the key in the Authorization field
}

// A Source says where an answer names a URL; exactly one of Header, JSON and
// Self is set, or Template alone.
type Source struct {
	Header string `json:"header,omitempty"` // the field's value is the URL
	JSON   string `json:"json,omitempty"`   // the value at this path is the URL, or fills the template
	// Template makes a URL of {value} (at JSON), {id}, {submit} (the
	// submission's path), {parent} (one segment up), {base} (without Submit.Path;
	// empty where it does not end with it) and {version} (up to its segment
	// like v1beta, or /v1). Values are escaped.
	Template string `json:"template,omitempty"`
	Self     bool   `json:"self,omitempty"` // the submission's own URL
}

// A StateRule says what state an answer tells of.
type StateRule struct {
	Path            string `json:"path,omitempty"` // of the word
	Queued          []Word `json:"queued,omitempty"`
	Running         []Word `json:"running,omitempty"`
	Pending         []Word `json:"pending,omitempty"` // queued or running, as the word itself means
	Success         []Word `json:"success,omitempty"`
	Failure         []Word `json:"failure,omitempty"`
	Canceled        []Word `json:"canceled,omitempty"`
	Missing         string `json:"missing"` // nothing at Path means: error, pending or success
	Unknown         string `json:"unknown"` // a word of no list means: pending, success, failure or error
	CaseInsensitive bool   `json:"case_insensitive"`
	// ByHTTPStatus: the status code tells; a word at Path, if there is one,
	// tells more.
	ByHTTPStatus     bool   `json:"by_http_status,omitempty"`
	SuccessStatus    []int  `json:"success_status,omitempty"`
	FailureStatus    []int  `json:"failure_status,omitempty"`
	FailureIfPresent string `json:"failure_if_present,omitempty"` // path; a job that is over and has this failed
}

// A PollRule says what the status codes of status requests mean.
type PollRule struct {
	Method             string `json:"method"`
	OKStatus           []int  `json:"ok_status"`
	PendingStatus      []int  `json:"pending_status"`
	RedirectDoneStatus []int  `json:"redirect_done_status"` // done; Location is the result
	TransientStatus    []int  `json:"transient_status"`     // ask again
	TransientMax       int    `json:"transient_max"`        // so many times in a row
	GoneStatus         []int  `json:"gone_status"`          // 410 of them means expired, others lost
}

// A ResultSource says where the result of a job is; exactly one way of it is
// set.
type ResultSource struct {
	Body            *string `json:"body,omitempty"`     // path in the status body; "" is the whole
	URLJSON         string  `json:"url_json,omitempty"` // path of a URL in the status body
	JSON            string  `json:"json,omitempty"`     // path of what fills Template
	Template        string  `json:"template,omitempty"`
	URLSubmitJSON   string  `json:"url_submit_json,omitempty"` // path of a URL in the answer to the submission
	URLSubmitHeader string  `json:"url_submit_header,omitempty"`
	Redirect        bool    `json:"redirect,omitempty"` // where the redirect leads that says done
}

// A CancelRule says how a job is canceled.
type CancelRule struct {
	Method string   `json:"method,omitempty"` // "" means POST
	URL    []Source `json:"url,omitempty"`
}

// Timestamps are paths of the server's stamps in a status body.
type Timestamps struct {
	Created   string `json:"created,omitempty"`
	Started   string `json:"started,omitempty"`
	Completed string `json:"completed,omitempty"`
	Format    string `json:"format,omitempty"` // unix, unix_ms, rfc3339 or auto; "" means auto
}

// Durations are paths of what a server measured itself, in milliseconds.
type Durations struct {
	QueueMS string `json:"queue_ms"`
	ExecMS  string `json:"exec_ms"`
}
