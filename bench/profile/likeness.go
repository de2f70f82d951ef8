package profile

import "strings"

// A likeness is a service that is known by what only it answers.
type likeness struct {
	profile string
	by      string
	is      func(a *Answer, body map[string]any) bool
}

func (p *Profile) likenesses() []likeness {
	has := func(body map[string]any, paths ...string) bool {
		for _, path := range paths {
			if _, ok := lookup(body, path); !ok {
				return false
			}
		}
		return true
	}
	return []likeness{
		{"native", "status_url, ws_url and attempts in the body", func(_ *Answer, b map[string]any) bool {
			word, _ := b["status"].(string)
			native := p.shipped["native"]
			if native == nil {
				return false
			}
			_, known := native.State.meaning(word)
			return known && has(b, "id", "status_url", "cancel_url", "ws_url", "attempts")
		}},
		{"azure-asyncoperation", "Azure-AsyncOperation header", func(a *Answer, _ map[string]any) bool {
			return a.header("Azure-AsyncOperation") != ""
		}},
		{"openai-background", `"object": "response" in the body`, func(_ *Answer, b map[string]any) bool {
			return b["object"] == "response" && has(b, "id")
		}},
		{"openai-batch", `"object": "batch" in the body`, func(_ *Answer, b map[string]any) bool {
			return b["object"] == "batch" && has(b, "id")
		}},
		{"anthropic-batch", `"type": "message_batch" in the body`, func(_ *Answer, b map[string]any) bool {
			return b["type"] == "message_batch" && has(b, "id")
		}},
		{"fal-queue", "status_url and response_url in the body", func(_ *Answer, b map[string]any) bool {
			return has(b, "request_id", "status_url", "response_url")
		}},
		{"replicate", "urls.get and input or version in the body", func(_ *Answer, b map[string]any) bool {
			return has(b, "id", "status", "urls.get") && (has(b, "input") || has(b, "version"))
		}},
		{"google-lro", "the name of an operation in the body", func(_ *Answer, b map[string]any) bool {
			name, _ := b["name"].(string)
			return strings.Contains("/"+name, "/operations/") && !has(b, "status")
		}},
		{"runpod", "IN_QUEUE from a path that ends with /run", func(a *Answer, b map[string]any) bool {
			word, _ := b["status"].(string)
			return has(b, "id") && strings.HasPrefix(word, "IN_") && strings.HasSuffix(strings.TrimRight(a.url.Path, "/"), "/run")
		}},
		{"azure-provisioningstate", "properties.provisioningState in the body", func(a *Answer, b map[string]any) bool {
			return has(b, "properties.provisioningState") && a.header("Location") == "" && a.header("Operation-Location") == ""
		}},
	}
}

// likeness finds the shipped profile of a service that auto knows, and by
// what; nil where there is none.
func (p *Profile) likeness(a *Answer, doc any) (*Profile, string) {
	body, _ := doc.(map[string]any)
	for _, l := range p.likenesses() {
		if l.is(a, body) {
			return p.shipped[l.profile], l.by
		}
	}
	return nil, ""
}
