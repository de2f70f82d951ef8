package profile

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Accepts tells whether a submission that was answered with this status code
// was taken.
func (p *Profile) Accepts(status int) bool {
	return slices.Contains(p.Submit.AcceptStatus, status) || slices.Contains(p.Submit.SyncStatus, status)
}

// Accepted reads the answer to a submission. Errors are *ProtocolError: the
// submission was not accepted, or nothing says where the job can be followed.
func (p *Profile) Accepted(a *Answer) (*Ticket, error) {
	switch {
	case slices.Contains(p.Submit.SyncStatus, a.status):
		t := p.blank(a)
		t.Now.State = Succeeded
		return t, nil
	case !slices.Contains(p.Submit.AcceptStatus, a.status):
		why := ""
		if doc, err := a.json(); err == nil {
			why = p.why(p.blank(a), doc)
		}
		return nil, refused("the submission", a, why)
	case p.Auto:
		return p.recognise(a)
	default:
		return p.ticket(a)
	}
}

func (p *Profile) blank(a *Answer) *Ticket {
	t := &Ticket{Profile: p, place: place{a.url, p.Submit.Path}}
	if p.Auto {
		t.auto = &recognition{}
	}
	return t
}

// ticket follows the profile's own rules.
func (p *Profile) ticket(a *Answer) (*Ticket, error) {
	t := p.blank(a)
	doc, _ := a.json()
	for _, path := range p.ID {
		if id, ok := text(doc, path); ok {
			t.ID = id
			break
		}
	}
	if err := t.promised(p, a); err != nil {
		return nil, err
	}
	if err := p.now(t, a); err != nil {
		return nil, err
	}
	s, u, err := t.first(p.StatusURL, a)
	if err != nil {
		return nil, err
	}
	if u == nil && !t.Now.State.Terminal() {
		return nil, p.nowhere(a)
	}
	t.header = s.Header
	if u != nil {
		t.Status = asHTTP(u)
	}
	return t, t.sides(p, a)
}

// now reads what the acceptance itself says of the job. Without a word it says
// nothing, except where its absence from the status means success.
func (p *Profile) now(t *Ticket, a *Answer) error {
	doc, err := a.json()
	if err == nil {
		r, said, err := p.document(t, doc)
		if err != nil {
			return err
		}
		if !said && p.State.Missing == "success" && p.isItsOwnStatus() && a.status != 202 {
			r.State = Succeeded
		}
		if err := p.complete(&r, t, a.url, doc); err != nil {
			return err
		}
		t.Now = r
	}
	p.retryAfter(&t.Now, a)
	return nil
}

// isItsOwnStatus tells whether the answer to a submission is what polls are
// answered with, too.
func (p *Profile) isItsOwnStatus() bool {
	return slices.ContainsFunc(p.StatusURL, func(s Source) bool { return s.Self })
}

// first gives the URL of the first source that has one.
func (t *Ticket) first(sources []Source, a *Answer) (Source, *url.URL, error) {
	for _, s := range sources {
		u, err := t.source(s, a)
		if u != nil || err != nil {
			return s, u, err
		}
	}
	return Source{}, nil, nil
}

// source gives the URL that a source names; nil: it names none.
func (t *Ticket) source(s Source, a *Answer) (*url.URL, error) {
	value := ""
	switch {
	case s.Self:
		return resolve(a.url, a.url.String())
	case s.Header != "":
		value = a.header(s.Header)
	case s.JSON != "":
		if doc, err := a.json(); err == nil {
			value, _ = text(doc, s.JSON)
		}
	}
	switch {
	case s.Template != "" && (s.JSON == "" || value != "") && (t.ID != "" || !strings.Contains(s.Template, "{id}")):
		return t.place.expand(s.Template, value, t.ID)
	case s.Template != "" || value == "":
		return nil, nil
	default:
		return resolve(a.url, value)
	}
}

// sides are the other URLs of a job: where it is pushed from, and canceled.
func (t *Ticket) sides(p *Profile, a *Answer) error {
	_, socket, err := t.first(p.SocketURL, a)
	if err != nil {
		return err
	}
	_, events, err := t.first(p.EventsURL, a)
	if err != nil {
		return err
	}
	if _, t.Cancel, err = t.first(p.Cancel.URL, a); err != nil {
		return err
	}
	t.aside(socket, events)
	return nil
}

// aside sets where a job is pushed from; without its own URLs, beneath its
// status.
func (t *Ticket) aside(socket, events *url.URL) {
	if t.Status != nil && socket == nil {
		socket = within(t.Status, "ws")
	}
	if t.Status != nil && events == nil {
		events = within(t.Status, "events")
	}
	if socket != nil {
		t.Socket = asSocket(socket)
	}
	if events != nil {
		t.Events = asHTTP(events)
	}
	if t.Cancel != nil {
		t.Cancel = asHTTP(t.Cancel)
	}
}

// nowhere says what was looked for in vain.
func (p *Profile) nowhere(a *Answer) error {
	var looked []string
	for _, s := range p.StatusURL {
		if s.Header != "" {
			looked = append(looked, "the header "+s.Header)
		} else {
			looked = append(looked, fmt.Sprintf("%q in the body", s.JSON))
		}
	}
	return garbled("the answer to the submission (%d) names no status URL: looked for %s; %s",
		a.status, strings.Join(looked, ", "), a.shape())
}

// shape says what the body has instead of what was looked for.
func (a *Answer) shape() string {
	doc, err := a.json()
	if err != nil {
		return fmt.Sprintf("the body is %v", err)
	}
	return shape(doc)
}

func quoted(s string) string { return fmt.Sprintf("%q", s) }
