package mockllm

import (
	"encoding/json"
	"testing"
)

// Whatever the body, each endpoint either takes it or refuses it with a 4xx and a complete envelope, without a panic.
func FuzzRequestBody(f *testing.F) {
	for _, body := range []string{chatStream, chatWhole, embedOne, `{"model":"mock-1","prompt":[[1]],"max_tokens":9}`,
		`{"model":"mock-1","messages":[{"role":"user","content":[{"text":"x"}]}],"tools":[{"function":{"name":"f"}}],
		"tool_choice":{"function":{"name":"f"}},"n":1}`, `[`, `null`, `{"messages":[{}],"MODEL":"mock-1"}`} {
		f.Add([]byte(body))
	}
	a := newAPI(exact().withDefaults(), NewServer(exact()))
	f.Fuzz(func(t *testing.T, body []byte) {
		_, chat := a.readChat(body)
		_, legacy := a.readCompletion(body)
		_, embed := a.embed(body)
		for name, e := range map[string]*apiError{"chat": chat, "completions": legacy, "embeddings": embed} {
			if e == nil {
				continue
			}
			var envelope errorBody
			if err := json.Unmarshal(e.body(), &envelope); err != nil || envelope.Error.Message == "" ||
				envelope.Error.Type != kindInvalid || e.status < 400 || e.status > 499 {
				t.Fatalf("%s: status %d, envelope %s, %v", name, e.status, e.body(), err)
			}
		}
	})
}
