package profile_test

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/aibench/aibench/bench/profile"
)

// A job of a service that nobody described: auto makes out where its status
// is, and what the words in it mean.
func Example() {
	p, err := profile.ByName("auto")
	if err != nil {
		fmt.Println(err)
		return
	}
	answer := func(at string, status int, header http.Header, body string) *profile.Answer {
		u, err := url.Parse(at)
		if err != nil {
			panic(err)
		}
		return profile.NewAnswer(u, status, header.Get, []byte(body))
	}

	ticket, err := p.Accepted(answer("http://localhost:8000/jobs", 202,
		http.Header{"Location": {"/jobs/9f"}}, `{"job_id": "9f", "status": "queued"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ticket.Now.State, ticket.Status)

	for _, body := range []string{
		`{"job_id": "9f", "status": "started", "created_at": "2026-11-22T10:00:00.25", "started_at": "2026-11-22T10:00:01"}`,
		`{"job_id": "9f", "status": "failed", "error": "ValueError: no such model"}`,
	} {
		r, err := p.Read(ticket, answer("http://localhost:8000/jobs/9f", 200, nil, body))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%v %q %v %q\n", r.State, r.Word, r.Started.Known, r.Err)
	}
	// Output:
	// queued http://localhost:8000/jobs/9f
	// running "started" true ""
	// failed "failed" false "ValueError: no such model"
}

func ExampleByName() {
	_, err := profile.ByName("celery")
	fmt.Println(err)
	// Output:
	// unknown profile "celery": did you mean "celery-fastapi"?
}

// A profile of one's own says what differs from a shipped one.
func ExampleParse() {
	p, err := profile.Parse([]byte(`{
		"name": "thumbnails",
		"extends": "celery-fastapi",
		"submit": {"path": "/thumbnails"},
		"status_url": [{"json": "ticket", "template": "{submit}/{value}/state"}]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Name, p.State.Success, p.Backoff.Max)

	_, err = profile.Parse([]byte(`{"extends": "celery-fastapi", "state": {"pathh": "s"}}`))
	fmt.Println(err)
	// Output:
	// thumbnails [SUCCESS] 5s
	// profile field "state.pathh" does not exist: did you mean "path"?
}
