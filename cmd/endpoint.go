package cmd

import (
	"net"
	"net/url"
	"strconv"
	"strings"
)

// An endpoint is where requests go.
type endpoint struct {
	url  *url.URL
	base bool // without a path of its own: the dialect's is added
}

// parseEndpoint reads a URL as a user types it. No message repeats its
// credentials.
func parseEndpoint(raw string) (*endpoint, error) {
	shown := maskURL(raw)
	path, isSocket := strings.CutPrefix(raw, "unix:")
	switch {
	case strings.TrimSpace(raw) == "":
		return nil, usage("http://HOST:PORT, or no argument at all for the reference server", "the URL is empty")
	case isSocket:
		return nil, usage("--unix-socket "+strings.TrimPrefix(path, "//"), "%q is a socket, not a URL", shown)
	case !strings.Contains(raw, "://"):
		return nil, usage("http://"+shown, "%q has no scheme", shown)
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, usage("http://HOST:PORT/PATH; special characters in it as %XX", "%q is not a URL", shown)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, usage("http:// or https://", "%q: %s is not a scheme that can be spoken", shown, u.Scheme)
	case u.Hostname() == "":
		return nil, usage(u.Scheme+"://HOST:PORT", "%q has no host", shown)
	case u.Port() != "" && !isPort(u.Port()), strings.HasSuffix(u.Host, ":"):
		return nil, usage("a port from 1 to 65535", "%q: %q is not a port", shown, u.Port())
	}
	u.Fragment, u.RawFragment = "", ""
	e := &endpoint{url: u}
	switch strings.TrimSuffix(u.Path, "/") {
	case "":
		e.base = true
	case "/v1": // as OpenAI's clients take their base URL
		e.base = true
		u.Path = ""
	}
	return e, nil
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0
}

// resolve adds the dialect's own path to a base.
func (e *endpoint) resolve(path string) {
	if e.base && path != "" {
		e.url.Path = path
	}
}

// address is what to dial.
func (e *endpoint) address() string {
	port := e.url.Port()
	switch {
	case port != "":
	case e.secure():
		port = "443"
	default:
		port = "80"
	}
	return net.JoinHostPort(e.url.Hostname(), port)
}

func (e *endpoint) secure() bool { return e.url.Scheme == "https" }

// loopback reports whether requests stay on this machine.
func (e *endpoint) loopback(t *transportFlags) bool {
	if t.unixSocket != "" {
		return true
	}
	host := e.url.Hostname()
	if t.connectTo != "" {
		if h, _, err := net.SplitHostPort(t.connectTo); err == nil {
			host = h
		}
	}
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback()
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// shown is the URL without credentials.
func (e *endpoint) shown() string { return maskURL(e.url.String()) }
