package mockllm

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aibench/aibench/mockllm/queue"
)

const (
	// openTimeout bounds the opening of a queue.
	openTimeout = 5 * time.Second
	// openPause is how long a queue that could not be opened is left alone.
	openPause = 200 * time.Millisecond
)

// jobStore is a queue that is opened when it is first needed, once for the process. From any goroutine.
type jobStore struct {
	spec string

	mu     sync.Mutex // guards what follows; held while the queue is being opened
	queue  queue.Queue
	err    error     // why it could not be opened
	until  time.Time // when that may be tried again
	closed bool
}

// open returns the queue. Callers that come while it is being opened wait for that.
func (s *jobStore) open(ctx context.Context) (queue.Queue, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, queue.ErrClosed
	case s.queue != nil:
		return s.queue, nil
	case s.err != nil && time.Now().Before(s.until):
		return nil, s.err
	}
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	s.queue, s.err = queue.Open(ctx, s.spec)
	if s.err != nil {
		s.queue = nil
		s.until = time.Now().Add(openPause)
	}
	return s.queue, s.err
}

// close gives the queue back; nobody gets it any more.
func (s *jobStore) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.queue == nil {
		return nil
	}
	q := s.queue
	s.queue = nil
	if err := q.Close(); err != nil {
		return fmt.Errorf("close queue: %w", err)
	}
	return nil
}

// probeQueue finds out whether a queue can be opened.
func probeQueue(spec string) error {
	s := &jobStore{spec: spec}
	_, err := s.open(context.Background())
	return errors.Join(err, s.close())
}
