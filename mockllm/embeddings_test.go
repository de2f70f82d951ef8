package mockllm

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type vectors struct {
	Data []struct {
		Index     int
		Embedding json.RawMessage
	}
	Usage embeddingUsage
}

func (l *lab) embed(body string) vectors {
	l.Helper()
	var v vectors
	if err := json.Unmarshal([]byte(l.post("/v1/embeddings", body).body), &v); err != nil {
		l.Fatal(err)
	}
	return v
}

func TestEmbeddingsDependOnTheTextAlone(t *testing.T) {
	inLab(t, Config{Seed: 1}, func(l *lab) {
		v := l.embed(`{"model":"mock-1","input":["a","b","a"],"dimensions":64}`)
		if len(v.Data) != 3 || v.Data[2].Index != 2 || v.Usage != (embeddingUsage{3, 3}) {
			t.Fatalf("got %d vectors, usage %+v", len(v.Data), v.Usage)
		}
		a, b, c := string(v.Data[0].Embedding), string(v.Data[1].Embedding), string(v.Data[2].Embedding)
		if a == b || a != c {
			t.Errorf("the vectors of a, b, a are\n%s\n%s\n%s", a, b, c)
		}
		var floats []float64
		if err := json.Unmarshal(v.Data[0].Embedding, &floats); err != nil || len(floats) != 64 {
			t.Fatalf("%d dimensions (%v), want 64", len(floats), err)
		}
		var squares float64
		for _, x := range floats {
			squares += x * x
		}
		if math.Abs(squares-1) > 1e-6 {
			t.Errorf("length² %v, want 1", squares)
		}
	})
}

func TestEmbeddingsInBase64AreTheSameNumbers(t *testing.T) {
	inLab(t, exact(), func(l *lab) {
		plain := l.embed(embedOne)
		packed := l.embed(`{"model":"mock-1","input":"hi","dimensions":4,"encoding_format":"base64"}`)
		var want []float32
		var text string
		if json.Unmarshal(plain.Data[0].Embedding, &want) != nil || json.Unmarshal(packed.Data[0].Embedding, &text) != nil {
			t.Fatalf("%s\n%s", plain.Data[0].Embedding, packed.Data[0].Embedding)
		}
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		var got []float32
		for i := 0; i+4 <= len(raw); i += 4 {
			got = append(got, math.Float32frombits(binary.LittleEndian.Uint32(raw[i:])))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("base64 against JSON (-json +base64):\n%s", diff)
		}
	})
}
