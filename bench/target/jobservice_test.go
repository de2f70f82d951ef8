package target

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/profile"
	"github.com/aibench/aibench/bench/wire"
)

// A pipe is a listener in memory: what is dialled is accepted.
type pipe struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipe() *pipe { return &pipe{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipe) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipe) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "unix"} }

func (p *pipe) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		return near, nil
	case <-p.done:
		return nil, errors.New("nobody listens")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// A bed is a service in memory and what a job needs to use it, for one bubble.
type bed struct {
	cfg   JobConfig
	epoch time.Time
	seen  []string // the requests that came, in order
	mu    sync.Mutex
	// What answers; to be changed between two jobs only.
	service http.HandlerFunc
}

// newBed serves a handler in the caller's bubble as http://service.
func newBed(t *testing.T, name string, service http.HandlerFunc) *bed {
	t.Helper()
	b := &bed{epoch: time.Now(), service: service}
	listener := newPipe()
	var serving sync.WaitGroup
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serving.Add(1)
		defer serving.Done()
		b.mu.Lock()
		b.seen = append(b.seen, r.Method+" "+r.RequestURI)
		b.mu.Unlock()
		b.service(w, r)
	})}
	serving.Go(func() { _ = server.Serve(listener) })
	client := wire.New(wire.Config{Epoch: b.epoch, Address: "service:80", Dial: listener.dial})
	t.Cleanup(func() {
		_ = client.Close()
		_ = server.Close()
		serving.Wait()
	})
	p, err := profile.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	b.cfg = JobConfig{
		Client: client, Epoch: b.epoch, Profile: p, MaxWait: time.Minute, Dial: listener.dial,
		URL:     &url.URL{Scheme: "http", Host: "service", Path: "/v1/jobs"},
		Request: Request{Body: func(int64) ([]byte, error) { return []byte(`{}`), nil }},
	}
	return b
}

// do performs one job.
func (b *bed) do(t *testing.T) *bench.Sample {
	t.Helper()
	s := bench.NewSample()
	b.doWith(t, t.Context(), s)
	return s
}

func (b *bed) doWith(t *testing.T, ctx context.Context, s *bench.Sample) *Job {
	t.Helper()
	j, err := NewJob(b.cfg)
	if err != nil {
		t.Fatal(err)
	}
	j.Do(ctx, s)
	return j
}

func (b *bed) now() time.Duration { return time.Since(b.epoch) }

// requests are those that came, and how often each in a row.
func (b *bed) requests() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for i, n := 0, 0; i < len(b.seen); i += n {
		for n = 1; i+n < len(b.seen) && b.seen[i+n] == b.seen[i]; n++ {
		}
		out = append(out, fmt.Sprintf("%d× %s", n, b.seen[i]))
	}
	return out
}

// A plan is one job of a service in the terms of the native profile: what its
// status says when. Durations count from its submission.
type plan struct {
	queued, run time.Duration
	stamps      bool
	ahead       time.Duration // the service's clock
	attempts    int
	fails       bool

	mu        sync.Mutex // guards submitted
	submitted time.Time
}

// status is what the service says now.
func (p *plan) status() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	age := time.Since(p.submitted)
	state, extra := "queued", ""
	stamp := func(name string, at time.Duration) {
		if p.stamps {
			extra += fmt.Sprintf(`,"%s":%.6f`, name, float64(p.submitted.Add(at+p.ahead).UnixMicro())/1e6)
		}
	}
	stamp("created_at", 0)
	if age >= p.queued {
		state = "running"
		stamp("started_at", p.queued)
	}
	if age >= p.queued+p.run {
		stamp("completed_at", p.queued+p.run)
		if state = "succeeded"; p.fails {
			state, extra = "failed", extra+`,"error":{"message":"out of memory"}`
		}
	}
	if p.attempts > 0 {
		extra += fmt.Sprintf(`,"attempts":%d`, p.attempts)
	}
	return fmt.Sprintf(`{"id":"j1","status":%q%s}`, state, extra)
}

// ServeHTTP takes the job and tells its status.
func (p *plan) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		p.mu.Lock()
		p.submitted = time.Now()
		p.mu.Unlock()
		w.Header().Set("Location", "/v1/jobs/j1")
		w.WriteHeader(http.StatusAccepted)
	}
	fmt.Fprint(w, p.status())
}

// wantSpan fails unless a span and the width of its uncertainty are exactly
// these.
func wantSpan(t *testing.T, s *bench.Sample, name string, from, to bench.Mark, want, width time.Duration) {
	t.Helper()
	got, ok := s.Span(from, to)
	if w := s.Width(from) + s.Width(to); !ok || got != want || w != width {
		t.Errorf("%s: got %v ± %v (%v), want %v ± %v", name, got, w, ok, want, width)
	}
}

func wantOutcome(t *testing.T, s *bench.Sample, want bench.Outcome) {
	t.Helper()
	if s.Outcome != want {
		t.Errorf("outcome %v (%s), want %v", s.Outcome, s.Detail, want)
	}
}
