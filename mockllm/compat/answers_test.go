package compat

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/aibench/aibench/mockllm"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/param"
)

func TestStream(t *testing.T) {
	s := serve(t, mockllm.Config{})
	params := ask(5)
	params.StreamOptions = openai.ChatCompletionStreamOptionsParam{IncludeUsage: openai.Bool(true)}
	stream := s.Chat.Completions.NewStreaming(t.Context(), params)
	var whole openai.ChatCompletionAccumulator
	chunks := 0
	for stream.Next() {
		chunks++
		if !whole.AddChunk(stream.Current()) {
			t.Fatalf("chunk %d does not fit those before it: %s", chunks, stream.Current().RawJSON())
		}
	}
	if err := stream.Err(); err != nil {
		t.Fatal(err)
	}
	choice := whole.Choices[0]
	if choice.Message.Content != " t0 t1 t2 t3 t4" || choice.Message.Role != "assistant" || choice.FinishReason != "length" {
		t.Errorf("got %q by %q, finished by %q", choice.Message.Content, choice.Message.Role, choice.FinishReason)
	}
	// One for the role, five tokens, one for the finish, one for the usage.
	if u := whole.Usage; chunks != 8 || u.CompletionTokens != 5 || u.PromptTokens == 0 || u.TotalTokens != u.PromptTokens+5 {
		t.Errorf("%d chunks, usage %+v", chunks, u)
	}
}

func TestWhole(t *testing.T) {
	s := serve(t, mockllm.Config{Tokens: 3})
	params := ask(0)
	params.MaxCompletionTokens = param.Opt[int64]{} // the server's own number
	got, err := s.Chat.Completions.New(t.Context(), params)
	if err != nil {
		t.Fatal(err)
	}
	if c := got.Choices[0]; c.Message.Content != " t0 t1 t2" || c.FinishReason != "stop" || got.Usage.CompletionTokens != 3 {
		t.Errorf("got %q, finished by %q, usage %+v", c.Message.Content, c.FinishReason, got.Usage)
	}
}

// withTool asks for a call of a function named weather.
func withTool(n int64) openai.ChatCompletionNewParams {
	params := ask(n)
	params.Tools = []openai.ChatCompletionToolUnionParam{
		openai.ChatCompletionFunctionTool(openai.FunctionDefinitionParam{Name: "weather"}),
	}
	params.ToolChoice = openai.ChatCompletionToolChoiceOptionUnionParam{OfAuto: openai.String("required")}
	return params
}

func TestToolCallStream(t *testing.T) {
	s := serve(t, mockllm.Config{})
	stream := s.Chat.Completions.NewStreaming(t.Context(), withTool(4))
	var whole openai.ChatCompletionAccumulator
	finished := 0
	for stream.Next() {
		whole.AddChunk(stream.Current())
		if call, ok := whole.JustFinishedToolCall(); ok {
			finished++
			if call.Name != "weather" || call.Index != 0 {
				t.Errorf("finished %+v", call)
			}
		}
	}
	if err := stream.Err(); err != nil || finished != 1 {
		t.Fatalf("%d calls finished, error %v", finished, err)
	}
	checkToolCall(t, whole.Choices[0])
}

func TestToolCallWhole(t *testing.T) {
	s := serve(t, mockllm.Config{})
	got, err := s.Chat.Completions.New(t.Context(), withTool(4))
	if err != nil {
		t.Fatal(err)
	}
	checkToolCall(t, got.Choices[0])
}

func checkToolCall(t *testing.T, choice openai.ChatCompletionChoice) {
	t.Helper()
	if len(choice.Message.ToolCalls) != 1 || choice.FinishReason != "tool_calls" {
		t.Fatalf("%d calls, finished by %q", len(choice.Message.ToolCalls), choice.FinishReason)
	}
	call := choice.Message.ToolCalls[0]
	var arguments struct{ Text string }
	if err := json.Unmarshal([]byte(call.Function.Arguments), &arguments); err != nil {
		t.Fatalf("arguments %q: %v", call.Function.Arguments, err)
	}
	if call.ID == "" || call.Type != "function" || call.Function.Name != "weather" || arguments.Text != " t1 t2 t3" {
		t.Errorf("call %+v, arguments %+v", call, arguments)
	}
}

func TestLegacyStream(t *testing.T) {
	s := serve(t, mockllm.Config{})
	stream := s.Completions.NewStreaming(t.Context(), openai.CompletionNewParams{
		Model:         mockllm.DefaultModel,
		Prompt:        openai.CompletionNewParamsPromptUnion{OfString: openai.String("One, two,")},
		MaxTokens:     openai.Int(3),
		StreamOptions: openai.ChatCompletionStreamOptionsParam{IncludeUsage: openai.Bool(true)},
	})
	text, tokens := "", int64(0)
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			text += choice.Text
		}
		tokens += stream.Current().Usage.CompletionTokens
	}
	if err := stream.Err(); err != nil || text != " t0 t1 t2" || tokens != 3 {
		t.Errorf("got %q and %d tokens, error %v", text, tokens, err)
	}
}

func TestEmbeddings(t *testing.T) {
	s := serve(t, mockllm.Config{})
	got, err := s.Embeddings.New(t.Context(), openai.EmbeddingNewParams{
		Model:      mockllm.DefaultModel,
		Input:      openai.EmbeddingNewParamsInputUnion{OfArrayOfStrings: []string{"a", "b"}},
		Dimensions: openai.Int(16),
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Data) != 2 || len(got.Data[1].Embedding) != 16 || got.Data[1].Index != 1 || got.Usage.PromptTokens == 0 {
		t.Fatalf("got %s", got.RawJSON())
	}
	var squares float64
	for _, x := range got.Data[0].Embedding {
		squares += x * x
	}
	if math.Abs(squares-1) > 1e-6 {
		t.Errorf("length² %v, want 1", squares)
	}
}

func TestModels(t *testing.T) {
	s := serve(t, mockllm.Config{Model: "org/mock-2"})
	page, err := s.Models.List(t.Context())
	if err != nil || len(page.Data) != 1 || page.Data[0].ID != "org/mock-2" {
		t.Fatalf("got %+v, error %v", page, err)
	}
	one, err := s.Models.Get(t.Context(), "org/mock-2")
	if err != nil || one.ID != "org/mock-2" || one.Created == 0 {
		t.Errorf("got %+v, error %v", one, err)
	}
}
