package profile

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestLookup(t *testing.T) {
	t.Parallel()
	doc, err := decode([]byte("\ufeff" + `{"a":{"b":[{"c":9007199254740993},"x"],"d.e":true,"n":null},"f.g":{"h":1},"":"empty"} `))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"a.b.0.c": "9007199254740993", "a.b.1": "x", "a.d.e": "true", "f.g": "-", "a.b": "-", "": "-",
		"a.b.2": "", "a.b.-1": "", "a.b.x": "", "a.n": "", "a.n.x": "", "a.d.e.f": "", "z": "", "a.b.1.c": "",
	} {
		v, ok := lookup(doc, path)
		got := scalar(v)
		if ok && got == "" {
			got = "-"
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", path, got, want)
		}
	}
}

// Whatever a server answers, what is said of it is one line of bounded length.
func TestWhatIsSaidIsBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä\n\x1b[31m", 1<<12)
	quoted, err := json.Marshal(long)
	if err != nil {
		t.Fatal(err)
	}
	many := make(map[string]int)
	for i := range 1000 {
		many[strings.Repeat(string(rune('a'+i%26)), i+1)] = i
	}
	keys, err := json.Marshal(many)
	if err != nil {
		t.Fatal(err)
	}
	native, err := ByName("native")
	if err != nil {
		t.Fatal(err)
	}
	auto, err := ByName("auto")
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{
		long, "<" + long, string(quoted), `{"status":` + string(quoted) + `}`, `{"id":` + string(quoted) + `}`, string(keys),
		`{"status_url":` + string(quoted) + `}`, `{"status":"failed","error":` + string(quoted) + `}`,
		`{"status":"failed","error":{"code":` + string(quoted) + `}}`, strings.Repeat("[", 1<<15), strings.Repeat(`{"a":`, 1<<14),
	} {
		for _, p := range []*Profile{native, auto} {
			for _, status := range []int{200, 202, 400, 404, 500} {
				a := NewAnswer(parsed(t, "http://h/v1/jobs"), status, nil, []byte(body))
				ticket, err := p.Accepted(a)
				bounded(t, Reading{}, err)
				if ticket != nil {
					bounded(t, ticket.Now, nil)
				}
				ticket = p.blank(a)
				r, err := p.Read(ticket, a)
				bounded(t, r, err)
				r, err = p.ReadResult(ticket, a)
				bounded(t, r, err)
				r, err = p.ReadMessage(ticket, []byte(body))
				bounded(t, r, err)
			}
		}
	}
}

func bounded(t *testing.T, r Reading, err error) {
	t.Helper()
	texts := []string{r.Word, r.Err, r.Note}
	if err != nil {
		var p *ProtocolError
		if !errors.As(err, &p) {
			t.Errorf("%T: %v", err, err)
		}
		texts = append(texts, err.Error())
	}
	for _, s := range texts {
		if len(s) > maxText || strings.ContainsAny(s, "\n\r\x1b") {
			t.Errorf("%d bytes: %.100q", len(s), s)
		}
	}
	if len(r.Word) > maxWord {
		t.Errorf("a word of %d bytes", len(r.Word))
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		s    string
		n    int
		want string
	}{
		{"short", 5, "short"},
		{"longer", 5, "lo…"},
		{"üüüü", 7, "üü…"},
		{"üüüü", 6, "ü…"},
		{"\xff\xff\xff\xff", 3, "…"},
	} {
		if got := cut(c.s, c.n); got != c.want {
			t.Errorf("cut(%q, %d) = %q, want %q", c.s, c.n, got, c.want)
		}
	}
}

// Who logs in with a name in the URL has it in no URL of the service's.
func TestTheCallersNameIsInNoURLOfTheServices(t *testing.T) {
	t.Parallel()
	header := http.Header{"Location": {"/jobs/j1"}}
	for _, name := range []string{"native", "auto", "azure-provisioningstate"} {
		p, err := ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		body := `{"id":"j1","status":"queued","properties":{"provisioningState":"Creating"}}`
		ticket, err := p.Accepted(NewAnswer(parsed(t, "http://usr:pw@h:1/jobs"), p.Submit.AcceptStatus[len(p.Submit.AcceptStatus)-1], header.Get, []byte(body)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got := ticket.Status; got.User != nil || got.Host != "h:1" {
			t.Errorf("%s: the status is at %v", name, got)
		}
	}
}
