package report

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/aibench/aibench/bench"
)

// SamplesSchema names the format of raw samples.
const SamplesSchema = "aibench/samples/v1"

// blockSize is the size at which lines are handed on to be compressed.
const blockSize = 64 << 10

// queued bounds the blocks that wait to be compressed: past it the run waits,
// since a file with holes would be worse than a slow one. The client's own
// health then shows the wait.
const queued = 64

// Samples writes raw records of a run as gzipped JSON lines while it is going
// on: a line for the run, one for each request that is over, one for each
// event. docs/samples.md describes the fields. It is a bench.Observer; its
// methods may be called from many goroutines at once.
type Samples struct {
	mu    sync.Mutex // guards block
	block []byte

	blocks chan []byte // full blocks, to the goroutine that compresses
	spare  sync.Pool
	done   chan error
}

// NewSamples starts writing to w, which it does not close. Close must be
// called; it ends the goroutine that NewSamples starts.
func NewSamples(w io.Writer) *Samples {
	s := &Samples{blocks: make(chan []byte, queued), done: make(chan error, 1)}
	s.spare.New = func() any { return make([]byte, 0, blockSize+blockSize/4) }
	s.block = s.take()
	go func() { s.done <- s.compress(w) }()
	return s
}

// Start writes the first line. monoNS is CLOCK_MONOTONIC at the epoch from
// which all other times count; known is false where the system has none.
func (s *Samples) Start(id string, started time.Time, monoNS int64, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.block = record(s.block).open("run").
		text("schema", SamplesSchema, true).
		text("id", id, true).
		text("started", started.Format(time.RFC3339Nano), true).
		integer("epoch_mono_ns", monoNS, known).
		close()
}

// Arrivals writes a line for each event.
func (s *Samples) Arrivals(seq int64, batch []bench.Arrival) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range batch {
		s.block = appendEvent(s.block, seq, &batch[i])
	}
	s.handOn(blockSize)
}

// Request writes a line for a request that is over or was cut off.
func (s *Samples) Request(r *bench.Sample, whole bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.block = appendRequest(s.block, r, whole)
	s.handOn(blockSize)
}

// Close writes what is left and gives the first error of all writing.
func (s *Samples) Close() error {
	s.mu.Lock()
	s.handOn(1)
	s.mu.Unlock()
	close(s.blocks)
	if err := <-s.done; err != nil {
		return fmt.Errorf("write samples: %w", err)
	}
	return nil
}

// handOn hands the block on when it holds at least so many bytes.
func (s *Samples) handOn(least int) {
	if len(s.block) < least {
		return
	}
	s.blocks <- s.block
	s.block = s.take()
}

func (s *Samples) take() []byte {
	b, _ := s.spare.Get().([]byte)
	return b[:0]
}

// compress takes every block, also after an error: whoever hands one on must
// never wait for good.
func (s *Samples) compress(w io.Writer) error {
	buffered := bufio.NewWriterSize(w, blockSize)
	z, err := gzip.NewWriterLevel(buffered, gzip.BestSpeed)
	for b := range s.blocks {
		if err == nil {
			_, err = z.Write(b)
		}
		s.spare.Put(b) //nolint:staticcheck // a slice's header is all that is allocated, once per 64 KB
	}
	if err == nil {
		err = z.Close()
	}
	if err == nil {
		err = buffered.Flush()
	}
	return err
}
