package target_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/profile"
	"github.com/aibench/aibench/bench/target"
	"github.com/aibench/aibench/bench/wire"
)

// A service that nobody described: the first answer tells how to follow it.
func ExampleJob() {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusAccepted)
			_, _ = io.WriteString(w, `{"task_id": "t1", "status": "PENDING"}`)
			return
		}
		_, _ = io.WriteString(w, `{"task_id": "t1", "status": "SUCCESS", "result": 42}`)
	}))
	defer service.Close()
	at, err := url.Parse(service.URL + "/tasks")
	if err != nil {
		panic(err)
	}
	auto, err := profile.ByName("auto")
	if err != nil {
		panic(err)
	}
	epoch := time.Now()
	client := wire.New(wire.Config{Epoch: epoch, Address: at.Host})
	defer client.Close()
	job, err := target.NewJob(target.JobConfig{
		Client: client, Epoch: epoch, URL: at, Profile: auto,
		Interval: target.Interval{Initial: 5 * time.Millisecond}, MaxWait: time.Minute,
	})
	if err != nil {
		panic(err)
	}
	s := bench.NewSample()
	job.Do(context.Background(), s)
	name, how := job.Recognised()
	fmt.Println(s.Outcome, s.Polls, name)
	fmt.Println(how)
	// Output:
	// ok 1 auto
	// "task_id" in the body, and no URL
}
