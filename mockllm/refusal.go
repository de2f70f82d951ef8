package mockllm

import (
	"encoding/json"
	"errors"
	"net/http"
)

// refusal is a request that is answered with an error before it reaches a handler. The connection is closed after it,
// since nobody knows where the next request begins.
type refusal struct {
	status  int
	message string
}

func (r *refusal) Error() string { return r.message }

// refuse answers err, if it is one; req is nil when there is not even a head.
func (c *conn) refuse(req *http.Request, err error) {
	r, ok := errors.AsType[*refusal](err)
	if !ok {
		return
	}
	if req == nil {
		req = &http.Request{Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
	}
	c.begin(req, nil)
	c.deaf = true
	c.x.keep = false
	body := refusalBody(r.message)
	c.x.head(r.status, http.Header{"Content-Type": {"application/json"}, "Content-Length": {itoa(len(body))}})
	c.x.write(body)
	c.x.end()
}

// refusalBody is an error in OpenAI's envelope.
func refusalBody(message string) []byte {
	type detail struct {
		Message string  `json:"message"`
		Type    string  `json:"type"`
		Param   *string `json:"param"`
		Code    *string `json:"code"`
	}
	body, err := json.Marshal(map[string]detail{"error": {Message: message, Type: "invalid_request_error"}})
	if err != nil { // it always marshals
		return nil
	}
	return body
}
