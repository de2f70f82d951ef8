package mockllm

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"hash/fnv"
	"math"
	"math/rand/v2"
)

// Sizes of an embedding, and how many inputs one request may hold.
const (
	defaultDimensions = 256
	maxDimensions     = 3072
	maxInputs         = 2048
)

// embeddingRequest is what the mock reads of a POST /v1/embeddings.
type embeddingRequest struct {
	Model          string          `json:"model"`
	Input          json.RawMessage `json:"input"`
	Dimensions     *int            `json:"dimensions"`
	EncodingFormat string          `json:"encoding_format"`
}

type embeddingList struct {
	Object string         `json:"object"`
	Data   []embedding    `json:"data"`
	Model  string         `json:"model"`
	Usage  embeddingUsage `json:"usage"`
}

type embedding struct {
	Object    string `json:"object"`
	Index     int    `json:"index"`
	Embedding any    `json:"embedding"` // []float32, or a string in base64
}

type embeddingUsage struct {
	Prompt int `json:"prompt_tokens"`
	Total  int `json:"total_tokens"`
}

// embeddings answers POST /v1/embeddings, at once: embeddings take no batch slot.
func (a *api) embeddings(c *call) {
	c.strikeWhole(func() {
		list, refusal := a.embed(c.body)
		if refusal != nil {
			c.refuse(refusal)
			return
		}
		c.entry.finish = finishStop
		c.answerJSON(list)
	})
}

func (a *api) embed(body []byte) (*embeddingList, *apiError) {
	r := embeddingRequest{EncodingFormat: "float"}
	if refusal := decodeBody(body, &r); refusal != nil {
		return nil, refusal
	}
	if refusal := a.checkModel(r.Model); refusal != nil {
		return nil, refusal
	}
	input, refusal := parseText(r.Input, "input")
	if refusal != nil {
		return nil, refusal
	}
	size := defaultDimensions
	if r.Dimensions != nil {
		size = *r.Dimensions
	}
	switch {
	case len(input.items) == 0 || len(input.items) > maxInputs:
		return nil, invalid("input", "input holds %d texts: want 1 to %d", len(input.items), maxInputs)
	case size < 1 || size > maxDimensions:
		return nil, invalid("dimensions", "dimensions is %d: want 1 to %d", size, maxDimensions)
	case r.EncodingFormat != "float" && r.EncodingFormat != "base64":
		return nil, invalid("encoding_format", "%.32q is neither float nor base64", r.EncodingFormat)
	}
	list := &embeddingList{Object: "list", Model: r.Model, Usage: embeddingUsage{input.tokens, input.tokens}}
	for i, text := range input.items {
		e := embedding{Object: "embedding", Index: i, Embedding: vector(text, size)}
		if r.EncodingFormat == "base64" {
			e.Embedding = packed(vector(text, size))
		}
		list.Data = append(list.Data, e)
	}
	return list, nil
}

// vector is a unit vector that depends on the text alone: the same on every worker and in every run.
func vector(text string, size int) []float32 {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(text)) // a hash takes everything
	rng := rand.New(rand.NewPCG(sum.Sum64(), uint64(len(text))))
	v := make([]float32, size)
	var squares float64
	for i := range v {
		x := rng.NormFloat64()
		v[i] = float32(x)
		squares += x * x
	}
	for i := range v {
		v[i] = float32(float64(v[i]) / math.Sqrt(squares))
	}
	return v
}

// packed is v as base64 of little-endian float32, the encoding that OpenAI's Python and JavaScript SDKs ask for.
func packed(v []float32) string {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return base64.StdEncoding.EncodeToString(b)
}
