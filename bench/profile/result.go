package profile

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// resultURL is where the result of a job that ended well is fetched; nil: the
// status document holds it, or there is none.
func (p *Profile) resultURL(t *Ticket, from *url.URL, doc any) (*url.URL, error) {
	if t.auto != nil {
		return p.guessedResult(t, from, doc)
	}
	for i, s := range p.Result {
		switch {
		case s.Body != nil:
			if _, ok := lookup(doc, *s.Body); ok {
				return nil, nil
			}
		case s.URLJSON != "":
			if at, ok := text(doc, s.URLJSON); ok {
				return reachable(from, at)
			}
		case s.Template != "":
			if value, ok := text(doc, s.JSON); ok || s.JSON == "" {
				return t.place.expand(s.Template, value, t.ID)
			}
		case t.result[i] != nil && t.Status != nil && t.result[i].String() == t.Status.String():
			return nil, nil // it is this very answer
		case t.result[i] != nil:
			return t.result[i], nil
		}
	}
	return nil, nil
}

// promised keeps the places of results that only the acceptance tells.
func (t *Ticket) promised(p *Profile, a *Answer) error {
	for i, s := range p.Result {
		at := ""
		if s.URLSubmitHeader != "" {
			at = a.header(s.URLSubmitHeader)
		} else if doc, err := a.json(); err == nil && s.URLSubmitJSON != "" {
			at, _ = text(doc, s.URLSubmitJSON)
		}
		if at == "" {
			continue
		}
		u, err := reachable(a.url, at)
		if err != nil {
			return err
		}
		if t.result == nil {
			t.result = map[int]*url.URL{}
		}
		t.result[i] = u
	}
	return nil
}

// ReadResult reads the answer of a result's URL: Succeeded with a ResultURL is
// a redirect to follow, Succeeded without is the result, Failed a job that
// ended badly after all. While the result is not there yet the state is
// Unsaid, or Transient. Errors are *ProtocolError.
func (p *Profile) ReadResult(t *Ticket, a *Answer) (Reading, error) {
	p = t.Profile
	r, err := p.readResult(t, a)
	if err != nil {
		return Reading{}, err
	}
	p.retryAfter(&r, a)
	return r, nil
}

func (p *Profile) readResult(t *Ticket, a *Answer) (Reading, error) {
	switch {
	case slices.Contains(p.Poll.PendingStatus, a.status):
		return Reading{}, nil
	case a.status >= 200 && a.status < 300:
		return Reading{State: Succeeded}, nil
	case a.status >= 300 && a.status < 400 && a.status != 304:
		u, err := a.location()
		return Reading{State: Succeeded, ResultURL: u}, err
	case a.status == 410:
		return Reading{State: Expired, Err: p.failure(t, a)}, nil
	case slices.Contains(p.Poll.GoneStatus, a.status):
		return Reading{State: Lost, Err: p.failure(t, a)}, nil
	case a.status != 500 && slices.Contains(p.Poll.TransientStatus, a.status):
		return Reading{State: Transient, Err: p.failure(t, a)}, nil
	case a.status >= 400:
		why := p.failure(t, a)
		if why == "" {
			why = excerpt(a.body)
		}
		return Reading{State: Failed, Err: why}, nil
	default:
		return Reading{}, refused("the request for the result", a, "")
	}
}

// why is the reason of a failure in the server's words.
func (p *Profile) why(t *Ticket, doc any) string {
	for _, path := range p.Error {
		if v, ok := lookup(doc, path); ok && filled(v) {
			return reason(v)
		}
	}
	if t.auto != nil {
		return p.guessedReason(doc)
	}
	return ""
}

// reason makes one line of whatever a server gives as one.
func reason(v any) string {
	if s := scalar(v); s != "" {
		return oneLine(lastOfTraceback(s), maxText)
	}
	if object, ok := v.(map[string]any); ok {
		for _, name := range [...]string{"message", "detail", "error", "msg"} {
			if s, ok := object[name].(string); ok && s != "" {
				return oneLine(s, maxText)
			}
		}
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return excerpt(b)
}

// lastOfTraceback is the line of a Python traceback that says what happened.
func lastOfTraceback(s string) string {
	if !strings.HasPrefix(s, "Traceback (most recent call last)") {
		return s
	}
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}

func excerpt(body []byte) string { return oneLine(string(body[:min(len(body), 2*maxText)]), maxText) }
