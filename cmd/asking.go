package cmd

import (
	"encoding/base64"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/aibench/aibench/bench/target"
)

// A bodyMaker is a method of target.Body: one kind of body.
type bodyMaker func(target.Body) (func(seq int64) ([]byte, error), error)

// bodies gives the function that makes the body of each request: --body, or a
// generated one of the kind that make makes.
func (r *requestFlags) bodies(app *App, seed uint64, make bodyMaker) (func(seq int64) ([]byte, error), error) {
	if r.body.given {
		b, err := r.body.read(app)
		if err != nil {
			return nil, err
		}
		return func(int64) ([]byte, error) { return b, nil }, nil
	}
	prompts, err := r.readPrompts()
	if err != nil {
		return nil, err
	}
	bodies, err := make(target.Body{
		Model: r.model, Prompt: r.prompt, Prompts: prompts, InputTokens: int(r.inputTokens.n),
		OutputTokens: int(r.outputTokens.n), Seed: seed ^ r.arm, Warm: r.prefixCache == "warm", Extra: []byte(r.extraBody),
	})
	if err != nil {
		return nil, usage(`--extra-body '{"temperature": 0}'`, "--extra-body: %v", err)
	}
	return bodies, nil
}

// asks reports whether a flag says what to ask.
func (r *requestFlags) asks() bool {
	return r.prompt != "" || r.prompts != "" || r.inputTokens.n > 0 || r.extraBody != ""
}

func (r *requestFlags) readPrompts() ([]target.Prompt, error) {
	if r.prompts == "" {
		return nil, nil
	}
	const hint = `a file with a JSON string, or an object with "prompt" or "messages", on each line`
	f, err := os.Open(r.prompts)
	if err != nil {
		return nil, usage(hint, "--prompts: %v", err)
	}
	defer f.Close()
	prompts, err := target.ReadPrompts(f)
	if err != nil {
		return nil, usage(hint, "--prompts %s: %v", r.prompts, err)
	}
	return prompts, nil
}

// bearer is the scheme under which an API key is sent (RFC 6750), unless a
// service is known to want another.
const bearer = "Bearer"

// complete adds to a request its headers, an API key under the scheme given
// (RFC 9110, section 11.1). The secrets in them, in the URL and in the body
// become known.
func (o *runOptions) complete(app *App, req *target.Request, scheme string, s *secrets) error {
	var user *url.Userinfo
	if o.endpoint != nil {
		user = o.endpoint.url.User
		s.addURL(o.endpoint.url.String())
	}
	if req.Body != nil {
		body, err := req.Body(0)
		if err != nil {
			return cannot(err, "", "make the first body")
		}
		s.addJSON(body)
	}
	var err error
	req.Header, err = o.request.fields(app, user, scheme, s)
	return err
}

// fields are the headers of each request, and the secrets among them.
func (r *requestFlags) fields(app *App, user *url.Userinfo, scheme string, s *secrets) ([]target.Header, error) {
	key, err := r.key(app)
	if err != nil {
		return nil, err
	}
	fields := []target.Header{{Name: "User-Agent", Value: "aibench/" + app.version()}}
	switch {
	case key != "":
		s.add(key)
		fields = append(fields, target.Header{Name: "Authorization", Value: scheme + " " + key})
	case user != nil:
		password, _ := user.Password()
		s.add(user.Username())
		s.add(password)
		pair := base64.StdEncoding.EncodeToString([]byte(user.Username() + ":" + password))
		s.add(pair)
		fields = append(fields, target.Header{Name: "Authorization", Value: "Basic " + pair})
	}
	for _, h := range r.headers.list {
		s.addHeader(h.name, h.value)
		// What the user says replaces what would be said without it.
		fields = slices.DeleteFunc(fields, func(f target.Header) bool { return strings.EqualFold(f.Name, h.name) })
	}
	for _, h := range r.headers.list {
		fields = append(fields, target.Header{Name: h.name, Value: h.value})
	}
	return fields, nil
}

// verb is the method to use for a request with or without a body.
func (r *requestFlags) verb(hasBody bool) string {
	switch {
	case r.method != "":
		return r.method
	case hasBody:
		return "POST"
	}
	return "GET"
}
