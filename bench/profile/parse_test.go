package profile

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// minimal is the least that a profile needs.
const minimal = `{"status_url":[{"header":"Location"}],"state":{"path":"s","success":["ok"]}`

func TestNames(t *testing.T) {
	t.Parallel()
	want := []string{
		"auto", "anthropic-batch", "azure-asyncoperation", "azure-operation-location", "azure-provisioningstate",
		"celery-fastapi", "fal-queue", "google-lro", "native", "openai-background", "openai-batch", "replicate",
		"rfc9110-location", "rq-fastapi", "runpod", "see-other",
	}
	if d := cmp.Diff(want, Names()); d != "" {
		t.Errorf("names (-want +got):\n%s", d)
	}
	for _, name := range Names() {
		p, err := ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		if p.Name != name || p.Doc == "" || p.Submit.Path == "" || p.Auto != (name == "auto") {
			t.Errorf("%s: name %q, doc %q, path %q, auto %v", name, p.Name, p.Doc, p.Submit.Path, p.Auto)
		}
		if !p.SameOriginOnly || !p.SendAuthOnPoll || p.Redirect != "manual" || p.Backoff.Deadline != 10*time.Minute {
			t.Errorf("%s does not stand on the defaults: %+v", name, p)
		}
	}
}

func TestUnknownName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"celery-fastap": "celery-fastapi", "Native": "native", "celery": "celery-fastapi", "batch": "anthropic-batch",
		"openai_background": "openai-background", "rq-fastpai": "rq-fastapi", "zzzzzzzz": "", "": "",
	} {
		_, err := ByName(name)
		var unknown *UnknownError
		if !errors.As(err, &unknown) || unknown.Name != name || unknown.Nearest != want || len(unknown.Known) != 16 {
			t.Errorf("%q: got %+v, want nearest %q", name, err, want)
		}
	}
	_, err := ByName("nope-at-all")
	if !strings.Contains(err.Error(), "celery-fastapi, fal-queue") {
		t.Errorf("the names are not listed: %v", err)
	}
	if _, err := Parse([]byte(`{"extends":"celeri-fastapi"}`)); err == nil || !strings.Contains(err.Error(), `"celery-fastapi"`) {
		t.Errorf("extends: %v", err)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, field, nearest, what string }{
		{"not JSON", `{"name":`, "", "", "not JSON"},
		{"empty", ``, "", "", "empty"},
		{"a list", `[]`, "", "", "a list, not an object"},
		{"unknown field", `{"stat_url":[]}`, "stat_url", "status_url", "does not exist"},
		{"unknown field deep down", minimal[:len(minimal)-1] + `,"pendin":["x"]}}`, "state.pendin", "pending", ""},
		{"another case", `{"State":{}}`, "State", "state", ""},
		{"unknown field of a list's element", `{"status_url":[{"heder":"X"}]}`, "status_url[0].heder", "header", ""},
		{"a text for a list", `{"status_url":"Location"}`, "status_url", "", "a text, not a list"},
		{"a list for an object", `{"state":[]}`, "state", "", "a list, not an object"},
		{"a text for a number", `{"backoff":{"factor":"2"}}`, "backoff.factor", "", "a text, not a number"},
		{"unknown field of the backoff", `{"backoff":{"factr":2}}`, "backoff.factr", "factor", ""},
		{"a fraction for a status", `{"poll":{"ok_status":[200.5]}}`, "poll.ok_status[0]", "", "whole number"},
		{"a word that is a list", `{"state":{"pending":[["x"]]}}`, "state.pending[0]", "", "a list, not a word"},
		{"null for an object", `{"submit":null}`, "submit", "", "null, not an object"},
		{"a header that is a number", `{"submit":{"headers":{"X":1}}}`, "submit.headers.X", "", "a number, not a text"},
		{"a header with a line break", minimal + `,"submit":{"headers":{"X":"a\r\nY: b"}}}`, "submit.headers.X", "", ""},
		{"a field name with a blank", minimal + `,"submit":{"idempotency_header":"a b"}}`, "submit.idempotency_header", "", ""},
		{"a method with a blank", minimal + `,"submit":{"method":"GET /"}}`, "submit.method", "", ""},
		{"a path that is a host", minimal + `,"submit":{"path":"//evil/x"}}`, "submit.path", "", ""},
		{"no status is accepted", minimal + `,"submit":{"accept_status":[]}}`, "submit.accept_status", "", ""},
		{"no such status", minimal + `,"poll":{"gone_status":[700]}}`, "poll.gone_status", "", "700"},
		{"no status URL", `{"state":{"path":"s","success":["ok"]}}`, "status_url", "", "missing"},
		{"no path", `{"status_url":[{"header":"L"}],"state":{"success":["ok"]}}`, "state.path", "", "missing"},
		{"no success", `{"status_url":[{"header":"L"}],"state":{"path":"s"}}`, "state.success", "", "empty"},
		{"no success by status", `{"status_url":[{"header":"L"}],"state":{"by_http_status":true}}`, "state.success_status", "", ""},
		{"no such rule", minimal[:len(minimal)-1] + `,"missing":"eror"}}`, "state.missing", "error", "error, pending, success"},
		{"no such format", minimal + `,"timestamps":{"format":"unixms"}}`, "timestamps.format", "unix_ms", "unix, unix_ms"},
		{"redirects are followed by nobody", minimal + `,"redirect":"follow"}`, "redirect", "", "manual"},
		{"a source of nothing", `{"status_url":[{}],"state":{"path":"s","success":["ok"]}}`, "status_url[0]", "", "one of"},
		{"a source of two", `{"status_url":[{"self":true,"json":"x"}],"state":{"path":"s","success":["ok"]}}`, "status_url[0]", "", "one of"},
		{"a result of two", minimal + `,"result":[{"body":"","redirect":true}]}`, "result[0]", "", "one of"},
		{"a result without a template", minimal + `,"result":[{"json":"x"}]}`, "result[0].template", "", "url_json"},
		{"a value that is the host", minimal + `,"cancel":{"url":[{"json":"x","template":"//{value}/x"}]}}`, "cancel.url[0].template", "", "begin"},
		{"a value in the host", minimal + `,"cancel":{"url":[{"json":"x","template":"http://h{value}/x"}]}}`, "cancel.url[0].template", "", "host"},
		{"a relative template", minimal + `,"cancel":{"url":[{"json":"x","template":"{value}/x"}]}}`, "cancel.url[0].template", "", "begin"},
		{"an unknown placeholder", minimal + `,"cancel":{"url":[{"json":"x","template":"/{valu}"}]}}`, "cancel.url[0].template", "value", "{valu}"},
		{"a brace left open", minimal + `,"cancel":{"url":[{"json":"x","template":"/{value"}]}}`, "cancel.url[0].template", "", "closed"},
		{"a value of nothing", minimal + `,"cancel":{"url":[{"template":"/{value}"}]}}`, "cancel.url[0].template", "", "json"},
		{"waits that shrink", minimal + `,"backoff":{"factor":0.5}}`, "backoff.factor", "", "shrink"},
		{"jitter of all", minimal + `,"backoff":{"jitter":1}}`, "backoff.jitter", "", ""},
		{"a time below 0", minimal + `,"backoff":{"max_ms":-1}}`, "backoff", "", "below 0"},
		{"a word of two ends", `{"extends":"native","state":{"failure":["Succeeded"]}}`, "state.failure", "", "state.success too"},
		{"a word of the end and of the way", `{"extends":"native","state":{"canceled":["queued"]}}`, "state.pending", "", "state.canceled too"},
		{"a status of two ends", `{"extends":"rfc9110-location","state":{"failure_status":[200]}}`, "state.failure_status", "", "200"},
		{"a field twice", `{"extends":"native","extends":"replicate"}`, "extends", "", "twice"},
		{"a field twice, deep down", `{"extends":"native","status_url":[{"header":"A"},{"json":"a","json":"b"}]}`, "status_url[1].json", "", "twice"},
		{"extends a number", `{"extends":1}`, "extends", "", "a number"},
		{"too large", `{"name":"` + strings.Repeat("x", maxProfile) + `"}`, "", "", "bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse([]byte(c.text))
			var field *FieldError
			if !errors.As(err, &field) {
				t.Fatalf("got %v, want a *FieldError", err)
			}
			if field.Field != c.field || field.Nearest != c.nearest || !strings.Contains(field.What, c.what) {
				t.Errorf("got %q, %q, %q\nwant %q, %q, %q", field.Field, field.Nearest, field.What, c.field, c.nearest, c.what)
			}
			if text := err.Error(); len(text) > maxText || strings.ContainsAny(text, "\r\n") {
				t.Errorf("%d bytes: %s", len(text), text)
			}
		})
	}
}

func TestParseLaysOver(t *testing.T) {
	t.Parallel()
	p, err := Parse([]byte(`{"extends":"celery-fastapi","$why":"a comment","$why":"another","timestamps":null,
		"submit":{"path":"/tasks","headers":{"X-A":"1"},"body":{"$kept":9007199254740993}},
		"state":{"success":["DONE"]},"backoff":{"max_ms":2500.5},"same_origin_only":false}`))
	if err != nil {
		t.Fatal(err)
	}
	under, err := ByName("celery-fastapi")
	if err != nil {
		t.Fatal(err)
	}
	want := under
	want.Name = "custom"
	want.Submit.Path, want.Submit.Headers = "/tasks", map[string]string{"X-A": "1"}
	want.Submit.Body = json.RawMessage(`{"$kept":9007199254740993}`)
	want.State.Success = []Word{"DONE"}
	want.Backoff.Max = 2500500 * time.Microsecond
	want.SameOriginOnly = false
	if d := cmp.Diff(want, p, compared()...); d != "" {
		t.Errorf("profile (-want +got):\n%s", d)
	}
}

// What auto recognises obeys what was said of all services.
func TestExtendedAutoGoverns(t *testing.T) {
	t.Parallel()
	p, err := Parse([]byte(`{"extends":"auto","name":"mine","send_auth_on_poll":false,"backoff":{"initial_ms":7}}`))
	if err != nil {
		t.Fatal(err)
	}
	ticket, err := p.Accepted(NewAnswer(parsed(t, "http://h/v1/responses"), 200, nil, []byte(`{"object":"response","id":"r"}`)))
	if err != nil {
		t.Fatal(err)
	}
	if q := ticket.Profile; q.Name != "openai-background" || q.SendAuthOnPoll || q.Backoff.Initial != 7*time.Millisecond {
		t.Errorf("got %+v", q)
	}
}

func compared() []cmp.Option {
	return []cmp.Option{cmpopts.IgnoreUnexported(Profile{}), cmpopts.EquateEmpty()}
}

// A profile that is written and read again is the same.
func TestProfileRoundTrip(t *testing.T) {
	t.Parallel()
	texts := []string{minimal + `}`, minimal + `,"submit":{"body":{"a":"<&>"},"sync_status":[201]},"poll":{"pending_status":[],"transient_max":0},
		"id":[],"socket_url":null,"same_origin_only":false,"durations":{"queue_ms":"a","exec_ms":"b"},"backoff":{"jitter":0,"honor_retry_after":false},
		"result":[{"body":""},{"json":"f","template":"/f/{value}"},{"redirect":true}],"attempts":"n"}`}
	for _, name := range Names() {
		texts = append(texts, `{"name":"`+name+`","extends":"`+name+`"}`)
	}
	for _, text := range texts {
		p, err := Parse([]byte(text))
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		sameAgain(t, p)
	}
}

func sameAgain(t *testing.T, p *Profile) {
	t.Helper()
	written, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(written)
	if err != nil {
		t.Fatalf("%s: %v", written, err)
	}
	if d := cmp.Diff(p, again, compared()...); d != "" {
		t.Errorf("%s (-want +got):\n%s", written, d)
	}
}
