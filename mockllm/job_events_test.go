package mockllm

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/tmaxmax/go-sse"
)

// watching is what came of a stream of events: "id event status" each, with when it came.
type watching struct {
	status int
	events []string
	at     []time.Duration
	last   string // data
	err    error
}

// watch reads a job's events to the end of the stream.
func (l *lab) watch(path string, header ...string) watching {
	l.Helper()
	resp, err := l.ask(l.Context(), http.MethodGet, path, "", header...)
	if err != nil {
		return watching{err: err}
	}
	defer resp.Body.Close()
	w := watching{status: resp.StatusCode}
	for ev, err := range sse.Read(resp.Body, nil) {
		if err != nil {
			w.err = err
			break
		}
		var data struct{ Status string }
		if err := json.Unmarshal([]byte(ev.Data), &data); err != nil {
			l.Errorf("event %q: %v", ev.Data, err)
		}
		w.events = append(w.events, ev.LastEventID+" "+ev.Type+" "+data.Status)
		w.at = append(w.at, l.now())
		w.last = ev.Data
	}
	return w
}

func TestJobEvents(t *testing.T) {
	cfg := jobServer()
	cfg.JobWorkers = 1
	inLab(t, cfg, func(l *lab) {
		l.submit(`{"ms":40}`)
		id := l.submit(`{"input":"x"}`).ID
		w := l.watch(jobPath + "/" + id + "/events")
		if diff := cmp.Diff([]string{"1 status queued", "2 status running", "3 status succeeded"}, w.events); diff != "" || w.err != nil {
			t.Errorf("events (-want +got):\n%s%v", diff, w.err)
		}
		if diff := cmp.Diff(ms(0, 40, 140), w.at); diff != "" {
			t.Errorf("arrivals (-want +got):\n%s", diff)
		}
		last := answer{body: w.last}.job(t)
		if last.Attempts != 1 || last.Result == nil || last.Completed == nil {
			t.Errorf("the last event: %+v", last)
		}
		for after, want := range map[string][]string{
			"0": {"1 status queued", "2 status running", "3 status succeeded"},
			"2": {"3 status succeeded"},
			"3": nil,
			"9": nil,
		} {
			w := l.watch(jobPath+"/"+id+"/events", "Last-Event-ID", after)
			if diff := cmp.Diff(want, w.events); diff != "" || w.status != 200 || w.err != nil {
				t.Errorf("after %s: %d %v (-want +got):\n%s", after, w.status, w.err, diff)
			}
		}
		for _, wrong := range []string{"x", "-1", "1e3"} {
			if w := l.watch(jobPath+"/"+id+"/events", "Last-Event-ID", wrong); w.status != 400 {
				t.Errorf("Last-Event-ID %q: %d", wrong, w.status)
			}
		}
	})
}

func TestJobEventsResumeAfterADrop(t *testing.T) {
	cfg := jobServer()
	cfg.AllowFaults = true
	inLab(t, cfg, func(l *lab) {
		id := l.submit(`{}`).ID
		path := jobPath + "/" + id + "/events"
		first := l.watch(path + "?drop_after=2")
		if diff := cmp.Diff([]string{"1 status queued", "2 status running"}, first.events); diff != "" {
			t.Errorf("until the drop (-want +got):\n%s", diff)
		}
		if !errors.Is(first.err, io.ErrUnexpectedEOF) {
			t.Errorf("the drop: %v, want an unexpected end", first.err)
		}
		if second := l.watch(path, "Last-Event-ID", "2"); !cmp.Equal(second.events, []string{"3 status succeeded"}) || second.err != nil {
			t.Errorf("after the drop: %v, %v", second.events, second.err)
		}
		if w := l.watch(path + "?drop_after=0"); w.status != 400 {
			t.Errorf("drop_after=0: %d", w.status)
		}
		finishes := map[string]int{}
		for _, line := range readLedger(t, l.ledger, "request") {
			if line.Path == path {
				finishes[line.finish()]++
			}
		}
		if diff := cmp.Diff(map[string]int{"eof": 1, "stop": 1, "error": 1}, finishes); diff != "" {
			t.Errorf("ledger (-want +got):\n%s", diff)
		}
	})
}

func TestDropNeedsFaults(t *testing.T) {
	inLab(t, jobServer(), func(l *lab) {
		id := l.submit(`{}`).ID
		if w := l.watch(jobPath + "/" + id + "/events?drop_after=1"); len(w.events) != 3 || w.err != nil {
			t.Errorf("events %v, %v", w.events, w.err)
		}
	})
}

// A proxy closes a stream on which nothing moves.
func TestSilentEventsGetComments(t *testing.T) {
	inLab(t, jobServer(), func(l *lab) {
		id := l.submit(`{"ms":40000}`).ID
		resp, err := l.ask(l.Context(), http.MethodGet, jobPath+"/"+id+"/events", "")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil || strings.Count(string(text), ": waiting\n\n") != 2 {
			t.Errorf("%v: %s", err, text)
		}
	})
}

func TestEventsEndWithTheClient(t *testing.T) {
	inLab(t, jobServer(), func(l *lab) {
		id := l.submit(`{"ms":3600000}`).ID
		ctx, cancel := context.WithCancel(l.Context())
		resp, err := l.ask(ctx, http.MethodGet, jobPath+"/"+id+"/events", "")
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		resp.Body.Close()
		after(0)
		lines := readLedger(t, l.ledger, "request")
		if last := lines[len(lines)-1]; !last.ClientGone || last.finish() != "client_gone" {
			t.Errorf("ledger: %+v", last)
		}
		l.do(http.MethodDelete, jobPath+"/"+id, "") // or the stop would wait for it
	})
}

func TestStopEndsEvents(t *testing.T) {
	inLab(t, jobServer(), func(l *lab) {
		id := l.submit(`{"ms":500}`).ID
		go func() {
			after(200 * time.Millisecond)
			l.srv.Stop()
		}()
		w := l.watch(jobPath + "/" + id + "/events")
		if len(w.events) != 2 || w.err != nil || l.now() != 200*time.Millisecond {
			t.Errorf("events %v, %v, at %v", w.events, w.err, l.now())
		}
		if err := <-l.ended; err != nil {
			t.Error(err)
		}
		l.ended <- nil
		if diff := cmp.Diff([]string{"submitted 0", "claimed 1", "finished 1"}, l.jobLines(id)); diff != "" {
			t.Errorf("the job at hand was not finished (-want +got):\n%s", diff)
		}
	})
}
