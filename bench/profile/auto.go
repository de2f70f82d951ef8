package profile

import (
	"fmt"
	"net/url"
	"strings"
)

// A recognition is what auto keeps in mind of a job whose service has no
// profile of its own.
type recognition struct {
	words   bool // the acceptance was a document about the job, with its state: answers about it must be, too
	monitor bool // an HTTP field named the status URL: 200 may be the end of it (RFC 9110, section 15.3.3)
	waited  bool // 202 was seen, so this service does speak in status codes
	result  *url.URL
}

func (r *recognition) sawPending() {
	if r != nil {
		r.waited = true
	}
}

// speaksCodes tells whether this service says by HTTP status that a job is
// over, and then answers with the result instead of a document about the job.
func (r *recognition) speaksCodes() bool { return r != nil && (r.waited || r.monitor && !r.words) }

// failed tells whether an error answer is such a job's end. One without a
// reason in JSON is more likely the server's own trouble.
func (r *recognition) failed(a *Answer) bool {
	switch a.status {
	case 400, 409, 422, 500:
	default:
		return false
	}
	doc, err := a.json()
	object, _ := doc.(map[string]any)
	return err == nil && r.speaksCodes() && filled(object["error"])
}

// recognise reads an acceptance without being told how.
func (p *Profile) recognise(a *Answer) (*Ticket, error) {
	doc, _ := a.json()
	if like, by := p.likeness(a, doc); like != nil {
		t, err := like.ticket(a)
		if err != nil {
			return nil, err
		}
		t.Recognised = by
		return t, nil
	}
	t := p.blank(a)
	f := p.find(doc)
	t.ID = scalar(f[idRole].v)
	if err := t.locate(a, f); err != nil {
		return nil, err
	}
	if err := t.guessedNow(a, f); err != nil {
		return nil, err
	}
	if t.Status == nil && !t.Now.State.Terminal() {
		return nil, garbled("the answer to the submission (%d) names no place to ask for the status: looked for the headers "+
			"Azure-AsyncOperation, Operation-Location and Location, for a URL in the body (status_url, urls.get, links.self, …) "+
			"and for an id (task_id, job_id, id, request_id, uuid, name, …); %s", a.status, a.shape())
	}
	return t, t.guessedSides(a, f)
}

// guessedNow reads what the acceptance says of the job. A word that may be
// about the submission is believed to be of the job's success only where
// there is nothing left to ask for.
func (t *Ticket) guessedNow(a *Answer, f *found) error {
	p := t.Profile
	if doc, err := a.json(); err == nil {
		r, said := p.guessed(doc)
		known := said && r.Note == ""
		t.auto.words = known && !acknowledges(r.Word) && t.ID != ""
		over := filled(f[resultRole].v) || t.Status == nil && a.status != 202
		if !known || r.State == Succeeded && acknowledges(r.Word) && !over {
			r.State, r.Word, r.Note = Unsaid, "", ""
		}
		if err := p.complete(&r, t, a.url, doc); err != nil {
			return err
		}
		t.Now = r
	}
	p.retryAfter(&t.Now, a)
	return nil
}

// locate finds where to ask for the status.
func (t *Ticket) locate(a *Answer, f *found) error {
	var err error
	for _, name := range [...]string{"Operation-Location", "Location"} {
		if a.header(name) == "" {
			continue
		}
		if t.Status, err = reachable(a.url, a.header(name)); err != nil {
			return err
		}
		t.auto.monitor, t.header, t.Recognised = true, name, name+" header"
		return t.promisedBy(a)
	}
	if at := linkOf(f[statusURLRole].v); at != "" {
		t.Recognised = fmt.Sprintf("%q in the body", f[statusURLRole].key)
		t.Status, err = reachable(a.url, at)
		return err
	}
	if at := linkOf(f[looseURLRole].v); at != "" {
		// Bodies repeat what was submitted, so a URL must be about this job.
		u, err := reachable(a.url, at)
		if err == nil && SameOrigin(u, a.url) && strings.Contains(u.String(), url.PathEscape(t.ID)) {
			t.Recognised = fmt.Sprintf("%q in the body", f[looseURLRole].key)
			t.Status = u
			return nil
		}
	}
	if t.ID == "" {
		return nil
	}
	if t.Candidates, err = t.place.candidates(t.ID, f[idRole].key); err != nil {
		return err
	}
	t.Status = t.Candidates[0]
	t.Recognised = fmt.Sprintf("%q in the body, and no URL", f[idRole].key)
	if f[idRole].key == wholeBody {
		t.Recognised = "a body that is only an id"
	}
	return nil
}

// promisedBy keeps the Location beside an Operation-Location: the result will
// be there.
func (t *Ticket) promisedBy(a *Answer) error {
	at := a.header("Location")
	if t.header == "Location" || at == "" {
		return nil
	}
	u, err := reachable(a.url, at)
	if err != nil {
		return err
	}
	if u.String() != t.Status.String() {
		t.auto.result = u
	}
	return nil
}

func (t *Ticket) guessedSides(a *Answer, f *found) error {
	var at [3]*url.URL
	for i, r := range [...]role{socketURLRole, eventsURLRole, cancelURLRole} {
		ref := linkOf(f[r].v)
		if ref == "" {
			continue
		}
		u, err := resolve(a.url, ref)
		if err != nil {
			return err
		}
		at[i] = u
	}
	t.Cancel = at[2]
	t.aside(at[0], at[1])
	return nil
}

// missing is what a status document without a state means.
func (t *Ticket) missing(doc any) (State, error) {
	if t.auto == nil {
		return t.Profile.missing(doc)
	}
	f := t.Profile.find(doc)
	object, _ := doc.(map[string]any)
	switch {
	case t.auto.speaksCodes() && !t.auto.waited && filled(object["error"]):
		return Failed, nil
	case t.auto.speaksCodes(), filled(f[resultRole].v):
		return Succeeded, nil
	}
	for _, name := range [...]string{"result", "output"} {
		if _, there := object[name]; there {
			return Unsaid, nil // a place is kept for it
		}
	}
	return Unsaid, garbled("there is no state: looked for status, state, task_status, done, ready and the like; %s", shape(doc))
}

// done reads a status answer that is not JSON: the result itself, where the
// service speaks in status codes, or why not.
func (r *recognition) done(a *Answer, why error) (Reading, error) {
	if r.speaksCodes() && (r.waited || a.status == 204 || isMedia(a.header("Content-Type"))) {
		return Reading{State: Succeeded}, nil
	}
	return Reading{}, why
}

// isMedia tells whether a body is meant to be something that is neither text
// nor JSON.
func isMedia(contentType string) bool {
	kind, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(contentType)), "/")
	switch kind {
	case "image", "audio", "video", "model", "font":
		return true
	default:
		return strings.HasPrefix(strings.ToLower(contentType), "application/octet-stream")
	}
}
