package cmd_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
)

// newMoods is a server whose paths answer each in its own way.
func newMoods() *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/chat/completions", chat)
	mux.HandleFunc("/half", everyOther(chat, status(http.StatusServiceUnavailable, "overloaded")))
	mux.HandleFunc("/events", events)
	mux.HandleFunc("/home-made", homeMade)
	mux.HandleFunc("/401", refuse)
	mux.HandleFunc("/escaped", escaped)
	mux.HandleFunc("/host", func(w http.ResponseWriter, r *http.Request) {
		status(http.StatusBadRequest, "host="+r.Host)(w, r)
	})
	mux.HandleFunc("/429", status(http.StatusTooManyRequests, "slow down"))
	mux.HandleFunc("/500", status(http.StatusInternalServerError, "out of order"))
	mux.HandleFunc("/json", document("application/json", `{"choices":[{"message":{"content":"all at once"}}]}`))
	mux.HandleFunc("/html", document("text/html; charset=utf-8", "<!doctype html><title>Welcome</title>"))
	mux.HandleFunc("/redirect", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere?key=secret", http.StatusTemporaryRedirect)
	})
	mux.HandleFunc("/truncated", truncated)
	mux.HandleFunc("/in-band", inBand)
	mux.HandleFunc("/stuck", stuck)
	mux.HandleFunc("/echo", echo)
	addJobMoods(mux)
	server := httptest.NewUnstartedServer(mux)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // what it says is not about us
	return server
}

// send writes events and lets each leave at once.
func send(w http.ResponseWriter, events ...string) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, e := range events {
		fmt.Fprintf(w, "data: %s\n\n", e)
		w.(http.Flusher).Flush()
	}
}

func delta(text string) string {
	return fmt.Sprintf(`{"choices":[{"index":0,"delta":{"content":%q}}]}`, text)
}

const role = `{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}`

func chat(w http.ResponseWriter, _ *http.Request) {
	send(w, role, delta("a"), delta("b"), delta("c"),
		`{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`, "[DONE]")
}

// events are of no dialect.
func events(w http.ResponseWriter, _ *http.Request) { send(w, "one", "two", "three") }

func homeMade(w http.ResponseWriter, _ *http.Request) {
	send(w, `{"text":"a"}`, `{"text":"b"}`, `{"state":"busy"}`, "bye")
}

func truncated(w http.ResponseWriter, _ *http.Request) { send(w, role, delta("a"), delta("b")) }

func inBand(w http.ResponseWriter, _ *http.Request) {
	send(w, delta("a"), `{"error":{"message":"the model fell over"}}`)
}

// stuck sends one token and then nothing, until the client leaves.
func stuck(w http.ResponseWriter, r *http.Request) {
	send(w, role, delta("a"))
	<-r.Context().Done()
}

func status(code int, message string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		fmt.Fprintf(w, `{"error":{"message":%q}}`, message)
	}
}

// refuse repeats the key that it was given, as some servers do.
func refuse(w http.ResponseWriter, r *http.Request) {
	status(http.StatusUnauthorized, "Incorrect API key provided: "+r.Header.Get("Authorization"))(w, r)
}

// escaped repeats the key as JSON, URLs and HTML spell it.
func escaped(w http.ResponseWriter, r *http.Request) {
	key := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	w.Header().Set("Content-Type", "text/plain")
	w.WriteHeader(http.StatusUnauthorized)
	fmt.Fprintf(w, "rejected %s %s %s", strings.ReplaceAll(key, "/", `\/`), url.QueryEscape(key), strings.ReplaceAll(key, "/", "&#x2F;"))
}

func document(kind, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = io.WriteString(w, text)
	}
}

// echo fails with what it was sent, so that a script can look at it.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	status(http.StatusBadRequest, fmt.Sprintf("%s %s X-Test=%s %s", r.Method, r.URL, r.Header.Get("X-Test"), body))(w, r)
}

func everyOther(a, b http.HandlerFunc) http.HandlerFunc {
	var n atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1)%2 == 0 {
			b(w, r)
			return
		}
		a(w, r)
	}
}
