package profile

import (
	"net/url"
	"slices"
)

// Read reads the answer to a request for a job's status. t is the job's, as
// Accepted gave it. Errors are *ProtocolError: an answer that the profile
// cannot read.
func (p *Profile) Read(t *Ticket, a *Answer) (Reading, error) {
	p = t.Profile
	r, err := p.read(t, a)
	if err != nil {
		return Reading{}, err
	}
	p.retryAfter(&r, a)
	return r, nil
}

func (p *Profile) read(t *Ticket, a *Answer) (Reading, error) {
	poll := &p.Poll
	has := func(list []int) bool { return slices.Contains(list, a.status) }
	switch {
	case p.State.ByHTTPStatus && has(p.State.SuccessStatus):
		return p.byStatus(t, a, Succeeded)
	case p.State.ByHTTPStatus && has(p.State.FailureStatus):
		return p.byStatus(t, a, Failed)
	case has(poll.OKStatus):
		return p.told(t, a)
	case has(poll.PendingStatus):
		return p.pending(t, a)
	case has(poll.RedirectDoneStatus):
		return p.redirected(t, a)
	case a.status == 301 || a.status == 307 || a.status == 308:
		u, err := a.location()
		return Reading{Next: u}, err
	}
	if r, ok := p.failureTold(t, a); ok {
		return r, nil
	}
	if t.auto.failed(a) {
		return Reading{State: Failed, Err: p.failure(t, a)}, nil
	}
	switch {
	case has(poll.GoneStatus) && a.status == 410:
		return Reading{State: Expired, Err: p.failure(t, a)}, nil
	case has(poll.GoneStatus):
		return Reading{State: Lost, Err: p.failure(t, a)}, nil
	case has(poll.TransientStatus):
		return Reading{State: Transient, Err: p.failure(t, a)}, nil
	default:
		return Reading{}, refused("the request for the status", a, p.failure(t, a))
	}
}

func refused(what string, a *Answer, why string) error {
	if why != "" {
		why = ": " + why
	}
	return garbled("%s was answered %d%s", what, a.status, why)
}

// told reads an answer whose status code only says that it is one.
func (p *Profile) told(t *Ticket, a *Answer) (Reading, error) {
	doc, err := a.json()
	if err != nil {
		return t.auto.done(a, garbled("the status cannot be read: the body is %v", err))
	}
	r, said, err := p.document(t, doc)
	if err != nil {
		return Reading{}, err
	}
	if !said {
		if r.State, err = t.missing(doc); err != nil {
			return Reading{}, err
		}
	}
	return r, p.complete(&r, t, a.url, doc)
}

// pending reads an answer whose status code says that the job is not over.
// A word that says otherwise is believed: frameworks give their handlers a
// status code once and for all.
func (p *Profile) pending(t *Ticket, a *Answer) (Reading, error) {
	t.auto.sawPending()
	r := Reading{}
	if doc, err := a.json(); err == nil {
		if told, said, err := p.document(t, doc); err == nil && said {
			r = told
		}
		if err := p.complete(&r, t, a.url, doc); err != nil {
			return Reading{}, err
		}
	}
	u, err := t.moved(a)
	r.Next = u
	return r, err
}

// moved is where the service wants to be asked from now on, where it says so
// in the field that named the status URL; nil: where it was asked.
func (t *Ticket) moved(a *Answer) (*url.URL, error) {
	if t.header == "" {
		return nil, nil
	}
	at := a.header(t.header)
	if at == "" {
		return nil, nil
	}
	u, err := reachable(a.url, at)
	if err != nil || t.Status != nil && u.String() == t.Status.String() {
		return nil, err
	}
	return u, nil
}

// byStatus reads an answer whose status code is the state. The body may be
// anything; a word in it, where the profile knows one, says more.
func (p *Profile) byStatus(t *Ticket, a *Answer, state State) (Reading, error) {
	doc, err := a.json()
	if err != nil {
		r := Reading{State: state}
		if state == Failed {
			r.Err = excerpt(a.body)
		}
		return r, nil
	}
	r, said, err := p.document(t, doc)
	if err != nil || !said {
		r.State = state
	}
	return r, p.complete(&r, t, a.url, doc)
}

// redirected reads an answer that says where the result is.
func (p *Profile) redirected(t *Ticket, a *Answer) (Reading, error) {
	u, err := a.location()
	if err != nil {
		return Reading{}, err
	}
	r := Reading{State: Succeeded, ResultURL: u}
	if doc, err := a.json(); err == nil {
		p.stamps(&r, t, doc)
	}
	return r, nil
}

// location is where a redirect leads.
func (a *Answer) location() (*url.URL, error) {
	at := a.header("Location")
	if at == "" {
		return nil, garbled("the answer %d has no Location", a.status)
	}
	return reachable(a.url, at)
}

// failureTold reads an error answer that is a job's failure all the same:
// handlers raise what the job raised. A gateway's status code is never the
// job's, nor is the word error.
func (p *Profile) failureTold(t *Ticket, a *Answer) (Reading, bool) {
	if slices.Contains(p.Poll.GoneStatus, a.status) || a.status != 500 && slices.Contains(p.Poll.TransientStatus, a.status) {
		return Reading{}, false
	}
	doc, err := a.json()
	if err != nil {
		return Reading{}, false
	}
	r, said, err := p.document(t, doc)
	if err != nil || !said || r.State != Failed && r.State != Canceled || plain(r.Word) == "error" || r.Word == "" {
		return Reading{}, false
	}
	return r, p.complete(&r, t, a.url, doc) == nil
}

// failure is why an error answer is one, in the server's words.
func (p *Profile) failure(t *Ticket, a *Answer) string {
	doc, err := a.json()
	if err != nil {
		return ""
	}
	return p.why(t, doc)
}

// ReadMessage reads what a job's WebSocket or event stream said. Where a
// message has no state, as one of progress, the reading's is Unsaid. Errors
// are *ProtocolError: what is not JSON.
func (p *Profile) ReadMessage(t *Ticket, data []byte) (Reading, error) {
	p = t.Profile
	doc, err := decode(data)
	if err != nil {
		return Reading{}, garbled("the message is %v", err)
	}
	r, said, err := p.document(t, doc)
	if err != nil {
		return Reading{}, err
	}
	if !said && t.auto == nil {
		// Messages have their own form, whatever the status body's is.
		if guess, known := p.guessed(doc); known && guess.Note == "" {
			r = guess
		}
	}
	from := t.Status
	if from == nil {
		from = t.place.url
	}
	return r, p.complete(&r, t, from, doc)
}

// document reads what a status document says of the state.
func (p *Profile) document(t *Ticket, doc any) (Reading, bool, error) {
	if t.auto != nil {
		r, said := p.guessed(doc)
		return r, said, nil
	}
	return p.state(doc)
}

// complete adds to a reading what else the document tells. from is where the
// document came from.
func (p *Profile) complete(r *Reading, t *Ticket, from *url.URL, doc any) error {
	if at := p.State.FailureIfPresent; at != "" {
		if v, ok := lookup(doc, at); ok && filled(v) && r.State == Succeeded {
			r.State = Failed
		}
	}
	p.stamps(r, t, doc)
	if !r.State.Terminal() {
		r.Completed = Stamp{} // of an earlier run, or a plan
	}
	switch r.State {
	case Succeeded:
		u, err := p.resultURL(t, from, doc)
		r.ResultURL = u
		return err
	case Failed, Canceled, Lost:
		r.Err = p.why(t, doc)
	default:
	}
	return nil
}
