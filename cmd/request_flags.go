package cmd

import (
	"cmp"
	"encoding/json"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/aibench/aibench/mockllm"
)

// defaultOutputTokens is how many tokens are asked for.
const defaultOutputTokens = 128

// requestFlags say what is asked.
type requestFlags struct {
	headers      headers
	body         body
	extraBody    string
	method       string
	apiKeyEnv    string
	model        string
	prompt       string
	prompts      string
	inputTokens  count
	outputTokens count
	prefixCache  string

	usual  string // how help words the method when none is given, which the verb says
	arm    uint64 // tells generated prompts apart from those that others ask under the same seed; 0: they are the same
	shaped string // the name of a flag that shapes the generated body alone; "": none was given
}

func (r *requestFlags) add(f *pflag.FlagSet) {
	r.inputTokens = count{least: 1, most: 10_000_000}
	r.outputTokens = count{n: defaultOutputTokens, least: 1, most: 10_000_000}
	f.VarP(&r.headers, "header", "H", "send header `'K: V'`; may be given again")
	f.VarP(&r.body, "body", "b", "send this `BODY`: text, @FILE, or @- for stdin")
	f.StringVar(&r.extraBody, "extra-body", "", "`JSON` object whose fields are added to the generated body")
	f.StringVarP(&r.method, "method", "X", "", "HTTP `METHOD` (default "+r.usual+")")
	f.StringVar(&r.apiKeyEnv, "api-key-env", "", "`NAME` of the environment variable that holds the API key")
	f.StringVar(&r.model, "model", mockllm.DefaultModel, "`MODEL` to ask for")
	f.StringVar(&r.prompt, "prompt", "", "ask this `TEXT`, every time")
	f.StringVar(&r.prompts, "prompts", "", "ask the prompts of `FILE`.jsonl in turn")
	f.Var(&r.inputTokens, "input-tokens", "ask generated prompts of about `N` tokens")
	f.Var(&r.outputTokens, "output-tokens", "ask for answers of `N` tokens")
	f.StringVar(&r.prefixCache, "prefix-cache", "cold", "`WHICH`: generated prompts differ from their first word on (cold) or not (warm)")
}

// settle refuses what contradicts itself.
func (r *requestFlags) settle(f *pflag.FlagSet) error {
	for _, name := range []string{"model", "prompt", "prompts", "input-tokens", "output-tokens", "prefix-cache"} {
		if f.Changed(name) && r.shaped == "" {
			r.shaped = name
		}
	}
	if name := r.shaped; f.Changed("body") && (name != "" || f.Changed("extra-body")) {
		return usage("put it into the body", "--%s shapes the generated body, and --body replaces it", cmp.Or(name, "extra-body"))
	}
	prompts := 0
	for _, name := range []string{"prompt", "prompts", "input-tokens"} {
		if f.Changed(name) {
			prompts++
		}
	}
	r.method = strings.ToUpper(r.method)
	switch {
	case prompts > 1:
		return usage("one of them", "--prompt, --prompts and --input-tokens exclude each other")
	case r.prefixCache != "warm" && r.prefixCache != "cold":
		return usage("warm or cold", "--prefix-cache: %s is neither", quoted(r.prefixCache))
	}
	return r.checkExtra()
}

func (r *requestFlags) checkExtra() error {
	if r.extraBody == "" {
		return nil
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(r.extraBody), &object); err != nil {
		return usage(`--extra-body '{"temperature": 0}'`, "--extra-body is not a JSON object: %v", err)
	}
	return nil
}

// key reads the API key that --api-key-env names. No message repeats what was
// given: it may be the key itself.
func (r *requestFlags) key(app *App) (string, error) {
	if r.apiKeyEnv == "" {
		return "", nil
	}
	key, ok := app.env(r.apiKeyEnv)
	if !ok || strings.TrimSpace(key) == "" {
		return "", usage("export API_KEY=… and then --api-key-env API_KEY: the name, not the key itself",
			"--api-key-env: the environment has no variable of the name given")
	}
	return strings.TrimSpace(key), nil
}

// header is one field of a request.
type header struct{ name, value string }

// headers collects -H flags. What is given may be a credential, so no message
// repeats it.
type headers struct{ list []header }

func (h *headers) Type() string   { return "'K: V'" }
func (h *headers) String() string { return "" }

func (h *headers) Set(s string) error {
	name, value, ok := strings.Cut(s, ":")
	name = strings.TrimSpace(name)
	if !ok || name == "" {
		return wrong("-H 'Name: value'", "a header needs a name, a colon and a value")
	}
	if strings.ContainsAny(name, " \t\"(),/:;<=>?@[\\]{}") || strings.ContainsAny(s, "\r\n\x00") {
		return wrong("-H 'Name: value'", "a header holds a character that HTTP does not allow")
	}
	if hint := reserved(name); hint != "" {
		return wrong(hint, "%s is set by aibench itself", name)
	}
	if strings.EqualFold(name, "Host") && slices.ContainsFunc(h.list, func(h header) bool { return strings.EqualFold(h.name, "Host") }) {
		return wrong("one of them", "a request has one Host")
	}
	h.list = append(h.list, header{name, strings.TrimSpace(value)})
	return nil
}

// reserved says what to do instead of setting a header that frames a message
// or belongs to the connection (RFC 9110, section 7.6.1): a second one would
// make another request of it. It is empty for other headers.
func reserved(name string) string {
	switch strings.ToLower(name) {
	case "content-length", "transfer-encoding", "trailer":
		return "leave it out: the body's length is told by Content-Length"
	case "connection", "keep-alive", "proxy-connection":
		return "--no-keepalive for a new connection for each request"
	case "te", "upgrade", "expect", "http2-settings":
		return "leave it out: plain HTTP/1.1 is all that is spoken"
	case "accept-encoding":
		return "leave it out: nothing is decompressed, for that would hide when bytes came"
	}
	return ""
}

// maxBody bounds what --body and --prompts read.
const maxBody = 64 << 20

// body is the text of --body, read when the run is prepared.
type body struct {
	source string
	given  bool
}

func (b *body) Type() string   { return "S|@FILE" }
func (b *body) String() string { return "" }

func (b *body) Set(s string) error {
	*b = body{source: s, given: true}
	return nil
}

// read gives the body's bytes.
func (b *body) read(app *App) ([]byte, error) {
	name, isFile := strings.CutPrefix(b.source, "@")
	if !isFile {
		return []byte(b.source), nil
	}
	if name == "-" {
		return readBounded(app.In, "stdin")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, usage("--body TEXT, or @FILE for an existing file", "--body: %v", err)
	}
	defer f.Close()
	return readBounded(f, name)
}

func readBounded(r io.Reader, name string) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	if err != nil {
		return nil, cannot(err, "", "read %s", name)
	}
	if len(b) > maxBody {
		return nil, usage("", "%s is larger than %d MB", name, maxBody>>20)
	}
	return b, nil
}
