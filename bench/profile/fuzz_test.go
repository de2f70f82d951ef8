package profile

import (
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever is answered, nothing panics, errors are protocol errors, texts are
// bounded, and URLs are ones that can be asked and are held to their origin.
func FuzzRead(f *testing.F) {
	seedBodies(f)
	var profiles []*Profile
	for _, name := range Names() {
		p, err := ByName(name)
		if err != nil {
			f.Fatal(err)
		}
		profiles = append(profiles, p)
	}
	at := &url.URL{Scheme: "http", Host: "host:8000", Path: "/api/jobs"}
	f.Fuzz(func(t *testing.T, which uint8, status uint16, field string, accepted, polled []byte) {
		p := profiles[int(which)%len(profiles)]
		header := func(string) string { return field }
		a := NewAnswer(at, int(status), header, accepted)
		ticket, err := p.Accepted(a)
		bounded(t, Reading{}, err)
		if err != nil {
			return
		}
		bounded(t, ticket.Now, nil)
		usable(t, ticket.Status, ticket.Socket, ticket.Events, ticket.Cancel, ticket.Now.ResultURL)
		usable(t, ticket.Candidates...)
		for _, u := range ticket.Candidates {
			if !SameOrigin(u, at) {
				t.Errorf("a guess leads to %s", u)
			}
		}
		if ticket.Status == nil && !ticket.Now.State.Terminal() {
			t.Error("a job that is not over has no status URL")
		}
		for _, code := range []int{int(status), 200, 202, 303, 500} {
			poll := NewAnswer(at, code, header, polled)
			r, err := p.Read(ticket, poll)
			bounded(t, r, err)
			usable(t, r.ResultURL, r.Next)
			r, err = p.ReadResult(ticket, poll)
			bounded(t, r, err)
			usable(t, r.ResultURL, r.Next)
		}
		r, err := p.ReadMessage(ticket, polled)
		bounded(t, r, err)
		usable(t, r.ResultURL, r.Next)
	})
}

func usable(t *testing.T, urls ...*url.URL) {
	t.Helper()
	for _, u := range urls {
		if u == nil {
			continue
		}
		again, err := url.Parse(u.String())
		if err != nil || again.Host != u.Host || u.Host == "" || u.User != nil || u.Fragment != "" ||
			strings.ContainsAny(u.RequestURI(), " \r\n\x00#") {
			t.Errorf("not a URL to ask: %q", u)
		}
		switch u.Scheme {
		case "http", "https", "ws", "wss":
		default:
			t.Errorf("not a scheme to ask by: %q", u)
		}
	}
}

// Whatever fills a template, it stays beneath where it stands.
func FuzzExpand(f *testing.F) {
	for _, s := range []string{"7", "../../admin", "http://evil/", "a/b", "%2e%2e/x", "?a#b", "//evil", "\\..\\", ";a=b", "@evil:1"} {
		f.Add(s)
	}
	at := place{&url.URL{Scheme: "http", Host: "host:8000", Path: "/api/jobs"}, ""}
	f.Fuzz(func(t *testing.T, value string) {
		for template, root := range map[string]string{
			"{submit}/{value}": "/api/jobs/", "/x/{value}/y": "/x/", "{parent}/{id}": "/api/", "/q?id={value}": "/q",
		} {
			u, err := at.expand(template, value, value)
			if err != nil {
				var p *ProtocolError
				if !errors.As(err, &p) {
					t.Errorf("%T: %v", err, err)
				}
				continue
			}
			usable(t, u)
			clean := at.url.ResolveReference(u) // which resolves what dots are left
			if u.Host != "host:8000" || !strings.HasPrefix(u.EscapedPath(), root) || clean.EscapedPath() != u.EscapedPath() {
				t.Errorf("%q fills %q: %s", value, template, u)
			}
			if strings.Contains(template, "?") && (u.Path != root || u.Query().Get("id") != value || len(u.Query()) != 1) {
				t.Errorf("%q fills %q: %s", value, template, u)
			}
		}
	})
}

// A profile that can be read can be written, and is the same when read again.
func FuzzParse(f *testing.F) {
	for _, name := range append(Names(), defaults) {
		data, err := shipped.ReadFile("shipped/" + name + ".json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"extends":"auto","state":{"success":["fertig",1,true]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Parse(data)
		if err == nil {
			sameAgain(t, p)
			return
		}
		var field *FieldError
		var unknown *UnknownError
		if !errors.As(err, &field) && !errors.As(err, &unknown) {
			t.Errorf("%T: %v", err, err)
		}
	})
}

// seedBodies adds every exchange of testdata.
func seedBodies(f *testing.F) {
	files, err := filepath.Glob("testdata/exchanges/*.jsonl")
	if err != nil || len(files) == 0 {
		f.Fatalf("no exchanges: %v", err)
	}
	for i, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		var accepted json.RawMessage
		for line := range strings.Lines(string(data)) {
			var s step
			if err := json.Unmarshal([]byte(line), &s); err != nil {
				f.Fatal(err)
			}
			switch {
			case s.Submit != nil:
				accepted = s.Submit.Body
			case s.Poll != nil:
				f.Add(uint8(i), uint16(200), s.Poll.Header["Location"], []byte(accepted), []byte(s.Poll.Body))
			}
		}
	}
}
