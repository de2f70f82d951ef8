package profile

import (
	"fmt"
	"slices"
	"strings"
)

// validate refuses profiles that could never work, or that would put more than
// one field, line or host where the service names one.
func (p *Profile) validate() error {
	for _, check := range [...]func() error{
		p.validateSubmit, p.validateState, p.validatePoll, p.validateSources, p.validateResult, p.validateRest,
		p.Backoff.validate,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (p *Profile) validateSubmit() error {
	s := &p.Submit
	if err := method("submit.method", s.Method); err != nil {
		return err
	}
	if s.Path != "" && (!strings.HasPrefix(s.Path, "/") || strings.HasPrefix(s.Path, "//") || strings.ContainsAny(s.Path, " \t\r\n#")) {
		return wrong("submit.path", "is %q, not a path that begins with one slash", s.Path)
	}
	for _, name := range sorted(s.Headers) {
		if !IsToken(name) || strings.ContainsAny(s.Headers[name], "\r\n\x00") {
			return wrong("submit.headers."+name, "cannot be sent in a header")
		}
	}
	if s.IdempotencyHeader != "" && !IsToken(s.IdempotencyHeader) {
		return wrong("submit.idempotency_header", "is %q, not the name of a header", s.IdempotencyHeader)
	}
	if strings.ContainsAny(s.AuthScheme, "\r\n\x00") {
		return wrong("submit.auth_scheme", "cannot be sent in a header")
	}
	if len(s.AcceptStatus)+len(s.SyncStatus) == 0 {
		return wrong("submit.accept_status", "is empty, so that no submission could be accepted")
	}
	return statuses(map[string][]int{
		"submit.accept_status": s.AcceptStatus, "submit.retry_status": s.RetryStatus, "submit.sync_status": s.SyncStatus,
	})
}

func (p *Profile) validateState() error {
	s := &p.State
	if err := oneOf("state.missing", s.Missing, "error", "pending", "success"); err != nil {
		return err
	}
	if err := oneOf("state.unknown", s.Unknown, "pending", "success", "failure", "error"); err != nil {
		return err
	}
	switch {
	case p.Auto:
	case s.Path == "" && !s.ByHTTPStatus:
		return wrong("state.path", "is missing: where in the status body does the state stand? Or set state.by_http_status")
	case s.ByHTTPStatus && len(s.SuccessStatus) == 0:
		return wrong("state.success_status", "is empty, so that no job could succeed by its HTTP status")
	case !s.ByHTTPStatus && len(s.Success) == 0 && s.Unknown != "success" && s.Missing != "success":
		return wrong("state.success", "is empty, so that no job could succeed")
	}
	if err := s.contradiction(); err != nil {
		return err
	}
	return statuses(map[string][]int{"state.success_status": s.SuccessStatus, "state.failure_status": s.FailureStatus})
}

func (p *Profile) validatePoll() error {
	r := &p.Poll
	if err := method("poll.method", r.Method); err != nil {
		return err
	}
	return statuses(map[string][]int{
		"poll.ok_status": r.OKStatus, "poll.pending_status": r.PendingStatus, "poll.gone_status": r.GoneStatus,
		"poll.redirect_done_status": r.RedirectDoneStatus, "poll.transient_status": r.TransientStatus,
	})
}

func (p *Profile) validateSources() error {
	if len(p.StatusURL) == 0 && !p.Auto {
		return wrong("status_url", "is missing: where does the answer to a submission say where the status is?")
	}
	for _, list := range [...]struct {
		field   string
		sources []Source
	}{
		{"status_url", p.StatusURL}, {"socket_url", p.SocketURL}, {"events_url", p.EventsURL}, {"cancel.url", p.Cancel.URL},
	} {
		for i, s := range list.sources {
			if err := s.validate(fmt.Sprintf("%s[%d]", list.field, i)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s Source) validate(at string) error {
	ways := 0
	for _, is := range [...]bool{s.Header != "", s.JSON != "" || s.Template != "", s.Self} {
		if is {
			ways++
		}
	}
	if ways != 1 {
		return wrong(at, "must have one of header, json (with or without template), template or self")
	}
	if s.Header != "" && !IsToken(s.Header) {
		return wrong(at+".header", "is %q, not the name of a header", s.Header)
	}
	return template(at, s.JSON, s.Template)
}

func (p *Profile) validateResult() error {
	for i, s := range p.Result {
		at := fmt.Sprintf("result[%d]", i)
		ways := 0
		for _, is := range [...]bool{
			s.Body != nil, s.URLJSON != "", s.JSON != "" || s.Template != "", s.URLSubmitJSON != "", s.URLSubmitHeader != "", s.Redirect,
		} {
			if is {
				ways++
			}
		}
		switch {
		case ways != 1:
			return wrong(at, "must have one of body, url_json, json with template, url_submit_json, url_submit_header or redirect")
		case s.JSON != "" && s.Template == "":
			return wrong(at+".template", "is missing: url_json is for a value that is a URL itself")
		case s.URLSubmitHeader != "" && !IsToken(s.URLSubmitHeader):
			return wrong(at+".url_submit_header", "is %q, not the name of a header", s.URLSubmitHeader)
		}
		if err := template(at, s.JSON, s.Template); err != nil {
			return err
		}
	}
	return nil
}

func (p *Profile) validateRest() error {
	if p.Cancel.Method != "" {
		if err := method("cancel.method", p.Cancel.Method); err != nil {
			return err
		}
	}
	if p.Timestamps != nil {
		if err := oneOf("timestamps.format", p.Timestamps.Format, "", "unix", "unix_ms", "rfc3339", "auto"); err != nil {
			return err
		}
	}
	return oneOf("redirect", p.Redirect, "manual")
}

func (b *Backoff) validate() error {
	switch {
	case b.FirstPoll < 0 || b.Initial < 0 || b.Max < 0 || b.RetryAfterMax < 0 || b.Deadline < 0:
		return wrong("backoff", "has a time below 0")
	case !(b.Factor >= 1):
		return wrong("backoff.factor", "is %v: waits would shrink", b.Factor)
	case !(b.Jitter >= 0 && b.Jitter < 1):
		return wrong("backoff.jitter", "is %v, not from 0 to below 1", b.Jitter)
	default:
		return nil
	}
}

// template refuses what could not be filled, and a value where the host
// stands.
func template(at, value, text string) error {
	if text == "" {
		return nil
	}
	at += ".template"
	path, rooted := text, false
	for _, begin := range [...]string{"{submit}", "{parent}", "{base}", "{version}"} {
		if rest, ok := strings.CutPrefix(text, begin); ok {
			path, rooted = rest, true
		}
	}
	if absolute(text) {
		_, rest, _ := strings.Cut(text, "://")
		host, _, found := strings.Cut(rest, "/")
		if !found || host == "" || strings.ContainsAny(host, "{}@?#") {
			return wrong(at, "is %q: its host must be written out", text)
		}
	} else if !rooted && (!strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//")) {
		return wrong(at, "is %q: it must begin with /, {submit}, {parent}, {base}, {version} or http", text)
	}
	return placeholders(at, value, text)
}

func placeholders(at, value, text string) error {
	if strings.ContainsAny(text, "# \t\r\n") {
		return wrong(at, "is %q, which has a blank or a #", text)
	}
	known := []string{"value", "id", "submit", "parent", "base", "version"}
	_, rest, open := strings.Cut(text, "{")
	for open {
		name, after, closed := strings.Cut(rest, "}")
		switch {
		case !closed:
			return wrong(at, "is %q: a brace is not closed", text)
		case !slices.Contains(known, name):
			return &FieldError{Field: at, Nearest: nearest(name, known), What: fmt.Sprintf("has no value for {%s}", cut(name, maxWord))}
		case name == "value" && value == "":
			return wrong(at, "has a {value} but no json to take it from")
		}
		_, rest, open = strings.Cut(after, "{")
	}
	return nil
}

func oneOf(field, got string, allowed ...string) error {
	if slices.Contains(allowed, got) {
		return nil
	}
	list := strings.TrimPrefix(strings.Join(allowed, ", "), ", ")
	return &FieldError{Field: field, Nearest: nearest(got, allowed), What: fmt.Sprintf("is %q, not one of %s", cut(got, maxWord), list)}
}

func statuses(lists map[string][]int) error {
	for _, field := range sorted(lists) {
		for _, status := range lists[field] {
			if status < 200 || status > 599 {
				return wrong(field, "has %d, which is no status of a final answer", status)
			}
		}
	}
	return nil
}

func method(field, s string) error {
	if !IsToken(s) {
		return wrong(field, "is %q, not a method", cut(s, maxWord))
	}
	return nil
}

// IsToken tells whether s is a token of RFC 9110, section 5.6.2.
func IsToken(s string) bool {
	for _, c := range []byte(s) {
		alnum := c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
		if !alnum && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return s != ""
}
