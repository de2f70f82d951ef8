package mockllm

import (
	"os"
	"sync"
	"time"
)

// deadline is an instant that may be moved while somebody waits for it.
type deadline struct {
	mu    sync.Mutex // guards what follows
	at    time.Time
	moved chan struct{} // closed and replaced by set; nil until somebody waits
}

func (d *deadline) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = t
	if d.moved != nil {
		close(d.moved)
		d.moved = nil
	}
}

// expired returns [os.ErrDeadlineExceeded] once the deadline has passed.
func (d *deadline) expired() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.at.IsZero() && !time.Now().Before(d.at) {
		return os.ErrDeadlineExceeded
	}
	return nil
}

// wait returns when something changed, the deadline itself included, or when it has passed.
func (d *deadline) wait(changed <-chan struct{}) {
	d.mu.Lock()
	if d.moved == nil {
		d.moved = make(chan struct{})
	}
	at, moved := d.at, d.moved
	d.mu.Unlock()
	var due <-chan time.Time
	if !at.IsZero() {
		t := time.NewTimer(time.Until(at))
		defer t.Stop()
		due = t.C
	}
	select {
	case <-changed:
	case <-moved:
	case <-due:
	}
}
