package mockllm

import (
	"fmt"
	"net/http"
)

// apiError is a request refused before the first byte of its answer. It is answered in OpenAI's envelope,
// {"error":{"message","type","param","code"}}, with its real status, for streams too.
type apiError struct {
	status  int
	kind    string // the envelope's "type"
	code    string // "": null
	param   string // the field of the request that is wrong; "": null
	message string // never holds a key, nor more than a few words of the request

	header http.Header // added to the answer's; nil: none
}

// The values of "type" in OpenAI's envelope.
const (
	kindInvalid   = "invalid_request_error"
	kindRateLimit = "rate_limit_error"
	kindServer    = "server_error"
)

// errorBody is the envelope, before the first byte as well as inside a stream.
type errorBody struct {
	Error errorDetail `json:"error"`
}

type errorDetail struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"`
	Code    *string `json:"code"`
}

// body is the envelope as JSON.
func (e *apiError) body() []byte {
	return encode(errorBody{errorDetail{Message: e.message, Type: e.kind, Param: orNull(e.param), Code: orNull(e.code)}})
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// invalid refuses a request because of one of its fields.
func invalid(param, format string, args ...any) *apiError {
	return &apiError{
		status: http.StatusBadRequest, kind: kindInvalid, param: param, message: fmt.Sprintf(format, args...),
	}
}

func errUnknownModel(model string) *apiError {
	return &apiError{
		status: http.StatusNotFound, kind: kindInvalid, code: "model_not_found", param: "model",
		message: fmt.Sprintf("the model %.64q does not exist here; GET /v1/models lists what does", model),
	}
}

func errUnknownPath(method, path string) *apiError {
	return &apiError{
		status: http.StatusNotFound, kind: kindInvalid, code: "unknown_url",
		message: fmt.Sprintf("no such endpoint: %.16s %.128s; GET /openapi.json lists what exists", method, path),
	}
}

func errMethod(method, path, allow string) *apiError {
	return &apiError{
		status: http.StatusMethodNotAllowed, kind: kindInvalid, code: "method_not_supported",
		message: fmt.Sprintf("%.16s is not allowed on %.128s, %s is", method, path, allow),
		header:  http.Header{"Allow": {allow}},
	}
}

// errKey does not tell a missing key from a wrong one, and repeats neither.
func errKey() *apiError {
	return &apiError{
		status: http.StatusUnauthorized, kind: kindInvalid, code: "invalid_api_key",
		message: "missing or incorrect API key: send it as Authorization: Bearer KEY",
		header:  http.Header{"Www-Authenticate": {"Bearer"}},
	}
}

// errQueueFull is the answer when the batch and the queue before it are full.
func errQueueFull(running, waiting int, retryAfter string) *apiError {
	return &apiError{
		status: http.StatusTooManyRequests, kind: kindRateLimit, code: "rate_limit_exceeded",
		message: fmt.Sprintf("%d requests are running on this worker and %d wait: try again in %s s",
			running, waiting, retryAfter),
		header: http.Header{"Retry-After": {retryAfter}},
	}
}

// errInjected is the answer of a status fault.
func errInjected(f *Fault) *apiError {
	e := &apiError{status: f.Status, message: "a status fault was asked for"}
	if e.status == 0 {
		e.status = http.StatusInternalServerError
	}
	e.kind, e.code = kindOfStatus(e.status)
	if f.RetryAfter > 0 {
		e.header = http.Header{"Retry-After": {f.retryAfter()}}
	}
	return e
}

// kindOfStatus is the type and code that OpenAI sends with a status.
func kindOfStatus(status int) (kind, code string) {
	switch {
	case status == http.StatusUnauthorized:
		return kindInvalid, "invalid_api_key"
	case status == http.StatusTooManyRequests:
		return kindRateLimit, "rate_limit_exceeded"
	case status >= http.StatusInternalServerError:
		return kindServer, ""
	}
	return kindInvalid, ""
}
