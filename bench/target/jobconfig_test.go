package target

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/profile"
	"github.com/aibench/aibench/bench/wire"
)

func TestJobsThatCannotBe(t *testing.T) {
	t.Parallel()
	native, err := profile.ByName("native")
	if err != nil {
		t.Fatal(err)
	}
	client := wire.New(wire.Config{Address: "service:80"})
	t.Cleanup(func() { _ = client.Close() })
	tests := []struct {
		spoil func(*JobConfig)
		err   string
	}{
		{func(c *JobConfig) { c.Client = nil }, "without a client"},
		{func(c *JobConfig) { c.Profile = nil }, "without a profile"},
		{func(c *JobConfig) { c.URL = nil }, "without an absolute"},
		{func(c *JobConfig) { c.URL = &url.URL{Path: "/v1/jobs"} }, "without an absolute"},
		{func(c *JobConfig) { c.URL.Scheme = "ftp" }, "without an absolute"},
		{func(c *JobConfig) { c.MaxWait = 0 }, "without a bound on its time"},
		{func(c *JobConfig) { c.Timeout = -1 }, "negative"},
		{func(c *JobConfig) { c.Interval.Factor = 0.5 }, "factor"},
		{func(c *JobConfig) { c.Request.Header = []Header{{"A", "b\r\nc"}} }, "line break"},
	}
	for _, tt := range tests {
		cfg := JobConfig{Client: client, Profile: native, URL: &url.URL{Scheme: "http", Host: "service", Path: "/v1/jobs"}, MaxWait: time.Second}
		if _, err := NewJob(cfg); err != nil {
			t.Fatal(err)
		}
		tt.spoil(&cfg)
		if _, err := NewJob(cfg); err == nil || !strings.Contains(err.Error(), tt.err) {
			t.Errorf("got error %v, want … %s …", err, tt.err)
		}
	}
}

// What the caller leaves out of a submission the profile says.
func TestSubmissionsAreCompletedByTheProfile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		b := newBed(t, "rfc9110-location", func(w http.ResponseWriter, r *http.Request) {
			got = append(got, fmt.Sprint(r.Method, " ", r.URL.Path, " prefers ", r.Header.Get("Prefer"), ", accepts ", r.Header.Get("Accept")))
			says(200, `{}`)(w, r)
		})
		wantOutcome(t, b.do(t), bench.OK)
		b.cfg.Request.Header = []Header{{"prefer", "wait=5"}, {"Accept", "image/png"}}
		wantOutcome(t, b.do(t), bench.OK)
		want := []string{
			"POST /v1/jobs prefers respond-async, accepts application/json, */*;q=0.5",
			"POST /v1/jobs prefers wait=5, accepts image/png",
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// A resource that the client names itself needs another name for each job.
func TestEachJobHasAUUIDOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t, "azure-provisioningstate", func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut {
				says(201, `{"properties":{"provisioningState":"Creating"}}`)(w, r)
				return
			}
			says(200, `{"properties":{"provisioningState":"Succeeded","output":1}}`)(w, r)
		})
		b.cfg.URL.Path = "/resource/{uuid}"
		for range 2 {
			wantOutcome(t, b.do(t), bench.OK)
		}
		form := regexp.MustCompile(`^(PUT|GET) /resource/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
		if len(b.seen) != 4 || strings.TrimPrefix(b.seen[0], "PUT") != strings.TrimPrefix(b.seen[1], "GET") || b.seen[0] == b.seen[2] {
			t.Errorf("requests %q, want each job to ask for its own resource", b.seen)
		}
		for _, r := range b.seen {
			if !form.MatchString(r) {
				t.Errorf("request %q", r)
			}
		}
	})
}

// A service that tells spans in place of stamps tells how long a job took, and
// nearly when.
func TestDurationsAreAsGoodAsStamps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		b := newBed(t, "runpod", func(w http.ResponseWriter, r *http.Request) {
			switch age := time.Since(begun); {
			case r.Method == http.MethodPost:
				<-time.After(4 * ms) // in a bubble
				says(200, `{"id":"r1","status":"IN_QUEUE"}`)(w, r)
			case age < 204*ms:
				says(200, `{"id":"r1","status":"IN_QUEUE"}`)(w, r)
			case age < 654*ms:
				says(200, `{"id":"r1","status":"IN_PROGRESS"}`)(w, r)
			default:
				says(200, `{"id":"r1","status":"COMPLETED","delayTime":200,"executionTime":450,"output":1}`)(w, r)
			}
		})
		b.cfg.Profile.StatusURL = []profile.Source{{JSON: "id", Template: "/v1/jobs/{value}"}}
		b.cfg.Interval = Interval{Fixed: 100 * ms}
		s := b.do(t)
		wantOutcome(t, s, bench.OK)
		wantSpan(t, s, "queue_wait", bench.Submitted, bench.Started, 200*ms+ms/2, ms)
		wantSpan(t, s, "run", bench.Started, bench.Finished, 450*ms+ms/2, 3*ms)
		// Made while it was submitted, within 4 ms, so it ended from 650 to 657 ms; it was seen to at 704 ms.
		if got, _ := s.Span(bench.Finished, bench.Seen); !s.Stamped(bench.Finished) || got < 47*ms || got > 54*ms || s.ClockWidth > 8*ms {
			t.Errorf("discovery %v, clock ± %v (stamped %v)", got, s.ClockWidth, s.Stamped(bench.Finished))
		}
	})
}
