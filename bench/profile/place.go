package profile

import (
	"fmt"
	"net/url"
	"strings"
)

// A place is where a job was submitted: what templates start from.
type place struct {
	url  *url.URL
	path string // Submit.Path
}

const (
	maxURL   = 8 << 10 // bytes of a URL
	maxValue = 1 << 10 // … of a value in one
)

// expand makes a URL of a template. What fills it stays below the path where
// it stands: {value} and {id} are escaped, segment by segment, in the query as
// a whole.
func (p place) expand(template, value, id string) (*url.URL, error) {
	path, query, asked := strings.Cut(template, "?")
	expanded, err := p.fill(path, func(s string) (string, error) {
		switch s {
		case "value":
			return segments(value)
		case "id":
			return segments(id)
		default:
			return p.named(s), nil
		}
	})
	if err != nil {
		return nil, err
	}
	if asked {
		query, err = p.fill(query, func(s string) (string, error) {
			switch s {
			case "value":
				return url.QueryEscape(value), nil
			case "id":
				return url.QueryEscape(id), nil
			default:
				return url.QueryEscape(p.named(s)), nil
			}
		})
		expanded += "?" + query
	}
	if err != nil {
		return nil, err
	}
	if !absolute(template) {
		// Written behind the origin, no path can become another host, not even
		// one that begins with //.
		expanded = p.url.Scheme + "://" + p.url.Host + "/" + strings.TrimPrefix(expanded, "/")
	}
	return resolve(p.url, expanded)
}

func absolute(template string) bool {
	return strings.HasPrefix(template, "http://") || strings.HasPrefix(template, "https://")
}

// fill replaces what stands in braces. Braces that are not closed stay.
func (p place) fill(template string, with func(name string) (string, error)) (string, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			b.WriteString("{" + rest)
			return b.String(), nil
		}
		s, err := with(name)
		if err != nil {
			return "", err
		}
		b.WriteString(s)
		template = after
	}
}

// named is a part of the submission's path, escaped as it came.
func (p place) named(name string) string {
	path := strings.TrimRight(p.url.EscapedPath(), "/")
	switch name {
	case "submit":
		return path
	case "parent":
		return parent(path)
	case "version":
		return version(path)
	case "base":
		own := strings.TrimRight(p.path, "/")
		if base, ok := strings.CutSuffix(path, own); ok && own != "" {
			return base
		}
	}
	return ""
}

func parent(path string) string {
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		return path[:i]
	}
	return ""
}

// version is a path up to its first segment that is a version, as v1 and
// v1beta2 are; /v1 where there is none.
func version(path string) string {
	at := 0
	for segment := range strings.SplitSeq(path, "/") {
		at += len(segment)
		if len(segment) > 1 && segment[0] == 'v' && segment[1] >= '0' && segment[1] <= '9' {
			return path[:at]
		}
		at++ // the slash
	}
	return "/v1"
}

// segments escapes a value that becomes part of a path. Its slashes stay, for
// names like operations/7; what would lead up or out is refused rather than
// escaped, since servers undo escapes before they look at dots.
func segments(value string) (string, error) {
	if len(value) > maxValue {
		return "", garbled("a value of %d bytes is too long for a URL", len(value))
	}
	parts := strings.Split(value, "/")
	for i, s := range parts {
		if s == "" || s == "." || s == ".." {
			return "", garbled("%q cannot be part of a URL's path", cut(value, 4*maxWord))
		}
		parts[i] = url.PathEscape(s)
	}
	return strings.Join(parts, "/"), nil
}

// resolve makes a reference absolute (RFC 3986, section 5). base is where the
// answer came from that holds it.
func resolve(base *url.URL, ref string) (*url.URL, error) {
	ref = strings.TrimSpace(ref)
	if len(ref) > maxURL {
		return nil, garbled("a URL of %d bytes is too long", len(ref))
	}
	u, err := base.Parse(ref)
	if err != nil {
		return nil, garbled("%q is not a URL", cut(ref, 4*maxWord))
	}
	u.Scheme = strings.ToLower(u.Scheme)
	switch {
	case u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "ws" && u.Scheme != "wss":
		return nil, garbled("the URL %q is neither http nor https", cut(ref, 4*maxWord))
	case u.Hostname() == "" || u.Opaque != "":
		return nil, garbled("the URL %q has no host", cut(ref, 4*maxWord))
	case u.User != nil:
		return nil, garbled("a URL at %s carries a user name", cut(u.Host, maxWord))
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// reachable resolves what is to be asked by HTTP.
func reachable(base *url.URL, ref string) (*url.URL, error) {
	u, err := resolve(base, ref)
	if err != nil {
		return nil, err
	}
	return asHTTP(u), nil
}

// within makes a URL that is a level below another.
func within(u *url.URL, segment string) *url.URL {
	below := u.JoinPath(segment)
	below.RawQuery = u.RawQuery
	return below
}

// asSocket is a URL as WebSockets are addressed.
func asSocket(u *url.URL) *url.URL {
	s := *u
	switch s.Scheme {
	case "http":
		s.Scheme = "ws"
	case "https":
		s.Scheme = "wss"
	}
	return &s
}

// asHTTP is the reverse, for a server that names its address with the wrong
// scheme.
func asHTTP(u *url.URL) *url.URL {
	s := *u
	switch s.Scheme {
	case "ws":
		s.Scheme = "http"
	case "wss":
		s.Scheme = "https"
	}
	return &s
}

// SameOrigin tells whether two URLs have the same scheme, host and port (RFC
// 6454): without regard to case, and to whether the scheme's usual port is
// written out. A WebSocket's scheme is that of its handshake. nil is no
// origin.
func SameOrigin(a, b *url.URL) bool {
	return a != nil && b != nil && a.Host != "" && origin(a) == origin(b)
}

func origin(u *url.URL) string {
	scheme := asHTTP(&url.URL{Scheme: strings.ToLower(u.Scheme)}).Scheme
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[scheme]
	}
	return fmt.Sprintf("%s://%s:%s", scheme, strings.ToLower(u.Hostname()), port)
}
