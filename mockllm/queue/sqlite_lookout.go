package queue

import (
	"errors"
	"os"
	"time"
)

// lookout waits for what is written to a database. Where the system tells of a changed file the wait costs nothing;
// elsewhere it is short, and to be repeated.
type lookout struct {
	calls chan struct{} // of this process
	file  *os.File      // becomes readable when the database changes; nil: the system does not tell
	deaf  bool          // it failed; known to the one who waits
}

// repeat is how long a wait is where the system does not tell. A process that wakes up costs some 100 µs of CPU.
const repeat = 10 * time.Millisecond

// newLookout returns the lookout of a database by its log of changes, which must exist. watch is the system's way to be
// told; where it fails there is the clock.
func newLookout(log string, watch func(path string) (*os.File, error)) *lookout {
	l := &lookout{calls: make(chan struct{}, 1)}
	if f, err := watch(log); err == nil {
		l.file = f
	}
	return l
}

// call ends a wait, the present one or the next. Any goroutine may call.
func (l *lookout) call() {
	select {
	case l.calls <- struct{}{}:
	default:
	}
	if l.file != nil {
		_ = l.file.SetReadDeadline(time.Unix(1, 0)) // a read under way returns
	}
}

// waitForCall waits for nothing else.
func (l *lookout) waitForCall() { <-l.calls }

// waitForClock returns after d, or earlier when there was a call, and then says so.
func (l *lookout) waitForClock(d time.Duration) (called bool) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-l.calls:
		return true
	case <-timer.C:
		return false
	}
}

// wait returns after d, or earlier when there was a call or the database has been written to, and then says so. What
// was written since the last wait counts.
func (l *lookout) wait(d time.Duration) (told bool) {
	if l.file == nil || l.deaf {
		return l.waitForClock(min(d, repeat))
	}
	err := l.file.SetReadDeadline(time.Now().Add(d))
	select {
	case <-l.calls: // looked at after the deadline was set, lest it be set over that of a call
		return true
	default:
	}
	var events [1 << 12]byte
	if err == nil {
		_, err = l.file.Read(events[:])
	}
	l.deaf = err != nil && !errors.Is(err, os.ErrDeadlineExceeded)
	return err == nil
}

func (l *lookout) close() {
	if l.file != nil {
		_ = l.file.Close() // nothing was written to it
	}
}
