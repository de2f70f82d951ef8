package mockllm

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// refusalCase is a request that has to be refused, and how.
type refusalCase struct {
	name, method, path, body string
	status                   int
	param, code              string
}

func refusalCases() []refusalCase {
	const chat, legacy, embed = "/v1/chat/completions", "/v1/completions", "/v1/embeddings"
	message := func(m string) string { return `{"model":"mock-1","messages":[` + m + `]}` }
	with := func(field string) string {
		return `{"model":"mock-1","messages":[{"role":"user","content":"hi"}],` + field + `}`
	}
	return []refusalCase{
		{"unknown model", "POST", chat, `{"model":"gpt","messages":[{"role":"user","content":"x"}]}`, 404, "model", "model_not_found"},
		{"unknown model, stream", "POST", chat, strings.Replace(chatStream, "mock-1", "x", 1), 404, "model", "model_not_found"},
		{"no model", "POST", chat, `{"messages":[{"role":"user","content":"x"}]}`, 400, "model", ""},
		{"empty body", "POST", chat, ``, 400, "", ""},
		{"broken JSON", "POST", chat, `{"model":"mock-1",`, 400, "", ""},
		{"text after JSON", "POST", chat, chatWhole + `x`, 400, "", ""},
		{"an array", "POST", chat, `[1]`, 400, "", ""},
		{"a string", "POST", chat, `"hi"`, 400, "", ""},
		{"null", "POST", chat, `null`, 400, "model", ""},
		{"no messages", "POST", chat, `{"model":"mock-1"}`, 400, "messages", ""},
		{"empty messages", "POST", chat, message(``), 400, "messages", ""},
		{"messages of a wrong type", "POST", chat, `{"model":"mock-1","messages":"hi"}`, 400, "messages", ""},
		{"no role", "POST", chat, message(`{"content":"x"}`), 400, "messages[0].role", ""},
		{"unknown role", "POST", chat, message(`{"role":"king","content":"x"}`), 400, "messages[0].role", ""},
		{"role of a wrong type", "POST", chat, message(`{"role":1,"content":"x"}`), 400, "messages.role", ""},
		{"no content", "POST", chat, message(`{"role":"user"}`), 400, "messages[0].content", ""},
		{"content of a wrong type", "POST", chat,
			message(`{"role":"user","content":"x"},{"role":"user","content":7}`), 400, "messages[1].content", ""},
		{"no parts", "POST", chat, message(`{"role":"user","content":[]}`), 400, "messages[0].content", ""},
		{"stream of a wrong type", "POST", chat, with(`"stream":"yes"`), 400, "stream", ""},
		{"max_tokens of a wrong type", "POST", chat, with(`"max_tokens":"5"`), 400, "max_tokens", ""},
		{"max_tokens 1.5", "POST", chat, with(`"max_tokens":1.5`), 400, "max_tokens", ""},
		{"max_tokens 0", "POST", chat, with(`"max_tokens":0`), 400, "max_tokens", ""},
		{"max_completion_tokens negative", "POST", chat,
			with(`"max_completion_tokens":-1,"max_tokens":3`), 400, "max_completion_tokens", ""},
		{"max_tokens beyond all", "POST", chat, with(`"max_tokens":1048577`), 400, "max_tokens", ""},
		{"two choices", "POST", chat, with(`"n":2`), 400, "n", ""},
		{"stream options without stream", "POST", chat, with(`"stream_options":{}`), 400, "stream_options", ""},
		{"stream options of a wrong type", "POST", chat,
			with(`"stream":true,"stream_options":{"include_usage":1}`), 400, "stream_options.include_usage", ""},
		{"required without a tool", "POST", chat, with(`"tool_choice":"required"`), 400, "tool_choice", ""},
		{"unknown tool", "POST", chat, with(`"tool_choice":{"type":"function","function":{"name":"f"}}`), 400, "tool_choice", ""},
		{"unknown tool choice", "POST", chat, with(`"tool_choice":"maybe"`), 400, "tool_choice", ""},
		{"tool choice of a wrong type", "POST", chat, with(`"tool_choice":3`), 400, "tool_choice", ""},
		{"tool without a name", "POST", chat,
			with(`"tools":[{"type":"function"}]`), 400, "tools[0].function.name", ""},
		{"no prompt", "POST", legacy, `{"model":"mock-1"}`, 400, "prompt", ""},
		{"prompt of a wrong type", "POST", legacy, `{"model":"mock-1","prompt":{}}`, 400, "prompt", ""},
		{"two prompts", "POST", legacy, `{"model":"mock-1","prompt":["a","b"]}`, 400, "prompt", ""},
		{"legacy max_tokens", "POST", legacy, `{"model":"mock-1","prompt":"x","max_tokens":-4}`, 400, "max_tokens", ""},
		{"no input", "POST", embed, `{"model":"mock-1"}`, 400, "input", ""},
		{"empty input", "POST", embed, `{"model":"mock-1","input":[]}`, 400, "input", ""},
		{"dimensions", "POST", embed, `{"model":"mock-1","input":"x","dimensions":3073}`, 400, "dimensions", ""},
		{"encoding", "POST", embed, `{"model":"mock-1","input":"x","encoding_format":"hex"}`, 400, "encoding_format", ""},
		{"no such model", "GET", "/v1/models/gpt", ``, 404, "model", "model_not_found"},
		{"unknown path", "GET", "/v1/chat", ``, 404, "", "unknown_url"},
		{"path with a slash too many", "GET", "/v1/models/", ``, 404, "", "unknown_url"},
		{"wrong method", "GET", chat, ``, 405, "", "method_not_supported"},
		{"wrong method on a service path", "DELETE", "/healthz", ``, 405, "", "method_not_supported"},
	}
}

func TestEndpointRefusals(t *testing.T) {
	tests := refusalCases()
	inLab(t, exact(), func(l *lab) {
		for _, tt := range tests {
			a := l.do(tt.method, tt.path, tt.body)
			if a.status != tt.status || a.header.Get("Content-Type") != "application/json" || a.at != 0 {
				t.Errorf("%s: status %d of %q at %v, want %d, at once", tt.name, a.status, a.header.Get("Content-Type"), a.at, tt.status)
				continue
			}
			e := a.refusal(t)
			if diff := cmp.Diff(errorDetail{e.Message, "invalid_request_error", orNull(tt.param), orNull(tt.code)}, e); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.name, diff)
			}
			if allow := a.header.Get("Allow"); (allow != "") != (tt.status == 405) {
				t.Errorf("%s: Allow %q with status %d", tt.name, allow, tt.status)
			}
		}
		for i, got := range l.summaries() {
			if !strings.HasSuffix(got, "tokens=0 finish=error fault=null") {
				t.Errorf("ledger of %s: %s", tests[i].name, got)
			}
		}
	})
}

func TestGoodRequests(t *testing.T) {
	tests := []struct{ name, method, path, body string }{
		{"nulls", "POST", "/v1/chat/completions", `{"model":"mock-1","messages":[{"role":"user","content":"x"}],
			"stream":null,"n":null,"max_tokens":null,"stream_options":null,"tool_choice":null,"tools":null}`},
		{"parts", "POST", "/v1/chat/completions", `{"model":"mock-1","messages":[
			{"role":"system","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"x"}}]},
			{"role":"assistant","content":null,"tool_calls":[]}]}`},
		{"unknown fields", "POST", "/v1/chat/completions", `{"model":"mock-1","messages":[{"role":"user","content":"x","n":{}}],
			"temperature":0.3,"nonsense":[{"a":1}]}`},
		{"tool choice none", "POST", "/v1/chat/completions", `{"model":"mock-1","messages":[{"role":"user","content":"x"}],
			"tool_choice":"none"}`},
		{"embeddings of tokens", "POST", "/v1/embeddings", `{"model":"mock-1","input":[[1,2],[3]]}`},
		{"models", "GET", "/v1/models", ``},
		{"model", "GET", "/v1/models/mock-1", ``},
		{"query", "GET", "/v1/models?limit=3", ``},
		{"health", "GET", "/healthz", ``},
		{"metrics", "GET", "/metrics", ``},
		{"document", "GET", "/openapi.json", ``},
	}
	inLab(t, exact(), func(l *lab) {
		for _, tt := range tests {
			if a := l.do(tt.method, tt.path, tt.body); a.status != 200 || a.err != nil || a.body == "" {
				t.Errorf("%s: status %d, error %v, body %q", tt.name, a.status, a.err, a.body)
			}
		}
	})
}

func TestHeadIsGetWithoutABody(t *testing.T) {
	inLab(t, exact(), func(l *lab) {
		get, head := l.do(http.MethodGet, "/healthz", ""), l.do(http.MethodHead, "/healthz", "")
		if head.status != 200 || head.body != "" || head.header.Get("Content-Length") != get.header.Get("Content-Length") {
			t.Errorf("status %d, body %q, headers %v, those of GET %v", head.status, head.body, head.header, get.header)
		}
	})
}

func TestKeys(t *testing.T) {
	const key = "sk-secret"
	tests := []struct {
		name, path, header string
		status             int
	}{
		{"right", "/v1/models", "Bearer " + key, 200},
		{"right, scheme in lower case", "/v1/models", "bearer " + key, 200},
		{"none", "/v1/models", "", 401},
		{"wrong", "/v1/models", "Bearer sk-public", 401},
		{"prefix", "/v1/models", "Bearer sk-secre", 401},
		{"another scheme", "/v1/models", "Basic " + key, 401},
		{"service path", "/healthz", "", 200},
		{"unknown path", "/v2", "", 404},
	}
	cfg := exact()
	cfg.APIKey = key
	inLab(t, cfg, func(l *lab) {
		for _, tt := range tests {
			a := l.do(http.MethodGet, tt.path, "", "Authorization", tt.header)
			if a.status != tt.status {
				t.Errorf("%s: status %d, want %d", tt.name, a.status, tt.status)
			}
			if strings.Contains(a.body, "sk-") {
				t.Errorf("%s: the answer repeats a key: %s", tt.name, a.body)
			}
			if a.status != 401 {
				continue
			}
			if e := a.refusal(t); e.Code == nil || *e.Code != "invalid_api_key" || a.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s: envelope %+v, challenge %q", tt.name, e, a.header.Get("WWW-Authenticate"))
			}
		}
	})
}

// The document must describe what is routed, nothing less and nothing more, and its examples must work.
func TestOpenAPIDocument(t *testing.T) {
	cfg := exact()
	cfg.Model = `org/mock "2"`
	inLab(t, cfg, func(l *lab) {
		var doc struct {
			OpenAPI string
			Paths   map[string]map[string]struct {
				RequestBody struct {
					Content map[string]struct {
						Examples map[string]struct{ Value json.RawMessage }
					}
				}
			}
		}
		if err := json.Unmarshal([]byte(l.do(http.MethodGet, "/openapi.json", "").body), &doc); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(doc.OpenAPI, "3.1.") {
			t.Errorf("version %q", doc.OpenAPI)
		}
		described := 0
		for _, operations := range doc.Paths {
			described += len(operations)
		}
		routes := newAPI(cfg, l.srv).routes
		for _, r := range routes {
			operation, ok := doc.Paths[r.path][strings.ToLower(r.method)]
			if !ok {
				t.Errorf("%s %s is routed and not described", r.method, r.path)
				continue
			}
			examples := operation.RequestBody.Content["application/json"].Examples
			if r.method == http.MethodPost && len(examples) == 0 && !strings.HasSuffix(r.path, "/cancel") {
				t.Errorf("%s has no example", r.path)
			}
			for name, example := range examples {
				want := http.StatusOK
				if r.path == jobPath {
					want = http.StatusAccepted
				}
				if a := l.post(r.path, string(example.Value)); a.status != want || a.err != nil {
					t.Errorf("%s, example %s: status %d %v %s", r.path, name, a.status, a.err, a.body)
				}
			}
		}
		if described != len(routes) {
			t.Errorf("%d operations are described, %d are routed", described, len(routes))
		}
	})
}

// Each reference of the document leads somewhere.
func TestOpenAPIReferences(t *testing.T) {
	t.Parallel()
	var doc any
	if err := json.Unmarshal([]byte(openAPIDocument), &doc); err != nil {
		t.Fatal(err)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok && !resolves(doc, ref) {
				t.Errorf("%s leads nowhere", ref)
			}
			for _, item := range v {
				walk(item)
			}
		}
	}
	walk(doc)
}

func resolves(doc any, ref string) bool {
	for name := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		object, ok := doc.(map[string]any)
		if !ok {
			return false
		}
		doc = object[name]
	}
	return doc != nil
}
