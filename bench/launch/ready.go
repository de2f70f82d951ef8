package launch

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

const (
	// probeEvery is the pause between two questions whether the server is ready.
	probeEvery = 75 * time.Millisecond
	// firstPatience and lastPatience bound how long one question waits; it doubles with each that got no answer. A
	// server that accepts connections while it loads answers the waiting one as soon as it can.
	firstPatience = time.Second
	lastPatience  = 10 * time.Second
	// maxAnswer bounds the head of an answer, and its body, which is read so that no server sees a connection break.
	maxAnswer = 64 << 10
	// shownLines is how many lines of the log an error shows.
	shownLines = 20
)

// await waits until the server is ready. If that fails, nothing of the server is left.
func (s *Server) await(ctx context.Context, c Command) error {
	limit := c.Timeout
	if limit <= 0 {
		limit = defaultTimeout
	}
	asking, cancel := context.WithTimeout(ctx, limit)
	var wg sync.WaitGroup
	wg.Go(func() {
		select {
		case <-s.died:
			cancel()
		case <-asking.Done():
		}
	})
	why := s.ask(asking, c.Ready)
	cancel()
	wg.Wait()
	select {
	case <-s.died:
		why = s.obituary()
	default:
		if why == "" {
			return nil
		}
		why = fmt.Sprintf("not ready after %v: %s", limit, why)
	}
	if ctx.Err() != nil {
		return errors.Join(fmt.Errorf("start server %q: %w", s.command, context.Cause(ctx)), s.Stop())
	}
	_ = s.Stop() // that it had to be killed is no news of a server that never was ready
	return &NotReadyError{Command: s.command, Why: why, Log: lastLines(s.Log())}
}

// ask asks until the server is ready, and returns "", or until ctx ends: then it says what was wrong the last time.
func (s *Server) ask(ctx context.Context, path string) string {
	pause := time.NewTicker(probeEvery)
	defer pause.Stop()
	var known answer
	for patience := firstPatience; ; {
		now := s.probe(ctx, path, patience)
		if now.why == "" {
			return ""
		}
		// A question that was cut short says little: only that somebody listens by now.
		if known.why == "" || ctx.Err() == nil || known.closed && now.late {
			known = now
		}
		if now.late {
			patience = min(2*patience, lastPatience)
		}
		select {
		case <-pause.C:
		case <-ctx.Done():
			return known.why
		}
	}
}

// answer is what a question has shown.
type answer struct {
	why    string // the server is not ready; "": it is
	late   bool   // somebody listens, and has not given one in time
	closed bool   // nobody listened
}

// probe asks once, over a connection of its own.
func (s *Server) probe(ctx context.Context, path string, patience time.Duration) answer {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	url := s.URL() + "/" + strings.TrimPrefix(path, "/")
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return answer{why: err.Error()}
	}
	req.Close = true
	req.Header.Set("User-Agent", "aibench")
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.addr)
	if err != nil {
		return answer{why: "nothing listens on " + s.addr, closed: true}
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	resp, err := exchange(conn, req)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return answer{why: "GET " + url + " has no answer in HTTP yet", late: true}
	case err != nil:
		return answer{why: "it listens, and does not answer in HTTP: " + err.Error()}
	case path != "" && (resp.StatusCode < 200 || resp.StatusCode > 399):
		return answer{why: "GET " + url + " is answered with " + shown(resp.Status)}
	}
	if holder := s.tree.intruder(s.addr); holder != "" {
		return answer{why: s.addr + " is held by another server, which was there before: " + holder}
	}
	if resp.ContentLength <= maxAnswer { // unknown is -1: a stream may last, so only what has a known end is read to it
		_, _ = io.CopyN(io.Discard, resp.Body, max(resp.ContentLength, 0))
	}
	return answer{}
}

// exchange asks and returns the answer, whose body ends with the connection. It is not left to an http.Client, which
// cannot tell a connection that was refused from one that was cut short, and logs what it did not expect.
func exchange(conn net.Conn, req *http.Request) (*http.Response, error) {
	if err := req.Write(conn); err != nil {
		return nil, err
	}
	resp, err := http.ReadResponse(bufio.NewReader(io.LimitReader(conn, 2*maxAnswer)), req)
	if err != nil {
		return nil, err
	}
	return resp, nil
}

// obituary says how the server ended before it was ready.
func (s *Server) obituary() string {
	end := s.cmd.ProcessState.String()
	left := s.tree.alive()
	if len(left) == 0 {
		return "it ended before it was ready: " + end
	}
	others := strings.Join(left, ", ")
	if s.cmd.ProcessState.Success() {
		return "it went to the background: the command ended with exit status 0 and left " + others +
			", which is killed now; start the server in the foreground, without --daemon or &"
	}
	return "it ended before it was ready: " + end + ", and left " + others + ", which is killed now"
}

// lastLines are the lines that an error shows.
func lastLines(lines []string) []string {
	return lines[max(0, len(lines)-shownLines):]
}
