package sse

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// caseFile is one line of testdata/cases.jsonl: chunks in, events out, and
// how many messages are due after each chunk.
type caseFile struct {
	Name     string
	Encoding string
	Chunks   []string
	Events   []struct{ Event, Data, ID string }
	Counts   []int
	Comments []string
	Retry    *int64
	RetryAny bool   `json:"retry_any"`
	LastID   string `json:"last_id"`
}

func readCases(t testing.TB) []caseFile {
	t.Helper()
	f, err := os.Open("testdata/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []caseFile
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var c caseFile
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatalf("case %d: %v", len(out)+1, err)
		}
		out = append(out, c)
	}
	if len(out) < 63 {
		t.Fatalf("got %d cases, want at least 63", len(out))
	}
	return out
}

func (c caseFile) chunks(t testing.TB) [][]byte {
	var out [][]byte
	for _, s := range c.Chunks {
		b := []byte(s)
		if c.Encoding == "base64" {
			var err error
			if b, err = base64.StdEncoding.DecodeString(s); err != nil {
				t.Fatal(err)
			}
		}
		out = append(out, b)
	}
	return out
}

func (c caseFile) check(t *testing.T, got outcome) {
	t.Helper()
	var want []item
	for _, e := range c.Events {
		typ := e.Event
		if typ == "message" {
			typ = ""
		}
		want = append(want, item{ID: e.ID, Type: typ, Data: e.Data})
	}
	if d := cmp.Diff(want, got.messages()); d != "" {
		t.Errorf("events (-want +got):\n%s", d)
	}
	var comments []string
	for _, i := range got.comments() {
		comments = append(comments, i.Data)
	}
	if d := cmp.Diff(c.Comments, comments); d != "" {
		t.Errorf("comments (-want +got):\n%s", d)
	}
	if got.LastID != c.LastID {
		t.Errorf("last id: got %q, want %q", got.LastID, c.LastID)
	}
	if got.TooLong {
		t.Error("got ErrTooLong, want no error")
	}
	c.checkRetry(t, got)
}

func (c caseFile) checkRetry(t *testing.T, got outcome) {
	t.Helper()
	if c.RetryAny {
		return
	}
	if got.HasRetry != (c.Retry != nil) {
		t.Errorf("retry: got %v, want set: %v", got.Retry, c.Retry != nil)
		return
	}
	if c.Retry != nil && got.Retry != time.Duration(*c.Retry)*time.Millisecond {
		t.Errorf("retry: got %v, want %d ms", got.Retry, *c.Retry)
	}
}

func TestCases(t *testing.T) {
	t.Parallel()
	for _, c := range readCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			chunks := c.chunks(t)
			got := parse(new(Parser), chunks...)
			c.check(t, got)
			if d := cmp.Diff(c.Counts, got.Counts); d != "" {
				t.Errorf("messages due after each chunk (-want +got):\n%s", d)
			}
			all := bytes.Join(chunks, nil)
			c.check(t, parse(new(Parser), bytewise(all)...))
			checkSplits(t, all)
		})
	}
}

// checkSplits cuts b in two at every point, and in three at every pair of
// points when it is short.
func checkSplits(t *testing.T, b []byte) {
	t.Helper()
	const short = 64
	want := parse(new(Parser), b)
	for i := 0; i <= len(b); i++ {
		for j := i; j <= len(b); j++ {
			if got := parse(new(Parser), b[:i], b[i:j], b[j:]); !got.same(want) {
				t.Fatalf("cut at %d and %d: got %+v, want %+v", i, j, got, want)
			}
			if len(b) > short {
				break
			}
		}
	}
}
