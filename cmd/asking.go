package cmd

import (
	"encoding/base64"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/aibench/aibench/bench/target"
)

// bodies gives the function that makes the body of each request. It is nil
// where a request has no body.
func (r *requestFlags) bodies(app *App, seed uint64) (func(seq int64) ([]byte, error), error) {
	if r.body.given {
		b, err := r.body.read(app)
		if err != nil {
			return nil, err
		}
		return func(int64) ([]byte, error) { return b, nil }, nil
	}
	if r.bodiless() {
		return nil, nil
	}
	prompts, err := r.readPrompts()
	if err != nil {
		return nil, err
	}
	make, err := target.Body{
		Model: r.model, Prompt: r.prompt, Prompts: prompts, InputTokens: int(r.inputTokens.n),
		OutputTokens: int(r.outputTokens.n), Seed: seed, Warm: r.prefixCache == "warm", Extra: []byte(r.extraBody),
	}.OpenAIChat()
	if err != nil {
		return nil, usage(`--extra-body '{"temperature": 0}'`, "--extra-body: %v", err)
	}
	return make, nil
}

// bodiless reports whether there is nothing to send: an endpoint of its own
// kind, of which nothing is asked.
func (r *requestFlags) bodiless() bool {
	asked := r.prompt != "" || r.prompts != "" || r.inputTokens.n > 0 || r.extraBody != ""
	return !asked && (r.method == "GET" || r.method == "" && (r.dialect == "sse" || r.tokenPath != ""))
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

// reading is the dialect to read answers in; nil: to be found out.
func (r *requestFlags) reading() (target.Dialect, error) {
	if r.tokenPath == "" && r.doneWhen == "" {
		if r.dialect == "auto" {
			return nil, nil
		}
		d, err := target.ByName(r.dialect)
		if err != nil {
			return nil, usage("", "--dialect: %v", err)
		}
		return d, nil
	}
	var d target.Generic
	var err error
	if r.tokenPath != "" {
		if d.Tokens, err = target.ParsePath(r.tokenPath); err != nil {
			return nil, usage("a path such as '$.choices[0].delta.content'", "--token-path: %v", err)
		}
	}
	if r.doneWhen != "" {
		if d.Done, err = target.ParseCondition(r.doneWhen); err != nil {
			return nil, usage("'data==[DONE]', 'event==end' or '$.done==true'", "--done-when: %v", err)
		}
	}
	if d.Tokens != nil {
		return &pathDialect{Generic: d}, nil
	}
	return d, nil
}

// fields are the headers of each request, and the secrets among them.
func (r *requestFlags) fields(app *App, user *url.Userinfo, s *secrets) ([]target.Header, error) {
	key, err := r.key(app)
	if err != nil {
		return nil, err
	}
	fields := []target.Header{{Name: "User-Agent", Value: "aibench/" + app.version()}}
	switch {
	case key != "":
		s.add(key)
		fields = append(fields, target.Header{Name: "Authorization", Value: "Bearer " + key})
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
