package profile

import (
	"slices"
	"strings"
)

// ReadsAcceptance tells whether the body of a submission's answer with this
// status code says anything that matters; else it is the result, of any size.
func (p *Profile) ReadsAcceptance(status int) bool {
	return !slices.Contains(p.Submit.SyncStatus, status)
}

// ReadsBody tells whether the body of a status answer, of which the head is
// here, says anything that matters; else the head tells all, and the body is
// the result, of any size.
func (t *Ticket) ReadsBody(status int, contentType string) bool {
	p := t.Profile
	switch {
	case p.State.ByHTTPStatus && slices.Contains(p.State.SuccessStatus, status):
		return p.looksInside() && mayBeJSON(contentType)
	case t.auto.speaksCodes() && slices.Contains(p.Poll.OKStatus, status):
		return mayBeJSON(contentType) || !t.auto.waited && !isMedia(contentType)
	default:
		return true
	}
}

// looksInside tells whether anything is read in the body of a job that is over
// by its status code.
func (p *Profile) looksInside() bool {
	whole := len(p.Result) == 0 || p.Result[0].Body != nil && *p.Result[0].Body == ""
	return !whole || p.State.Path != "" || p.State.FailureIfPresent != "" || p.Timestamps != nil || p.Durations != nil || p.Attempts != ""
}

// mayBeJSON tells whether a body can be a document: many are called text, and
// many are not called anything.
func mayBeJSON(contentType string) bool {
	kind := strings.ToLower(strings.TrimSpace(contentType))
	return kind == "" || strings.Contains(kind, "json") || strings.HasPrefix(kind, "text/")
}
