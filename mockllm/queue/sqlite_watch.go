package queue

import (
	"context"
	"database/sql"
	"time"
)

// The watcher looks this often whether another process has written: more rarely the longer nothing happens.
const (
	quickLook = time.Millisecond
	lazyLook  = 8 * time.Millisecond
)

// listen returns an ear, and makes sure that the watcher is awake for it.
func (q *sqliteQueue) listen(topic string) *ear {
	e, _ := q.bells.listen(topic)
	q.poke()
	return e
}

func (q *sqliteQueue) poke() {
	select {
	case q.attention <- struct{}{}:
	default:
	}
}

// watch rings for every event of any process, for as long as somebody listens. SQLite has no way to tell another
// process of a change, but a number that changes with it, which is cheap to read.
func (q *sqliteQueue) watch() {
	w := watcher{q: q}
	defer w.close()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		var again <-chan time.Time
		if q.bells.deserted() {
			w.blind = true
		} else {
			timer.Reset(w.look())
			again = timer.C
		}
		select {
		case <-q.attention:
			w.interval = quickLook
		case <-again:
		case <-q.life.done:
			return
		}
	}
}

// watcher is what the goroutine of watch knows.
type watcher struct {
	q        *sqliteQueue
	conn     *sql.Conn // its own, since the number tells of what other connections have changed; nil: not open yet
	number   *sql.Stmt // of conn
	version  int64
	last     int64 // the newest event that was told
	blind    bool  // events were missed, with nobody to tell
	interval time.Duration
}

// look rings for what is new and returns how long to wait for the next look. What it cannot read now it reads then:
// those who wait look for themselves every safetyPoll.
func (w *watcher) look() time.Duration {
	changed, err := w.changed()
	if err == nil && (changed || w.blind) {
		err = w.tell()
	}
	if err != nil {
		w.close()
	}
	w.interval = min(max(2*w.interval, quickLook), lazyLook)
	return w.interval
}

func (w *watcher) changed() (bool, error) {
	if w.conn == nil {
		if err := w.open(context.Background()); err != nil {
			return false, err
		}
	}
	var version int64
	if err := w.number.QueryRow().Scan(&version); err != nil {
		return false, err
	}
	changed := version != w.version
	w.version = version
	return changed, nil
}

func (w *watcher) open(ctx context.Context) (err error) {
	if w.conn, err = w.q.readers.Conn(ctx); err != nil {
		return err
	}
	w.blind = true
	w.number, err = w.conn.PrepareContext(ctx, "PRAGMA data_version")
	return err
}

func (w *watcher) tell() error {
	if w.blind {
		err := w.q.readers.QueryRow(`SELECT coalesce(max(n), 0) FROM events`).Scan(&w.last)
		if err != nil {
			return err
		}
		w.blind = false
		w.q.bells.ringAll()
		return nil
	}
	const most = 500
	for n := most; n == most; {
		var err error
		if n, err = w.news(most); err != nil {
			return err
		}
		if n > 0 {
			w.interval = 0
		}
	}
	return nil
}

func (w *watcher) news(most int) (n int, err error) {
	rows, err := w.q.sql.news.Query(w.last, most)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for ; rows.Next(); n++ {
		var state State
		var id string
		if err := rows.Scan(&w.last, &state, &id); err != nil {
			return n, err
		}
		if state == Queued {
			w.q.bells.ring(submitted)
		}
		if id != "" { // it was dropped in the meantime
			w.q.bells.ring(id)
		}
	}
	return n, rows.Err()
}

func (w *watcher) close() {
	if w.number != nil {
		_ = w.number.Close() // nothing was written through either
	}
	if w.conn != nil {
		_ = w.conn.Close()
	}
	w.number, w.conn = nil, nil
}
