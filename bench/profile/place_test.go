package profile

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func parsed(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestSameOrigin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"http://host/a", "http://host/b?c#d", true},
		{"http://host", "http://HOST:80", true},
		{"HTTPS://host:443", "https://Host", true},
		{"http://host", "https://host", false},
		{"http://host:443", "https://host", false},
		{"http://host:8000", "http://host:8001", false},
		{"http://host", "http://host.evil", false},
		{"http://host", "http://me@host", true},
		{"http://[::1]:80", "http://[::1]", true},
		{"ws://host/ws", "http://host", true},
		{"wss://host", "https://host:443", true},
		{"ws://host", "wss://host", false},
		{"/path", "/path", false},
	} {
		if got := SameOrigin(parsed(t, c.a), parsed(t, c.b)); got != c.same {
			t.Errorf("SameOrigin(%s, %s) = %v, want %v", c.a, c.b, got, c.same)
		}
	}
	if SameOrigin(nil, nil) || SameOrigin(parsed(t, "http://host"), nil) {
		t.Error("nil is an origin")
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	const at = "http://host:1/api/v1beta2/things/run/?key=1"
	for _, c := range []struct{ name, template, value, want string }{
		{"from the root", "/jobs/{value}", "7", "http://host:1/jobs/7"},
		{"submit", "{submit}/{value}", "7", "http://host:1/api/v1beta2/things/run/7"},
		{"parent", "{parent}/status/{value}", "7", "http://host:1/api/v1beta2/things/status/7"},
		{"base", "{base}/jobs/{value}", "7", "http://host:1/api/v1beta2/jobs/7"},
		{"version", "{version}/{value}", "operations/7", "http://host:1/api/v1beta2/operations/7"},
		{"id", "/jobs/{id}/{value}", "a", "http://host:1/jobs/the%20id/a"},
		{"elsewhere", "https://other/jobs/{value}", "7", "https://other/jobs/7"},
		{"blank", "/jobs/{value}", "a b", "http://host:1/jobs/a%20b"},
		{"query in a value", "/jobs/{value}", "a?b=c#d", "http://host:1/jobs/a%3Fb=c%23d"},
		{"escaped dots", "/jobs/{value}", "%2e%2e", "http://host:1/jobs/%252e%252e"},
		{"backslash", "/jobs/{value}", `..\x`, "http://host:1/jobs/..%5Cx"},
		{"line break", "/jobs/{value}", "a\r\nHost: evil", "http://host:1/jobs/a%0D%0AHost:%20evil"},
		{"user", "/jobs/{value}", "@evil", "http://host:1/jobs/@evil"},
		{"a path of its own", "{submit}/{value}", "a/b", "http://host:1/api/v1beta2/things/run/a/b"},
		{"in the query", "/jobs?id={value}&x=1", "a&b=../c d", "http://host:1/jobs?id=a%26b%3D..%2Fc+d&x=1"},
		{"a path in the query", "/jobs?of={submit}&id={id}", "7", "http://host:1/jobs?of=%2Fapi%2Fv1beta2%2Fthings%2Frun&id=the+id"},
		{"up", "/jobs/{value}", "../../admin", ""},
		{"up in the middle", "/jobs/{value}", "a/../b", ""},
		{"here", "/jobs/{value}", ".", ""},
		{"a URL", "/jobs/{value}", "http://evil/", ""},
		{"a host", "/{value}", "/evil/x", ""},
		{"empty", "/jobs/{value}", "", ""},
		{"too long", "/jobs/{value}", strings.Repeat("a", maxValue+1), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			u, err := place{parsed(t, at), "/things/run"}.expand(c.template, c.value, "the id")
			if c.want == "" {
				var p *ProtocolError
				if !errors.As(err, &p) {
					t.Errorf("got %v, %v, want a *ProtocolError", u, err)
				}
				return
			}
			if err != nil || u.String() != c.want {
				t.Errorf("got %v, %v, want %s", u, err, c.want)
			}
		})
	}
}

// A submission's own path may look like a host.
func TestExpandStaysAtTheOrigin(t *testing.T) {
	t.Parallel()
	u, err := place{parsed(t, "http://host//evil/jobs"), ""}.expand("{submit}/{value}", "7", "")
	if err != nil || u.Host != "host" || u.Path != "//evil/jobs/7" {
		t.Errorf("got %v, %v", u, err)
	}
	for path, want := range map[string]string{"/run": "", "/a/b/run": "/a/b", "/b/x": ""} {
		if got := (place{parsed(t, "http://host"+path), "/run"}).named("base"); got != want {
			t.Errorf("base of %s is %q, want %q", path, got, want)
		}
	}
	if got := (place{parsed(t, "http://host/videos"), ""}).named("version"); got != "/v1" {
		t.Errorf("version of a path without one is %q", got)
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	base := parsed(t, "http://host:8000/api/jobs?a=1")
	for _, c := range []struct{ ref, want string }{
		{"http://other/x", "http://other/x"},
		{"/jobs/7", "http://host:8000/jobs/7"},
		{"7", "http://host:8000/api/7"},
		{"./jobs/7", "http://host:8000/api/jobs/7"},
		{"../../../x", "http://host:8000/x"},
		{"?job=7", "http://host:8000/api/jobs?job=7"},
		{"//other:1/x", "http://other:1/x"},
		{" /x#part ", "http://host:8000/x"},
		{"HTTP://Other/x", "http://Other/x"},
		{"/a b/ü", "http://host:8000/a%20b/%C3%BC"},
		{"localhost:8000/x", ""},
		{"javascript:alert(1)", ""},
		{"http:///x", ""},
		{"http:x", ""},
		{"http://me:secret@host:8000/x", ""},
		{"http://host:8000/\r\nx", ""},
		{"/%zz", ""},
		{"/" + strings.Repeat("x", maxURL), ""},
	} {
		u, err := resolve(base, c.ref)
		got := ""
		if err == nil {
			got = u.String()
		}
		if got != c.want {
			t.Errorf("%.60q: got %q, %v, want %q", c.ref, got, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error shows the password: %v", c.ref, err)
		}
	}
}

// The places are in the same order for every id, so that what worked for one
// job works for the next.
func TestCandidates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at, id, field string
		want          []string // the first of them
	}{
		{"/tasks", "7", "task_id", []string{
			"/tasks/7", "/tasks/7/status", "/tasks/status/7", "/status/7", "/jobs/7", "/tasks/7/status",
		}[:5]},
		{"/api/generate", "7", "id", []string{
			"/api/generate/7", "/api/generate/7/status", "/api/generate/status/7", "/api/7", "/api/7/status", "/api/status/7",
			"/api/tasks/7", "/api/jobs/7", "/api/tasks/7/status", "/api/jobs/7/status",
		}},
		{"/", "7", "id", []string{"/7", "/7/status", "/status/7", "/tasks/7", "/jobs/7"}},
		{"/v1beta/models/m:go", "projects/p/jobs/7", "name", []string{"/v1beta/projects/p/jobs/7", "/projects/p/jobs/7"}},
	} {
		urls, err := place{parsed(t, "http://host"+c.at), ""}.candidates(c.id, c.field)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, u := range urls[:min(len(c.want), len(urls))] {
			got = append(got, u.RequestURI())
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.at, d)
		}
	}
	at := place{parsed(t, "http://host/jobs/new"), ""}
	one, err1 := at.candidates("status", "data.job_id")
	other, err2 := at.candidates("x", "data.job_id")
	if err1 != nil || err2 != nil || len(one) != len(other) {
		t.Errorf("%d places for one id, %d for another: %v, %v", len(one), len(other), err1, err2)
	}
	last := other[len(other)-2]
	if last.RequestURI() != "/jobs/new?job_id=x" {
		t.Errorf("the query is %s", last.RequestURI())
	}
}
