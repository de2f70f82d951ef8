package cmd

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// mask stands where a credential stood.
const mask = "***"

// secrets are the credentials of one run. They reach the wire and nothing
// else: every text that leaves the process on another way passes mask first,
// since a server may well repeat a key in its error message.
type secrets struct{ values []credential }

// shortest is the length from which a credential is searched for in free text.
// One of three letters would be found in every second word.
const shortest = 4

// add learns a credential. The parts of "Bearer abc" and of "a=1; b=2" are
// credentials too.
func (s *secrets) add(value string) {
	for _, part := range append(strings.FieldsFunc(value, isSeparator), value) {
		_, right, found := strings.Cut(part, "=")
		if found && len(strings.Trim(right, "=")) >= shortest {
			s.addWhole(right)
		}
		if len(part) >= shortest && !isScheme(part) {
			s.addWhole(part)
		}
	}
}

// addWhole learns a value of which no part is a credential.
func (s *secrets) addWhole(value string) {
	if slices.ContainsFunc(s.values, func(c credential) bool { return c.plain == value }) {
		return
	}
	s.values = append(s.values, newCredential(value))
	// The longest first, so that none leaves a piece of another behind.
	slices.SortFunc(s.values, func(a, b credential) int { return len(b.plain) - len(a.plain) })
}

func isSeparator(r rune) bool { return r == ' ' || r == ';' || r == ',' }

// isScheme reports whether a word of a header says how the rest authenticates.
func isScheme(word string) bool {
	return slices.Contains([]string{"bearer", "basic", "digest", "token", "negotiate"}, strings.ToLower(word))
}

// mask replaces every credential in text.
func (s *secrets) mask(text string) string {
	for _, v := range s.values {
		text = v.hide(text)
	}
	return text
}

// addURL learns the credentials in a URL: user information and query values.
func (s *secrets) addURL(raw string) {
	_, user, query := splitURL(raw)
	for _, part := range strings.SplitN(user, ":", 2) {
		s.add(part)
	}
	for _, pair := range strings.Split(query, "&") {
		k, v, _ := strings.Cut(pair, "=")
		if !looksSecret(k) {
			continue
		}
		s.add(v)
		if plain, err := url.QueryUnescape(v); err == nil {
			s.add(plain)
		}
	}
}

// likely is the length from which the value of a header of unknown purpose is
// taken for a credential.
const likely = 8

// addHeader learns the value of a header that authenticates, or may.
func (s *secrets) addHeader(name, value string) {
	switch {
	case looksSecret(name):
		s.add(value)
	case !harmless(name) && len(value) >= likely:
		s.addWhole(value)
	}
}

// harmless reports whether a header is known to hold no credential.
func harmless(name string) bool {
	return slices.Contains([]string{
		"accept", "accept-language", "cache-control", "content-type", "host", "origin", "user-agent", "x-aibench-fault",
	}, strings.ToLower(strings.TrimSpace(name)))
}

// addJSON learns the strings that stand under telling names in a JSON text.
// Other texts hold none that could be told apart.
func (s *secrets) addJSON(text []byte) {
	var v any
	if json.Unmarshal(text, &v) == nil {
		s.walk("", v)
	}
}

func (s *secrets) walk(name string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			s.walk(k, inner)
		}
	case []any:
		for _, inner := range v {
			s.walk(name, inner)
		}
	case string:
		if !looksSecret(name) {
			return
		}
		s.add(v)
		// As it stands in the text itself, escapes included.
		if raw, err := json.Marshal(v); err == nil {
			s.add(strings.Trim(string(raw), `"`))
		}
	}
}

// looksSecret reports whether a header, parameter or field of this name is
// likely to hold a credential. Rather one too many than one too few.
func looksSecret(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{
		"auth", "key", "token", "secret", "password", "passwd", "cookie", "credential", "session", "signature",
	}, func(word string) bool { return strings.Contains(name, word) })
}

// maskURL hides user information and the values of a query. It works on the
// text, so that a URL too broken to parse is masked as well.
func maskURL(raw string) string {
	prefix, user, query := splitURL(raw)
	rest := strings.TrimPrefix(raw[len(prefix):], user)
	if user != "" {
		user = mask
	}
	before, _, hasQuery := strings.Cut(rest, "?")
	if !hasQuery {
		return prefix + user + rest
	}
	var pairs []string
	for _, pair := range strings.Split(query, "&") {
		if k, v, ok := strings.Cut(pair, "="); ok && v != "" {
			pair = k + "=" + mask
		}
		pairs = append(pairs, pair)
	}
	return prefix + user + before + "?" + strings.Join(pairs, "&")
}

// splitURL cuts a URL's text: prefix ends with "//", user is what stands
// before the host's "@", query what stands after "?", without a fragment.
func splitURL(raw string) (prefix, user, query string) {
	if i := strings.Index(raw, "://"); i >= 0 {
		prefix = raw[:i+3]
	}
	rest := raw[len(prefix):]
	authority := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority = rest[:i]
	}
	if i := strings.LastIndex(authority, "@"); i >= 0 {
		user = authority[:i]
	}
	if _, q, ok := strings.Cut(rest, "?"); ok {
		query, _, _ = strings.Cut(q, "#")
	}
	return prefix, user, query
}
