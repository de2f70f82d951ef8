package mockllm

import (
	"errors"
	"sync"
)

// localJobs are job workers within this process: where no processes can be had, and in tests.
type localJobs struct {
	cfg    Config
	store  *jobStore
	counts *faultCounts
	wg     sync.WaitGroup

	mu      sync.Mutex // guards what follows
	workers map[int]*jobWorker
	ending  bool
	errs    []error
}

func newLocalJobs(cfg Config, store *jobStore, counts *faultCounts) *localJobs {
	return &localJobs{cfg: cfg, store: store, counts: counts, workers: make(map[int]*jobWorker)}
}

// start starts the workers.
func (l *localJobs) start() {
	for n := 1; n <= l.cfg.jobWorkers(); n++ {
		l.wg.Go(func() { l.staff(n) })
	}
}

// staff has worker n run, and replaces it whenever it dies.
func (l *localJobs) staff(n int) {
	for {
		w := l.hire(n)
		if w == nil {
			return
		}
		if err := w.serve(); err != nil && !errors.Is(err, ErrCrashed) && !errors.Is(err, ErrKilled) {
			l.mu.Lock()
			l.errs = append(l.errs, err)
			l.mu.Unlock()
			return
		}
	}
}

// hire is nil when no more workers are wanted.
func (l *localJobs) hire(n int) *jobWorker {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ending {
		return nil
	}
	l.workers[n] = newJobWorker(l.cfg, n, l.store, l.counts)
	return l.workers[n]
}

// stop lets the workers end what they do.
func (l *localJobs) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ending = true
	for _, w := range l.workers {
		w.stop()
	}
}

// end waits for the workers, after they were killed or stopped. The error is theirs.
func (l *localJobs) end(kill bool) error {
	l.stop()
	l.mu.Lock()
	for _, w := range l.workers {
		if kill {
			w.kill()
		}
	}
	l.mu.Unlock()
	l.wg.Wait()
	return errors.Join(l.errs...)
}
