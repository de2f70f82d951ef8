package queue

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// errDamaged is for what no script of this package has written.
var errDamaged = errors.New("what redis holds is damaged")

// parseJob reads a job's hash.
func parseJob(hash map[string]string) (Job, error) {
	j := Job{
		ID: hash["id"], State: State(hash["state"]),
		Payload: []byte(hash["payload"]), Result: []byte(hash["result"]),
		Error: hash["error"], Code: hash["code"],
	}
	var err error
	number := func(field string) int64 {
		text := hash[field]
		if text == "" { // not there yet
			return 0
		}
		n, bad := strconv.ParseInt(text, 10, 64)
		if bad != nil && err == nil {
			err = fmt.Errorf("%w: %s of job %q is %q", errDamaged, field, j.ID, text)
		}
		return n
	}
	j.Attempts, j.MaxAttempts = int(number("attempts")), int(number("max_attempts"))
	j.Created, j.Started, j.Finished = micro(number("created")), micro(number("started")), micro(number("finished"))
	j.TTL = time.Duration(number("ttl")) * time.Millisecond
	return j, err
}

// parsePage reads a state and the events after the given one.
func parsePage(got any, after int64) (page, error) {
	list, _ := got.([]any)
	if len(list) != 2 {
		return page{}, fmt.Errorf("%w: events %v", errDamaged, got)
	}
	state, _ := list[0].(string)
	events, _ := list[1].([]any)
	p := page{ended: State(state).Terminal()}
	for i, text := range events {
		text, _ := text.(string)
		ev, err := parseEvent(text)
		if err != nil {
			return page{}, err
		}
		ev.Seq = after + int64(i) + 1
		p.events = append(p.events, ev)
	}
	return p, nil
}

// parseEvent reads "state instant data"; the data of progress begins with "=".
func parseEvent(text string) (Event, error) {
	state, rest, _ := strings.Cut(text, " ")
	at, data, ok := strings.Cut(rest, " ")
	us, err := strconv.ParseInt(at, 10, 64)
	if !ok || err != nil {
		return Event{}, fmt.Errorf("%w: event %.100q", errDamaged, text)
	}
	ev := Event{State: State(state), At: micro(us)}
	if data, ok := strings.CutPrefix(data, "="); ok {
		ev.Data = []byte(data)
	}
	return ev, nil
}

func micro(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us)
}

// pairs makes a map of a reply that lists names and values in turn.
func pairs(list []any) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(list); i += 2 {
		name, _ := list[i].(string)
		m[name], _ = list[i+1].(string)
	}
	return m
}
