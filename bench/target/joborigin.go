package target

import (
	"errors"
	"fmt"
	"net/textproto"
	"net/url"
	"strings"
	"sync"

	"github.com/aibench/aibench/bench/profile"
	"github.com/aibench/aibench/bench/wire"
)

// route finds the way to a URL that a service named, and the caller's fields
// that may go there. what says which URL it is.
func (t *task) route(what string, u *url.URL) (client *wire.Client, header []Header, err error) {
	home, err := t.home(what, u)
	if err != nil {
		return nil, nil, err
	}
	if home {
		return t.job.cfg.Client, t.carried(), nil
	}
	// Any field of the caller's may be a credential, whatever its name.
	client, err = t.job.places.at(u)
	if errors.Is(err, errNowhere) {
		return nil, nil, foreign(what, u, t.job.origin, "and no client goes there")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("client for %s: %w", origin(u), err)
	}
	return client, nil, nil
}

// home tells whether a URL is where the job was submitted. An error says that
// it may not be anywhere else.
func (t *task) home(what string, u *url.URL) (bool, error) {
	if profile.SameOrigin(u, t.job.origin) {
		return true, nil
	}
	if t.profile().SameOriginOnly {
		return false, foreign(what, u, t.job.origin, `to go there without credentials, set "same_origin_only": false in the profile`)
	}
	return false, nil
}

// foreign words that a URL is not where the job was submitted. The usual cause
// is one server under two names, and looks like none.
func foreign(what string, u, home *url.URL, remedy string) error {
	hint := ""
	switch {
	case u.Scheme != home.Scheme && u.Hostname() == home.Hostname():
		hint = "only the scheme differs: the service may not know that it is behind TLS; "
	case u.Scheme == home.Scheme && u.Port() == home.Port():
		hint = "only the host name differs: give the URL under that name, or the service its public one; "
	}
	return fmt.Errorf("the %s is at another origin, %s, than the submission, %s: %s%s", what, origin(u), origin(home), hint, remedy)
}

// origin is the part of a URL that says who is asked.
func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// carried are the caller's fields for requests that follow the submission:
// without those that describe its body or ask for a job to be made, and
// without credentials where the service wants none.
func (t *task) carried() []Header {
	var kept []Header
	for _, h := range t.job.cfg.Request.Header {
		switch name := textproto.CanonicalMIMEHeaderKey(h.Name); name {
		case "Accept", "Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Expect",
			"Idempotency-Key", "Prefer", "Connection", "Upgrade":
		default:
			if t.profile().SendAuthOnPoll || !credential(name) {
				kept = append(kept, h)
			}
		}
	}
	return kept
}

// credential tells whether a field is one to keep from strangers, by its name.
func credential(name string) bool {
	name = strings.ToLower(name)
	for _, part := range [...]string{"auth", "cookie", "key", "token", "secret", "session", "password", "signature"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// places are the clients for other origins.
type places struct {
	ask func(origin *url.URL) (*wire.Client, error)

	mu    sync.Mutex // guards known
	known map[string]*wire.Client
}

// maxPlaces bounds how many origins a service can lead a run to.
const maxPlaces = 64

var errNowhere = errors.New("no client for other origins")

func (p *places) at(u *url.URL) (*wire.Client, error) {
	if p.ask == nil {
		return nil, errNowhere
	}
	home := &url.URL{Scheme: strings.ToLower(u.Scheme), Host: strings.ToLower(u.Host)}
	p.mu.Lock()
	defer p.mu.Unlock()
	if c, ok := p.known[home.String()]; ok {
		return c, nil
	}
	if len(p.known) >= maxPlaces {
		return nil, fmt.Errorf("more than %d origins", maxPlaces)
	}
	c, err := p.ask(home)
	if err != nil {
		return nil, err
	}
	if p.known == nil {
		p.known = map[string]*wire.Client{}
	}
	p.known[home.String()] = c
	return c, nil
}
