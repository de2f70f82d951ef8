package mockllm

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// In each style a job is queued, runs, and ends well, badly, or canceled: how the status URL answers.
func TestJobStyles(t *testing.T) {
	type seen struct {
		status int
		word   string // of the body, or the beginning of the body
	}
	tests := []struct {
		style                                     JobStyle
		header                                    string // which leads to the job
		accepted, running, done, failed, canceled seen
	}{
		{JobNative, "Location", seen{202, "queued"}, seen{200, "running"}, seen{200, "succeeded"}, seen{200, "failed"}, seen{200, "canceled"}},
		{JobLocation, "Location", seen{202, "queued"}, seen{202, "running"}, seen{200, `{"input"`}, seen{500, `{"error"`}, seen{409, `{"error"`}},
		{JobSeeOther, "Location", seen{202, "queued"}, seen{200, "running"}, seen{303, "done"}, seen{200, "failed"}, seen{200, "canceled"}},
		{JobOperation, "Operation-Location", seen{202, "NotStarted"}, seen{200, "Running"}, seen{200, "Succeeded"}, seen{200, "Failed"}, seen{200, "Canceled"}},
	}
	look := func(a answer) seen {
		var body struct{ Status string }
		if json.Unmarshal([]byte(a.body), &body) == nil && body.Status != "" {
			return seen{a.status, body.Status}
		}
		return seen{a.status, a.body[:min(len(a.body), 8)]}
	}
	for _, tt := range tests {
		t.Run(string(tt.style), func(t *testing.T) {
			cfg := jobServer()
			cfg.JobStyle, cfg.JobWorkers = tt.style, 3
			inLab(t, cfg, func(l *lab) {
				l.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
				var paths []string
				for _, body := range []string{`{"input":1}`, `{"fail":true}`, `{}`} {
					a := l.post(jobPath, body)
					if got := look(a); got != tt.accepted && got.word != "running" && got.word != "Running" {
						t.Errorf("accepted: got %v, want %v", got, tt.accepted)
					}
					paths = append(paths, strings.TrimPrefix(a.header.Get(tt.header), "http://lab"))
				}
				after(50 * time.Millisecond)
				if got := look(l.do("GET", paths[0], "")); got != tt.running {
					t.Errorf("running: got %v, want %v", got, tt.running)
				}
				if a := l.do("DELETE", paths[2], ""); a.status != http.StatusOK {
					t.Errorf("cancel: %d %s", a.status, a.body)
				}
				after(100 * time.Millisecond)
				for i, want := range []seen{tt.done, tt.failed, tt.canceled} {
					a := l.do("GET", paths[i], "")
					if got := look(a); got != want || a.header.Get("Retry-After") != "" {
						t.Errorf("job %d: got %v, want %v; %v", i, got, want, a.header)
					}
				}
			})
		})
	}
}

func TestWhereTheResultIs(t *testing.T) {
	for _, style := range []JobStyle{JobSeeOther, JobOperation} {
		t.Run(string(style), func(t *testing.T) {
			cfg := jobServer()
			cfg.JobStyle = style
			inLab(t, cfg, func(l *lab) {
				l.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
				a := l.post(jobPath, `{"input":"here"}`)
				at := a.header.Get("Location") + a.header.Get("Operation-Location")
				after(150 * time.Millisecond)
				a = l.do("GET", strings.TrimPrefix(at, "http://lab"), "")
				var body struct{ ResourceLocation string }
				if err := json.Unmarshal([]byte(a.body), &body); err != nil {
					t.Fatal(err)
				}
				result := a.header.Get("Location") + body.ResourceLocation
				if a := l.do("GET", strings.TrimPrefix(result, "http://lab"), ""); a.status != 200 || !strings.Contains(a.body, `"input":"here"`) {
					t.Errorf("GET %s: %d %q", result, a.status, a.body)
				}
			})
		})
	}
}
