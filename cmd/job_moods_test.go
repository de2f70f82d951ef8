package cmd_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
)

// addJobMoods gives mux a path for each way of taking jobs, and of failing at
// it.
func addJobMoods(mux *http.ServeMux) {
	home := &homeMadeJobs{}
	mux.HandleFunc("POST /tasks", home.submit)
	mux.HandleFunc("GET /tasks/{id}", home.status)
	mux.HandleFunc("POST /silent", accept("", `{}`))
	mux.HandleFunc("POST /plain", document202("text/plain", "your job was accepted"))
	mux.HandleFunc("POST /foreign", accept("http://elsewhere.invalid/jobs/1?key=foreign-secret", `{}`))
	follow(mux, "/huge", huge)
	follow(mux, "/endless", document("application/json", `{"status":"PENDING"}`))
	follow(mux, "/deaf", deaf)
	follow(mux, "/welcome", document("text/html", "<!doctype html><title>Welcome</title>"))
	follow(mux, "/pathless", document("application/json", `{"phase":"running"}`))
	follow(mux, "/lost", status(http.StatusNotFound, "no such job"))
	follow(mux, "/gone", status(http.StatusGone, "the job has expired"))
	follow(mux, "/failing", document("application/json", `{"status":"FAILURE","error":{"message":"CUDA out of memory"}}`))
	follow(mux, "/canceled", document("application/json", `{"status":"canceled"}`))
	follow(mux, "/down", status(http.StatusBadGateway, "bad gateway"))
	mux.HandleFunc("POST /profiled", profiled)
	mux.HandleFunc("GET /profiled/{id}", document("application/json", `{"phase":"Done","output":42}`))
}

// accept is a 202 that tells of the job by Location and body; "" leaves the
// header out.
func accept(location, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if location != "" {
			w.Header().Set("Location", location)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, body)
	}
}

func document202(kind, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, text)
	}
}

// follow accepts jobs at path and answers for their state there too.
func follow(mux *http.ServeMux, path string, state http.HandlerFunc) {
	mux.HandleFunc("POST "+path, accept(path+"/1?token=poll-secret", `{"id":"1","status":"queued"}`))
	mux.HandleFunc("GET "+path+"/1", state)
}

// huge is a state of 100 MB.
func huge(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	filling := bytes.Repeat([]byte("x"), 1<<20)
	_, _ = io.WriteString(w, `{"status":"queued","filling":"`)
	for range 100 {
		if _, err := w.Write(filling); err != nil {
			return
		}
	}
	_, _ = io.WriteString(w, `"}`)
}

// deaf never answers.
func deaf(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// homeMadeJobs is what many write: an id, words of their own, no Location. A
// job is at its end when it is asked after for the third time.
type homeMadeJobs struct {
	made  atomic.Int64
	mu    sync.Mutex // guards asked
	asked map[string]int
}

func (h *homeMadeJobs) submit(w http.ResponseWriter, _ *http.Request) {
	accept("", fmt.Sprintf(`{"task_id":"t-%d"}`, h.made.Add(1)))(w, nil)
}

func (h *homeMadeJobs) status(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	h.mu.Lock()
	if h.asked == nil {
		h.asked = map[string]int{}
	}
	h.asked[id]++
	n := h.asked[id]
	h.mu.Unlock()
	word := "SUCCESS"
	if n < 3 {
		word = []string{"PENDING", "STARTED"}[n-1]
	}
	document("application/json", fmt.Sprintf(`{"task_id":%q,"status":%q,"result":42}`, id, word))(w, r)
}

// profiled takes jobs only as the script's own profile says.
func profiled(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	said := r.Header.Get("Authorization") + " " + r.Header.Get("X-Kind") + " " + string(body)
	if said != `Key profile-key batch {"size":"small","text":"hi"}` {
		status(http.StatusUnprocessableEntity, "not as the profile says: "+strings.ReplaceAll(said, `"`, "'"))(w, r)
		return
	}
	accept("", `{"ticket":"7"}`)(w, r)
}
